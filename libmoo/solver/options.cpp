#include "libmoo/solver/options.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

std::string number_text(double number) {
  char buffer[32];
  const bool whole = number == std::floor(number) && std::abs(number) < 1e9;
  const auto end = whole ? std::to_chars(buffer, buffer + sizeof buffer, std::lround(number)).ptr
                         : std::to_chars(buffer, buffer + sizeof buffer, number).ptr;
  return {buffer, end};
}

template <typename Number>
Number parse(const std::string& option, const std::string& text, OptionRange range,
             const char* type) {
  Number number{};
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = code == std::errc() && end == text.data() + text.size();
  const auto value = static_cast<double>(number);
  if (!whole || !std::isfinite(value) || value < range.low || value > range.high) {
    throw InvalidArgument(
        {option, "unusable value",
         std::string(type) + " from " + number_text(range.low) + " to " + number_text(range.high),
         "'" + text + "'", ""});
  }
  return number;
}

std::vector<double> parse_list(const std::string& option, const std::string& text,
                               OptionRange range) {
  std::vector<double> numbers;
  for (std::size_t begin = 0; !text.empty() && begin <= text.size();) {
    const std::size_t end = std::min(text.find(':', begin), text.size());
    numbers.push_back(parse<double>(option, text.substr(begin, end - begin), range,
                                    "numbers with colons between them, each"));
    begin = end + 1;
  }
  return numbers;
}

std::string list_text(const std::vector<double>& numbers) {
  std::string text;
  for (const double number : numbers) text += (text.empty() ? "" : ":") + number_text(number);
  return text;
}

std::string range_text(OptionRange range) {
  return number_text(range.low) + " to " + number_text(range.high);
}

}  // namespace

void OptionTable::append(Entry entry) {
  for (const Entry& each : entries_) {
    if (each.name == entry.name) {
      throw InvalidArgument({"OptionTable::add", owner_ + " has the option twice", "other names",
                             "'" + entry.name + "'", "a base class may have added it"});
    }
  }
  entries_.push_back(std::move(entry));
}

void OptionTable::add(std::string name, std::string meaning, int* field, OptionRange range) {
  const std::string label = name;
  append({std::move(name), std::move(meaning), std::to_string(*field), range_text(range),
          [field] { return OptionValue(static_cast<long>(*field)); },
          [=, this](const std::string& text) {
            *field = parse<int>(owner_ + " option " + label, text, range, "a whole number");
          }});
}

void OptionTable::add(std::string name, std::string meaning, double* field, OptionRange range) {
  const std::string label = name;
  append({std::move(name), std::move(meaning), number_text(*field), range_text(range),
          [field] { return OptionValue(*field); },
          [=, this](const std::string& text) {
            *field = parse<double>(owner_ + " option " + label, text, range, "a number");
          }});
}

void OptionTable::add(std::string name, std::string meaning, std::string* field,
                      std::vector<std::string> choices) {
  const std::string label = name;
  const std::string list = join_names(choices);
  append({std::move(name), std::move(meaning), *field, list,
          [field] { return OptionValue(*field); },
          [=, this](const std::string& text) {
            if (std::find(choices.begin(), choices.end(), text) == choices.end()) {
              throw InvalidArgument({owner_ + " option " + label, "unknown choice",
                                     "one of " + list, "'" + text + "'", ""});
            }
            *field = text;
          }});
}

void OptionTable::add(std::string name, std::string meaning, std::vector<double>* field,
                      OptionRange range) {
  const std::string label = name;
  append({std::move(name), std::move(meaning), list_text(*field),
          "numbers such as 1:2, each from " + range_text(range),
          [field] { return OptionValue(list_text(*field)); },
          [=, this](const std::string& text) {
            *field = parse_list(owner_ + " option " + label, text, range);
          }});
}

void OptionTable::set(const std::string& name, const std::string& text) {
  for (const Entry& entry : entries_) {
    if (entry.name == name) return entry.set(text);
  }
  const std::string near = nearest_name(name, names());
  throw InvalidArgument({owner_, "unknown option '" + name + "'", "one of " + join_names(names()),
                         "", near.empty() ? "" : "did you mean '" + near + "'?"});
}

std::vector<std::string> OptionTable::names() const {
  std::vector<std::string> names;
  for (const Entry& entry : entries_) names.push_back(entry.name);
  return names;
}

std::map<std::string, OptionValue> OptionTable::values() const {
  std::map<std::string, OptionValue> values;
  for (const Entry& entry : entries_) values.emplace(entry.name, entry.get());
  return values;
}

std::string OptionTable::help() const {
  std::size_t width = 0;
  for (const Entry& entry : entries_) {
    width = std::max(width, entry.name.size() + entry.default_text.size() + 1);
  }
  std::string text;
  for (const Entry& entry : entries_) {
    std::string setting = entry.name + "=" + entry.default_text;
    setting.resize(width, ' ');
    text += "  " + setting + "  " + entry.meaning + " (" + entry.range_text + ")\n";
  }
  return text;
}

}  // namespace moo
