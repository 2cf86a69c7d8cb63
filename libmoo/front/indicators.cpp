#include "libmoo/front/indicators.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/front/dominance.hpp"

namespace moo {
namespace {

void require_finite(const char* who, const char* what, ConstMatrixRef numbers) {
  if (!numbers.allFinite()) {
    throw InvalidArgument(
        {who, std::string(what) + " has an entry that is not finite", "finite numbers", "", ""});
  }
}

/// Checks a front against the points of R^m it is measured by.
void require_measurable(const char* who, ConstMatrixRef objectives, const char* what,
                        ConstMatrixRef measure) {
  require_size(who, std::string("the number of rows of ") + what, objectives.rows(),
               measure.rows());
  if (measure.cols() == 0) {
    throw InvalidArgument({who, std::string(what) + " is empty", "one column or more", "0", ""});
  }
  require_finite(who, "the front", objectives);
  require_finite(who, what, measure);
}

/// For each column of `measure`, the smallest number that `cost(front, column)` (one for each
/// column of the front) has; infinity for an empty front.
template <class Cost>
Vector least_costs(ConstMatrixRef objectives, ConstMatrixRef measure, const Cost& cost) {
  Vector least = Vector::Constant(measure.cols(), std::numeric_limits<double>::infinity());
  for (Eigen::Index z = 0; z < measure.cols() && objectives.cols() > 0; ++z) {
    for (Eigen::Index a = 0; a < objectives.cols(); ++a) {
      least(z) = std::min(least(z), cost(objectives.col(a), measure.col(z)));
    }
  }
  return least;
}

}  // namespace

double inverted_generational_distance_plus(ConstMatrixRef objectives,
                                           ConstMatrixRef reference_front) {
  require_measurable("inverted_generational_distance_plus", objectives, "the reference front",
                     reference_front);
  return least_costs(objectives, reference_front,
                     [](const auto& a, const auto& z) { return (a - z).cwiseMax(0.0).norm(); })
      .mean();
}

double additive_epsilon(ConstMatrixRef objectives, ConstMatrixRef reference_front) {
  require_measurable("additive_epsilon", objectives, "the reference front", reference_front);
  return least_costs(objectives, reference_front,
                     [](const auto& a, const auto& z) { return (a - z).maxCoeff(); })
      .maxCoeff();
}

double chebyshev_r2(ConstMatrixRef objectives, ConstMatrixRef weights, ConstVectorRef ideal) {
  require_measurable("chebyshev_r2", objectives, "the weights", weights);
  require_measurable("chebyshev_r2", objectives, "the ideal", ideal);
  if (weights.minCoeff() < 0.0) {
    throw InvalidArgument({"chebyshev_r2", "a weight is negative", "weights >= 0",
                           std::to_string(weights.minCoeff()), ""});
  }
  return least_costs(objectives, weights,
                     [&](const auto& a, const auto& w) {
                       return (w.array() * (a - ideal).array()).maxCoeff();
                     })
      .mean();
}

double schott_spacing(ConstMatrixRef f) {
  require_finite("schott_spacing", "the front", f);
  if (f.cols() < 3) return 0.0;
  Vector nearest(f.cols());
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    Vector distances = (f.colwise() - f.col(k)).cwiseAbs().colwise().sum();
    distances(k) = std::numeric_limits<double>::infinity();
    nearest(k) = distances.minCoeff();
  }
  const double squares = (nearest.array() - nearest.mean()).square().sum();
  return std::sqrt(squares / static_cast<double>(f.cols() - 1));
}

double deb_spread(ConstMatrixRef f, ConstMatrixRef ends) {
  require_size("deb_spread", "the number of objectives", 2, f.rows());
  require_size("deb_spread", "the number of ends", 2, ends.cols());
  require_measurable("deb_spread", f, "the ends", ends);
  if (f.cols() == 0) return 1.0;
  const Eigen::VectorXi order = order_along_front(f);
  const Eigen::Index steps = order.size() - 1;
  const double missing =
      (f.col(order(0)) - ends.col(0)).norm() + (f.col(order(steps)) - ends.col(1)).norm();
  Vector distances(steps);
  for (Eigen::Index k = 0; k < steps; ++k) {
    distances(k) = (f.col(order(k + 1)) - f.col(order(k))).norm();
  }
  const double length = distances.sum();
  if (!(missing + length > 0.0)) return 0.0;
  const double mean = steps > 0 ? length / static_cast<double>(steps) : 0.0;
  return (missing + (distances.array() - mean).abs().sum()) / (missing + length);
}

double coverage_hole(ConstMatrixRef objectives, ConstMatrixRef reference_front) {
  require_measurable("coverage_hole", objectives, "the reference front", reference_front);
  return least_costs(objectives, reference_front,
                     [](const auto& a, const auto& z) { return (a - z).norm(); })
      .maxCoeff();
}

int number_nondominated(ConstMatrixRef objectives) {
  require_finite("number_nondominated", "the front", objectives);
  return static_cast<int>(nondominated_columns(objectives).size());
}
Eigen::VectorXi order_along_front(ConstMatrixRef f) {
  Eigen::VectorXi order = Eigen::VectorXi::LinSpaced(f.cols(), 0, static_cast<int>(f.cols()) - 1);
  if (f.cols() == 0) return order;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return f(0, a) != f(0, b) ? f(0, a) < f(0, b) : f(1, a) > f(1, b);
  });
  return order;
}

double spacing_variation(ConstMatrixRef f) {
  if (f.cols() < 3) return 0.0;
  std::vector<double> distances;
  if (f.rows() == 2) {
    const Eigen::VectorXi order = order_along_front(f);
    for (Eigen::Index k = 0; k + 1 < order.size(); ++k) {
      distances.push_back((f.col(order(k + 1)) - f.col(order(k))).norm());
    }
  } else {
    for (Eigen::Index k = 0; k < f.cols(); ++k) {
      Vector squared = (f.colwise() - f.col(k)).colwise().squaredNorm();
      squared(k) = squared.maxCoeff();
      distances.push_back(std::sqrt(squared.minCoeff()));
    }
  }
  const Eigen::Map<const Vector> d(distances.data(), static_cast<Eigen::Index>(distances.size()));
  const double mean = d.mean();
  if (!(mean > 0.0)) return 0.0;
  return std::sqrt((d.array() - mean).square().mean()) / mean;
}

}  // namespace moo
