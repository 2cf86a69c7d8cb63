#include "experiments/tabular/init.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <vector>

#include "experiments/tabular/columns.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"
#include "libmoo/io/atomic_file.hpp"

namespace moo::tabular {
namespace {

std::string quoted(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::string quoted_list(const std::vector<std::string>& names) {
  std::string text = "[";
  for (const std::string& name : names) text += (text.size() > 1 ? ", " : "") + quoted(name);
  return text + "]";
}

std::string lower_case(std::string text) {
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// The words of a name: "marital_status" and "maritalStatus" have two.
std::vector<std::string> words_of(const std::string& name) {
  std::vector<std::string> words(1);
  bool lower_before = false;
  for (const char c : name) {
    const bool letter = std::isalnum(static_cast<unsigned char>(c)) != 0;
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (!letter || (upper && lower_before)) words.emplace_back();
    if (letter) words.back() += c;
    lower_before = letter && !upper;
  }
  for (std::string& word : words) word = lower_case(word);
  return words;
}

/// Whether a name suggests something that people must not be judged by.
bool sounds_protected(const std::string& name) {
  constexpr std::array<const char*, 22> telling = {
      "sex",      "gender",   "race",      "racial",      "ethnic",      "ethnicity",
      "age",      "religion", "religious", "nationality", "citizenship", "disability",
      "disabled", "marital",  "married",   "single",      "pregnant",    "orientation",
      "afam",     "black",    "foreign",   "caste"};
  const std::vector<std::string> words = words_of(name);
  return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
    return std::find(telling.begin(), telling.end(), word) != telling.end();
  });
}

bool looks_like_an_identifier(const ColumnSummary& column) {
  const std::vector<std::string> words = words_of(column.name);
  const bool by_name = std::find(words.begin(), words.end(), "id") != words.end();
  return by_name || (column.kind == ColumnKind::words && column.many_levels());
}

/// A column people usually predict, else the last one.
std::string guess_target(const Table& table) {
  constexpr std::array<const char*, 8> usual = {"target", "label",   "class", "outcome",
                                                "y",      "default", "deny",  "response"};
  for (const std::string& name : table.names()) {
    if (std::find(usual.begin(), usual.end(), lower_case(name)) != usual.end()) return name;
  }
  return table.names().back();
}

std::string guess_task(const ColumnSummary& target) {
  constexpr std::size_t most_classes = 10;
  if (target.levels.size() == 2) return "binary";
  if (target.kind != ColumnKind::numbers) return "multiclass";
  const bool whole = std::all_of(target.levels.begin(), target.levels.end(), [](const auto& level) {
    return level.find_first_of(".eE") == std::string::npos;
  });
  return whole && target.levels.size() <= most_classes ? "multiclass" : "regression";
}

void require_task_fits(const std::string& task, const ColumnSummary& target) {
  const std::vector<std::string> tasks = {"binary", "multiclass", "regression"};
  if (std::find(tasks.begin(), tasks.end(), task) == tasks.end()) {
    const std::string near = nearest_name(task, tasks);
    throw InvalidArgument({"--task", "unknown task '" + task + "'", "one of " + join_names(tasks),
                           "", near.empty() ? "" : "did you mean '" + near + "'?"});
  }
  std::string expected;
  if (target.constant()) {
    expected = "a column with at least two different values";
  } else if (task == "binary" && target.levels.size() != 2) {
    expected = "two different values for a binary target";
  } else if (task == "multiclass" && target.many_levels()) {
    expected = "at most " + std::to_string(level_limit) + " classes";
  } else if (task == "regression" && target.kind != ColumnKind::numbers) {
    expected = "numbers for a regression";
  }
  if (expected.empty()) return;
  throw InvalidArgument({"--target", "'" + target.name + "' is no " + task + " target", expected,
                         target.many_levels()
                             ? "more than " + std::to_string(level_limit) + " different cells"
                             : join_names(target.levels),
                         "name another column or task"});
}

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.6g", value);
  return text;
}

/// What stands behind a column's name in the comments.
std::string description(const ColumnSummary& column, const Table& table) {
  std::string text = to_string(column.kind);
  if (column.kind == ColumnKind::numbers) {
    text += " from " + number(column.low) + " to " + number(column.high);
  }
  if (column.kind == ColumnKind::words && column.many_levels()) {
    text += ", more than " + std::to_string(level_limit) + " levels: an identifier?";
  } else if (column.kind == ColumnKind::words) {
    text += ", " + std::to_string(column.levels.size()) + " levels: " + some_names(column.levels);
  } else if (column.kind == ColumnKind::numbers && column.levels.size() <= 10) {
    text += ", " + std::to_string(column.levels.size()) + " different";
  }
  if (column.kind == ColumnKind::mixed) {
    text += ": list it in categorical, or correct " + table.place(column.odd_row, column.name);
  }
  if (column.missing > 0) text += ", " + std::to_string(column.missing) + " missing";
  if (column.constant() && column.kind != ColumnKind::empty) text += ", constant";
  // A cell must not break out of its comment.
  std::replace_if(
      text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
  return text;
}

/// What the columns suggest.
struct Suggestion {
  std::string target;
  std::string task;
  std::vector<ColumnSummary> columns;
  std::vector<std::string> inputs;
  std::vector<std::string> protected_columns;
  std::vector<std::string> excluded;
  std::vector<std::string> categorical;
  std::vector<std::string> numeric_inputs;
  std::vector<std::string> two_level_protected;
  bool missing = false;

  [[nodiscard]] const ColumnSummary& column(const std::string& name) const {
    return *std::find_if(columns.begin(), columns.end(),
                         [&](const ColumnSummary& c) { return c.name == name; });
  }
};

Suggestion suggest(const Table& table, const InitOptions& options) {
  Suggestion found;
  if (!options.target.empty()) require_column("--target", options.target, table);
  found.target = options.target.empty() ? guess_target(table) : options.target;
  for (const std::string& name : table.names()) found.columns.push_back(summarize(table, name));
  const ColumnSummary& target = found.column(found.target);
  found.task = options.task.empty() ? guess_task(target) : options.task;
  require_task_fits(found.task, target);
  for (const ColumnSummary& column : found.columns) {
    if (column.name == found.target) {
      found.missing = found.missing || column.missing > 0;
      continue;
    }
    if (looks_like_an_identifier(column) || column.constant()) {
      found.excluded.push_back(column.name);
      continue;
    }
    found.missing = found.missing || column.missing > 0;
    const bool mixed = column.kind == ColumnKind::mixed;
    if (mixed && column.many_levels()) {
      found.excluded.push_back(column.name);
      continue;
    }
    if (mixed) found.categorical.push_back(column.name);
    if (sounds_protected(column.name)) {
      found.protected_columns.push_back(column.name);
      const bool flag = column.levels.size() == 2 && column.missing == 0;
      if (flag && column.kind == ColumnKind::words) {
        found.two_level_protected.push_back(column.name);
      }
      continue;
    }
    found.inputs.push_back(column.name);
    if (column.kind == ColumnKind::numbers) found.numeric_inputs.push_back(column.name);
  }
  return found;
}

std::string split_text(const Suggestion& found) {
  std::string text =
      "  // random; stratified (by the target and the columns of \"by\"); column (\"by\" says "
      "train,\n"
      "  // validation or test); time (the last rows of \"by\" are the test).\n"
      "  \"split\": {\"kind\": \"stratified\", \"validation\": 0.2, \"test\": 0.2";
  if (found.two_level_protected.size() == 1) {
    text += ", \"by\": " + quoted_list(found.two_level_protected);
  }
  return text + "},\n";
}

/// Groups to choose from, each as a comment that is valid once its slashes are gone.
std::string rules_text(const Suggestion& found) {
  std::string text =
      "  // Each group is an axis of the front. Take the slashes away from those that hold, and "
      "put\n"
      "  // commas between them. `tabular families` lists all rules, `tabular check` says which "
      "ones\n"
      "  // the labels themselves break.\n"
      "  \"groups\": [\n";
  const std::string output = found.task == "multiclass"
                                 ? ", \"output\": " + quoted(found.column(found.target).levels[0])
                                 : "";
  const std::string unit = found.task == "regression" ? "1" : "0.01";
  if (!found.numeric_inputs.empty()) {
    text += "    // {\"name\": \"monotonicity\", \"tolerance\": 0.0001, \"penalty\": {\"scale\": " +
            unit + "},\n    //  \"rules\": [{\"rule\": \"monotone_pairs\", \"inputs\": " +
            quoted_list({found.numeric_inputs.front()}) +
            ", \"direction\": \"rising\", \"step\": 1, \"step_unit\": \"sd\"" + output + "}]}\n";
  }
  if (!found.two_level_protected.empty()) {
    text += "    // {\"name\": \"parity\", \"tolerance\": 0.01, \"penalty\": {\"scale\": " + unit +
            "},\n    //  \"rules\": [{\"rule\": \"demographic_parity\", \"column\": " +
            quoted(found.two_level_protected.front()) + output + "}]}\n";
  }
  if (found.task == "regression") {
    const ColumnSummary& target = found.column(found.target);
    text +=
        "    // {\"name\": \"range\", \"tolerance\": 0.0001, \"penalty\": {\"scale\": 1},\n"
        "    //  \"rules\": [{\"rule\": \"output_range\", \"low\": " +
        number(target.low) + ", \"high\": " + number(target.high) + "}]}\n";
  }
  return text + "  ],\n";
}

}  // namespace

std::string starting_config(const Table& table, const InitOptions& options,
                            const std::string& file) {
  const Suggestion found = suggest(table, options);
  std::string text =
      "// A config to begin with, from the columns of the table. Run it with\n"
      "//   tabular check THIS_FILE   and   tabular run THIS_FILE\n"
      "{\n  \"data\": {\n    \"file\": " +
      quoted(file) + ",  // " + std::to_string(table.num_rows()) + " rows\n";
  text +=
      "    \"target\": " + quoted(found.target) + ",\n    \"task\": " + quoted(found.task) + ",\n";
  if (found.task == "binary") {
    text += "    \"positive\": " + quoted(found.column(found.target).levels.back()) +
            ",  // the cell that counts as 1; the other one is " +
            quoted(found.column(found.target).levels.front()) + "\n";
  }
  text += "    // What the columns are:\n";
  for (const ColumnSummary& column : found.columns) {
    text += "    //   " + quoted(column.name) + ": " + description(column, table) + "\n";
  }
  text += "    \"inputs\": " + quoted_list(found.inputs) + ",\n";
  text +=
      "    // Columns that people must not be judged by, as far as their names tell: seen by\n"
      "    // fairness rules, not by the model. List them in inputs if it may.\n"
      "    \"protected\": " +
      quoted_list(found.protected_columns) + ",\n";
  text += "    \"exclude\": " + quoted_list(found.excluded) + ",\n";
  text += "    \"categorical\": " + quoted_list(found.categorical) +
          ",  // also for codes written as numbers\n";
  text += "    \"missing\": " + quoted(found.missing ? "impute" : "error") +
          "  // error, drop_row or impute\n  },\n";
  text += split_text(found);
  text +=
      "  \"model\": {\"hidden\": [16, 16], \"activation\": \"tanh\", \"weight_decay\": 0.01},\n";
  text += rules_text(found);
  text +=
      "  // `tabular solvers` lists them; weighted_sum serves any number of groups.\n"
      "  \"solver\": {\"name\": \"weighted_sum\", \"options\": {\"points\": 20}},\n"
      "  \"seeds\": [1]\n}\n";
  return text;
}

std::filesystem::path write_starting_config(const InitOptions& options) {
  const Table table = read_csv(options.data);
  const std::filesystem::path out =
      options.out.empty() ? std::filesystem::path(options.data.stem().string() + ".json")
                          : options.out;
  std::error_code ignored;
  if (options.existing == ExistingFile::refuse && std::filesystem::exists(out, ignored)) {
    throw FileError({out.string(), "is there already", "a new file", "",
                     "--force replaces it, --out names another one"});
  }
  const std::filesystem::path folder =
      out.parent_path().empty() ? std::filesystem::path(".") : out.parent_path();
  write_file_atomically(
      out, starting_config(table, options,
                           std::filesystem::proximate(options.data, folder).generic_string()));
  return out;
}

}  // namespace moo::tabular
