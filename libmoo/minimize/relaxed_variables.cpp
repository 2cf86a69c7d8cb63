#include "libmoo/minimize/relaxed_variables.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <limits>

namespace moo {

class RelaxedLinearization final : public Linearization {
 public:
  RelaxedLinearization(const RelaxedVariables& owner, LinearizationPtr inner)
      : owner_(owner), inner_(std::move(inner)) {}

  const Vector& values() const override { return inner_->values(); }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    inner_->pullback(weights, gradients);
    const double original = gradients.col(0).lpNorm<Eigen::Infinity>();
    owner_.relax(gradients);
    if (gradients.cols() == 1) {
      owner_.norms_.emplace_back(gradients.col(0).lpNorm<Eigen::Infinity>(), original);
    }
  }

  Vector violation_rates() const override { return inner_->violation_rates(); }

 private:
  const RelaxedVariables& owner_;
  LinearizationPtr inner_;
};

RelaxedVariables::RelaxedVariables(const Problem& problem, ConstVectorRef origin,
                                   const Matrix& stiff)
    : problem_(problem), origin_(origin) {
  // Eigenvectors of A A^T from the smaller of A A^T and A^T A.
  const bool tall = stiff.rows() > stiff.cols();
  const Matrix gramian =
      tall ? Matrix(stiff.transpose() * stiff) : Matrix(stiff * stiff.transpose());
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(gramian);
  // Eigenvalues far below one change nothing; those near rounding have no directions.
  const double least = std::max(0.1, 1e-10 * eigen.eigenvalues().maxCoeff());
  const Eigen::Index kept = (eigen.eigenvalues().array() > least).count();
  const Vector values = eigen.eigenvalues().tail(kept);
  basis_ = eigen.eigenvectors().rightCols(kept);
  if (tall) basis_ = stiff * basis_ * values.cwiseSqrt().cwiseInverse().asDiagonal();
  shrink_ = (1.0 + values.array()).rsqrt() - 1.0;
}

void RelaxedVariables::relax(MatrixRef vectors) const {
  const Matrix inside = shrink_.asDiagonal() * (basis_.transpose() * vectors);
  vectors.noalias() += basis_ * inside;
}

Vector RelaxedVariables::theta(ConstVectorRef u) const {
  Vector step = u;
  relax(step);
  return origin_ + step;
}

LinearizationPtr RelaxedVariables::linearize(ConstVectorRef u) const {
  return LinearizationPtr(new RelaxedLinearization(*this, problem_.linearize(theta(u))));
}

double RelaxedVariables::original_norm(double relaxed_norm) const {
  const auto found = std::find_if(norms_.rbegin(), norms_.rend(),
                                  [&](const auto& norms) { return norms.first == relaxed_norm; });
  if (found == norms_.rend()) return std::numeric_limits<double>::infinity();
  const double original = found->second;
  norms_.erase(norms_.begin(), std::prev(found.base()));
  return original;
}

}  // namespace moo
