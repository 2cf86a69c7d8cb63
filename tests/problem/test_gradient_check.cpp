#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>

#include "libmoo/problem/gradient_check.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::check_gradients;
using moo::GradientCheck;
using moo::LinearizationPtr;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Two smooth objectives of three variables and one hard row, all derivatives right.
Functions smooth() {
  Functions f;
  f.num_objectives = 2;
  f.senses = {moo::Sense::equality};
  f.start = vector({0.4, -0.7, 1.1});
  f.values = [](const Vector& x) {
    return vector(
        {std::exp(x(0)) * x(1) + x(2) * x(2), std::sin(x(0) * x(2)), x(0) * x(1) * x(2) - 1.0});
  };
  f.gradients = [](const Vector& x) {
    const double cosine = std::cos(x(0) * x(2));
    return moo::test::columns({vector({std::exp(x(0)) * x(1), std::exp(x(0)), 2.0 * x(2)}),
                               vector({x(2) * cosine, 0.0, x(0) * cosine}),
                               vector({x(1) * x(2), x(0) * x(2), x(0) * x(1)})});
  };
  f.hessian = [](const Vector& x, const Vector& w) {
    const double cosine = std::cos(x(0) * x(2));
    const double sine = std::sin(x(0) * x(2));
    Matrix first = Matrix::Zero(3, 3);
    first << std::exp(x(0)) * x(1), std::exp(x(0)), 0, std::exp(x(0)), 0, 0, 0, 0, 2;
    Matrix second = Matrix::Zero(3, 3);
    second << -x(2) * x(2) * sine, 0, cosine - x(0) * x(2) * sine, 0, 0, 0,
        cosine - x(0) * x(2) * sine, 0, -x(0) * x(0) * sine;
    Matrix third = Matrix::Zero(3, 3);
    third << 0, x(2), x(1), x(2), 0, x(0), x(1), x(0), 0;
    return Matrix(w(0) * first + w(1) * second + w(2) * third);
  };
  return f;
}

GradientCheck checked(Functions functions) {
  const FunctionProblem problem(std::move(functions));
  return check_gradients(problem, problem.start(), RandomStream(3));
}

TEST(GradientCheck, PassesAProblemWithoutMistakes) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const FunctionProblem problem(smooth());
    RandomStream random(seed);
    const GradientCheck check = check_gradients(problem, random.normal_vector(3), random);
    EXPECT_LE(check.worst(), 1e-7);
    EXPECT_EQ(check.gauss_newton, 0.0);  // not offered, not checked
    EXPECT_EQ(check.least_squares, 0.0);
  }
}

TEST(GradientCheck, ReportsZeroForHessianProductsThatAreNotOffered) {
  Functions f = smooth();
  f.hessian = nullptr;
  const GradientCheck check = checked(f);
  EXPECT_EQ(check.hessian_product, 0.0);
  EXPECT_EQ(check.hessian_symmetry, 0.0);
  EXPECT_LE(check.worst(), 1e-7);
}

TEST(GradientCheck, FindsOneWrongEntryOfAnyGradient) {
  for (int row = 0; row < 3; ++row) {
    for (int column = 0; column < 3; ++column) {
      Functions f = smooth();
      f.gradients = [row, column](const Vector& x) {
        Matrix g = smooth().gradients(x);
        g(row, column) += 0.05;
        return g;
      };
      EXPECT_GT(checked(f).worst(), 1e-3) << "entry " << row << ", " << column;
      EXPECT_GT(checked(f).pullback, 1e-3) << "entry " << row << ", " << column;
    }
  }
}

TEST(GradientCheck, FindsAWrongSignAndAForgottenFactor) {
  for (const double factor : {-1.0, 0.5, 1.05}) {
    Functions f = smooth();
    f.gradients = [factor](const Vector& x) { return Matrix(factor * smooth().gradients(x)); };
    EXPECT_GT(checked(f).pullback, 1e-3) << "factor " << factor;
  }
}

TEST(GradientCheck, FindsASymmetricHessianThatIsWrong) {
  Functions f = smooth();
  f.hessian = [](const Vector& x, const Vector& w) {
    return Matrix(smooth().hessian(x, w) + 0.05 * Matrix::Identity(3, 3));
  };
  const GradientCheck check = checked(f);
  EXPECT_GT(check.hessian_product, 1e-3);
  EXPECT_GT(check.worst(), 1e-3);
  EXPECT_LE(check.hessian_symmetry, 1e-10);
  EXPECT_LE(check.pullback, 1e-7);
}

TEST(GradientCheck, FindsAHessianThatIsNotSymmetric) {
  Functions f = smooth();
  f.hessian = [](const Vector& x, const Vector& w) {
    Matrix h = smooth().hessian(x, w);
    h(0, 1) += 0.1;
    h(1, 0) -= 0.1;
    return h;
  };
  EXPECT_GT(checked(f).hessian_symmetry, 1e-3);
  EXPECT_GT(checked(f).worst(), 1e-3);
}

TEST(GradientCheck, FindsAHessianWithForgottenWeights) {
  Functions f = smooth();
  f.hessian = [](const Vector& x, const Vector&) { return smooth().hessian(x, Vector::Ones(3)); };
  EXPECT_GT(checked(f).hessian_product, 1e-3);
}

