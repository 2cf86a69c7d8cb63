#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/gradient_aggregation.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::FonsecaFleming;
using moo::GradientAggregationSolver;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ParetoPoint;
using moo::Problem;
using moo::RandomStream;
using moo::Report;
using moo::RunStatus;
using moo::Sense;
using moo::TwoQuadratics;
using moo::Vector;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

class AggregationInASolver : public testing::TestWithParam<std::string> {
 protected:
  AggregationInASolver() {
    solver_.options().set("aggregation", GetParam());
    solver_.options().set("points", "12");
  }
  GradientAggregationSolver solver_;
};
INSTANTIATE_TEST_SUITE_P(Named, AggregationInASolver, testing::ValuesIn(moo::weighting_names()),
                         [](const auto& name) { return name.param; });

TEST_P(AggregationInASolver, EndsOnTheFrontOfTwoQuadraticsWithACertificate) {
  const TwoQuadratics problem(20, 100.0);
  const Report report = moo::solve(problem, solver_);
  EXPECT_EQ(report.status, RunStatus::complete);
  ASSERT_EQ(report.front.points().size(), 12u);
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_LE(point.kkt_residual, 1e-6);
    const Vector weights = point.multipliers.cwiseQuotient(report.front.scaling()->range());
    const double w = weights(1) / weights.sum();
    EXPECT_LE((point.parameters - problem.optimum(w)).norm(), 1e-4) << "point " << point.id;
  }
}

TEST_P(AggregationInASolver, FillsAConcaveFront) {
  const FonsecaFleming problem(4);
  const Report report = moo::solve(problem, solver_);
  ASSERT_EQ(report.front.nondominated().size(), 12u);
  const Matrix f = report.front.objectives_of(report.front.nondominated());
  int inside = 0;
  for (const auto& point : f.colwise()) inside += point.minCoeff() > 0.3;
  EXPECT_GE(inside, 5) << "weighted sums reach none";
}

/// f_j = 1/2 |theta - e_j|^2 in R^4, j < 3: the Pareto set is the triangle of e_0, e_1, e_2.
FunctionProblem triangle() {
  Functions functions;
  functions.num_objectives = 3;
  const Matrix corners = Matrix::Identity(4, 3);
  functions.values = [corners](const Vector& theta) -> Vector {
    return 0.5 * (corners.colwise() - theta).colwise().squaredNorm().transpose();
  };
  functions.gradients = [corners](const Vector& theta) -> Matrix {
    return (-corners).colwise() + theta;
  };
  functions.start = vector({1.0, -2.0, 0.5, 3.0});
  return FunctionProblem(functions);
}

TEST_P(AggregationInASolver, SpreadsOverTheSurfaceOfThreeObjectives) {
  const FunctionProblem problem = triangle();
  const Report report = moo::solve(problem, solver_);
  ASSERT_EQ(report.front.points().size(), 12u);
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_LE(point.kkt_residual, 1e-5);
    EXPECT_NEAR(point.parameters.sum(), 1.0, 1e-3);
    EXPECT_NEAR(point.parameters(3), 0.0, 1e-3);
    EXPECT_GE(point.parameters.minCoeff(), -1e-3);
  }
  EXPECT_GE(report.front.nondominated().size(), 10u);
}

/// The triangle seen through noise that has zero mean over minibatches: corners shifted at random.
class NoisyTriangle final : public FunctionProblem {
 public:
  NoisyTriangle() : FunctionProblem(triangle().functions()) {}
  [[nodiscard]] std::shared_ptr<const Problem> minibatch(RandomStream& random) const override {
    Functions functions = this->functions();
    const Vector shift = random.normal_vector(4, 0.2);
    functions.values = [inner = this->functions().values, shift](const Vector& theta) -> Vector {
      return inner(theta - shift);
    };
    functions.gradients = [inner = this->functions().gradients,
                           shift](const Vector& theta) -> Matrix { return inner(theta - shift); };
    return std::make_shared<FunctionProblem>(functions);
  }
};

TEST_P(AggregationInASolver, OnMinibatchesComesNearTheFront) {
  const NoisyTriangle problem;
  solver_.options().set("data", "minibatches");
  solver_.options().set("steps", "800");
  const Report report = moo::solve(problem, solver_);
  ASSERT_EQ(report.front.points().size(), 12u);
  for (const ParetoPoint& point : report.front.points()) {
    EXPECT_LE(point.kkt_residual, 0.1);
    EXPECT_NEAR(point.parameters.sum(), 1.0, 0.15);
  }
}

TEST_P(AggregationInASolver, SameSeedSameFrontWhateverTheNumberOfThreads) {
  const NoisyTriangle problem;
  solver_.options().set("data", "minibatches");
  solver_.options().set("steps", "60");
  const Report once = moo::solve(problem, solver_, {.seed = 5});
  moo::ThreadExecutor executor(3);
  moo::Observer nobody;
  const Report again = moo::solve(problem, solver_, {.seed = 5}, executor, nobody);
  ASSERT_EQ(once.front.points().size(), again.front.points().size());
  for (std::size_t k = 0; k < once.front.points().size(); ++k) {
    EXPECT_EQ(once.front.points()[k].parameters, again.front.points()[k].parameters);
  }
}

TEST(GradientAggregation, SaysThatItKeepsNoHardRowsOrBounds) {
  Functions functions = triangle().functions();
  functions.num_objectives = 2;
  functions.senses = {Sense::inequality};
  EXPECT_THROW(moo::solve(FunctionProblem(functions), GradientAggregationSolver()),
               InvalidArgument);
  functions = triangle().functions();
  functions.bounds = {Vector::Zero(4), Vector::Ones(4)};
  EXPECT_THROW(moo::solve(FunctionProblem(functions), GradientAggregationSolver()),
               InvalidArgument);
}

}  // namespace
