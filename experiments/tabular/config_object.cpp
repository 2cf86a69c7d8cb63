#include "experiments/tabular/config_object.hpp"

#include <algorithm>
#include <regex>
#include <stdexcept>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo::tabular {
namespace {

constexpr std::size_t longest_excerpt = 60;

const Json& nothing() {
  static const Json value = nullptr;
  return value;
}

const Json& empty_object() {
  static const Json value = Json::object();
  return value;
}

bool is_text_kind(FieldKind kind) {
  return kind == FieldKind::text || kind == FieldKind::word || kind == FieldKind::column ||
         kind == FieldKind::input;
}

/// What to write instead of a value of the wrong type, where it can be guessed.
std::string type_hint(const Field& field, const Json& value) {
  const bool single = field.plurality == Field::Plurality::one;
  if (single && value.is_array()) return value.size() == 1 ? "leave out the brackets" : "";
  if (!single && !value.is_array()) {
    return value.is_structured() || value.is_null() ? "put it into brackets: [...]"
                                                    : "write [" + compact_json(value) + "]";
  }
  if (is_text_kind(field.kind) && (value.is_number() || value.is_boolean())) {
    return "write \"" + compact_json(value) + "\"";
  }
  const bool wants_number = field.kind == FieldKind::number || field.kind == FieldKind::whole;
  if (wants_number && value.is_string()) {
    const Json inner = Json::parse(value.get<std::string>(), nullptr, false);
    if (inner.is_number()) return "write " + inner.dump() + " without quotes";
  }
  return "";
}

void refuse_type(const Field& field, const Json& value, const Place& place) {
  refuse(place, "is of the wrong type", expected_text(field), described(value),
         type_hint(field, value));
}

/// The field without its list, for messages about one entry.
Field entry_of(const Field& field) {
  Field entry = field;
  entry.plurality = Field::Plurality::one;
  return entry;
}

void check_word(const Field& field, const Json& value, const Place& place) {
  const auto word = value.get<std::string>();
  if (std::find(field.words.begin(), field.words.end(), word) != field.words.end()) return;
  refuse(place, "is unknown", expected_text(field), described(value),
         did_you_mean(word, field.words));
}

void check_text(const Field& field, const Json& value, const Place& place) {
  if (!value.is_string()) refuse_type(field, value, place);
  if (field.kind == FieldKind::word) return check_word(field, value, place);
  const auto text = value.get<std::string>();
  if (text.empty()) refuse(place, "is empty", expected_text(field), "\"\"");
  if (!field.pattern.empty() && !std::regex_match(text, std::regex(field.pattern))) {
    refuse(place, "is unusable", expected_text(field), described(value));
  }
}

void check_number(const Field& field, const Json& value, const Place& place) {
  if (!field.words.empty() && value.is_string()) return check_word(field, value, place);
  if (!value.is_number()) refuse_type(field, value, place);
  const bool is_whole = value.is_number_integer();
  if (field.kind == FieldKind::whole && !is_whole) {
    refuse(place, "is no whole number", expected_text(field), described(value));
  }
  if (!field.range.contains(value.get<double>())) {
    refuse(place, "is out of range", expected_text(field), described(value));
  }
}

void check_output(const Field& field, const Json& value, const Place& place) {
  if (value.is_string() ? value.get<std::string>().empty() : !value.is_number_integer()) {
    refuse_type(field, value, place);
  }
  if (value.is_number() && value.get<double>() < 0) {
    refuse(place, "is out of range", "an index >= 0", described(value));
  }
}

void check_options(const Field& field, const Json& value, const Place& place) {
  if (!value.is_object()) refuse_type(field, value, place);
  for (const auto& [name, entry] : value.items()) {
    if (entry.is_string() || entry.is_number() || entry.is_boolean()) continue;
    refuse(place / name, "is of the wrong type", "a text, a number, true or false",
           described(entry));
  }
}

void check_fields(const std::vector<Field>& fields, const Json& value, const Place& place,
                  const Field& owner) {
  std::vector<std::string> names = names_of(fields);
  if (!owner.tag.empty()) names.insert(names.begin(), owner.tag);
  for (const auto& [name, entry] : value.items()) {
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    std::string hint = did_you_mean(name, names);
    for (const Variant& variant : owner.variants) {
      const std::vector<std::string> others = names_of(variant.fields);
      if (owner.tag == "rule" || std::find(others.begin(), others.end(), name) == others.end()) {
        continue;
      }
      hint = "it goes with \"" + owner.tag + "\": \"" + variant.tag + "\"";
      break;
    }
    refuse(place / name, "is an unknown field",
           names.empty() ? "none" : "one of " + join_names(names), "", hint);
  }
  for (const Field& field : fields) {
    const auto found = value.find(field.name);
    if (found != value.end()) {
      check_value(field, *found, place / field.name);
    } else if (field.presence == Field::Presence::required) {
      refuse(place / field.name, "is missing", expected_text(field) + " (" + field.meaning + ")");
    }
  }
}

const Variant& variant_of(const Field& field, const Json& value, const Place& place) {
  const auto found = value.find(field.tag);
  const std::vector<std::string> tags = tags_of(field);
  if (found == value.end() && field.fallback.is_null()) {
    refuse(place / field.tag, "is missing", "one of " + join_names(tags));
  }
  const Json& tag = found == value.end() ? field.fallback.at(field.tag) : *found;
  Field choice = word(field.tag, "", tags);
  if (!tag.is_string()) refuse_type(choice, tag, place / field.tag);
  for (const auto& [name, reason] : field.refused_tags) {
    if (name == tag) refuse(place / field.tag, "is not for configs", "", described(tag), reason);
  }
  check_word(choice, tag, place / field.tag);
  return *std::find_if(field.variants.begin(), field.variants.end(),
                       [&](const Variant& variant) { return variant.tag == tag; });
}

void check_one(const Field& field, const Json& value, const Place& place) {
  switch (field.kind) {
    case FieldKind::text:
    case FieldKind::word:
    case FieldKind::column:
    case FieldKind::input:
      return check_text(field, value, place);
    case FieldKind::number:
    case FieldKind::whole:
      return check_number(field, value, place);
    case FieldKind::output:
      return check_output(field, value, place);
    case FieldKind::options:
      return check_options(field, value, place);
    case FieldKind::object:
      if (!value.is_object()) refuse_type(field, value, place);
      return check_fields(field.fields, value, place, field);
    case FieldKind::tagged:
      if (!value.is_object()) refuse_type(field, value, place);
      return check_fields(variant_of(field, value, place).fields, value, place, field);
  }
}

}  // namespace