TEST(GradientCheck, NeverPassesWhatIsNotANumber) {
  for (int row = 0; row < 3; ++row) {
    Functions gradient = smooth();
    gradient.gradients = [row](const Vector& x) {
      Matrix g = smooth().gradients(x);
      g(row, 0) = nan;
      return g;
    };
    EXPECT_GT(checked(gradient).worst(), 1e-3) << "gradient entry " << row;
    Functions hessian = smooth();
    hessian.hessian = [row](const Vector& x, const Vector& w) {
      Matrix h = smooth().hessian(x, w);
      h(row, row) = nan;
      return h;
    };
    EXPECT_GT(checked(hessian).worst(), 1e-3) << "Hessian entry " << row;
  }
  Functions values = smooth();
  values.values = [](const Vector& x) {
    Vector v = smooth().values(x);
    v(1) = nan;
    return v;
  };
  EXPECT_GT(checked(values).worst(), 1e-3);
}

/// f = 1/2 |A theta - b|^2, with mistakes to be switched on in each optional capability.
class LeastSquares final : public moo::Problem {
 public:
  enum class Mistake {
    none,
    stacked,
    gauss_newton_asymmetric,
    gauss_newton_indefinite,
    residuals,
    jacobian
  };
  explicit LeastSquares(Mistake mistake) : mistake_(mistake) {
    RandomStream random(8);
    matrix_ = Matrix(4, 3);
    for (int j = 0; j < 3; ++j) matrix_.col(j) = random.normal_vector(4);
    offset_ = random.normal_vector(4);
  }
  [[nodiscard]] std::string name() const override { return "least_squares"; }
  [[nodiscard]] int num_variables() const override { return 3; }
  [[nodiscard]] const std::vector<moo::ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] moo::Capabilities capabilities() const override { return {true, true, true}; }
  [[nodiscard]] Vector start(RandomStream& random) const override {
    return random.normal_vector(3);
  }
  [[nodiscard]] LinearizationPtr linearize(moo::ConstVectorRef theta) const override {
    return LinearizationPtr(new At(*this, theta));
  }

 private:
  class At final : public moo::Linearization {
   public:
    At(const LeastSquares& problem, moo::ConstVectorRef theta)
        : problem_(problem),
          residuals_(problem.matrix_ * theta - problem.offset_),
          values_(Vector::Constant(1, 0.5 * residuals_.squaredNorm())) {}
    [[nodiscard]] const Vector& values() const override { return values_; }
    void pullback(moo::ConstMatrixRef weights, moo::MatrixRef gradients) const override {
      gradients = problem_.matrix_.transpose() * residuals_ * weights;
      // The identity is pulled back with ones as weights, all others with numbers below one.
      if (problem_.mistake_ == Mistake::stacked && weights(0, 0) != 1.0) gradients *= 1.01;
    }
    void hessian_product(moo::ConstVectorRef weights, moo::ConstMatrixRef directions,
                         moo::MatrixRef products) const override {
      products = weights(0) * problem_.matrix_.transpose() * (problem_.matrix_ * directions);
    }
    void gauss_newton(moo::ConstVectorRef weights, moo::MatrixRef matrix) const override {
      matrix = weights(0) * problem_.matrix_.transpose() * problem_.matrix_;
      if (problem_.mistake_ == Mistake::gauss_newton_asymmetric) matrix(0, 1) += 0.1;
      if (problem_.mistake_ == Mistake::gauss_newton_indefinite) matrix(2, 2) -= 50.0;
    }
    [[nodiscard]] int num_residuals() const override { return 4; }
    void least_squares(moo::ConstVectorRef weights, moo::VectorRef residuals,
                       moo::MatrixRef jacobian) const override {
      residuals = std::sqrt(weights(0)) * residuals_;
      jacobian = std::sqrt(weights(0)) * problem_.matrix_;
      if (problem_.mistake_ == Mistake::residuals) residuals *= std::sqrt(2.0);
      if (problem_.mistake_ == Mistake::jacobian) jacobian(3, 1) += 0.5;
    }

   private:
    const LeastSquares& problem_;
    Vector residuals_;
    Vector values_;
  };

  Mistake mistake_;
  Matrix matrix_;
  Vector offset_;
  std::vector<moo::ObjectiveInfo> objectives_{{.name = "f0", .group = "f0"}};
};

GradientCheck checked(LeastSquares::Mistake mistake) {
  return check_gradients(LeastSquares(mistake), vector({1.0, -2.0, 0.5}), RandomStream(5));
}

TEST(GradientCheck, PassesOptionalCapabilitiesWithoutMistakes) {
  EXPECT_LE(checked(LeastSquares::Mistake::none).worst(), 1e-7);
}

TEST(GradientCheck, FindsAMistakeInEveryOptionalCapability) {
  using Mistake = LeastSquares::Mistake;
  EXPECT_GT(checked(Mistake::stacked).stacked, 1e-3);
  EXPECT_GT(checked(Mistake::gauss_newton_asymmetric).gauss_newton, 1e-3);
  EXPECT_GT(checked(Mistake::gauss_newton_indefinite).gauss_newton, 1e-3);
  EXPECT_GT(checked(Mistake::residuals).least_squares, 1e-3);
  EXPECT_GT(checked(Mistake::jacobian).least_squares, 1e-3);
}

TEST(GradientCheck, CountsTheWorstOfAllErrors) {
  GradientCheck check;
  EXPECT_EQ(check.worst(), 0.0);
  for (double GradientCheck::*error :
       {&GradientCheck::pullback, &GradientCheck::stacked, &GradientCheck::hessian_product,
        &GradientCheck::hessian_symmetry, &GradientCheck::gauss_newton,
        &GradientCheck::least_squares}) {
    GradientCheck one;
    one.*error = 0.5;
    EXPECT_EQ(one.worst(), 0.5);
  }
}

}  // namespace
