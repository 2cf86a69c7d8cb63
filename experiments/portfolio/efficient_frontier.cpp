#include "experiments/portfolio/efficient_frontier.hpp"

#include <Eigen/Cholesky>
#include <Eigen/LU>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo::portfolio {
namespace {

/// The closed form on some of the assets; zero weights elsewhere. Empty where it does not exist.
Vector two_funds(ConstVectorRef mean, ConstMatrixRef covariance, double target,
                 const std::vector<int>& assets) {
  const auto k = static_cast<Eigen::Index>(assets.size());
  Vector weights = Vector::Zero(mean.size());
  if (k == 1) {
    if (std::abs(mean(assets[0]) - target) > 1e-12 * (1.0 + std::abs(target))) return {};
    weights(assets[0]) = 1.0;
    return weights;
  }
  Matrix rows(k, 2);
  rows.col(0).setOnes();
  rows.col(1) = mean(assets);
  const Matrix inverse_times = Matrix(covariance(assets, assets)).llt().solve(rows);
  const Eigen::Matrix2d gram = rows.transpose() * inverse_times;
  const Eigen::FullPivLU<Eigen::Matrix2d> lu(gram);
  if (!lu.isInvertible()) return {};
  weights(assets) = inverse_times * lu.solve(Eigen::Vector2d(1.0, target));
  return weights;
}

}  // namespace

Vector efficient_weights(ConstVectorRef mean, ConstMatrixRef covariance, double expected_return,
                         ShortSales short_sales) {
  const auto n = static_cast<int>(mean.size());
  if (short_sales == ShortSales::forbidden && n > 16) {
    throw InvalidArgument({"efficient_weights", "too many assets to try all subsets", "n <= 16",
                           std::to_string(n), ""});
  }
  const int every = (1 << n) - 1;
  Vector best;
  for (int subset = short_sales == ShortSales::allowed ? every : 1; subset <= every; ++subset) {
    std::vector<int> assets;
    for (int i = 0; i < n; ++i) {
      if ((subset >> i & 1) != 0) assets.push_back(i);
    }
    const Vector weights = two_funds(mean, covariance, expected_return, assets);
    if (weights.size() == 0) continue;
    if (short_sales == ShortSales::forbidden && weights.minCoeff() < -1e-12) continue;
    const bool better =
        best.size() == 0 || weights.dot(covariance * weights) < best.dot(covariance * best);
    if (better) best = weights;
  }
  return best;
}

}  // namespace moo::portfolio
