#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "experiments/tabular/config_table.hpp"

namespace moo::tabular {

/// Where in the config something stands, for messages: "lending.json: /groups/0/name".
struct Place {
  std::string file;  ///< empty: messages begin with the path
  std::string path;  ///< a JSON pointer; empty: the whole document

  [[nodiscard]] Place operator/(std::string_view name) const;
  [[nodiscard]] Place operator/(std::size_t index) const;
  [[nodiscard]] std::string text() const;
};

/// Throws: InvalidArgument in the name of the place.
[[noreturn]] void refuse(const Place& place, const std::string& what,
                         const std::string& expected = "", const std::string& got = "",
                         const std::string& hint = "");

/// The value in a message: "the text \"abc\"", "the number 3", "a list of 2", "an object".
std::string described(const Json& value);

/// "did you mean 'NAME'?" with the nearest one, else one that begins so; or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates);

/// Holds a value against its field, all the way down.
/// Throws: InvalidArgument naming the first place that does not fit.
void check_value(const Field& field, const Json& value, const Place& place);

/// An object that has been checked, read by the names in its table. Fields that are absent have
/// their fallbacks, absent objects are read as empty ones. Borrows table and JSON.
class ConfigObject {
 public:
  ConfigObject(const Field& field, const Json& value, Place place);

  [[nodiscard]] const Place& place() const { return place_; }
  [[nodiscard]] bool has(const std::string& name) const;  ///< written down, or with a fallback
  [[nodiscard]] std::string tag() const { return tag_; }  ///< of the variant it is

  [[nodiscard]] std::string text(const std::string& name) const;  ///< empty where absent
  [[nodiscard]] double number(const std::string& name) const;
  [[nodiscard]] int whole(const std::string& name) const;
  [[nodiscard]] std::vector<std::string> texts(const std::string& name) const;
  [[nodiscard]] std::vector<double> numbers(const std::string& name) const;
  [[nodiscard]] ConfigObject object(const std::string& name) const;
  [[nodiscard]] std::vector<ConfigObject> objects(const std::string& name) const;
  [[nodiscard]] const Json& value(const std::string& name) const;  ///< null where absent

  /// Whether a variant has such a field at all.
  [[nodiscard]] bool offers(const std::string& name) const;

 private:
  [[nodiscard]] const Field& field(const std::string& name) const;

  const Json* value_;
  Place place_;
  std::string tag_;
  const std::vector<Field>* fields_;
};

}  // namespace moo::tabular
