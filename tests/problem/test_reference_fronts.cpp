#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "tests/problem/reference_checks.hpp"

namespace {

using moo::ConstVectorRef;
using moo::FrontShape;
using moo::Matrix;
using moo::RandomStream;
using moo::ReferenceProblem;
using moo::Vector;
using moo::test::SizedProblem;

class ReferenceFronts : public testing::TestWithParam<SizedProblem> {
 protected:
  std::shared_ptr<const ReferenceProblem> problem_ = moo::test::make(GetParam());
  int m_ = problem_->num_objectives();
  /// Extent of the front; 1 for a single point.
  double extent_ = [this] {
    const double extent = (problem_->nadir() - problem_->ideal()).norm();
    return extent > 0.0 ? extent : 1.0;
  }();

  bool is_one_point() const { return problem_->nadir() == problem_->ideal(); }
};

/// Whether some column is larger than f by more than `margin` in every objective.
bool beats_some(ConstVectorRef f, const Matrix& front, double margin) {
  for (int k = 0; k < front.cols(); ++k) {
    if (((front.col(k) - f).array() > margin).all()) return true;
  }
  return false;
}

TEST_P(ReferenceFronts, AreMutuallyNondominatedAndDistinct) {
  const Matrix front = problem_->front(150);
  ASSERT_EQ(front.rows(), m_);
  ASSERT_GE(front.cols(), is_one_point() ? 1 : 150);
  for (int a = 0; a < front.cols(); ++a) {
    for (int b = 0; b < front.cols(); ++b) {
      if (a == b) continue;
      EXPECT_FALSE((front.col(a).array() <= front.col(b).array() + 1e-15).all())
          << front.col(a).transpose() << " and " << front.col(b).transpose();
    }
  }
}

TEST_P(ReferenceFronts, AreAttainedByFeasibleVariables) {
  const Matrix front = problem_->front(60);
  const Matrix optima = problem_->optima(60);
  ASSERT_EQ(optima.cols(), front.cols());
  ASSERT_EQ(optima.rows(), problem_->num_variables());
  for (int k = 0; k < front.cols(); ++k) {
    const Vector f = problem_->values(optima.col(k)).head(m_);
    EXPECT_LE((f - front.col(k)).norm(), 1e-12 * extent_) << "point " << k;
    EXPECT_LE(moo::test::violation(*problem_, optima.col(k)), 1e-12) << "point " << k;
  }
}

TEST_P(ReferenceFronts, AreAtDistanceZeroFromThemselvesAndFurtherFromOtherPoints) {
  const Matrix front = problem_->front(137);
  const int stride = 1 + static_cast<int>(front.cols()) / 60;
  for (int k = 0; k < front.cols(); k += stride) {
    EXPECT_LE(problem_->distance_to_front(front.col(k)), 1e-9 * extent_) << "point " << k;
    for (const double offset : {-0.05, 1e-5, 0.05}) {
      const double away = problem_->distance_to_front(front.col(k).array() + offset * extent_);
      EXPECT_GT(away, 0.01 * std::abs(offset) * extent_) << "point " << k;
      EXPECT_LE(away, std::sqrt(m_) * std::abs(offset) * extent_ * (1.0 + 1e-6) + 1e-12);
    }
  }
}

TEST_P(ReferenceFronts, HaveADistanceThatNoDenseSampleUndercuts) {
  const Matrix dense = problem_->front(m_ == 2 ? 2000 : 3000);
  const Vector middle = 0.5 * (problem_->ideal() + problem_->nadir());
  RandomStream random(3);
  for (int trial = 0; trial < 40; ++trial) {
    const Vector f = middle + 0.6 * extent_ * random.uniform_vector(m_, -1.0, 1.0);
    const double sampled = (dense.colwise() - f).colwise().norm().minCoeff();
    const double exact = problem_->distance_to_front(f);
    EXPECT_LE(exact, sampled + 1e-9 * extent_) << f.transpose();
    // A nearest point is at most about half the samples' spacing away from a sample.
    const double spacing = is_one_point() ? 0.0 : (m_ == 2 ? 0.01 : m_ == 3 ? 0.1 : 0.4);
    EXPECT_GE(exact, sampled - spacing * extent_ - 1e-12) << f.transpose();
  }
}

TEST_P(ReferenceFronts, HaveTheIdealAndNadirOfTheirPoints) {
  const Matrix front = problem_->front(m_ == 2 ? 200 : 600);
  EXPECT_LE((front.rowwise().minCoeff() - problem_->ideal()).norm(), 1e-9 * extent_);
  EXPECT_LE((front.rowwise().maxCoeff() - problem_->nadir()).norm(), 1e-9 * extent_);
}

TEST_P(ReferenceFronts, AreNotDominatedByRandomFeasiblePoints) {
  const Matrix front = problem_->front(m_ == 2 ? 100 : 300);
  const Matrix optima = problem_->optima(20);
  RandomStream random(11);
  int feasible = 0;
  for (int trial = 0; trial < 2000; ++trial) {
    // Anywhere between a random point and an optimum, and close to it: some rows leave nothing
    // feasible elsewhere.
    const Vector best = optima.col(random.index(static_cast<int>(optima.cols())));
    const double share =
        trial % 2 == 0 ? std::sqrt(random.uniform()) : std::pow(10.0, random.uniform(-6.0, 0.0));
    const Vector x = best + share * (moo::test::random_point(*problem_, random) - best);
    const Vector f = problem_->values(x).head(m_);
    if (!f.allFinite() || moo::test::violation(*problem_, x) > 0.0) continue;
    ++feasible;
    EXPECT_FALSE(beats_some(f, front, 1e-12 * extent_)) << f.transpose();
  }
  EXPECT_GT(feasible, 0);
}

TEST_P(ReferenceFronts, AreNotDominatedByFeasibleNeighboursOfTheirParetoSet) {
  const Matrix front = problem_->front(m_ == 2 ? 100 : 300);
  const Matrix optima = problem_->optima(m_ == 2 ? 100 : 300);
  const moo::Bounds box = problem_->bounds();
  RandomStream random(12);
  for (int trial = 0; trial < 3000; ++trial) {
    const double size = std::pow(10.0, random.uniform(-5.0, 0.0));
    Vector x = optima.col(random.index(static_cast<int>(optima.cols())));
    // One variable, or all of them; cut at the bounds.
    if (trial % 2 == 0) {
      x(random.index(static_cast<int>(x.size()))) += size * random.normal();
    } else {
      x += size * random.normal_vector(static_cast<int>(x.size()));
    }
    if (!box.empty()) x = x.cwiseMax(box.lower).cwiseMin(box.upper);
    const Vector f = problem_->values(x).head(m_);
    if (!f.allFinite() || moo::test::violation(*problem_, x) > 0.0) continue;
    EXPECT_FALSE(beats_some(f, front, 1e-12 * extent_)) << f.transpose();
  }
}

using ReferenceCurves = ReferenceFronts;

TEST_P(ReferenceCurves, HaveTheShapeTheyClaim) {
  const FrontShape shape = problem_->shape();
  Matrix front = problem_->front(300);
  std::vector<int> order(static_cast<std::size_t>(front.cols()));
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](int a, int b) { return front(0, a) < front(0, b); });
  front = Matrix(front(Eigen::all, order));
  int above = 0;
  int below = 0;
  double widest = 0.0;
  for (int k = 1; k + 1 < front.cols(); ++k) {
    const Vector left = front.col(k) - front.col(k - 1);
    const Vector right = front.col(k + 1) - front.col(k);
    // Turning left at a point means lying below the chord of its neighbours.
    const double turn = left(0) * right(1) - left(1) * right(0);
    if (turn > 1e-9 * left.norm() * right.norm()) ++below;
    if (turn < -1e-9 * left.norm() * right.norm()) ++above;
    widest = std::max(widest, left.norm() / extent_);
  }
  EXPECT_EQ(shape == FrontShape::disconnected, widest > 0.03);
  if (shape == FrontShape::convex) {
    EXPECT_EQ(above, 0);
  }
  if (shape == FrontShape::concave) {
    EXPECT_LT(below, 0.15 * static_cast<double>(front.cols()));
  }
  if (shape == FrontShape::linear) {
    EXPECT_EQ(above + below, 0);
  }
  if (shape == FrontShape::mixed) {
    EXPECT_TRUE(above > 0 && below > 0);
  }
}

INSTANTIATE_TEST_SUITE_P(Catalogue, ReferenceFronts, testing::ValuesIn(moo::test::sized_problems()),
                         [](const auto& each) { return moo::test::label(each.param); });

INSTANTIATE_TEST_SUITE_P(Catalogue, ReferenceCurves,
                         testing::ValuesIn(moo::test::sized_problems([](const auto& problem) {
                           return problem.num_objectives() == 2 &&
                                  problem.nadir() != problem.ideal();
                         })),
                         [](const auto& each) { return moo::test::label(each.param); });

}  // namespace
