#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// A value in a JSON file that knows where it stands. Borrows the parsed document.
/// Throws: all functions throw FileError ("front.json: points[3].id is unusable; expected a whole
/// number >= 0, got "seven"") when the value is not what they return.
class JsonNode {
 public:
  /// The top of a document. @param file what to call the file in errors
  JsonNode(const nlohmann::ordered_json& value, std::string_view file)
      : value_(&value), file_(file) {}

  /// Field of an object, which must be there ...
  [[nodiscard]] JsonNode at(const std::string& name) const;
  /// ... or may be missing.
  [[nodiscard]] std::optional<JsonNode> find(const std::string& name) const;
  /// Refuses an object with other fields than these.
  void allow(std::initializer_list<const char*> names) const;

  [[nodiscard]] std::vector<std::pair<std::string, JsonNode>> members() const;
  [[nodiscard]] std::vector<JsonNode> items() const;

  [[nodiscard]] std::string text() const;
  [[nodiscard]] bool flag() const;
  [[nodiscard]] double number() const;
  [[nodiscard]] long count() const;  ///< >= 0
  [[nodiscard]] int small_count() const;
  [[nodiscard]] std::uint64_t seed() const;
  [[nodiscard]] Vector numbers() const;
  [[nodiscard]] Vector numbers(long size) const;
  [[nodiscard]] std::vector<std::string> texts() const;

  /// The choice whose to_string() is this text.
  template <typename Choice>
  [[nodiscard]] Choice choice(std::initializer_list<Choice> choices) const {
    const std::string word = text();
    std::vector<std::string> words;
    for (const Choice option : choices) {
      if (to_string(option) == word) return option;
      words.emplace_back(to_string(option));
    }
    refuse_word(words);
  }

  [[nodiscard]] bool is_text() const;
  [[nodiscard]] bool is_whole() const;
  [[nodiscard]] long whole() const;  ///< of either sign

  [[noreturn]] void refuse(const std::string& expected, const std::string& hint = "") const;

 private:
  JsonNode(const nlohmann::ordered_json& value, std::string_view file, std::string path)
      : value_(&value), file_(file), path_(std::move(path)) {}
  void require_object() const;
  [[noreturn]] void refuse_word(const std::vector<std::string>& words) const;
  [[nodiscard]] std::string path_to(const std::string& name) const;

  const nlohmann::ordered_json* value_;
  std::string_view file_;
  std::string path_;
};

}  // namespace moo
