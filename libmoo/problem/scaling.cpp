#include "libmoo/problem/scaling.hpp"

#include <algorithm>
#include <cmath>

#include "libmoo/base/error.hpp"

namespace moo {

Scaling Scaling::identity(int num_objectives) {
  return {Vector::Zero(num_objectives), Vector::Ones(num_objectives)};
}

Scaling Scaling::from_payoff(ConstMatrixRef payoff, ConstVectorRef resolution) {
  if (payoff.cols() < payoff.rows()) {
    throw InvalidArgument({"Scaling::from_payoff", "payoff table has the wrong size",
                           "a column per objective at least, " + std::to_string(payoff.rows()),
                           std::to_string(payoff.cols()), ""});
  }
  Scaling scaling{payoff.rowwise().minCoeff(), payoff.rowwise().maxCoeff()};
  for (Eigen::Index i = 0; i < payoff.rows(); ++i) {
    if (resolution.size() > 0) {
      scaling.nadir(i) = std::max(scaling.nadir(i), scaling.ideal(i) + resolution(i));
    }
    const double magnitude = std::max(1.0, std::abs(scaling.ideal(i)));
    if (scaling.nadir(i) - scaling.ideal(i) < 1e-12 * magnitude) {
      scaling.nadir(i) = scaling.ideal(i) + magnitude;
    }
  }
  return scaling;
}

Vector Scaling::scaled(ConstVectorRef objectives) const {
  return (objectives - ideal).cwiseQuotient(range());
}

Vector Scaling::unscaled(ConstVectorRef scaled_objectives) const {
  return ideal + range().cwiseProduct(scaled_objectives);
}

}  // namespace moo
