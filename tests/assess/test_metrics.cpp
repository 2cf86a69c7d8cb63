#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/assess/metrics.hpp"
#include "libmoo/base/random.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::area_under_curve;
using moo::binary_cross_entropy;
using moo::ConstVectorRef;
using moo::decisions;
using moo::error_rate;
using moo::group_gap;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

struct Sample {
  Vector probabilities;
  Vector labels;
};

/// 40 rows with scores in steps of 1/16, so that there are many ties and 1 - p is exact.
Sample tied_sample(std::uint64_t seed) {
  moo::RandomStream random(seed);
  Sample sample{Vector(40), Vector(40)};
  for (Eigen::Index k = 0; k < 40; ++k) {
    sample.probabilities(k) = random.index(17) / 16.0;
    sample.labels(k) = random.index(2);
  }
  return sample;
}

/// Area under the curve by its definition: all pairs of the two classes.
double share_of_ordered_pairs(const Sample& sample) {
  double ordered = 0.0;
  double pairs = 0.0;
  for (Eigen::Index i = 0; i < sample.labels.size(); ++i) {
    for (Eigen::Index j = 0; j < sample.labels.size(); ++j) {
      if (sample.labels(i) != 1.0 || sample.labels(j) != 0.0) continue;
      const double difference = sample.probabilities(i) - sample.probabilities(j);
      ordered += difference > 0.0 ? 1.0 : difference == 0.0 ? 0.5 : 0.0;
      pairs += 1.0;
    }
  }
  return ordered / pairs;
}

TEST(Decisions, AreOneFromTheThresholdUpwards) {
  EXPECT_EQ(decisions(Vector({{0.2, 0.5, 0.7}})), Vector({{0.0, 1.0, 1.0}}));
  EXPECT_EQ(decisions(Vector({{0.2, 0.5, 0.7}}), 0.6), Vector({{0.0, 0.0, 1.0}}));
}

TEST(ErrorRate, IsTheShareOfWrongDecisions) {
  const Vector p({{0.1, 0.6, 0.8, 0.4}});
  EXPECT_EQ(error_rate(p, Vector({{0.0, 1.0, 1.0, 0.0}})), 0.0);
  EXPECT_EQ(error_rate(p, Vector({{1.0, 0.0, 0.0, 1.0}})), 1.0);
  EXPECT_EQ(error_rate(p, Vector({{0.0, 0.0, 1.0, 0.0}})), 0.25);
  EXPECT_EQ(error_rate(p, Vector({{0.0, 0.0, 1.0, 0.0}}), 0.7), 0.0);
}

TEST(AreaUnderCurve, IsOneForAPerfectOrderAndZeroForTheReverse) {
  const Vector p({{0.1, 0.2, 0.3, 0.4}});
  EXPECT_EQ(area_under_curve(p, Vector({{0.0, 0.0, 1.0, 1.0}})), 1.0);
  EXPECT_EQ(area_under_curve(p, Vector({{1.0, 1.0, 0.0, 0.0}})), 0.0);
  EXPECT_EQ(area_under_curve(p, Vector({{0.0, 1.0, 0.0, 1.0}})), 0.75);
}

TEST(AreaUnderCurve, IsOneHalfWithoutInformation) {
  EXPECT_EQ(area_under_curve(Vector::Constant(5, 0.3), Vector({{0.0, 1.0, 0.0, 1.0, 1.0}})), 0.5);
  EXPECT_EQ(area_under_curve(Vector({{0.1, 0.9}}), Vector::Ones(2)), 0.5);
  EXPECT_EQ(area_under_curve(Vector({{0.1, 0.9}}), Vector::Zero(2)), 0.5);
}

TEST(AreaUnderCurve, IsTheShareOfOrderedPairs) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const Sample sample = tied_sample(seed);
    EXPECT_DOUBLE_EQ(area_under_curve(sample.probabilities, sample.labels),
                     share_of_ordered_pairs(sample));
  }
}

