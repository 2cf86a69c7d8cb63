#include <cmath>
#include <nlohmann/json.hpp>

#include "experiments/tabular/config.hpp"
#include "experiments/tabular/config_tables.hpp"

namespace moo::tabular {
namespace {

Json schema_of(const Field& field);

void add_range(const NumberRange& range, Json& schema) {
  const auto add = [&](double bound, Bound kind, const char* inclusive, const char* exclusive) {
    if (std::isfinite(bound)) schema[kind == Bound::inclusive ? inclusive : exclusive] = bound;
  };
  add(range.low, range.at_low, "minimum", "exclusiveMinimum");
  add(range.high, range.at_high, "maximum", "exclusiveMaximum");
}

/// Adds the fields of an object, which has no others. `tag`: a further field that it may have.
void add_fields(const std::vector<Field>& fields, const std::string& tag, Json& schema) {
  Json properties = Json::object();
  Json required = Json::array();
  if (!tag.empty()) properties[tag] = true;
  for (const Field& field : fields) {
    properties[field.name] = schema_of(field);
    if (field.presence == Field::Presence::required) required.push_back(field.name);
  }
  schema["properties"] = std::move(properties);
  if (!required.empty()) schema["required"] = std::move(required);
  schema["additionalProperties"] = false;
}

/// The fields that go with each value of the tag.
void add_variants(const Field& field, Json& schema) {
  Json choice = Json::array();
  for (const Variant& variant : field.variants) {
    choice.push_back({{"const", variant.tag}, {"description", variant.meaning}});
  }
  schema["properties"][field.tag] = {{"oneOf", std::move(choice)}};
  if (field.fallback.is_null()) {
    schema["required"] = Json::array({field.tag});
  } else {
    schema["properties"][field.tag]["default"] = field.fallback.at(field.tag);
  }
  for (const Variant& variant : field.variants) {
    Json condition = {{"properties", {{field.tag, {{"const", variant.tag}}}}}};
    const bool is_default =
        !field.fallback.is_null() && field.fallback.at(field.tag) == variant.tag;
    if (!is_default) condition["required"] = Json::array({field.tag});
    Json then = Json::object();
    add_fields(variant.fields, field.tag, then);
    schema["allOf"].push_back({{"if", std::move(condition)}, {"then", std::move(then)}});
  }
}

Json schema_of_number(const Field& field) {
  Json number = {{"type", field.kind == FieldKind::whole ? "integer" : "number"}};
  add_range(field.range, number);
  if (field.words.empty()) return number;
  return {{"anyOf", Json::array({std::move(number), Json{{"enum", field.words}}})}};
}

/// Of one value, without its meaning.
Json schema_of_entry(const Field& field) {
  Json schema = {{"type", "object"}};
  switch (field.kind) {
    case FieldKind::text:
    case FieldKind::column:
    case FieldKind::input:
      schema = {{"type", "string"}, {"minLength", 1}};
      if (!field.pattern.empty()) schema["pattern"] = "^" + field.pattern + "$";
      return schema;
    case FieldKind::word:
      return {{"enum", field.words}};
    case FieldKind::number:
    case FieldKind::whole:
      return schema_of_number(field);
    case FieldKind::output:
      return {{"anyOf", Json::array({Json{{"type", "integer"}, {"minimum", 0}},
                                     Json{{"type", "string"}, {"minLength", 1}}})}};
    case FieldKind::options:
      schema["additionalProperties"] = {{"type", {"string", "number", "boolean"}}};
      return schema;
    case FieldKind::object:
      add_fields(field.fields, "", schema);
      return schema;
    case FieldKind::tagged:
      add_variants(field, schema);
      return schema;
  }
  return schema;
}

Json schema_of(const Field& field) {
  Json schema = {{"description", field.meaning}};
  if (field.plurality == Field::Plurality::one) {
    schema.update(schema_of_entry(field));
  } else {
    schema["type"] = "array";
    schema["items"] = schema_of_entry(field);
    if (field.fewest > 0) schema["minItems"] = field.fewest;
    if (field.most == 1) schema["maxItems"] = field.most;
    if (field.plurality == Field::Plurality::distinct_list) schema["uniqueItems"] = true;
  }
  if (!field.fallback.is_null() && field.kind != FieldKind::tagged) {
    schema["default"] = field.fallback;
  }
  return schema;
}

}  // namespace

Json config_schema() {
  Json schema = {{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                 {"title", "libmoo tabular experiment"}};
  schema.update(schema_of(config_table()));
  return schema;
}

}  // namespace moo::tabular
