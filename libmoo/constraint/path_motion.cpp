#include "libmoo/constraint/path_motion.hpp"

#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

PathMotion::PathMotion(PathFrame frame, int order, std::string unit)
    : frame_(std::move(frame)), order_(order), unit_(std::move(unit)) {
  if (order >= 2 && order <= 3) return;
  throw InvalidArgument({"PathMotion", "no such derivative", "2 (acceleration) or 3 (jerk)",
                         std::to_string(order), ""});
}

std::string PathMotion::name() const {
  return std::string(order_ == 2 ? "acceleration" : "jerk") + " of the path";
}

std::string PathMotion::unit() const { return unit_ + " / duration^" + std::to_string(order_); }

std::unique_ptr<BoundConstraint> PathMotion::bind(const Dataset& data, ProbeBatch& batch) const {
  path_lines(name(), frame_, data);
  const Matrix modes = frame_.path.derivatives(frame_.places, order_);
  const int k = frame_.path.modes();
  LinearRows rows(data);
  for (int b = 0; b < data.num_rows(); ++b) {
    for (Eigen::Index i = 0; i < modes.rows(); ++i) {
      for (const int first : {0, k}) {
        for (int j = 0; j < k; ++j) rows.add_term(modes(i, j), first + j, b);
        rows.end_residual();
      }
    }
  }
  return rows.bind(batch);
}

}  // namespace moo
