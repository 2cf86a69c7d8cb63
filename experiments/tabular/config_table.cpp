#include "experiments/tabular/config_table.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo::tabular {
namespace {

std::string short_number(double number) {
  return std::abs(number) < 1e15 && number == std::floor(number)
             ? std::to_string(static_cast<long>(number))
             : compact_json(Json(number));
}

Field of_kind(FieldKind kind, std::string name, std::string meaning) {
  return {.name = std::move(name), .kind = kind, .meaning = std::move(meaning)};
}

std::string kind_text(const Field& field, bool many) {
  const auto in_number = [&](const char* one, const char* several) {
    return std::string(many ? several : one);
  };
  const std::string range = field.range.text().empty() ? "" : " " + field.range.text();
  switch (field.kind) {
    case FieldKind::text:
      return field.pattern_text.empty() ? in_number("a text", "texts") : field.pattern_text;
    case FieldKind::word:
      return (many ? "some of " : "one of ") + join_names(field.words);
    case FieldKind::number:
      return in_number("a number", "numbers") + range +
             (field.words.empty() ? "" : " or \"" + field.words.front() + "\"");
    case FieldKind::whole:
      return in_number("a whole number", "whole numbers") + range;
    case FieldKind::column:
      return in_number("the name of a column", "names of columns");
    case FieldKind::input:
      return in_number("the name of a model input", "names of model inputs");
    case FieldKind::output:
      return in_number("a class name or an index of an output",
                       "class names or indices of outputs");
    case FieldKind::object:
    case FieldKind::tagged:
    case FieldKind::options:
      return in_number("an object", "objects");
  }
  return "";
}

}  // namespace

bool NumberRange::contains(double number) const {
  return (at_low == Bound::inclusive ? number >= low : number > low) &&
         (at_high == Bound::inclusive ? number <= high : number < high);
}

std::string NumberRange::text() const {
  const bool from = std::isfinite(low);
  const bool to = std::isfinite(high);
  if (from && to) {
    return std::string("in ") + (at_low == Bound::inclusive ? "[" : "(") + short_number(low) +
           ", " + short_number(high) + (at_high == Bound::inclusive ? "]" : ")");
  }
  if (from) return (at_low == Bound::inclusive ? ">= " : "> ") + short_number(low);
  if (to) return (at_high == Bound::inclusive ? "<= " : "< ") + short_number(high);
  return "";
}

Field Field::optional() && {
  presence = Presence::optional;
  return std::move(*this);
}

Field Field::otherwise(Json value) && {
  presence = Presence::optional;
  fallback = std::move(value);
  return std::move(*this);
}

Field Field::above(double low) && {
  range.low = low;
  range.at_low = Bound::exclusive;
  return std::move(*this);
}

Field Field::at_least(double low) && {
  range.low = low;
  return std::move(*this);
}

Field Field::below(double high) && {
  range.high = high;
  range.at_high = Bound::exclusive;
  return std::move(*this);
}

Field Field::at_most(double high) && {
  range.high = high;
  return std::move(*this);
}

Field Field::or_word(std::string word) && {
  words.push_back(std::move(word));
  return std::move(*this);
}

Field Field::list(long at_least_entries) && {
  plurality = Plurality::list;
  fewest = at_least_entries;
  return std::move(*this);
}

Field Field::distinct(long at_least_entries) && {
  plurality = Plurality::distinct_list;
  fewest = at_least_entries;
  return std::move(*this);
}

Field Field::exactly_one() && {
  plurality = Plurality::list;
  fewest = most = 1;
  return std::move(*this);
}

Field Field::matching(std::string regular_expression, std::string in_words) && {
  pattern = std::move(regular_expression);
  pattern_text = std::move(in_words);
  return std::move(*this);
}

Field text(std::string name, std::string meaning) {
  return of_kind(FieldKind::text, std::move(name), std::move(meaning));
}

Field word(std::string name, std::string meaning, std::vector<std::string> words) {
  Field field = of_kind(FieldKind::word, std::move(name), std::move(meaning));
  field.words = std::move(words);
  return field;
}

Field number(std::string name, std::string meaning) {
  return of_kind(FieldKind::number, std::move(name), std::move(meaning));
}

Field whole(std::string name, std::string meaning) {
  return of_kind(FieldKind::whole, std::move(name), std::move(meaning));
}

Field column(std::string name, std::string meaning) {
  return of_kind(FieldKind::column, std::move(name), std::move(meaning));
}

Field input(std::string name, std::string meaning) {
  return of_kind(FieldKind::input, std::move(name), std::move(meaning));
}

Field output(std::string name, std::string meaning) {
  return of_kind(FieldKind::output, std::move(name), std::move(meaning));
}

Field object(std::string name, std::string meaning, std::vector<Field> fields) {
  Field field = of_kind(FieldKind::object, std::move(name), std::move(meaning));
  field.fields = std::move(fields);
  return field;
}

Field options(std::string name, std::string meaning) {
  return of_kind(FieldKind::options, std::move(name), std::move(meaning));
}

Field tagged(std::string name, std::string meaning, std::string tag, std::string fallback_tag,
             std::vector<Variant> variants) {
  Field field = of_kind(FieldKind::tagged, std::move(name), std::move(meaning));
  field.tag = std::move(tag);
  if (!fallback_tag.empty()) field.fallback = Json{{field.tag, fallback_tag}};
  field.variants = std::move(variants);
  return field;
}

std::vector<Field> joined(std::vector<Field> fields, std::vector<Field> more) {
  for (Field& field : more) fields.push_back(std::move(field));
  return fields;
}

std::vector<std::string> names_of(const std::vector<Field>& fields) {
  std::vector<std::string> names;
  for (const Field& field : fields) names.push_back(field.name);
  return names;
}

std::vector<std::string> tags_of(const Field& field) {
  std::vector<std::string> tags;
  for (const Variant& variant : field.variants) tags.push_back(variant.tag);
  return tags;
}

std::string expected_text(const Field& field) {
  if (field.plurality == Field::Plurality::one) return kind_text(field, false);
  if (field.most == 1) return "a list of one entry: " + kind_text(field, false);
  if (field.fewest > 0) {
    return "a list of at least " + std::to_string(field.fewest) + " " + kind_text(field, true);
  }
  return "a list of " + kind_text(field, true);
}

}  // namespace moo::tabular
