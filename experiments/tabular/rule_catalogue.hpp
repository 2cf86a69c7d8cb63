#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "experiments/tabular/config_object.hpp"
#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/row_predicate.hpp"

namespace moo::tabular {

using Rules = std::vector<std::shared_ptr<const Constraint>>;

/// The fields of one rule in the config, with names looked up in the data.
class RuleFields {
 public:
  RuleFields(ConfigObject object, const RuleContext& context);

  [[nodiscard]] const ConfigObject& written() const { return object_; }
  [[nodiscard]] const RuleContext& context() const { return context_; }

  /// Of what the rule is on: a prediction, or a logit.
  [[nodiscard]] std::string unit() const;

  [[nodiscard]] bool has(const std::string& name) const { return object_.has(name); }
  [[nodiscard]] std::string text(const std::string& name) const { return object_.text(name); }
  [[nodiscard]] double number(const std::string& name) const { return object_.number(name); }
  [[nodiscard]] int whole(const std::string& name) const { return object_.whole(name); }

  /// The output a field names. Without one: the only output there is; refused when there are more.
  [[nodiscard]] int output(const std::string& name = "output") const;
  /// Several; empty where absent.
  [[nodiscard]] std::vector<int> outputs(const std::string& name = "outputs") const;
  [[nodiscard]] RowPredicate conditions(const std::string& name) const;

  /// One list of fields per object of a list.
  [[nodiscard]] std::vector<RuleFields> objects(const std::string& name) const;

  /// How much one unit of a number in `unit_field` ("raw" or "sd") is of the standardised input.
  [[nodiscard]] double standardised_step(const std::string& input, double step,
                                         const std::string& unit_field = "step_unit") const;
  /// The place of a raw value (or of one in deviations from the mean) on the standardised input.
  [[nodiscard]] double standardised_value(const std::string& input, double value,
                                          const std::string& unit_field = "value_unit") const;

 private:
  [[nodiscard]] int output_at(const Json& value, const Place& place) const;

  ConfigObject object_;
  const RuleContext& context_;
};

/// One family of rules: what stands in the config, and how the rule is made from it. A new family
/// is one such entry in one of the lists below.
struct RuleFamily {
  std::string name;
  std::string meaning;        ///< one sentence
  std::vector<Field> fields;  ///< beside "rule"
  Rules (*make)(const RuleFields&);
  void (*check)(const ConfigObject&) = nullptr;  ///< refuses contradictions that need no data

  enum class Subject {
    predictions,  ///< or logits, as the field "on" says, which it gets
    own,          ///< something else, or probabilities only
  };
  Subject subject = Subject::predictions;
};

std::vector<RuleFamily> fairness_families();
std::vector<RuleFamily> response_families();
std::vector<RuleFamily> domain_families();
std::vector<RuleFamily> distribution_families();
std::vector<RuleFamily> derivative_families();
std::vector<RuleFamily> network_families();

/// All of them.
const std::vector<RuleFamily>& rule_catalogue();

/// The field "rules" of a group.
const Field& rule_table();

/// Checks that need the family but no data, for a rule that fits its table.
void check_rule(const ConfigObject& rule);

// Fields that families share.

Field protected_column();   ///< "column", of zeros and ones
Field output_field();       ///< "output", optional where there is one only
Field output_list_field();  ///< "outputs", optional: all
Field step_field();         ///< "step"
Field step_unit_field();    ///< "step_unit": "sd" or "raw"
Field value_unit_field();   ///< "value_unit": "raw" or "sd"
Field condition_list(const std::string& name, const std::string& meaning);

/// "at_most", "at_least" and "equal": a share in [0, 1], one of the three.
std::vector<Field> share_bounds();
void check_share_bounds(const ConfigObject& rule);
/// Which of the three a rule has.
std::string bound_of(const ConfigObject& rule);

/// Refuses conditions that name no column, or two.
void check_conditions(const ConfigObject& rule, const std::string& name);

/// Refuses an object in which `low` is greater than `high`.
void check_low_and_high(const ConfigObject& object);

/// The rule alone.
template <class Rule>
Rules one_rule(Rule rule) {
  return {std::make_shared<const Rule>(std::move(rule))};
}

}  // namespace moo::tabular
