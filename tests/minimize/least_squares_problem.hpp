#pragma once

#include <cmath>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/function_problem.hpp"

namespace moo::test {

/// f_i = 1/2 |r_i(theta)|^2, offering its least-squares form (and no Hessian products).
class LeastSquaresProblem final : public Problem {
 public:
  struct Residuals {
    std::function<Vector(const Vector&)> values;
    std::function<Matrix(const Vector&)> jacobian;  ///< size(r) x n
  };

  LeastSquaresProblem(std::string name, Vector start, std::vector<Residuals> residuals,
                      Bounds bounds = {})
      : name_(std::move(name)),
        start_(std::move(start)),
        residuals_(std::move(residuals)),
        bounds_(std::move(bounds)) {
    for (std::size_t i = 0; i < residuals_.size(); ++i) {
      objectives_.push_back({.name = "f" + std::to_string(i), .group = "f" + std::to_string(i)});
    }
  }

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] int num_variables() const override { return static_cast<int>(start_.size()); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] Bounds bounds() const override { return bounds_; }
  [[nodiscard]] Capabilities capabilities() const override { return {.least_squares = true}; }
  [[nodiscard]] Vector start(RandomStream&) const override { return start_; }
  [[nodiscard]] Vector start() const { return start_; }
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override {
    return LinearizationPtr(new At(*this, theta));
  }

 private:
  class At final : public Linearization {
   public:
    At(const LeastSquaresProblem& problem, ConstVectorRef theta)
        : values_(static_cast<Eigen::Index>(problem.residuals_.size())) {
      for (const Residuals& part : problem.residuals_) {
        residuals_.push_back(part.values(theta));
        jacobians_.push_back(part.jacobian(theta));
        const auto i = static_cast<Eigen::Index>(residuals_.size()) - 1;
        values_(i) = 0.5 * residuals_.back().squaredNorm();
      }
    }
    [[nodiscard]] const Vector& values() const override { return values_; }
    void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
      gradients.setZero();
      for (std::size_t i = 0; i < residuals_.size(); ++i) {
        gradients +=
            jacobians_[i].transpose() * residuals_[i] * weights.row(static_cast<Eigen::Index>(i));
      }
    }
    [[nodiscard]] int num_residuals() const override {
      Eigen::Index count = 0;
      for (const Vector& r : residuals_) count += r.size();
      return static_cast<int>(count);
    }
    void least_squares(ConstVectorRef weights, VectorRef residuals,
                       MatrixRef jacobian) const override {
      Eigen::Index row = 0;
      for (std::size_t i = 0; i < residuals_.size(); ++i) {
        const double root = std::sqrt(weights(static_cast<Eigen::Index>(i)));
        const Eigen::Index count = residuals_[i].size();
        residuals.segment(row, count) = root * residuals_[i];
        jacobian.middleRows(row, count) = root * jacobians_[i];
        row += count;
      }
    }

   private:
    std::vector<Vector> residuals_;
    std::vector<Matrix> jacobians_;
    Vector values_;
  };

  std::string name_;
  Vector start_;
  std::vector<Residuals> residuals_;
  Bounds bounds_;
  std::vector<ObjectiveInfo> objectives_;
};

/// 1/2 (100 (y - x^2)^2 + (1 - x)^2) from (-1.2, 1): a curved valley with its minimum at (1, 1).
inline LeastSquaresProblem rosenbrock() {
  return {"rosenbrock",
          vector({-1.2, 1.0}),
          {{[](const Vector& x) {
              return vector({10.0 * (x(1) - x(0) * x(0)), 1.0 - x(0)});
            },
            [](const Vector& x) {
              return columns({vector({-20.0 * x(0), -1.0}), vector({10.0, 0.0})});
            }}}};
}

/// The same functions as TwoQuadratics, as sums of squares.
inline LeastSquaresProblem least_squares_form(const TwoQuadratics& problem) {
  const int n = problem.num_variables();
  std::vector<LeastSquaresProblem::Residuals> parts;
  for (int i = 0; i < 2; ++i) {
    const Matrix root =
        problem.hessian(Vector::Zero(n), Vector::Unit(2, i)).diagonal().cwiseSqrt().asDiagonal();
    const Vector centre = Vector::Constant(n, i);
    parts.push_back({[=](const Vector& x) { return Vector(root * (x - centre)); },
                     [=](const Vector&) { return root; }});
  }
  return {"two_quadratics", Vector::LinSpaced(n, -2.0, 2.0), parts};
}

/// The same functions as FonsecaFleming: r_i = sqrt(2 f_i), smooth away from the two ends.
inline LeastSquaresProblem least_squares_form(const FonsecaFleming& problem) {
  const int n = problem.num_variables();
  std::vector<LeastSquaresProblem::Residuals> parts;
  for (int i = 0; i < 2; ++i) {
    const auto residual = [n, i](const Vector& x) {
      return std::sqrt(2.0 * FonsecaFleming(n).values(x)(i));
    };
    parts.push_back({[=](const Vector& x) { return vector({residual(x)}); },
                     [=](const Vector& x) {
                       return Matrix(FonsecaFleming(n).gradients(x).col(i).transpose() /
                                     residual(x));
                     }});
  }
  return {"fonseca_fleming", Vector::Constant(n, 0.1), parts};
}

}  // namespace moo::test