TEST(AreaUnderCurve, IsMirroredWhenScoresOrLabelsAre) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto [p, y] = tied_sample(seed);
    const double area = area_under_curve(p, y);
    EXPECT_DOUBLE_EQ(area_under_curve((1.0 - p.array()).matrix(), y), 1.0 - area);
    EXPECT_DOUBLE_EQ(area_under_curve(p, (1.0 - y.array()).matrix()), 1.0 - area);
  }
}

TEST(AreaUnderCurve, DependsOnTheOrderOfTheScoresAlone) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const auto [p, y] = tied_sample(seed);
    const double area = area_under_curve(p, y);
    EXPECT_EQ(area_under_curve((8.0 * p.array() - 100.0).matrix(), y), area);
    const std::vector<int> order = moo::RandomStream(seed).substream("rows").permutation(40);
    EXPECT_EQ(area_under_curve(p(order), y(order)), area);
  }
}

TEST(BinaryCrossEntropy, IsTheMeanOfMinusLogOfTheProbabilityOfTheLabel) {
  EXPECT_DOUBLE_EQ(binary_cross_entropy(Vector({{0.5, 0.5}}), Vector({{0.0, 1.0}})), std::log(2.0));
  EXPECT_DOUBLE_EQ(binary_cross_entropy(Vector({{0.25, 0.25}}), Vector({{0.0, 1.0}})),
                   -(std::log(0.75) + std::log(0.25)) / 2.0);
  EXPECT_EQ(binary_cross_entropy(Vector({{0.0, 1.0}}), Vector({{0.0, 1.0}})), 0.0);
}

TEST(BinaryCrossEntropy, StaysExactForTinyProbabilities) {
  EXPECT_DOUBLE_EQ(binary_cross_entropy(Vector({{1e-250}}), Vector({{1.0}})),
                   250.0 * std::log(10.0));
  EXPECT_DOUBLE_EQ(binary_cross_entropy(Vector({{1e-20}}), Vector({{0.0}})), 1e-20);
}

TEST(BinaryCrossEntropy, IsFiniteForACertainMistake) {
  const double worst = 300.0 * std::log(10.0);
  EXPECT_DOUBLE_EQ(binary_cross_entropy(Vector({{0.0}}), Vector({{1.0}})), worst);
  EXPECT_DOUBLE_EQ(binary_cross_entropy(Vector({{1.0}}), Vector({{0.0}})), worst);
}

TEST(BinaryCrossEntropy, RefusesWhatIsNoProbability) {
  expect_says(complaint_of<InvalidArgument>([] {
                binary_cross_entropy(Vector({{0.5, 1.5}}), Vector({{0.0, 1.0}}));
              }),
              {"binary_cross_entropy", "[0, 1]", "got 1.5 in row 1", "logistic"});
}

TEST(GroupGap, IsTheDifferenceOfTheMeans) {
  const Vector scores({{1.0, 2.0, 6.0, 4.0}});
  const Vector member({{1.0, 0.0, 1.0, 0.0}});
  EXPECT_EQ(group_gap(scores, member), 0.5);
  EXPECT_EQ(group_gap(scores, (1.0 - member.array()).matrix()), -0.5);
  EXPECT_EQ(group_gap(Vector::Constant(4, 0.7), member), 0.0);
}

TEST(GroupGap, SaysWhichGroupIsEmpty) {
  expect_says(complaint_of<InvalidArgument>([] { group_gap(Vector::Ones(3), Vector::Zero(3)); }),
              {"group_gap", "a group is empty", "0 members and 3 others", "stratify"});
  expect_says(complaint_of<InvalidArgument>([] { group_gap(Vector::Ones(3), Vector::Ones(3)); }),
              {"3 members and 0 others"});
}

TEST(Metrics, TakePartsOfLargerVectors) {
  const Vector p({{0.9, 0.1, 0.8, 0.2}});
  const Vector y({{0.0, 0.0, 1.0, 1.0}});
  EXPECT_EQ(error_rate(p.segment(1, 2), y.segment(1, 2)), 0.0);
  EXPECT_EQ(area_under_curve(p.tail(2), Vector({{1.0, 0.0}})), 1.0);
}

