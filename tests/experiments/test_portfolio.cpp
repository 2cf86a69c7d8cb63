#include <gtest/gtest.h>

#include <Eigen/LU>
#include <cmath>

#include "experiments/portfolio/efficient_frontier.hpp"
#include "experiments/portfolio/portfolio_problem.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/table.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/experiments/driver_program.hpp"

namespace moo {
namespace {

using portfolio::efficient_weights;
using portfolio::PortfolioProblem;
using portfolio::ShortSales;
using portfolio::Terms;

Matrix daily_returns() {
  const Table table = read_csv("experiments/data/eustockmarkets/eustockmarkets.csv");
  Matrix returns(4, table.num_rows() - 1);
  for (int k = 0; k < 4; ++k) {
    const Vector price = table.numeric(table.names()[static_cast<std::size_t>(k)]);
    for (Eigen::Index t = 0; t < returns.cols(); ++t) returns(k, t) = price(t + 1) / price(t) - 1.0;
  }
  return returns;
}

Terms terms(double lowest = 0.0, double highest = 1.0) {
  Terms terms;
  terms.held = Vector::Unit(4, 3);
  terms.cvar_ceiling = 0.015;
  terms.lowest = lowest;
  terms.highest = highest;
  return terms;
}

Front solved(const Problem& problem, const std::string& solver, const char* points) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  const auto method = registry.create(solver, {{"points", points}});
  Request request;
  request.kkt_tolerance = 1e-9;
  return solve(problem, *method, request).front;
}

double variance_of(const PortfolioProblem& problem, const Vector& w) {
  return w.dot(problem.covariance() * w);
}

TEST(PortfolioData, IsReadAsItIs) {
  const Matrix returns = daily_returns();
  ASSERT_EQ(returns.cols(), 1859);
  EXPECT_DOUBLE_EQ(returns(0, 0), 1613.63 / 1628.75 - 1.0);
  EXPECT_NEAR(portfolio::days_per_year * returns.row(1).mean(), 0.2238, 1e-4);  // SMI
}

TEST(PortfolioProblem, DerivativesAreThoseOfTheValues) {
  const PortfolioProblem problem(
      daily_returns().leftCols(400),
      {"expected_return", "variance", "cvar", "concentration", "turnover"}, terms());
  RandomStream random(1);
  for (int k = 0; k < 5; ++k) {
    EXPECT_LT(check_gradients(problem, problem.start(random), random).worst(), 1e-6);
  }
}

TEST(PortfolioProblem, ValuesOfAnExampleWorkedByHand) {
  // Two assets, four days; half and half earns 0.01, -0.02, 0.03, 0.02 a day.
  Matrix returns(2, 4);
  returns << 0.02, -0.01, 0.05, 0.01, 0.0, -0.03, 0.01, 0.03;
  Terms two;
  two.held = Eigen::Vector2d(1.0, 0.0);
  two.tail = 0.25;
  two.cvar_ceiling = 0.01;
  two.cvar_scale = 0.01;
  two.temperature = 1e-5;
  two.turnover_edge = 1e-6;
  const PortfolioProblem problem(
      returns, {"expected_return", "variance", "cvar", "concentration", "turnover"}, two);
  const Vector f = problem.values(Eigen::Vector2d(0.5, 0.5));
  EXPECT_NEAR(f(0), -260.0 * 0.01, 1e-12);
  EXPECT_NEAR(f(1), 260.0 * (0.0 + 0.0009 + 0.0004 + 0.0001) / 4.0, 1e-12);
  EXPECT_NEAR(f(2), 1.0, 1e-2);  // the worst quarter is the day of -0.02, 0.01 beyond the ceiling
  EXPECT_NEAR(f(3), 0.0, 1e-15);
  EXPECT_NEAR(f(4), 1.0, 1e-5);
  EXPECT_NEAR(f(5), 0.0, 1e-15);
}

TEST(PortfolioProblem, TheSmoothedRiskLiesJustAboveTheTrueOne) {
  const Matrix returns = daily_returns();
  Terms bare = terms();
  bare.cvar_ceiling = 0.0;
  const PortfolioProblem problem(returns, {"cvar"}, bare);
  RandomStream random(2);
  for (int k = 0; k < 5; ++k) {
    const Vector w = problem.start(random);
    const double smooth = bare.cvar_scale * std::sqrt(problem.values(w)(0));
    const double exact = portfolio::conditional_value_at_risk(returns.transpose() * w, bare.tail);
    EXPECT_GE(smooth, exact - 1e-12);
    EXPECT_LE(smooth, exact + bare.temperature * std::log(2.0) / bare.tail);
  }
}

TEST(PortfolioMetrics, RiskAndDrawdownOfFewDays) {
  const Vector daily = Eigen::Vector4d(0.1, -0.5, 0.2, -0.1);
  EXPECT_NEAR(portfolio::conditional_value_at_risk(daily, 0.25), 0.5, 1e-15);
  EXPECT_NEAR(portfolio::conditional_value_at_risk(daily, 0.375), (0.5 + 0.5 * 0.1) / 1.5, 1e-15);
  EXPECT_NEAR(portfolio::maximum_drawdown(daily), 0.5, 1e-15);
  EXPECT_NEAR(portfolio::maximum_drawdown(Eigen::Vector3d(-0.1, -0.5, 0.2)), 0.55, 1e-15);
}

TEST(EfficientFrontier, ClosedFormIsMertonsParabola) {
  const PortfolioProblem problem(daily_returns(), {"variance"}, terms());
  const Vector one = Vector::Ones(4);
  const Matrix inverse = problem.covariance().inverse();
  const double a = one.dot(inverse * problem.mean());
  const double b = problem.mean().dot(inverse * problem.mean());
  const double c = one.dot(inverse * one);
  for (const double target : {0.05, 0.15, 0.2, 0.3, 0.6}) {
    const Vector w =
        efficient_weights(problem.mean(), problem.covariance(), target, ShortSales::allowed);
    EXPECT_NEAR(w.sum(), 1.0, 1e-12);
    EXPECT_NEAR(w.dot(problem.mean()), target, 1e-12);
    const double merton = (c * target * target - 2.0 * a * target + b) / (b * c - a * a);
    EXPECT_NEAR(variance_of(problem, w), merton, 1e-12);
  }
}

TEST(EfficientFrontier, WithoutShortSalesNoFeasiblePortfolioIsBetter) {
  const PortfolioProblem problem(daily_returns(), {"variance"}, terms());
  RandomStream random(3);
  for (int k = 0; k < 200; ++k) {
    const Vector w = problem.start(random);
    const Vector best = efficient_weights(problem.mean(), problem.covariance(),
                                          w.dot(problem.mean()), ShortSales::forbidden);
    ASSERT_EQ(best.size(), 4);
    EXPECT_GE(best.minCoeff(), -1e-12);
    EXPECT_NEAR(best.dot(problem.mean()), w.dot(problem.mean()), 1e-12);
    EXPECT_LE(variance_of(problem, best), variance_of(problem, w) + 1e-14);
    // Lagrange: the marginal variance of what is held lies on a plane in the mean; of what is not
    // held, above it.
    const Vector marginal = problem.covariance() * best;
    std::vector<int> held;
    for (int i = 0; i < 4; ++i) {
      if (best(i) > 1e-9) held.push_back(i);
    }
    if (held.size() < 2) continue;
    const int i = held.front();
    const int j = held.back();
    const double slope = (marginal(j) - marginal(i)) / (problem.mean()(j) - problem.mean()(i));
    for (int l = 0; l < 4; ++l) {
      const double plane = marginal(i) + slope * (problem.mean()(l) - problem.mean()(i));
      EXPECT_GE(marginal(l), plane - 1e-10);
    }
  }
}

TEST(EfficientFrontier, ThereIsNoneBeyondTheBestAsset) {
  const PortfolioProblem problem(daily_returns(), {"variance"}, terms());
  const double most = problem.mean().maxCoeff();
  EXPECT_EQ(
      efficient_weights(problem.mean(), problem.covariance(), most + 0.01, ShortSales::forbidden)
          .size(),
      0);
  EXPECT_NEAR(efficient_weights(problem.mean(), problem.covariance(), most, ShortSales::forbidden)
                  .maxCoeff(),
              1.0, 1e-9);
}

/// Every point of the solvers' fronts has the least variance its return allows, to 1e-8.
void expect_on_the_frontier(const PortfolioProblem& problem, ShortSales short_sales, double lowest,
                            double highest) {
  for (const std::string& solver : test::main_solvers()) {
    const Front front = solved(problem, solver, "12");
    int compared = 0;
    for (const int k : front.nondominated()) {
      const ParetoPoint& point = front.points()[static_cast<std::size_t>(k)];
      const Vector& w = point.parameters;
      EXPECT_NEAR(w.sum(), 1.0, 1e-9) << solver;
      EXPECT_GE(w.minCoeff(), lowest - 1e-9) << solver;
      const bool inside = w.minCoeff() > lowest + 1e-6 && w.maxCoeff() < highest - 1e-6;
      if (short_sales == ShortSales::allowed && !inside) continue;
      const Vector best = efficient_weights(problem.mean(), problem.covariance(),
                                            w.dot(problem.mean()) / w.sum(), short_sales);
      if (best.size() == 0) continue;  // the best asset alone, up to rounding
      EXPECT_NEAR(variance_of(problem, w), variance_of(problem, best), 1e-8)
          << solver << " point " << k << ": " << w.transpose();
      ++compared;
    }
    EXPECT_GE(compared, 6) << solver;
  }
}

TEST(EfficientFrontier, EverySolverFindsTheClosedFormWithShortSales) {
  const PortfolioProblem problem(daily_returns(), {"expected_return", "variance"},
                                 terms(-3.0, 4.0));
  expect_on_the_frontier(problem, ShortSales::allowed, -3.0, 4.0);
}

TEST(EfficientFrontier, EverySolverFindsTheExactFrontierWithoutShortSales) {
  const PortfolioProblem problem(daily_returns(), {"expected_return", "variance"}, terms());
  expect_on_the_frontier(problem, ShortSales::forbidden, 0.0, 1.0);
}

TEST(PortfolioProblem, TermsThatDoNotFitAreRefused) {
  EXPECT_THROW(PortfolioProblem(daily_returns(), {"variants"}, terms()), InvalidArgument);
  Terms few = terms();
  few.held = Vector::Ones(3);
  EXPECT_THROW(PortfolioProblem(daily_returns(), {"variance"}, few), InvalidArgument);
}

class PortfolioProgram : public test::DriverProgram {
 protected:
  PortfolioProgram() : DriverProgram("portfolio") {}
};

TEST_F(PortfolioProgram, EverySolverRunsAndIsJudgedOnLaterDays) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver);
    EXPECT_GE(test::good_points(document), 4) << solver;
    test::expect_metrics(document, {"train", "validation", "test"},
                         {"negative_return", "volatility", "cvar", "maximum_drawdown", "turnover"});
    for (const ParetoPoint& point : document.report.front.points()) {
      const auto& metrics = point.evaluation.at("train").metrics;
      if (metrics.count("frontier_gap") == 0) continue;
      EXPECT_NEAR(metrics.at("frontier_gap"), 0.0, 1e-8) << solver << " point " << point.id;
    }
  }
}

TEST_F(PortfolioProgram, AllGroupsTogetherKeepTheBudgetAndSellNothingShort) {
  const FrontDocument document = quick("weighted_sum", "--objectives all --points 8");
  EXPECT_EQ(document.report.front.num_objectives(), 5);
  for (const ParetoPoint& point : document.report.front.points()) {
    EXPECT_NEAR(point.parameters.sum(), 1.0, 1e-8);
    EXPECT_GE(point.parameters.minCoeff(), -1e-9);
  }
}

}  // namespace
}  // namespace moo
