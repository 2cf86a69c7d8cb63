#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::RandomStream;
using moo::Vector;

constexpr std::uint64_t seeds[] = {0, 1, 2026};

/// sum (observed - expected)^2 / expected over equally likely cells.
double chi_squared(const std::vector<int>& counts) {
  const double expected =
      std::accumulate(counts.begin(), counts.end(), 0.0) / static_cast<double>(counts.size());
  double sum = 0.0;
  for (const int count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

/// Mean of a chi-squared variable plus six deviations: never exceeded by chance.
double chi_squared_limit(int cells) { return cells - 1 + 6.0 * std::sqrt(2.0 * (cells - 1)); }

double correlation(const Vector& a, const Vector& b) {
  const Vector x = a.array() - a.mean();
  const Vector y = b.array() - b.mean();
  return x.dot(y) / (x.norm() * y.norm());
}

TEST(RandomStream, DrawsTheseFirstNumbersOnEveryPlatformForEver) {
  RandomStream random(2026);
  EXPECT_DOUBLE_EQ(random.uniform(), 0.4674006024001115);
  EXPECT_DOUBLE_EQ(random.uniform(-1.0, 3.0), 0.80892404066420998);
  EXPECT_DOUBLE_EQ(random.normal(), -0.61188318454018975);
  EXPECT_DOUBLE_EQ(random.normal(10.0, 2.0), 10.703943382288159);
  EXPECT_EQ(random.index(1000), 487);
  EXPECT_EQ(random.permutation(6), (std::vector<int>{1, 4, 3, 2, 0, 5}));
  EXPECT_DOUBLE_EQ(random.substream("task 7").uniform(), 0.032495179244080942);
}

TEST(RandomStream, RepeatsItselfFromTheSameSeed) {
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream one(seed);
    RandomStream other(seed);
    EXPECT_EQ(one.seed(), seed);
    EXPECT_EQ(one.normal_vector(20), other.normal_vector(20));
    EXPECT_EQ(one.uniform_vector(20), other.uniform_vector(20));
    EXPECT_EQ(one.permutation(20), other.permutation(20));
  }
}

TEST(RandomStream, DiffersBetweenSeedsThatLieSideBySide) {
  std::set<double> first;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) first.insert(RandomStream(seed).uniform());
  EXPECT_EQ(first.size(), 1000u);
  const std::vector<double> list(first.begin(), first.end());
  EXPECT_NEAR(std::accumulate(list.begin(), list.end(), 0.0) / 1000.0, 0.5, 5.0 / std::sqrt(12e3));
}

TEST(RandomStream, DerivesSubstreamsThatDoNotDependOnDrawsBefore) {
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const Vector fresh = random.substream("task 1").normal_vector(10);
    random.normal_vector(100);
    EXPECT_EQ(random.substream("task 1").normal_vector(10), fresh);
  }
}

TEST(RandomStream, DoesNotAdvanceWhenASubstreamIsDerived) {
  RandomStream one(5);
  RandomStream other(5);
  (void)one.substream("a");
  (void)one.substream("b").uniform();
  EXPECT_EQ(one.uniform(), other.uniform());
}

TEST(RandomStream, GivesDifferentLabelsAndLevelsUnrelatedStreams) {
  constexpr int draws = 20000;
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const RandomStream random(seed);
    const std::vector<RandomStream> streams = {random,
                                               random.substream(""),
                                               random.substream("task 1"),
                                               random.substream("task 2"),
                                               random.substream("1 task"),
                                               random.substream("task 1").substream("task 2"),
                                               random.substream("task 2").substream("task 1")};
    std::vector<Vector> drawn;
    for (RandomStream stream : streams) drawn.push_back(stream.uniform_vector(draws));
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        EXPECT_LE(std::abs(correlation(drawn[i], drawn[j])), 5.0 / std::sqrt(draws))
            << "streams " << i << " and " << j;
      }
    }
  }
}

TEST(RandomStream, SpreadsUniformNumbersEvenlyOverTheInterval) {
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    std::vector<int> counts(20);
    for (int k = 0; k < 40000; ++k) {
      const double x = random.uniform(-2.0, 3.0);
      ASSERT_GE(x, -2.0);
      ASSERT_LT(x, 3.0);
      ++counts[static_cast<std::size_t>(4.0 * (x + 2.0))];
    }
    EXPECT_LE(chi_squared(counts), chi_squared_limit(20));
  }
}

TEST(RandomStream, DrawsNormalNumbersWithTheFirstFourMoments) {
  constexpr int draws = 50000;
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    Vector z(draws);
    for (double& x : z) x = (random.normal(3.0, 0.5) - 3.0) / 0.5;
    const double error = 5.0 / std::sqrt(draws);
    EXPECT_NEAR(z.mean(), 0.0, error);
    EXPECT_NEAR(z.array().square().mean(), 1.0, std::sqrt(2.0) * error);
    EXPECT_NEAR(z.array().cube().mean(), 0.0, std::sqrt(15.0) * error);
    EXPECT_NEAR(z.array().square().square().mean(), 3.0, std::sqrt(96.0) * error);
  }
}

TEST(RandomStream, ScalesNormalVectorsByTheDeviation) {
  RandomStream random(3);
  RandomStream same(3);
  const Vector narrow = random.normal_vector(50, 0.1);
  EXPECT_LE((narrow - 0.1 * same.normal_vector(50)).norm(), 1e-15);
}

TEST(RandomStream, ChoosesEveryIndexEquallyOften) {
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    std::vector<int> counts(7);
    for (int k = 0; k < 35000; ++k) ++counts.at(static_cast<std::size_t>(random.index(7)));
    EXPECT_LE(chi_squared(counts), chi_squared_limit(7));
    EXPECT_EQ(random.index(1), 0);
  }
}

TEST(RandomStream, DrawsEveryPermutationEquallyOften) {
  for (const std::uint64_t seed : seeds) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    std::map<std::vector<int>, int> seen;
    for (int k = 0; k < 24000; ++k) ++seen[random.permutation(4)];
    ASSERT_EQ(seen.size(), 24u);
    std::vector<int> counts;
    for (const auto& [order, count] : seen) {
      std::vector<int> sorted = order;
      std::sort(sorted.begin(), sorted.end());
      ASSERT_EQ(sorted, (std::vector<int>{0, 1, 2, 3}));
      counts.push_back(count);
    }
    EXPECT_LE(chi_squared(counts), chi_squared_limit(24));
  }
}

TEST(RandomStream, TakesSizeZeroForEmptyAndComplainsAboutLess) {
  RandomStream random(1);
  EXPECT_TRUE(random.permutation(0).empty());
  EXPECT_EQ(random.normal_vector(0).size(), 0);
  EXPECT_EQ(random.uniform_vector(0).size(), 0);
  using moo::test::complaint_of;
  for (const int count : {0, -3}) {
    moo::test::expect_says(complaint_of<moo::InvalidArgument>([&] { (void)random.index(count); }),
                           {"RandomStream::index", "count >= 1", std::to_string(count)});
  }
  moo::test::expect_says(complaint_of<moo::InvalidArgument>([&] { random.permutation(-1); }),
                         {"RandomStream::permutation", ">= 0", "-1"});
  moo::test::expect_says(complaint_of<moo::InvalidArgument>([&] { random.normal_vector(-1); }),
                         {"RandomStream::normal_vector", ">= 0", "-1"});
  moo::test::expect_says(complaint_of<moo::InvalidArgument>([&] { random.uniform_vector(-1); }),
                         {"RandomStream::uniform_vector", ">= 0", "-1"});
}

}  // namespace
