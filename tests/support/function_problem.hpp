#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/problem/dense_problem.hpp"

namespace moo::test {

/// What a FunctionProblem is made of. Shapes: n variables, m objectives, p hard rows.
struct Functions {
  std::string name = "functions";
  int num_objectives = 1;
  std::function<Vector(const Vector&)> values;                  ///< m + p
  std::function<Matrix(const Vector&)> gradients;               ///< n x (m + p)
  std::function<Matrix(const Vector&, const Vector&)> hessian;  ///< (theta, weights); may be empty
  std::vector<Sense> senses;                                    ///< p
  double row_tolerance = ConstraintRow{}.tolerance;
  Bounds bounds;
  Vector start;  ///< n

  std::vector<ObjectiveInfo> infos;                      ///< m; empty: f0, f1, ...
  std::vector<std::string> rule_groups;                  ///< those of the rates below
  std::function<Vector(const Vector&)> violation_rates;  ///< on training data; may be empty
  std::function<Validation(const Vector&)> validation;   ///< may be empty
  std::function<std::shared_ptr<const Problem>(double)> annealed;  ///< may be empty
};

/// Another linearization, with violation rates.
class RatedLinearization final : public Linearization {
 public:
  RatedLinearization(LinearizationPtr inner, std::function<Vector()> rates)
      : inner_(std::move(inner)), rates_(std::move(rates)) {}
  [[nodiscard]] const Vector& values() const override { return inner_->values(); }
  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    inner_->pullback(weights, gradients);
  }
  void hessian_product(ConstVectorRef weights, ConstMatrixRef directions,
                       MatrixRef products) const override {
    inner_->hessian_product(weights, directions, products);
  }
  [[nodiscard]] int num_residuals() const override { return inner_->num_residuals(); }
  void least_squares(ConstVectorRef weights, VectorRef residuals,
                     MatrixRef jacobian) const override {
    inner_->least_squares(weights, residuals, jacobian);
  }
  [[nodiscard]] Vector violation_rates() const override { return rates_(); }

 private:
  LinearizationPtr inner_;
  std::function<Vector()> rates_;
};

/// A problem written down in a test, by functions.
class FunctionProblem : public DenseProblem {
 public:
  explicit FunctionProblem(Functions functions)
      : functions_(std::move(functions)), objectives_(functions_.infos) {
    for (int i = static_cast<int>(objectives_.size()); i < functions_.num_objectives; ++i) {
      objectives_.push_back({.name = "f" + std::to_string(i), .group = "f" + std::to_string(i)});
    }
    for (std::size_t i = 0; i < functions_.senses.size(); ++i) {
      const std::string name = "c" + std::to_string(i);
      rows_.push_back({.name = name,
                       .group = name,
                       .sense = functions_.senses[i],
                       .tolerance = functions_.row_tolerance});
    }
  }

  [[nodiscard]] std::string name() const override { return functions_.name; }
  [[nodiscard]] int num_variables() const override {
    return static_cast<int>(functions_.start.size());
  }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return rows_; }
  [[nodiscard]] Bounds bounds() const override { return functions_.bounds; }
  [[nodiscard]] Vector start(RandomStream&) const override { return functions_.start; }
  [[nodiscard]] Vector start() const { return functions_.start; }
  [[nodiscard]] const Functions& functions() const { return functions_; }

  [[nodiscard]] Vector values(ConstVectorRef theta) const override {
    return functions_.values(theta);
  }
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override {
    return functions_.gradients(theta);
  }
  [[nodiscard]] Matrix hessian(ConstVectorRef theta, ConstVectorRef weights) const override {
    return has_hessian() ? functions_.hessian(theta, weights)
                         : DenseProblem::hessian(theta, weights);
  }
  [[nodiscard]] bool has_hessian() const override { return functions_.hessian != nullptr; }

  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override {
    LinearizationPtr plain = DenseProblem::linearize(theta);
    if (!functions_.violation_rates) return plain;
    return LinearizationPtr(new RatedLinearization(
        std::move(plain), [this, at = Vector(theta)] { return functions_.violation_rates(at); }));
  }
  [[nodiscard]] const std::vector<std::string>& rule_groups() const override {
    return functions_.rule_groups;
  }
  [[nodiscard]] std::optional<Validation> validate(ConstVectorRef theta) const override {
    if (!functions_.validation) return std::nullopt;
    return functions_.validation(theta);
  }
  [[nodiscard]] std::shared_ptr<const Problem> annealed(double factor) const override {
    return functions_.annealed ? functions_.annealed(factor) : nullptr;
  }

 private:
  Functions functions_;
  std::vector<ObjectiveInfo> objectives_;
  std::vector<ConstraintRow> rows_;
};

/// A vector from a list of numbers.
inline Vector vector(const std::vector<double>& numbers) {
  return Eigen::Map<const Vector>(numbers.data(), static_cast<Eigen::Index>(numbers.size()));
}

/// A matrix from its columns, all of one size.
inline Matrix columns(const std::vector<Vector>& list) {
  Matrix matrix(list.empty() ? 0 : list.front().size(), static_cast<Eigen::Index>(list.size()));
  for (std::size_t k = 0; k < list.size(); ++k) {
    matrix.col(static_cast<Eigen::Index>(k)) = list[k];
  }
  return matrix;
}

}  // namespace moo::test
