#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/problem/counting.hpp"
#include "tests/minimize/least_squares_problem.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::ChartScalarization;
using moo::ConstMatrixRef;
using moo::ConstVectorRef;
using moo::Matrix;
using moo::MatrixRef;
using moo::MinimizerSettings;
using moo::MinimizerStatus;
using moo::Minimum;
using moo::Problem;
using moo::Scalarization;
using moo::Scaling;
using moo::TwoQuadratics;
using moo::Vector;
using moo::WeightedSum;
using moo::test::least_squares_form;
using moo::test::LeastSquaresProblem;
using moo::test::vector;

Minimum minimize(const std::string& name, const Problem& problem, const Scalarization& phi,
                 const Vector& start, const MinimizerSettings& settings = {}) {
  return moo::make_minimizer(name, settings)->minimize(problem, phi, start);
}

/// TwoQuadratics with the capability gauss_newton, its Hessian, and a count of the times it was
/// asked for.
class WithGaussNewton final : public Problem {
 public:
  explicit WithGaussNewton(const TwoQuadratics& inner) : inner_(inner) {}
  std::string name() const override { return inner_.name(); }
  int num_variables() const override { return inner_.num_variables(); }
  const std::vector<moo::ObjectiveInfo>& objectives() const override { return inner_.objectives(); }
  moo::Capabilities capabilities() const override { return {.gauss_newton = true}; }
  Vector start(moo::RandomStream& random) const override { return inner_.start(random); }
  moo::LinearizationPtr linearize(ConstVectorRef theta) const override {
    return moo::LinearizationPtr(new At(*this, theta));
  }
  mutable int matrices = 0;

 private:
  class At final : public moo::Linearization {
   public:
    At(const WithGaussNewton& owner, ConstVectorRef theta)
        : owner_(owner), theta_(theta), inner_(owner.inner_.linearize(theta)) {}
    const Vector& values() const override { return inner_->values(); }
    void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
      inner_->pullback(weights, gradients);
    }
    void gauss_newton(ConstVectorRef weights, MatrixRef matrix) const override {
      EXPECT_GE(weights.minCoeff(), 0.0);
      ++owner_.matrices;
      matrix = owner_.inner_.hessian(theta_, weights);
    }

   private:
    const WithGaussNewton& owner_;
    Vector theta_;
    moo::LinearizationPtr inner_;
  };
  const TwoQuadratics& inner_;
};

TEST(PreconditionedLbfgs, DoesNotFeelTheConditionOfASumOfSquares) {
  for (const double condition : {1.0, 1e3, 1e6}) {
    const TwoQuadratics reference(40, condition);
    const LeastSquaresProblem problem = least_squares_form(reference);
    const WithGaussNewton with_matrix(reference);
    for (const double w : {0.1, 0.5, 0.9}) {
      SCOPED_TRACE("condition " + std::to_string(condition) + ", w " + std::to_string(w));
      const WeightedSum phi(vector({1.0 - w, w}), Scaling::identity(2));
      for (const Problem* each :
           {static_cast<const Problem*>(&problem), static_cast<const Problem*>(&with_matrix)}) {
        const moo::CountingProblem counted(*each);
        const Minimum minimum = minimize("gauss_newton_lbfgs", counted, phi, problem.start());
        EXPECT_EQ(minimum.status, MinimizerStatus::converged);
        EXPECT_LE((minimum.theta - reference.optimum(w)).norm(), 1e-5);
        EXPECT_LE(counted.gradients(), 15);
      }
    }
  }
  const TwoQuadratics hard(40, 1e6);
  const WithGaussNewton problem(hard);
  const WeightedSum phi(vector({0.5, 0.5}), Scaling::identity(2));
  const moo::CountingProblem counted(problem);
  (void)minimize("lbfgs", counted, phi, Vector::LinSpaced(40, -2.0, 2.0));
  EXPECT_GE(counted.gradients(), 60) << "or the problem shows nothing";
}

