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
      {"area_under_curve", area_under_curve},
      {"binary_cross_entropy", binary_cross_entropy},
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

}  // namespace
