#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/gradient_check.hpp"
#include "libmoo/problem/reference/degenerate.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::InvalidArgument;
using moo::make_reference_problem;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

TEST(ReferenceCatalogue, NamesEveryProblemOnceAndAsTheProblemDoes) {
  std::set<std::string> seen;
  for (const std::string& name : moo::reference_problem_names()) {
    EXPECT_TRUE(seen.insert(name).second) << name;
    EXPECT_EQ(make_reference_problem(name)->name(), name);
  }
  EXPECT_GE(seen.size(), 30U);
}

TEST(ReferenceCatalogue, UsesThePublishedSizesWhereNoneIsGiven) {
  const auto sizes = [](const std::string& name, int n, int m) {
    const auto problem = make_reference_problem(name, n, m);
    return std::make_pair(problem->num_variables(), problem->num_objectives());
  };
  EXPECT_EQ(sizes("zdt1", 0, 0), std::make_pair(30, 2));
  EXPECT_EQ(sizes("zdt4", 0, 0), std::make_pair(10, 2));
  EXPECT_EQ(sizes("jos1", 0, 0), std::make_pair(100, 2));
  EXPECT_EQ(sizes("dtlz1", 0, 0), std::make_pair(7, 3));
  EXPECT_EQ(sizes("dtlz2", 0, 5), std::make_pair(14, 5));
  EXPECT_EQ(sizes("dtlz7", 0, 0), std::make_pair(22, 3));
  EXPECT_EQ(sizes("dtlz2", 200, 4), std::make_pair(200, 4));
  EXPECT_EQ(sizes("osy", 0, 0), std::make_pair(6, 2));
  EXPECT_EQ(sizes("fonseca_fleming", 1000, 0), std::make_pair(1000, 2));
}

TEST(ReferenceCatalogue, ComplainsHelpfully) {
  expect_says(complaint_of<InvalidArgument>([] { make_reference_problem("zdt11"); }),
              {"make_reference_problem", "'zdt11'", "did you mean 'zdt1'", "dtlz2"});
  expect_says(complaint_of<InvalidArgument>([] { make_reference_problem("zdt1", 1); }),
              {"zdt1", "at least 2 variables", "got 1", "published size, 30"});
  expect_says(complaint_of<InvalidArgument>([] { make_reference_problem("zdt1", 0, 3); }),
              {"zdt1", "2 objectives", "got 3"});
  expect_says(complaint_of<InvalidArgument>([] { make_reference_problem("dtlz7", 0, 6); }),
              {"dtlz7", "2 to 5 objectives", "got 6"});
  expect_says(complaint_of<InvalidArgument>([] { make_reference_problem("dtlz2", 4, 5); }),
              {"dtlz2", "at least 5 variables", "got 4"});
  expect_says(complaint_of<InvalidArgument>([] { make_reference_problem("bnh", 3); }),
              {"bnh", "2 variables", "got 3"});
  const auto problem = make_reference_problem("zdt1");
  expect_says(
      complaint_of<InvalidArgument>([&] { (void)problem->distance_to_front(Vector::Zero(3)); }),
      {"zdt1", "objectives", "expected 2", "got 3"});
}

TEST(ReferenceCatalogue, StartsInsideTheBoxWhereDerivativesExist) {
  for (const std::string& name : moo::reference_problem_names()) {
    const auto problem = make_reference_problem(name);
    const moo::Bounds box = problem->bounds();
    RandomStream random(7);
    for (int trial = 0; trial < 20; ++trial) {
      const Vector x = problem->start(random);
      EXPECT_TRUE(problem->values(x).allFinite()) << name;
      EXPECT_TRUE(problem->gradients(x).allFinite()) << name;
      if (box.empty()) continue;
      EXPECT_GT((x - box.lower).minCoeff(), 0.0) << name;
      EXPECT_GT((box.upper - x).minCoeff(), 0.0) << name;
    }
  }
}

TEST(DegenerateProblems, KeepEveryPointOfTheInfeasibleOneInfeasible) {
  const auto problem = moo::make_infeasible_problem(4);
  ASSERT_EQ(problem->num_hard_rows(), 2);
  RandomStream random(8);
  for (int trial = 0; trial < 100; ++trial) {
    const Vector x = problem->start(random);
    EXPECT_GE(problem->linearize(x)->values().tail(2).maxCoeff(), 1.0);
    EXPECT_LE(moo::check_gradients(*problem, x, random).worst(), 1e-7);
  }
  EXPECT_EQ(problem->linearize(Vector::Zero(4))->values().tail(2), Vector::Ones(2));
  expect_says(complaint_of<InvalidArgument>([] { moo::make_infeasible_problem(0); }),
              {"make_infeasible_problem", "n >= 1"});
}

TEST(DegenerateProblems, ChangeNothingAlongTheFlatDirection) {
  const auto problem = make_reference_problem("flat_direction", 6);
  RandomStream random(9);
  const Vector x = problem->start(random);
  Vector flat = Vector::Ones(6);
  for (int j = 1; j < 6; j += 2) flat(j) = -1.0;
  EXPECT_LE((problem->values(x + 3.0 * flat) - problem->values(x)).norm(), 1e-13);
  EXPECT_LE((problem->gradients(x).transpose() * flat).norm(), 1e-13);
  EXPECT_LE((problem->hessian(x, Vector::Ones(2)) * flat).norm(), 1e-13);
}

TEST(DegenerateProblems, AreNotANumberOutsideTheBallAndElsewhereFinite) {
  const auto problem = make_reference_problem("nan_outside_ball", 3);
  const Vector centre = Vector::Constant(3, 1.0 / std::sqrt(3.0));
  RandomStream random(10);
  for (int trial = 0; trial < 50; ++trial) {
    const Vector direction = random.normal_vector(3).normalized();
    EXPECT_TRUE(problem->values(centre + 2.999 * direction).allFinite());
    const Vector outside = problem->values(centre + 3.001 * direction);
    EXPECT_TRUE(std::isnan(outside(0)));
    EXPECT_TRUE(std::isfinite(outside(1)));
  }
}

}  // namespace