TEST(PreconditionedLbfgs, KnowsTheCurvatureOfTheScalarizationToo) {
  const TwoQuadratics reference(20, 10.0);
  const WithGaussNewton problem(reference);
  const Vector values = reference.values(reference.optimum(0.4));
  const Vector direction = vector({0.6, 0.4});
  const Vector target = ChartScalarization::complement(direction).transpose() * values;
  const ChartScalarization phi(direction, target, 1e3, Scaling::identity(2));
  const Vector start = reference.optimum(0.6);
  const moo::CountingProblem plain(problem);
  const moo::CountingProblem preconditioned(problem);
  const Minimum one = minimize("lbfgs", plain, phi, start);
  const Minimum other = minimize("gauss_newton_lbfgs", preconditioned, phi, start);
  EXPECT_EQ(one.status, MinimizerStatus::converged);
  EXPECT_EQ(other.status, MinimizerStatus::converged);
  EXPECT_LE((one.theta - other.theta).norm(), 1e-5);
  EXPECT_LT(preconditioned.evaluations(), plain.evaluations());
}

TEST(PreconditionedLbfgs, FactorisesAtTheStartAndAfterEveryFortyIterations) {
  const int n = 40;
  // Chained Rosenbrock as a sum of squares.
  const LeastSquaresProblem problem("chain", Vector::Constant(n, -1.2),
                                    {{[n](const Vector& x) {
                                        Vector r(2 * n - 2);
                                        for (int i = 0; i + 1 < n; ++i) {
                                          r(2 * i) = 10.0 * (x(i + 1) - x(i) * x(i));
                                          r(2 * i + 1) = 1.0 - x(i);
                                        }
                                        return r;
                                      },
                                      [n](const Vector& x) {
                                        Matrix j = Matrix::Zero(2 * n - 2, n);
                                        for (int i = 0; i + 1 < n; ++i) {
                                          j(2 * i, i) = -20.0 * x(i);
                                          j(2 * i, i + 1) = 10.0;
                                          j(2 * i + 1, i) = -1.0;
                                        }
                                        return j;
                                      }}});
  const WeightedSum phi(vector({1.0}), Scaling::identity(1));
  const Minimum minimum = minimize("gauss_newton_lbfgs", problem, phi, problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_GT(minimum.iterations, 40) << "or the second factorisation is not tested";

  const TwoQuadratics reference(10, 100.0);
  const WithGaussNewton counted(reference);
  const WeightedSum sum(vector({0.5, 0.5}), Scaling::identity(2));
  (void)minimize("gauss_newton_lbfgs", counted, sum, reference.optimum(0.2));
  EXPECT_EQ(counted.matrices, 1);
  (void)minimize("gauss_newton_lbfgs", counted, sum, reference.optimum(0.5));
  EXPECT_EQ(counted.matrices, 1) << "a start that is the optimum needs none";
}

TEST(PreconditionedLbfgs, GetsByWithASingularMatrix) {
  // Residuals x_0 + x_1 - 1 and (x_0 + x_1)^2 - 1 in four variables: rank one.
  const LeastSquaresProblem problem("flat", vector({3.0, -1.0, 2.0, 5.0}),
                                    {{[](const Vector& x) {
                                        const double s = x(0) + x(1);
                                        return vector({s - 1.0, s * s - 1.0});
                                      },
                                      [](const Vector& x) {
                                        const double s = x(0) + x(1);
                                        Matrix j = Matrix::Zero(2, 4);
                                        j.leftCols(2) << 1.0, 1.0, 2.0 * s, 2.0 * s;
                                        return j;
                                      }}});
  const Minimum minimum =
      minimize("gauss_newton_lbfgs", problem, WeightedSum(vector({1.0}), Scaling::identity(1)),
               problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_NEAR(minimum.theta(0) + minimum.theta(1), 1.0, 1e-6);
  EXPECT_NEAR(minimum.theta(2), 2.0, 1e-6) << "nothing pulls it";
}

TEST(PreconditionedLbfgs, SaysThatItNeedsAMatrix) {
  moo::test::expect_says(moo::test::complaint_of<moo::InvalidArgument>([] {
                           (void)minimize("gauss_newton_lbfgs", TwoQuadratics(3),
                                          WeightedSum(vector({0.5, 0.5}), Scaling::identity(2)),
                                          Vector::Zero(3));
                         }),
                         {"PreconditionedLbfgs", "no Gauss-Newton matrix", "two_quadratics",
                          "use minimizer lbfgs or newton"});
}

}  // namespace
