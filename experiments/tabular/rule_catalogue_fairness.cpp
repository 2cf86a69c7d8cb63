#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/constraint/calibration_within_groups.hpp"
#include "libmoo/constraint/counterfactual_fairness.hpp"
#include "libmoo/constraint/covariance_parity.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/equal_opportunity.hpp"
#include "libmoo/constraint/equalised_odds.hpp"
#include "libmoo/constraint/error_parity.hpp"

namespace moo::tabular {
namespace {

constexpr double most_rows = 1e9;

/// A rule over one column and one output.
template <class Rule>
Rules over_column(const RuleFields& rule) {
  return one_rule(Rule(rule.text("column"), rule.output()));
}

Rules demographic_parity(const RuleFields& rule) {
  return one_rule(DemographicParity(rule.text("column"), rule.output(), rule.unit()));
}

Rules error_parity(const RuleFields& rule) {
  const bool binary = rule.has("error") ? rule.text("error") == "binary"
                                        : rule.context().target_unit == "probability";
  return one_rule(ErrorParity(rule.text("column"),
                              binary ? ErrorParity::Kind::binary : ErrorParity::Kind::regression,
                              rule.output()));
}

Rules calibration(const RuleFields& rule) {
  CalibrationWithinGroups::Options options{.min_rows = rule.whole("min_rows"),
                                           .output = rule.output()};
  if (rule.has("bins")) {
    const ConfigObject bins = rule.written().object("bins");
    options.bins = {bins.text("column"), bins.numbers("edges")};
  }
  return one_rule(CalibrationWithinGroups(rule.text("column"), std::move(options)));
}

void check_edges(const ConfigObject& rule) {
  if (!rule.has("bins")) return;
  const ConfigObject bins = rule.object("bins");
  const std::vector<double> edges = bins.numbers("edges");
  for (std::size_t k = 1; k < edges.size(); ++k) {
    if (edges[k] > edges[k - 1]) continue;
    refuse(bins.place() / "edges" / k, "does not rise",
           "more than " + described(bins.value("edges")[k - 1]), described(bins.value("edges")[k]));
  }
}

Rules counterfactual(const RuleFields& rule) {
  std::vector<ProtectedInput> inputs;
  for (const ConfigObject& change : rule.written().objects("changes")) {
    const std::string input = change.text("input");
    inputs.push_back({input, rule.standardised_value(input, change.number("a")),
                      rule.standardised_value(input, change.number("b"))});
  }
  return one_rule(CounterfactualFairness(std::move(inputs), rule.output()));
}

void check_values_differ(const ConfigObject& rule) {
  std::vector<std::string> seen;
  for (const ConfigObject& change : rule.objects("changes")) {
    if (change.number("a") == change.number("b")) {
      refuse(change.place() / "b", "is the same as a", "another value",
             described(change.value("b")));
    }
    for (const std::string& input : seen) {
      if (input == change.text("input")) {
        refuse(change.place() / "input", "is there twice", "distinct inputs", "'" + input + "'");
      }
    }
    seen.push_back(change.text("input"));
  }
}

}  // namespace

std::vector<RuleFamily> fairness_families() {
  const std::vector<Field> over = {protected_column(), output_field()};
  return {
      {"demographic_parity", "The mean prediction is the same inside and outside a column.", over,
       demographic_parity},
      {"equal_opportunity",
       "Among rows of the class the mean prediction is the same inside and outside a column.", over,
       over_column<EqualOpportunity>},
      {"equalised_odds",
       "In each true class the mean prediction is the same inside and outside a column.", over,
       over_column<EqualisedOdds>},
      {"error_parity",
       "The mean error is the same inside and outside a column.",
       {protected_column(),
        word("error", "|y - p|, or (p - y)^2; what fits the task if absent",
             {"binary", "regression"})
            .optional(),
        output_field()},
       error_parity},
      {"covariance_parity",
       "The prediction does not go along with a column, which may hold any numbers.",
       {column("column", "protected column of numbers"), output_field()},
       over_column<CovarianceParity>},
      {"calibration_within_groups",
       "In each group (and bin of a reference score) the mean prediction is the mean target.",
       {column("column", "up to 64 distinct values, each of which is a group"),
        object("bins", "fixed bins of another score; groups as a whole if absent",
               {column("column", "the score"),
                number("edges", "rising; the last bin is closed").list(2)})
            .optional(),
        whole("min_rows", "cells with fewer rows have no residual")
            .at_least(1)
            .at_most(most_rows)
            .otherwise(CalibrationWithinGroups::Options{}.min_rows),
        output_field()},
       calibration,
       check_edges},
      {"counterfactual_fairness",
       "No prediction changes when protected inputs are set to one value or to another.",
       {object(
            "changes", "inputs that are changed together",
            {input("input", "protected input"), number("a", "one value"), number("b", "the other")})
            .list(1),
        value_unit_field(), output_field()},
       counterfactual,
       check_values_differ},
  };
}

}  // namespace moo::tabular
