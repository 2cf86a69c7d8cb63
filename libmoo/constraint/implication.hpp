#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"
#include "libmoo/constraint/row_predicate.hpp"

namespace moo {

/// What follows where the premise holds.
enum class Conclusion {
  at_most,   ///< p <= bound
  at_least,  ///< p >= bound
};

struct ImplicationOptions {
  RowPredicate premise;  ///< conditions that must all hold on a row
  Conclusion conclusion = Conclusion::at_most;
  double bound = 0.0;  ///< in the prediction's unit
  int output = 0;      ///< of the model
  std::string unit = "prediction";
};

/// If the premise holds on a row, the prediction keeps a bound: on the rows where all conditions
/// hold
///
///     r = p - bound <= 0    at most,        r = bound - p <= 0    at least,
///
/// one residual per matching row, in the prediction's unit; other rows have none, so that a penalty
/// is averaged over the matching rows only. A condition names a side column, which is compared as
/// it is stored (usually in raw units: side_column("lvrat") > 0.95), or a model input, which is
/// compared standardised (model_input("lvrat") > 0.95 means 0.95 deviations above the mean). The
/// premise is checked on the data, not on probes. Linear; asks for no further probes.
/// Source: Fung, Mangasarian, Shavlik (2003), section 2, knowledge sets x in K => f(x) >= bound, on
/// samples of the set.
class Implication final : public Constraint {
 public:
  /// Throws: InvalidArgument for an empty premise (use OutputRange) or a bound that is not finite.
  explicit Implication(ImplicationOptions options);

  /// "if lvrat > 0.95 and insurance = 0, output <= 0.2"
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }

  /// Throws: InvalidArgument also when no row matches, saying how many match each condition.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ImplicationOptions options_;
};

}  // namespace moo
