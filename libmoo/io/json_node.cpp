#include "libmoo/io/json_node.hpp"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

constexpr std::size_t longest_excerpt = 60;

std::string excerpt(const nlohmann::ordered_json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array of " + std::to_string(value.size());
  std::string text = compact_json(value);
  if (text.size() > longest_excerpt) text = text.substr(0, longest_excerpt - 3) + "...";
  return text;
}

}  // namespace

void JsonNode::refuse(const std::string& expected, const std::string& hint) const {
  throw FileError({std::string(file_), (path_.empty() ? "the file" : path_) + " is unusable",
                   expected, excerpt(*value_), hint});
}

void JsonNode::refuse_word(const std::vector<std::string>& words) const {
  const std::string near = nearest_name(text(), words);
  refuse("one of " + join_names(words), near.empty() ? "" : "did you mean '" + near + "'?");
}

void JsonNode::require_object() const {
  if (!value_->is_object()) refuse("an object");
}

std::string JsonNode::path_to(const std::string& name) const {
  return path_.empty() ? name : path_ + "." + name;
}

std::optional<JsonNode> JsonNode::find(const std::string& name) const {
  require_object();
  const auto found = value_->find(name);
  if (found == value_->end()) return std::nullopt;
  return JsonNode(*found, file_, path_to(name));
}

JsonNode JsonNode::at(const std::string& name) const {
  if (std::optional<JsonNode> found = find(name)) return *std::move(found);
  throw FileError(
      {std::string(file_), path_to(name) + " is missing", "the field " + path_to(name), "", ""});
}

void JsonNode::allow(std::initializer_list<const char*> names) const {
  require_object();
  for (const auto& [name, value] : value_->items()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::vector<std::string> known(names.begin(), names.end());
    const std::string near = nearest_name(name, known);
    throw FileError({std::string(file_), path_to(name) + " is an unknown field",
                     "one of " + join_names(known), "",
                     near.empty() ? "" : "did you mean '" + near + "'?"});
  }
}

std::vector<std::pair<std::string, JsonNode>> JsonNode::members() const {
  require_object();
  std::vector<std::pair<std::string, JsonNode>> members;
  for (const auto& [name, value] : value_->items()) {
    members.emplace_back(name, JsonNode(value, file_, path_to(name)));
  }
  return members;
}

std::vector<JsonNode> JsonNode::items() const {
  if (!value_->is_array()) refuse("an array");
  std::vector<JsonNode> items;
  for (const nlohmann::ordered_json& value : *value_) {
    items.push_back(JsonNode(value, file_, path_ + "[" + std::to_string(items.size()) + "]"));
  }
  return items;
}

bool JsonNode::is_text() const { return value_->is_string(); }

std::string JsonNode::text() const {
  if (!is_text()) refuse("a string");
  return value_->get<std::string>();
}

bool JsonNode::flag() const {
  if (!value_->is_boolean()) refuse("true or false");
  return value_->get<bool>();
}

double JsonNode::number() const {
  if (!value_->is_number()) refuse("a number");
  return value_->get<double>();
}

bool JsonNode::is_whole() const {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<long>::max());
  return value_->is_number_integer() &&
         (!value_->is_number_unsigned() || value_->get<std::uint64_t>() <= largest);
}

long JsonNode::whole() const {
  if (!is_whole()) refuse("a whole number");
  return value_->get<long>();
}

long JsonNode::count() const {
  if (!is_whole() || value_->get<long>() < 0) refuse("a whole number >= 0");
  return value_->get<long>();
}

int JsonNode::small_count() const {
  const long number = count();
  if (number > std::numeric_limits<int>::max()) refuse("a whole number below 2^31");
  return static_cast<int>(number);
}

std::uint64_t JsonNode::seed() const {
  if (!value_->is_number_unsigned()) refuse("a whole number >= 0");
  return value_->get<std::uint64_t>();
}

Vector JsonNode::numbers() const {
  const std::vector<JsonNode> entries = items();
  Vector numbers(static_cast<Eigen::Index>(entries.size()));
  for (Eigen::Index k = 0; k < numbers.size(); ++k) {
    numbers(k) = entries[static_cast<std::size_t>(k)].number();
  }
  return numbers;
}

Vector JsonNode::numbers(long size) const {
  Vector vector = numbers();
  if (vector.size() != size) refuse(std::to_string(size) + " numbers");
  return vector;
}

std::vector<std::string> JsonNode::texts() const {
  std::vector<std::string> texts;
  for (const JsonNode& item : items()) texts.push_back(item.text());
  return texts;
}

}  // namespace moo
