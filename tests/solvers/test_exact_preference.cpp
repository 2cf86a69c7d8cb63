#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/aggregation/preference_direction.hpp"
#include "solvers/register_builtin.hpp"

namespace moo {
namespace {

Matrix random_gramian(int m, RandomStream& random) {
  Matrix gradients(7, m);
  for (double& entry : gradients.reshaped()) entry = random.normal();
  return gradients.transpose() * gradients;
}

TEST(Evenness, IsZeroExactlyWhereEveryImportanceTimesDistanceIsTheSame) {
  const Vector preference = (Vector(3) << 1.0, 2.0, 4.0).finished();
  EXPECT_NEAR(evenness((Vector(3) << 4.0, 2.0, 1.0).finished(), preference).divergence, 0.0, 1e-15);
  EXPECT_GT(evenness(Vector::Ones(3), preference).divergence, 0.1);
  EXPECT_EQ(evenness(Vector::Ones(3), preference).worst, 2);
}

TEST(Evenness, AdjustmentsAreItsGradient) {
  RandomStream random(3);
  for (int trial = 0; trial < 20; ++trial) {
    const Vector preference = random.uniform_vector(4, 0.05, 1.05);
    const Vector f = random.uniform_vector(4, 0.05, 1.05);
    const Evenness at = evenness(f, preference);
    for (int i = 0; i < 4; ++i) {
      const Vector step = 1e-6 * Vector::Unit(4, i);
      const double slope =
          (evenness(f + step, preference).divergence - evenness(f - step, preference).divergence) /
          2e-6;
      EXPECT_NEAR(at.adjustments(i) / preference.dot(f), slope, 1e-7);
    }
  }
}

TEST(PreferenceDirection, LowersTheDivergenceWhileTheWorstObjectiveDoesNotRise) {
  RandomStream random(5);
  int in_vain = 0;
  for (int trial = 0; trial < 200; ++trial) {
    const int m = 2 + trial % 4;
    const Evenness at =
        evenness(random.uniform_vector(m, 0.05, 1.05), random.uniform_vector(m, 0.05, 1.05));
    const PreferenceDirection direction = preference_direction(random_gramian(m, random), at, 1e-6);
    EXPECT_NEAR(direction.beta.sum(), 1.0, 1e-6);
    EXPECT_GE(direction.beta.minCoeff(), 0.0);
    EXPECT_GE(direction.rates(at.worst), -1e-4);
    if (direction.even) {  // nothing on the simplex lowers the divergence and spares the worst
      EXPECT_GE(direction.rates.minCoeff(), -1e-4);
      ++in_vain;
    } else {
      EXPECT_GT(at.adjustments.dot(direction.rates), 0.0) << "m " << m << " trial " << trial;
    }
  }
  EXPECT_LT(in_vain, 40);
}

TEST(PreferenceDirection, LowersEveryObjectiveOnceThePreferenceIsMet) {
  RandomStream random(6);
  for (int trial = 0; trial < 200; ++trial) {
    const int m = 2 + trial % 4;
    const Matrix gramian = random_gramian(m, random);
    const PreferenceDirection direction =
        preference_direction(gramian, evenness(Vector::Ones(m), Vector::Ones(m)), 1e-6);
    EXPECT_TRUE(direction.even);
    EXPECT_GE(direction.rates.minCoeff(), -1e-4);
    EXPECT_GT(direction.rates.sum(), 0.0);
  }
}

Report prefer(const std::string& problem, const std::string& preference,
              const std::string& search_steps = "50") {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  return solve(*make_reference_problem(problem),
               *registry.create("exact_preference",
                                {{"preference", preference}, {"search_steps", search_steps}}));
}

const ParetoPoint& preferred(const Report& report) {
  return *report.front.generated_by("preference").front();
}

TEST(ExactPreference, FindsThePointWhereImportanceTimesDistanceIsEven) {
  for (const std::string problem : {"two_quadratics", "fonseca_fleming", "zdt1", "zdt2"}) {
    const Report report = prefer(problem, "1:2");
    ASSERT_EQ(report.front.generated_by("preference").size(), 1u) << problem;
    const ParetoPoint& point = preferred(report);
    EXPECT_TRUE(point.converged) << problem;
    const Vector fh = report.front.scaling()->scaled(point.objectives);
    EXPECT_NEAR((fh(0) + 0.02) / (fh(1) + 0.02), 2.0, 1e-4) << problem;
    EXPECT_TRUE(report.notes.empty()) << problem << testing::PrintToString(report.notes);
  }
  const Report report = prefer("dtlz2", "1:2:4");
  const Vector fh = report.front.scaling()->scaled(preferred(report).objectives);
  EXPECT_NEAR((fh(0) + 0.02) / (fh(1) + 0.02), 2.0, 1e-4);
  EXPECT_NEAR((fh(1) + 0.02) / (fh(2) + 0.02), 2.0, 1e-4);
}

TEST(ExactPreference, SaysWhenTheFrontHasNoSuchPoint) {
  const Report report = prefer("zdt3", "5:1");
  ASSERT_EQ(report.notes.size(), 1u);
  EXPECT_NE(report.notes[0].find("no point that meets the preference"), std::string::npos);
}

TEST(ExactPreference, RefusesAPreferenceForAnotherNumberOfObjectives) {
  EXPECT_THROW(prefer("two_quadratics", "1:2:3"), InvalidArgument);
}

}  // namespace
}  // namespace moo
