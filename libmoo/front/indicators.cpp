#include "libmoo/front/indicators.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/front/dominance.hpp"

namespace moo {
namespace {

Matrix select(ConstMatrixRef columns, const std::vector<int>& indices) {
  Matrix selected(columns.rows(), static_cast<Eigen::Index>(indices.size()));
  for (std::size_t k = 0; k < indices.size(); ++k) {
    selected.col(static_cast<Eigen::Index>(k)) = columns.col(indices[k]);
  }
  return selected;
}

double sweep(ConstMatrixRef f, ConstVectorRef reference) {
  double volume = 0.0;
  double ceiling = reference(1);
  for (const int k : order_along_front(f)) {
    if (f(1, k) < ceiling) {
      volume += (reference(0) - f(0, k)) * (ceiling - f(1, k));
      ceiling = f(1, k);
    }
  }
  return volume;
}

/// Volume of the columns of `f`, sorted by the last objective from worst to best, as the sum of
/// what each column adds to those after it.
double volume_of(Matrix f, ConstVectorRef reference) {
  if (f.cols() == 0) return 0.0;
  if (f.rows() == 2) return sweep(f, reference);
  if (f.cols() == 1) return (reference - f.col(0)).prod();
  std::vector<int> order(static_cast<std::size_t>(f.cols()));
  std::iota(order.begin(), order.end(), 0);
  const Eigen::Index last = f.rows() - 1;
  std::stable_sort(order.begin(), order.end(),
                   [&](int a, int b) { return f(last, a) > f(last, b); });
  f = select(f, order);
  double volume = 0.0;
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    const Matrix limited =
        f.rightCols(f.cols() - k - 1).cwiseMax(f.col(k).replicate(1, f.cols() - k - 1));
    const Matrix limit_set = select(limited, nondominated_columns(limited));
    // All of the limit set shares f_last of column k: one dimension falls away.
    const double depth = reference(last) - f(last, k);
    volume += depth * ((reference.head(last) - f.col(k).head(last)).prod() -
                       volume_of(limit_set.topRows(last), reference.head(last)));
  }
  return volume;
}

}  // namespace

Eigen::VectorXi order_along_front(ConstMatrixRef f) {
  Eigen::VectorXi order = Eigen::VectorXi::LinSpaced(f.cols(), 0, static_cast<int>(f.cols()) - 1);
  if (f.cols() == 0) return order;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
    return f(0, a) != f(0, b) ? f(0, a) < f(0, b) : f(1, a) > f(1, b);
  });
  return order;
}

double hypervolume(ConstMatrixRef objectives, ConstVectorRef reference) {
  require_size("hypervolume", "the reference point", objectives.rows(), reference.size());
  if (objectives.cols() == 0) return 0.0;
  if (!objectives.allFinite() || !reference.allFinite()) {
    throw InvalidArgument({"hypervolume", "an objective is not finite", "finite numbers", "", ""});
  }
  std::vector<int> inside;
  for (Eigen::Index k = 0; k < objectives.cols(); ++k) {
    if ((objectives.col(k).array() < reference.array()).all())
      inside.push_back(static_cast<int>(k));
  }
  const Matrix bounded = select(objectives, inside);
  if (bounded.rows() == 1) {
    return bounded.cols() == 0 ? 0.0 : reference(0) - bounded.minCoeff();
  }
  return volume_of(select(bounded, nondominated_columns(bounded)), reference);
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
