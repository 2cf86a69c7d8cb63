#include "libmoo/io/json_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t max_columns = 100;

std::string quoted(const std::string& text) {
  return Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string number_text(double number) {
  char buffer[32];
  std::string text(buffer, std::to_chars(buffer, buffer + sizeof buffer, number).ptr);
  if (text.find_first_of(".en") == std::string::npos) text += ".0";
  return text;
}

std::string scalar_text(const Json& value) {
  if (value.is_string()) return quoted(value.get_ref<const std::string&>());
  if (value.is_number_float()) return number_text(value.get<double>());
  return value.dump();
}

bool is_number_array(const Json& value) {
  return value.is_array() && std::all_of(value.begin(), value.end(),
                                         [](const Json& entry) { return entry.is_number(); });
}

/// Appends the value on one line; false, with `text` unusable, as soon as it exceeds `limit`.
bool append_line(const Json& value, std::size_t limit, std::string& text) {
  if (!value.is_structured()) {
    text += scalar_text(value);
    return text.size() <= limit;
  }
  text += value.is_object() ? '{' : '[';
  std::string_view separator;
  for (auto entry = value.begin(); entry != value.end(); ++entry) {
    text += separator;
    separator = ", ";
    if (value.is_object()) text += quoted(entry.key()) + ": ";
    if (!append_line(*entry, limit, text)) return false;
  }
  text += value.is_object() ? '}' : ']';
  return text.size() <= limit;
}

/// Appends the value, whose first line begins in `column`.
void append_block(const Json& value, std::size_t indent, std::size_t column, std::string& text) {
  const bool endless = !value.is_structured() || is_number_array(value);
  std::string line;
  // One column is kept for the comma behind the value; the top level is always broken up.
  const std::size_t limit = column + 1 < max_columns ? max_columns - 1 - column : 0;
  if ((indent > 0 || !value.is_structured() || value.empty()) &&
      append_line(value, endless ? std::string::npos : limit, line)) {
    text += line;
    return;
  }
  text += value.is_object() ? "{\n" : "[\n";
  std::string_view separator;
  for (auto entry = value.begin(); entry != value.end(); ++entry) {
    text += separator;
    separator = ",\n";
    std::string label = value.is_object() ? quoted(entry.key()) + ": " : "";
    text.append(indent + 2, ' ') += label;
    append_block(*entry, indent + 2, indent + 2 + label.size(), text);
  }
  text += '\n';
  text.append(indent, ' ') += value.is_object() ? '}' : ']';
}

void check_finite(std::string_view who, const Json& value, const std::string& path) {
  if (value.is_number_float() && !std::isfinite(value.get<double>())) {
    throw InvalidArgument({std::string(who), path + " is not finite", "a finite number",
                           number_text(value.get<double>()), "leave out what has no value"});
  }
  for (auto entry = value.begin(); value.is_structured() && entry != value.end(); ++entry) {
    if (!entry->is_structured() && !entry->is_number_float()) continue;
    check_finite(who, *entry,
                 value.is_array() ? path + "[" + std::to_string(entry - value.begin()) + "]"
                                  : (path.empty() ? "" : path + ".") + entry.key());
  }
}

}  // namespace

std::string readable_json(const Json& value) {
  std::string text;
  append_block(value, 0, 0, text);
  return text + "\n";
}

std::string compact_json(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

void require_finite(std::string_view who, const Json& value) { check_finite(who, value, ""); }

}  // namespace moo
