#include "libmoo/problem/affine_values.hpp"

#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

class AffineLinearization final : public Linearization {
 public:
  AffineLinearization(const AffineMap& map, LinearizationPtr inner, ConstVectorRef extra)
      : map_(map),
        inner_(std::move(inner)),
        values_(map.values * inner_->values() + map.extra * extra + map.constant) {}

  const Vector& values() const override { return values_; }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    const Eigen::Index extra = map_.extra.cols();
    inner_->pullback(map_.values.transpose() * weights,
                     gradients.topRows(gradients.rows() - extra));
    gradients.bottomRows(extra).noalias() = map_.extra.transpose() * weights;
  }

  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override {
    const Eigen::Index n = directions.rows() - map_.extra.cols();
    Matrix inner(n, directions.cols());
    inner_->hessian_product(map_.values.transpose() * weights, directions.topRows(n), inner);
    products.topRows(n) = inner;
    products.bottomRows(map_.extra.cols()).setZero();
  }

  void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override {
    const Eigen::Index n = matrix.rows() - map_.extra.cols();
    Matrix inner(n, n);
    inner_->gauss_newton(map_.values.transpose() * weights, inner);
    matrix.setZero();
    matrix.topLeftCorner(n, n) = inner;
  }

  Vector violation_rates() const override { return inner_->violation_rates(); }

 private:
  const AffineMap& map_;
  LinearizationPtr inner_;
  Vector values_;
};

}  // namespace

AffineValues::AffineValues(const Problem& problem, AffineMap map)
    : problem_(problem), map_(std::move(map)) {
  const auto count = static_cast<long>(map_.objectives.size() + map_.rows.size());
  require_size("AffineValues", "rows of A", count, map_.values.rows());
  require_size("AffineValues", "columns of A", problem.num_values(), map_.values.cols());
  require_size("AffineValues", "rows of B", count, map_.extra.rows());
  require_size("AffineValues", "the constant", count, map_.constant.size());
  require_size("AffineValues", "the extra start", map_.extra.cols(), map_.extra_start.size());
}

int AffineValues::num_variables() const {
  return problem_.num_variables() + static_cast<int>(map_.extra.cols());
}

Bounds AffineValues::bounds() const {
  Bounds bounds = problem_.bounds();
  if (bounds.empty()) return bounds;
  const Eigen::Index n = bounds.lower.size();
  bounds.lower.conservativeResize(num_variables());
  bounds.upper.conservativeResize(num_variables());
  bounds.lower.tail(num_variables() - n).setConstant(-std::numeric_limits<double>::infinity());
  bounds.upper.tail(num_variables() - n).setConstant(std::numeric_limits<double>::infinity());
  return bounds;
}

Capabilities AffineValues::capabilities() const {
  Capabilities capabilities = problem_.capabilities();
  capabilities.least_squares = false;
  return capabilities;
}

Vector AffineValues::start(RandomStream& random) const {
  Vector start(num_variables());
  start << problem_.start(random), map_.extra_start;
  return start;
}

LinearizationPtr AffineValues::linearize(ConstVectorRef theta) const {
  require_size("problem '" + name() + "'", "theta", num_variables(), theta.size());
  return LinearizationPtr(
      new AffineLinearization(map_, problem_.linearize(theta.head(problem_.num_variables())),
                              theta.tail(map_.extra.cols())));
}

}  // namespace moo
