#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/group.hpp"
#include "libmoo/data/dataset.hpp"
#include "libmoo/data/standardize.hpp"
#include "libmoo/training/loss.hpp"

namespace moo::tabular {

enum class Task { binary, multiclass, regression };
enum class MissingPolicy {
  error,     ///< a missing cell ends the run
  drop_row,  ///< rows with a missing cell in a column that is used are left out, and counted
  impute,    ///< numbers: the training rows' median; words: a level of their own, "missing"
};
enum class SplitKind {
  random,
  stratified,  ///< by the target (classes; regression: quintiles) and the columns of `by`
  column,      ///< the split of a row is written in column `by`: train, validation, test
  time,        ///< rows in rising order of column `by`: the last ones are the test
};

struct DataConfig {
  std::filesystem::path
      file;  ///< written relative to the config's folder; here as it is to be opened
  std::string target;
  Task task = Task::regression;
  std::string positive;             ///< binary: the cell that counts as 1; empty: the later word
  std::vector<std::string> inputs;  ///< empty: every column but target, weights, protected, exclude
  std::vector<std::string> exclude;
  std::vector<std::string> protected_columns;  ///< no inputs unless listed in `inputs`
  std::vector<std::string> categorical;        ///< beside those whose cells are words
  std::string weights;                         ///< column of row weights >= 0; empty: none
  MissingPolicy missing = MissingPolicy::error;
};

struct SplitConfig {
  SplitKind kind = SplitKind::random;
  double validation = 0.2;
  double test = 0.2;
  std::vector<std::string> by;
};

struct ModelConfig {
  std::vector<int> hidden = {16, 16};
  std::string activation = "tanh";
  double weight_decay = 1e-2;
};

/// A group as written; its rules are still JSON, to be made once the columns are known.
struct GroupConfig {
  ConstraintGroup group;           ///< without its constraints
  bool automatic_scale = false;    ///< "scale": "automatic"
  std::vector<std::string> rules;  ///< JSON text of each rule, {"rule": NAME, ...}
  std::vector<std::string> paths;  ///< of each rule in the config, such as "/groups/0/rules/1"
};

/// A whole config file, checked as far as it can be without the data.
struct Config {
  std::filesystem::path file;
  std::string name;
  DataConfig data;
  SplitConfig split;
  ModelConfig model;
  std::optional<LossKind> loss;  ///< empty: cross-entropy for classes, squared error for numbers
  std::vector<GroupConfig> groups;
  std::string solver = "augmented_lagrangian";
  std::map<std::string, std::string> solver_options;
  std::vector<std::uint64_t> seeds = {1};
};

/// Reads and checks a config; `//` and `/* */` comments are allowed.
/// Throws: FileError for one that cannot be read or is no JSON (with line and column);
/// InvalidArgument with the JSON path, what was expected, what was there and the nearest valid
/// name.
Config read_config(const std::filesystem::path& path);

/// The same from text. `file` names it in messages and is what `data.file` is relative to.
Config parse_config(const std::string& text, const std::filesystem::path& file);

/// The JSON Schema (draft 2020-12) of the config, made from the same tables that read_config checks
/// against.
nlohmann::ordered_json config_schema();

/// What a rule needs to know beside the data to be bound in raw units.
struct RuleContext {
  const Dataset& data;  ///< the training rows: names of inputs, side columns and number of outputs
  const Standardizer& standardizer;      ///< of the inputs
  std::vector<std::string> class_names;  ///< one per output; regression: the target's name
  std::string target_unit;               ///< "probability" or the target's name
  std::vector<int> hidden =
      {};  ///< widths of the hidden layers; empty: rules on them are not bound
};

/// Makes a rule from its JSON: one constraint, or one per input where the families behind it take
/// one standardised step for all inputs and the config gives a raw one. They are bound to the data
/// once, so that what only the data can refuse is refused here.
/// Throws: InvalidArgument naming the path, for an unknown family (with the nearest), a missing,
/// unknown or unusable field, a column the data lack, or a rule that does not fit the data.
std::vector<std::shared_ptr<const Constraint>> make_rule(const std::string& json,
                                                         const std::string& path,
                                                         const RuleContext& context);

/// Names and one-sentence meanings of all rule families on offer, for --help, init and the docs.
std::vector<std::pair<std::string, std::string>> rule_families();

}  // namespace moo::tabular
