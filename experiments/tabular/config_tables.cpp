#include "experiments/tabular/config_tables.hpp"

#include "experiments/tabular/config.hpp"
#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/model/activation.hpp"

namespace moo::tabular {
namespace {

constexpr double largest_width = 100000;
constexpr double largest_stage = 1000;
constexpr double largest_seed = 9007199254740991.0;  // 2^53 - 1: JSON numbers are exact up to here

Field name_field(const std::string& meaning) {
  return text("name", meaning)
      .matching("[A-Za-z0-9_][A-Za-z0-9_.-]*",
                "letters, digits, '_', '-' and '.', not beginning with '-' or '.'");
}

Field data_table() {
  const DataConfig defaults;
  return object(
      "data", "the table, and what its columns are for",
      {text("file", "CSV file, relative to the config's folder"),
       text("target", "column that is predicted"),
       word("task", "what kind of prediction it is", task_names()),
       text("positive", "binary: the cell of the target that counts as 1; the later word if absent")
           .optional(),
       text("inputs",
            "columns the model sees; all but target, weights, protected and excluded "
            "ones if absent or empty")
           .distinct(0)
           .otherwise(Json::array()),
       text("exclude", "columns the model does not see").distinct(0).otherwise(Json::array()),
       text("protected", "columns for fairness rules, which are inputs only where listed in inputs")
           .distinct(0)
           .otherwise(Json::array()),
       text("categorical",
            "columns whose numbers are codes; columns of words are categorical "
            "anyway")
           .distinct(0)
           .otherwise(Json::array()),
       text("weights", "column of row weights >= 0 in the loss").optional(),
       word("missing", "what becomes of rows with missing cells: an error, left out, or the median",
            missing_policy_names())
           .otherwise(missing_policy_names()[static_cast<std::size_t>(defaults.missing)])});
}

Field split_table() {
  const SplitConfig defaults;
  const auto share = [](const char* name, double value) {
    return number(name, "share of the rows").at_least(0).below(1).otherwise(value);
  };
  const std::vector<Field> shares = {share("validation", defaults.validation),
                                     share("test", defaults.test)};
  const auto by = [](const char* meaning) { return text("by", meaning); };
  return tagged("split", "which rows are for training, validation and test", "kind", "random",
                {{"random", "rows at random", shares},
                 {"stratified", "in proportion within classes of the target and of columns",
                  joined(shares,
                         {by("columns beside the target").distinct(0).otherwise(Json::array())})},
                 {"column",
                  "as a column says: train, validation, test",
                  {by("the column").exactly_one()}},
                 {"time", "rows in rising order of a column: the last ones are the test",
                  joined(shares, {by("the column").exactly_one()})}})
      .optional();
}

Field model_table() {
  const ModelConfig defaults;
  return object("model", "the network",
                {whole("hidden", "widths of the hidden layers")
                     .at_least(1)
                     .at_most(largest_width)
                     .list(0)
                     .otherwise(defaults.hidden),
                 word("activation", "what a hidden unit does", activation_names())
                     .otherwise(defaults.activation),
                 number("weight_decay", "nu of nu/2 |theta|^2 in every objective")
                     .at_least(0)
                     .otherwise(defaults.weight_decay)})
      .optional();
}

/// Every shape with its own parameter, and only where it has one.
Field penalty_table() {
  const Penalty defaults;
  const std::vector<Field> common = {
      number("scale", "residual that counts as one, in the rule's unit")
          .above(0)
          .or_word("automatic")
          .otherwise(defaults.scale),
      number("margin", "extra distance asked for while training, in the rule's unit")
          .otherwise(defaults.margin)};
  std::vector<Variant> shapes;
  for (const std::string& name : penalty_shape_names()) {
    const Penalty penalty{.shape = penalty_shape_from(name)};
    Variant shape{name, "zero: " + std::string(zero_set(penalty.shape)), common};
    if (penalty.resolved_parameter() != 0.0) {
      Field parameter = number("shape_parameter", "the shape's letter in docs/constraints.md")
                            .otherwise(penalty.resolved_parameter());
      shape.fields.push_back(penalty.shape == PenaltyShape::power
                                 ? std::move(parameter).at_least(1).at_most(4)
                                 : std::move(parameter).above(0));
    }
    shapes.push_back(std::move(shape));
  }
  return tagged("penalty", "how a residual counts", "shape", std::string(to_string(defaults.shape)),
                std::move(shapes))
      .optional();
}

Field aggregation_table() {
  const Aggregation defaults;
  return tagged(
             "aggregation", "how the penalties of all probes become one number (soft groups)",
             "kind", "mean",
             {{"mean", "every violation counts", {}},
              {"log_mean_exp",
               "a smooth worst case",
               {number("temperature", "in units of the penalty")
                    .above(0)
                    .otherwise(defaults.temperature)}},
              {"cvar",
               "mean of the worst share",
               {number("share", "of the probes").above(0).at_most(1).otherwise(defaults.share)}}})
      .optional();
}

Field chance_table() {
  const Chance defaults;
  const Field delta = number("delta", "share of probes that may break the rule")
                          .above(0)
                          .below(1)
                          .otherwise(defaults.delta);
  return tagged("chance", "what a probabilistic group is trained with", "surrogate", "cvar",
                {{"cvar", "convex in the residuals, conservative", {delta}},
                 {"smoothed_rate",
                  "mean of a sigmoid of the residuals",
                  {delta, number("temperature", "in units of the penalty's scale")
                              .above(0)
                              .otherwise(defaults.temperature)}}})
      .optional();
}

Field schedule_table() {
  const StrengthSchedule defaults;
  return object("schedule", "how solvers that schedule raise the group's weight",
                {number("initial", "first weight, in units of the accuracy's")
                     .above(0)
                     .otherwise(defaults.initial),
                 number("growth", "factor of a raise").above(1).otherwise(defaults.growth),
                 number("largest", "no raise goes beyond it").above(0).otherwise(defaults.largest),
                 number("allowed_rate", "validation violation rate at which raising stops")
                     .at_least(0)
                     .at_most(1)
                     .otherwise(defaults.allowed_rate),
                 whole("stage", "raised from 0 once all lower stages are satisfied")
                     .at_least(0)
                     .at_most(largest_stage)
                     .otherwise(defaults.stage)})
      .optional();
}

Field group_table() {
  return object(
      "groups", "constraint groups: each is an axis of the front, or a block of hard rows",
      {name_field("of the group and of its objective"),
       word("enforcement", "an axis of its own, hard rows, or a bounded probability",
            {"soft", "hard", "probabilistic"})
           .otherwise("soft"),
       number("tolerance", "residual above which a probe counts as violated, in the rule's unit")
           .at_least(0)
           .otherwise(ConstraintGroup{}.tolerance),
       penalty_table(), aggregation_table(), chance_table(), schedule_table(), rule_table()});
}

Field solver_table() {
  return object("solver", "who searches the front",
                {text("name", "of a solver; the command `solvers` lists them")
                     .otherwise(Config{}.solver),
                 options("options", "of the solver, by name").otherwise(Json::object())})
      .optional();
}

}  // namespace

const std::vector<std::string>& task_names() {
  static const std::vector<std::string> names = {"binary", "multiclass", "regression"};
  return names;
}

const std::vector<std::string>& missing_policy_names() {
  static const std::vector<std::string> names = {"error", "drop_row", "impute"};
  return names;
}

const std::vector<std::string>& split_kind_names() {
  static const std::vector<std::string> names = {"random", "stratified", "column", "time"};
  return names;
}

const Field& config_table() {
  static const Field table = object(
      "", "an experiment on one table",
      {text("$schema", "where editors find the schema of this file").optional(),
       name_field("of the experiment; the file's name if absent").optional(), data_table(),
       split_table(), model_table(),
       word("loss", "the accuracy; cross-entropy for classes, squared error for numbers if absent",
            {"cross_entropy", "squared_error", "huber"})
           .optional(),
       group_table().list(0).otherwise(Json::array()), solver_table(),
       whole("seeds", "one run each")
           .at_least(1)
           .at_most(largest_seed)
           .distinct(1)
           .otherwise(Config{}.seeds)});
  return table;
}

}  // namespace moo::tabular