using Metric = double (*)(ConstVectorRef, ConstVectorRef);

struct NamedMetric {
  std::string name;
  Metric metric;
};

const std::vector<NamedMetric>& metrics() {
  static const std::vector<NamedMetric> all = {
      {"error_rate", [](ConstVectorRef p, ConstVectorRef y) { return error_rate(p, y); }},
      {"area_under_curve",
       [](ConstVectorRef p, ConstVectorRef y) { return area_under_curve(p, y); }},
      {"binary_cross_entropy",
       [](ConstVectorRef p, ConstVectorRef y) { return binary_cross_entropy(p, y); }},
      {"group_gap", group_gap}};
  return all;
}

TEST(Metrics, DoNotDependOnTheOrderOfTheRows) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const auto [p, y] = tied_sample(seed);
    const std::vector<int> order = moo::RandomStream(seed).substream("rows").permutation(40);
    for (const auto& [name, metric] : metrics()) {
      SCOPED_TRACE(name + ", seed " + std::to_string(seed));
      EXPECT_NEAR(metric(p(order), y(order)), metric(p, y), 1e-12 * std::abs(metric(p, y)) + 1e-15);
    }
  }
}

TEST(Metrics, SayWhatIsWrongWithTheirRows) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  for (const auto& [name, metric] : metrics()) {
    SCOPED_TRACE(name);
    const auto refusal = [metric = metric](const Vector& p, const Vector& y) {
      return complaint_of<InvalidArgument>([&] { metric(p, y); });
    };
    expect_says(refusal(Vector::Ones(3), Vector::Ones(2)), {name + ": ", "expected 3", "got 2"});
    expect_says(refusal(Vector(), Vector()), {name + ": ", "at least one row"});
    expect_says(refusal(Vector({{0.5, nan}}), Vector({{0.0, 1.0}})), {name + ": ", "NaN in row 1"});
    expect_says(refusal(Vector({{0.5, 0.5}}), Vector({{0.0, 1.0001}})),
                {name + ": ", "not binary", "0 or 1", "got 1.0001 in row 1"});
    expect_says(refusal(Vector({{0.5}}), Vector({{nan}})), {name + ": ", "got nan in row 0"});
  }
  expect_says(complaint_of<InvalidArgument>([] { decisions(Vector()); }),
              {"decisions: ", "at least one row"});
}

// --- weights -------------------------------------------------------------------------------------

/// A sample with whole weights, and the same sample with every row as often as its weight says.
struct Weighted {
  Vector p, y, weights, p_repeated, y_repeated;
};

Weighted weighted_sample(std::uint64_t seed) {
  const auto [p, y] = tied_sample(seed);
  moo::RandomStream random = moo::RandomStream(seed).substream("weights");
  std::vector<int> rows;
  Weighted sample{p, y, Vector(p.size()), {}, {}};
  for (int k = 0; k < p.size(); ++k) {
    const int times = random.index(4);
    sample.weights(k) = times;
    rows.insert(rows.end(), static_cast<std::size_t>(times), k);
  }
  sample.p_repeated = p(rows);
  sample.y_repeated = y(rows);
  return sample;
}

TEST(Metrics, CountARowAsOftenAsItsWeightSays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Weighted s = weighted_sample(seed);
    EXPECT_NEAR(error_rate(s.p, s.y, 0.5, s.weights), error_rate(s.p_repeated, s.y_repeated),
                1e-12);
    EXPECT_NEAR(area_under_curve(s.p, s.y, s.weights), area_under_curve(s.p_repeated, s.y_repeated),
                1e-12);
    EXPECT_NEAR(binary_cross_entropy(s.p, s.y, s.weights),
                binary_cross_entropy(s.p_repeated, s.y_repeated), 1e-12);
    EXPECT_NEAR(moo::root_mean_squared_error(s.p, s.y, s.weights),
                moo::root_mean_squared_error(s.p_repeated, s.y_repeated), 1e-12);
    EXPECT_NEAR(moo::mean_absolute_error(s.p, s.y, s.weights),
                moo::mean_absolute_error(s.p_repeated, s.y_repeated), 1e-12);
    EXPECT_NEAR(moo::r_squared(s.p, s.y, s.weights), moo::r_squared(s.p_repeated, s.y_repeated),
                1e-12);
  }
}

