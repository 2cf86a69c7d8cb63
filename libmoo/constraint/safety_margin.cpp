#include "libmoo/constraint/safety_margin.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

SafetyMargin::SafetyMargin(SafetyMarginOptions options) : options_(std::move(options)) {
  if (options_.reference.empty() || !std::isfinite(options_.margin)) {
    throw InvalidArgument({"SafetyMargin", "no reference to keep away from",
                           "the name of a side column and a finite margin",
                           "'" + options_.reference + "', margin " + number_text(options_.margin),
                           ""});
  }
}

std::string SafetyMargin::name() const {
  const double margin = options_.margin;
  const std::string shift = margin == 0.0  ? ""
                            : margin > 0.0 ? " + " + number_text(margin)
                                           : " - " + number_text(-margin);
  return (options_.side == SafeSide::never_below ? "never below " : "never above ") +
         options_.reference + shift;
}

std::unique_ptr<BoundConstraint> SafetyMargin::bind(const Dataset& data, ProbeBatch& batch) const {
  const Vector& reference = data.column(options_.reference);
  require_size(name(), "column '" + options_.reference + "'", data.num_rows(), reference.size());
  require_output(name(), options_.output, data);
  const double sign = options_.side == SafeSide::never_below ? 1.0 : -1.0;
  LinearRows rows(data);
  for (int b = 0; b < data.num_rows(); ++b) {
    if (!std::isfinite(reference(b))) {
      throw InvalidArgument({name(), "a reference is not finite", "a number in every row",
                             number_text(reference(b)) + " in row " + std::to_string(b), ""});
    }
    rows.add_term(-sign, options_.output, b);
    rows.end_residual(sign * (reference(b) + options_.margin));
  }
  return rows.bind(batch);
}

}  // namespace moo
