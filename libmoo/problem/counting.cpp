#include "libmoo/problem/counting.hpp"

#include <utility>

namespace moo {

class CountingLinearization final : public Linearization {
 public:
  CountingLinearization(CountingProblem::Counters& counters, LinearizationPtr inner)
      : counters_(counters), inner_(std::move(inner)) {}

  const Vector& values() const override { return inner_->values(); }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    counters_.gradients += weights.cols();
    inner_->pullback(weights, gradients);
  }

  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override {
    counters_.hessian_products += directions.cols();
    inner_->hessian_product(weights, directions, products);
  }

  // Charged as the stacked products they replace: one per variable.
  void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override {
    counters_.hessian_products += matrix.cols();
    inner_->gauss_newton(weights, matrix);
  }

  Vector violation_rates() const override { return inner_->violation_rates(); }

  int num_residuals() const override { return inner_->num_residuals(); }

  void least_squares(ConstVectorRef weights, VectorRef residuals,
                     MatrixRef jacobian) const override {
    counters_.hessian_products += jacobian.cols();
    inner_->least_squares(weights, residuals, jacobian);
  }

 private:
  CountingProblem::Counters& counters_;
  LinearizationPtr inner_;
};

LinearizationPtr CountingProblem::linearize(ConstVectorRef theta) const {
  ++counters_.evaluations;
  return LinearizationPtr(new CountingLinearization(counters_, problem_.linearize(theta)));
}

std::shared_ptr<const Problem> CountingProblem::counted(std::shared_ptr<const Problem> part) const {
  if (part == nullptr) return nullptr;
  return std::shared_ptr<const Problem>(new CountingProblem(std::move(part), counters_));
}

std::shared_ptr<const Problem> CountingProblem::minibatch(RandomStream& random) const {
  return counted(problem_.minibatch(random));
}

std::shared_ptr<const Problem> CountingProblem::in_single_precision() const {
  return counted(problem_.in_single_precision());
}

std::optional<Validation> CountingProblem::validate(ConstVectorRef theta) const {
  std::optional<Validation> validation = problem_.validate(theta);
  if (validation) ++counters_.evaluations;
  return validation;
}

std::shared_ptr<const Problem> CountingProblem::annealed(double factor) const {
  return counted(problem_.annealed(factor));
}

}  // namespace moo
