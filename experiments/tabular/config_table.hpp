#pragma once

#include <initializer_list>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

namespace moo::tabular {

using Json = nlohmann::ordered_json;

/// What a field of the config holds, beside lists of it.
enum class FieldKind {
  text,
  word,     ///< one of `words`
  number,   ///< in `range`, or one of `words`
  whole,    ///< a whole number in `range`
  column,   ///< name of a side column of the data
  input,    ///< name of a model input
  output,   ///< an output of the model: class name, or index from 0
  object,   ///< of `fields`
  tagged,   ///< object whose field `tag` says which of `variants` its other fields are those of
  options,  ///< object of any names with texts, numbers or flags
};

enum class Bound { inclusive, exclusive };

struct NumberRange {
  double low = -std::numeric_limits<double>::infinity();
  double high = std::numeric_limits<double>::infinity();
  Bound at_low = Bound::inclusive;
  Bound at_high = Bound::inclusive;

  [[nodiscard]] bool contains(double number) const;
  [[nodiscard]] std::string text() const;  ///< "> 0", "from 0 to 1", "in (0, 1]"; empty: any number
};

struct Variant;

/// One field: its name, what it holds and what it means. Reading, the JSON Schema and the lists of
/// names in messages are all made from it. The functions below make one; the members change it.
struct Field {
  std::string name;
  FieldKind kind = FieldKind::text;
  std::string meaning;
  std::vector<std::string> words = {};
  NumberRange range = {};
  std::string pattern = {};  ///< of a text (ECMAScript); `pattern_text` says it in words
  std::string pattern_text = {};
  std::string tag = {};
  std::vector<Field> fields = {};
  std::vector<Variant> variants = {};
  std::vector<std::pair<std::string, std::string>> refused_tags = {};  ///< and why; for messages

  enum class Presence { required, optional };
  Presence presence = Presence::required;
  Json fallback = nullptr;  ///< of an optional field; null: its absence means something

  enum class Plurality { one, list, distinct_list };
  Plurality plurality = Plurality::one;
  long fewest = 0;  ///< entries of a list
  long most = std::numeric_limits<long>::max();

  Field optional() &&;
  Field otherwise(Json value) &&;  ///< optional, with this value when absent
  Field above(double low) &&;      ///< exclusive
  Field at_least(double low) &&;
  Field below(double high) &&;  ///< exclusive
  Field at_most(double high) &&;
  Field or_word(std::string word) &&;
  Field list(long at_least_entries) &&;
  Field distinct(long at_least_entries) &&;  ///< a list without repetitions
  Field exactly_one() &&;                    ///< a list of one entry
  Field matching(std::string regular_expression, std::string in_words) &&;
};

/// The fields that go with one value of a tag.
struct Variant {
  std::string tag;
  std::string meaning;
  std::vector<Field> fields;
};

Field text(std::string name, std::string meaning);
Field word(std::string name, std::string meaning, std::vector<std::string> words);
Field number(std::string name, std::string meaning);
Field whole(std::string name, std::string meaning);
Field column(std::string name, std::string meaning);
Field input(std::string name, std::string meaning);
Field output(std::string name, std::string meaning);
Field object(std::string name, std::string meaning, std::vector<Field> fields);
Field options(std::string name, std::string meaning);

/// `fallback_tag` is the variant meant when the tag is left out; empty: it must be there.
Field tagged(std::string name, std::string meaning, std::string tag, std::string fallback_tag,
             std::vector<Variant> variants);

/// Both lists in one.
std::vector<Field> joined(std::vector<Field> fields, std::vector<Field> more);

std::vector<std::string> names_of(const std::vector<Field>& fields);
std::vector<std::string> tags_of(const Field& field);

/// In words what a field takes: "a number > 0 or 'automatic'", "a list of names of columns".
std::string expected_text(const Field& field);

}  // namespace moo::tabular