TEST(Metrics, RefuseUnusableWeights) {
  const Vector p({{0.2, 0.7}});
  const Vector y({{0.0, 1.0}});
  for (const Vector& weights : {Vector({{0.0, 0.0}}), Vector({{1.0, -1.0}}), Vector({{1.0, NAN}}),
                                Vector({{1.0, INFINITY}})}) {
    expect_says(complaint_of<InvalidArgument>([&] { moo::r_squared(p, y, weights); }),
                {"unusable weights"});
  }
  EXPECT_THROW(moo::r_squared(p, y, Vector::Ones(3)), InvalidArgument);
}

// --- several classes -----------------------------------------------------------------------------

/// Two-class probabilities and labels as q = 2 rows: class 0 first.
Matrix two_rows(const Vector& ones) {
  Matrix rows(2, ones.size());
  rows << (1.0 - ones.array()).transpose(), ones.transpose();
  return rows;
}

TEST(ClassMetrics, OfTwoClassesAreTheBinaryOnes) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const Weighted s = weighted_sample(seed);
    const Matrix p = two_rows(s.p);
    const Matrix y = two_rows(s.y);
    EXPECT_NEAR(moo::cross_entropy(p, y, s.weights), binary_cross_entropy(s.p, s.y, s.weights),
                1e-12);
    if ((s.p.array() != 0.5).all()) {
      EXPECT_NEAR(moo::class_error_rate(p, y), error_rate(s.p, s.y), 1e-12);
    }
  }
}

TEST(ClassMetrics, CountEveryClassAlikeInTheMacroRecall) {
  Matrix p = Matrix::Zero(3, 10);
  Matrix y = Matrix::Zero(3, 10);
  p.row(0).setOnes();
  y.row(0).head(8).setOnes();
  y.row(1).tail(2).setOnes();  // class 2 has no row
  EXPECT_NEAR(moo::class_error_rate(p, y), 0.2, 1e-12);
  EXPECT_NEAR(moo::macro_recall(p, y), 0.5, 1e-12);
  EXPECT_EQ(moo::macro_recall(y, y), 1.0);
}

TEST(ClassMetrics, RefuseLabelsThatAreNotOneHot) {
  const Matrix p = Matrix::Constant(2, 1, 0.5);
  expect_says(complaint_of<InvalidArgument>([&] { moo::cross_entropy(p, p); }), {"one-hot"});
  expect_says(complaint_of<InvalidArgument>([&] { moo::macro_recall(p, Matrix::Ones(2, 1)); }),
              {"one-hot"});
  EXPECT_THROW(moo::class_error_rate(p, Matrix::Ones(3, 1)), InvalidArgument);
}

// --- numbers -------------------------------------------------------------------------------------

TEST(NumberMetrics, AreThoseOfAHandCountedCase) {
  const Vector z({{1.0, 2.0, 7.0}});
  const Vector y({{1.0, 4.0, 4.0}});
  EXPECT_NEAR(moo::root_mean_squared_error(z, y), std::sqrt(13.0 / 3.0), 1e-12);
  EXPECT_NEAR(moo::mean_absolute_error(z, y), 5.0 / 3.0, 1e-12);
  EXPECT_NEAR(moo::r_squared(z, y), 1.0 - 13.0 / 6.0, 1e-12);
}

TEST(NumberMetrics, RatePerfectAndMeanPredictions) {
  const Vector y = moo::RandomStream(4).normal_vector(50);
  EXPECT_EQ(moo::r_squared(y, y), 1.0);
  EXPECT_NEAR(moo::r_squared(Vector::Constant(50, y.mean()), y), 0.0, 1e-12);
  EXPECT_EQ(moo::r_squared(y, Vector::Constant(50, 3.0)), 0.0) << "nothing to explain";
  EXPECT_THROW(moo::r_squared(Vector::Constant(50, NAN), y), InvalidArgument);
}

}  // namespace
