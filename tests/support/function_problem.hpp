#pragma once

#include <functional>
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
  Bounds bounds;
  Vector start;  ///< n
};

/// A problem written down in a test, by functions.
class FunctionProblem final : public DenseProblem {
 public:
  explicit FunctionProblem(Functions functions) : functions_(std::move(functions)) {
    for (int i = 0; i < functions_.num_objectives; ++i) {
      objectives_.push_back({.name = "f" + std::to_string(i), .group = "f" + std::to_string(i)});
    }
    for (std::size_t i = 0; i < functions_.senses.size(); ++i) {
      const std::string name = "c" + std::to_string(i);
      rows_.push_back({.name = name, .group = name, .sense = functions_.senses[i]});
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