Place Place::operator/(std::string_view name) const {
  std::string step;
  for (const char letter : name) {  // RFC 6901, section 4
    if (letter == '~') {
      step += "~0";
    } else if (letter == '/') {
      step += "~1";
    } else {
      step += letter;
    }
  }
  return {file, path + "/" + step};
}

Place Place::operator/(std::size_t index) const {
  return {file, path + "/" + std::to_string(index)};
}

std::string Place::text() const {
  if (file.empty()) return path.empty() ? "config" : path;
  return path.empty() ? file : file + ": " + path;
}

void refuse(const Place& place, const std::string& what, const std::string& expected,
            const std::string& got, const std::string& hint) {
  throw InvalidArgument({place.text(), what, expected, got, hint});
}

std::string described(const Json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "a list of " + std::to_string(value.size());
  std::string text = compact_json(value);
  if (text.size() > longest_excerpt) text = text.substr(0, longest_excerpt - 4) + "...\"";
  if (value.is_string()) return "the text " + text;
  if (value.is_number()) return "the number " + text;
  return text;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& candidates) {
  std::string near = nearest_name(word, candidates);
  for (const std::string& candidate : candidates) {
    if (near.empty() && !word.empty() && candidate.starts_with(word)) near = candidate;
  }
  return near.empty() ? "" : "did you mean '" + near + "'?";
}

void check_value(const Field& field, const Json& value, const Place& place) {
  if (field.plurality == Field::Plurality::one) return check_one(field, value, place);
  if (!value.is_array()) refuse_type(field, value, place);
  const Field entry = entry_of(field);
  for (std::size_t k = 0; k < value.size(); ++k) check_one(entry, value[k], place / k);
  const auto size = static_cast<long>(value.size());
  if (size < field.fewest || size > field.most) {
    refuse(place, size == 0 ? "is empty" : "has the wrong size", expected_text(field),
           described(value));
  }
  if (field.plurality != Field::Plurality::distinct_list) return;
  for (std::size_t k = 1; k < value.size(); ++k) {
    if (std::find(value.begin(), value.begin() + static_cast<long>(k), value[k]) ==
        value.begin() + static_cast<long>(k)) {
      continue;
    }
    refuse(place / k, "is there twice", "distinct entries", described(value[k]));
  }
}

ConfigObject::ConfigObject(const Field& field, const Json& value, Place place)
    : value_(value.is_null() ? &empty_object() : &value),
      place_(std::move(place)),
      fields_(&field.fields) {
  if (field.kind != FieldKind::tagged) return;
  const Variant& variant = variant_of(field, *value_, place_);
  tag_ = variant.tag;
  fields_ = &variant.fields;
}

bool ConfigObject::offers(const std::string& name) const {
  return std::any_of(fields_->begin(), fields_->end(),
                     [&](const Field& field) { return field.name == name; });
}

const Field& ConfigObject::field(const std::string& name) const {
  for (const Field& field : *fields_) {
    if (field.name == name) return field;
  }
  throw std::logic_error("no field " + name + " in the table of " + place_.text());
}

const Json& ConfigObject::value(const std::string& name) const {
  const Field& described_by = field(name);
  const auto found = value_->find(name);
  if (found != value_->end()) return *found;
  return described_by.kind == FieldKind::tagged ? nothing() : described_by.fallback;
}

bool ConfigObject::has(const std::string& name) const { return !value(name).is_null(); }

std::string ConfigObject::text(const std::string& name) const {
  const Json& found = value(name);
  return found.is_null() ? "" : found.get<std::string>();
}

double ConfigObject::number(const std::string& name) const { return value(name).get<double>(); }

int ConfigObject::whole(const std::string& name) const { return value(name).get<int>(); }

std::vector<std::string> ConfigObject::texts(const std::string& name) const {
  const Json& found = value(name);
  return found.is_null() ? std::vector<std::string>{} : found.get<std::vector<std::string>>();
}

std::vector<double> ConfigObject::numbers(const std::string& name) const {
  const Json& found = value(name);
  return found.is_null() ? std::vector<double>{} : found.get<std::vector<double>>();
}

ConfigObject ConfigObject::object(const std::string& name) const {
  return {field(name), value(name), place_ / name};
}

std::vector<ConfigObject> ConfigObject::objects(const std::string& name) const {
  std::vector<ConfigObject> found;
  const Json& list = value(name);
  for (std::size_t k = 0; k < list.size(); ++k) {
    found.emplace_back(field(name), list[k], place_ / name / k);
  }
  return found;
}

}  // namespace moo::tabular
