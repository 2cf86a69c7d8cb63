#pragma once

#include <functional>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace moo {

/// Value of an option, as it goes into files.
using OptionValue = std::variant<long, double, std::string>;

/// Inclusive range of a numeric option.
struct OptionRange {
  double low;
  double high;
};

/// The table beside an options struct: name, meaning, default and range of every field. It sets
/// fields from text, prints the help, and goes into the front file.
///
///     struct Options { int points = 20; };
///     OptionTable table;
///     table.add("points", "how many points to aim for", &options.points, {2, 10000});
///
/// The table refers to the fields and must not outlive the struct.
class OptionTable {
 public:
  OptionTable() = default;
  OptionTable(const OptionTable&) = delete;
  OptionTable& operator=(const OptionTable&) = delete;

  struct Entry {
    std::string name;
    std::string meaning;
    std::string default_text;
    std::string range_text;
    std::function<OptionValue()> get;
    std::function<void(const std::string&)> set;
  };

  /// Throws: InvalidArgument on a name that is in the table already; so do the others.
  void add(std::string name, std::string meaning, int* field, OptionRange range);
  void add(std::string name, std::string meaning, double* field, OptionRange range);
  void add(std::string name, std::string meaning, std::string* field,
           std::vector<std::string> choices);
  /// A list, given and recorded as text such as 1:2:4; the range is of each number.
  void add(std::string name, std::string meaning, std::vector<double>* field, OptionRange range);

  /// Throws: InvalidArgument on an unknown name (listing the known ones), on text that is not a
  /// value of the option's type, and on a value out of range.
  void set(const std::string& name, const std::string& text);

  [[nodiscard]] const std::vector<Entry>& entries() const { return entries_; }
  [[nodiscard]] std::vector<std::string> names() const;

  /// Current values by name.
  [[nodiscard]] std::map<std::string, OptionValue> values() const;

  /// Lines "  name=default  meaning (range)" for --help.
  [[nodiscard]] std::string help() const;

  /// Who complains in errors, such as "solver weighted_sum".
  void set_owner(std::string owner) { owner_ = std::move(owner); }

 private:
  void append(Entry entry);

  std::string owner_ = "options";
  std::vector<Entry> entries_;
};

}  // namespace moo
