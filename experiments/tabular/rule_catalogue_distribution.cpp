#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/constraint/list_exposure.hpp"
#include "libmoo/constraint/score_distance.hpp"
#include "libmoo/constraint/score_moment.hpp"
#include "libmoo/constraint/score_quantiles.hpp"
#include "libmoo/constraint/top_k_share.hpp"

namespace moo::tabular {
namespace {

constexpr double most_levels = 1000;

Rules score_moment(const RuleFields& rule) {
  return one_rule(ScoreMoment(
      rule.text("moment") == "mean" ? ScoreMoment::Moment::mean : ScoreMoment::Moment::variance,
      rule.number("target"), {.member_column = rule.text("members"), .output = rule.output()}));
}

void check_variance(const ConfigObject& rule) {
  if (rule.text("moment") == "variance" && rule.number("target") < 0) {
    refuse(rule.place() / "target", "is no variance", "a number >= 0",
           described(rule.value("target")));
  }
}

Rules quantile_parity(const RuleFields& rule) {
  const std::vector<double> levels =
      rule.has("levels") ? rule.written().numbers("levels") : midpoint_levels(rule.whole("count"));
  return one_rule(QuantileParity(rule.text("column"), levels, rule.output()));
}

void check_levels(const ConfigObject& rule) {
  if (rule.has("levels") != rule.has("count")) return;
  refuse(rule.place(), rule.has("levels") ? "has its levels twice" : "has no levels",
         "either levels or count", "", "count 10 means the levels 0.05, 0.15, ..., 0.95");
}

Rules quantile_bound(const RuleFields& rule) {
  const bool at_most = rule.has("at_most");
  return one_rule(
      QuantileBound(at_most ? QuantileBound::Kind::at_most : QuantileBound::Kind::at_least,
                    rule.number("level"), rule.number(at_most ? "at_most" : "at_least"),
                    {.member_column = rule.text("members"), .output = rule.output()}));
}

void check_bound(const ConfigObject& rule) {
  if (rule.has("at_most") != rule.has("at_least")) return;
  refuse(rule.place(), rule.has("at_most") ? "has two bounds" : "has no bound",
         "either at_most or at_least", "", "write two rules for a range");
}

RankedLists lists_of(const RuleFields& rule) {
  return {rule.text("lists"), rule.number("temperature"), rule.output()};
}

Rules exposure_parity(const RuleFields& rule) {
  return one_rule(ExposureParity(lists_of(rule), rule.text("column"), rule.text("merit")));
}

Rules exposure_concentration(const RuleFields& rule) {
  using Measure = ExposureConcentration::Measure;
  return one_rule(ExposureConcentration(
      lists_of(rule), rule.text("measure") == "gini" ? Measure::gini : Measure::entropy_deficit,
      rule.number("limit"), rule.text("items")));
}

Rules list_similarity(const RuleFields& rule) {
  return one_rule(ListSimilarity(lists_of(rule), rule.text("feature"), rule.number("width"),
                                 rule.number("limit")));
}

Rules score_distance(const RuleFields& rule) {
  const ConfigObject measure = rule.written().object("measure");
  ScoreDistanceOptions options{.reference_column = rule.text("reference_column"),
                               .tolerance = rule.number("limit"),
                               .member_column = rule.text("members"),
                               .output = rule.output()};
  const std::vector<double> reference = rule.written().numbers("reference");
  options.reference = Eigen::Map<const Vector>(reference.data(), std::ssize(reference));
  using Kind = ScoreDistance::Kind;
  options.kind = measure.tag() == "energy"          ? Kind::energy
                 : measure.tag() == "wasserstein_1" ? Kind::wasserstein_1
                                                    : Kind::wasserstein_2;
  if (measure.offers("smoothing")) options.smoothing = measure.number("smoothing");
  return one_rule(ScoreDistance(std::move(options)));
}

void check_reference(const ConfigObject& rule) {
  if (rule.has("reference") != rule.has("reference_column")) return;
  refuse(rule.place(), rule.has("reference") ? "has two references" : "has no reference",
         "either reference or reference_column");
}

Field measure_field() {
  const Field smoothing = number("smoothing", "in units of the prediction")
                              .above(0)
                              .otherwise(ScoreDistanceOptions{}.smoothing);
  return tagged("measure", "of the distance", "kind", "energy",
                {{"energy", "smooth everywhere", {smoothing}},
                 {"wasserstein_1", "mean distance of quantiles", {smoothing}},
                 {"wasserstein_2", "mean squared distance of quantiles", {}}})
      .optional();
}

Rules top_k_share(const RuleFields& rule) {
  using Kind = TopKShare::Kind;
  const std::string kind = bound_of(rule.written());
  return one_rule(TopKShare({.member_column = rule.text("column"),
                             .count = rule.whole("count"),
                             .kind = kind == "at_most"    ? Kind::at_most
                                     : kind == "at_least" ? Kind::at_least
                                                          : Kind::equal,
                             .target = rule.number(kind),
                             .list_column = rule.text("lists"),
                             .temperature = rule.number("temperature"),
                             .width = rule.number("width"),
                             .output = rule.output()}));
}

}  // namespace

std::vector<RuleFamily> distribution_families() {
  const Field members = column("members", "rows where it is 1; all rows if absent").optional();
  const std::vector<Field> ranked = {
      column("lists", "rows with one value are ranked against each other"),
      number("temperature", "how sharply attention falls with the score, in its unit")
          .above(0)
          .otherwise(RankedLists{}.temperature),
      output_field()};
  return {
      {"score_moment",
       "The mean (or the variance) of the predictions has a given value.",
       {word("moment", "of the predictions over rows", {"mean", "variance"}),
        number("target", "its value"), members, output_field()},
       score_moment,
       check_variance},
      {"quantile_parity",
       "Predictions inside and outside a column have the same distribution, level by level.",
       {protected_column(),
        number("levels", "of the quantiles").at_least(0).at_most(1).list(1).optional(),
        whole("count", "instead: so many levels, evenly spread")
            .at_least(1)
            .at_most(most_levels)
            .optional(),
        output_field()},
       quantile_parity,
       check_levels},
      {"quantile_bound",
       "A quantile of the predictions keeps a bound.",
       {number("level", "of the quantile").at_least(0).at_most(1),
        number("at_most", "its upper bound").optional(),
        number("at_least", "its lower bound, instead").optional(), members, output_field()},
       quantile_bound,
       check_bound},
      {"exposure_parity",
       "In ranked lists, members of a column get the same exposure as others, or by merit.",
       joined({protected_column(),
               column("merit", "numbers >= 0 exposure is in proportion to").optional()},
              ranked),
       exposure_parity},
      {"exposure_concentration", "In ranked lists, exposure is spread over the items.",
       joined({word("measure", "of concentration", {"entropy_deficit", "gini"}),
               number("limit", "of the measure").at_least(0),
               column("items", "rows with one value are one item; every row if absent").optional()},
              ranked),
       exposure_concentration},
      {"list_similarity", "Rows shown together in a ranked list are not too similar.",
       joined({column("feature", "in which rows are similar"),
               number("width", "of the similarity, in units of the feature").above(0),
               number("limit", "of the mean similarity").at_least(0).at_most(1)},
              ranked),
       list_similarity},
      {"score_distance",
       "The predictions are distributed like a reference.",
       {number("reference", "numbers the predictions should be spread like").list(1).optional(),
        column("reference_column", "or a column of such numbers").optional(), measure_field(),
        number("limit", "of the distance").at_least(0).otherwise(0.0), members, output_field()},
       score_distance,
       check_reference},
      {"top_k_share", "The share of a column among the k highest predictions keeps a bound.",
       joined({protected_column(), whole("count", "k").at_least(1).at_most(1e9).otherwise(10),
               column("lists", "rows with one value are one list; all rows if absent").optional(),
               number("temperature", "of the soft ranks, in units of the prediction")
                   .above(0)
                   .otherwise(TopKShareOptions{}.temperature),
               number("width", "how soft the edge of the top is, in ranks")
                   .above(0)
                   .otherwise(TopKShareOptions{}.width),
               output_field()},
              share_bounds()),
       top_k_share, check_share_bounds},
  };
}

}  // namespace moo::tabular
