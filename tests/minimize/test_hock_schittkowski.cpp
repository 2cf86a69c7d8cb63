#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <tuple>
#include <vector>

#include "libmoo/front/certificate.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "tests/minimize/hock_schittkowski.hpp"

namespace {

using moo::ConstrainedMinimizer;
using moo::ConstrainedMinimum;
using moo::CountingProblem;
using moo::Matrix;
using moo::MinimizerStatus;
using moo::Scaling;
using moo::Vector;
using moo::WeightedSum;
using moo::test::FunctionProblem;
using moo::test::hock_schittkowski;
using moo::test::HockSchittkowski;

class HockSchittkowskiBy
    : public ::testing::TestWithParam<std::tuple<std::string, HockSchittkowski>> {
 protected:
  HockSchittkowski known = std::get<1>(GetParam());
  FunctionProblem problem{known.functions};
};

INSTANTIATE_TEST_SUITE_P(All, HockSchittkowskiBy,
                         ::testing::Combine(::testing::Values("lbfgs", "newton"),
                                            ::testing::ValuesIn(hock_schittkowski())),
                         [](const auto& both) {
                           return std::get<0>(both.param) + "_" +
                                  std::get<1>(both.param).functions.name;
                         });

TEST_P(HockSchittkowskiBy, IsWrittenDownWithoutMistakes) {
  EXPECT_LE(moo::check_gradients(problem, problem.start(), moo::RandomStream(1)).worst(), 1e-6);
  const Vector values = problem.values(known.minimiser);
  EXPECT_NEAR(values(0), known.minimum, 1e-6 * std::max(1.0, std::abs(known.minimum)));
  EXPECT_LE(moo::certify(problem, known.minimiser, Scaling::identity(1)).violation, 1e-5);
}

TEST_P(HockSchittkowskiBy, ReachesThePublishedOptimumWithValidMultipliers) {
  const CountingProblem counted(problem);
  const WeightedSum phi(Vector::Ones(1), Scaling::identity(1));
  const ConstrainedMinimizer minimizer(std::get<0>(GetParam()), {});
  const ConstrainedMinimum found = minimizer.minimize(counted, phi, problem.start());
  RecordProperty("evaluations", std::to_string(counted.evaluations()));
  RecordProperty("outer_iterations", found.outer_iterations);
  ASSERT_EQ(found.status, MinimizerStatus::converged) << to_string(found.status);
  EXPECT_NEAR(found.values(0), known.minimum, 2e-5 * std::max(1.0, std::abs(known.minimum)));
  EXPECT_LE((found.theta - known.minimiser).norm(), 2e-3);
  EXPECT_LE(found.violation, 1e-6);
  EXPECT_LE(counted.evaluations(), 3000);

  // The conditions of Karush, Kuhn and Tucker with the multipliers that came back.
  const auto p = static_cast<Eigen::Index>(problem.num_hard_rows());
  Vector slope =
      problem.gradients(found.theta) * (Vector(1 + p) << 1.0, found.multipliers.head(p)).finished();
  Eigen::Index next = p;
  const moo::Bounds bounds = problem.bounds();
  const auto expect_side = [&](double distance, double sign, Eigen::Index variable) {
    if (!std::isfinite(distance)) return;
    const double multiplier = found.multipliers(next++);
    EXPECT_GE(multiplier, 0.0);
    EXPECT_NEAR(std::min(multiplier, distance), 0.0, 1e-5) << "bound of variable " << variable;
    slope(variable) += sign * multiplier;
  };
  for (Eigen::Index j = 0; !bounds.empty() && j < problem.num_variables(); ++j) {
    expect_side(found.theta(j) - bounds.lower(j), -1.0, j);
    expect_side(bounds.upper(j) - found.theta(j), 1.0, j);
  }
  ASSERT_EQ(next, found.multipliers.size());
  EXPECT_LE(slope.lpNorm<Eigen::Infinity>(), 1e-6 * (1.0 + found.multipliers.cwiseAbs().sum()));
  for (Eigen::Index i = 0; i < p; ++i) {
    if (problem.hard_rows()[static_cast<std::size_t>(i)].sense == moo::Sense::equality) continue;
    EXPECT_GE(found.multipliers(i), 0.0);
    EXPECT_NEAR(std::min(found.multipliers(i), -found.values(1 + i)), 0.0, 1e-5) << "row " << i;
  }
}

}  // namespace
