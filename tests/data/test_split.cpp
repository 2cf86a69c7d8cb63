#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <vector>

#include "libmoo/data/split.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::InvalidArgument;
using moo::random_split;
using moo::RandomStream;
using moo::Split;
using moo::stratified_split;
using moo::test::complaint_of;
using moo::test::expect_says;

/// 237 rows of four strata of very different size, mixed; codes need not be small or positive.
std::vector<int> uneven_strata() {
  std::vector<int> strata;
  for (const auto& [code, count] : std::map<int, int>{{-7, 150}, {0, 60}, {1, 20}, {1000, 7}}) {
    strata.insert(strata.end(), static_cast<std::size_t>(count), code);
  }
  std::vector<int> mixed;
  for (const int k : RandomStream(5).permutation(static_cast<int>(strata.size()))) {
    mixed.push_back(strata[static_cast<std::size_t>(k)]);
  }
  return mixed;
}

int count_of(const std::vector<int>& strata, int code, const std::vector<int>& part) {
  return static_cast<int>(std::count_if(part.begin(), part.end(), [&](int row) {
    return strata[static_cast<std::size_t>(row)] == code;
  }));
}

void expect_partition(const Split& split, int count) {
  std::vector<int> all;
  for (const std::vector<int>* part : {&split.train, &split.validation, &split.test}) {
    EXPECT_TRUE(std::is_sorted(part->begin(), part->end()));
    all.insert(all.end(), part->begin(), part->end());
  }
  std::sort(all.begin(), all.end());
  std::vector<int> expected(static_cast<std::size_t>(count));
  std::iota(expected.begin(), expected.end(), 0);
  EXPECT_EQ(all, expected);
}

TEST(StratifiedSplit, PutsEveryRowIntoExactlyOnePart) {
  const std::vector<int> strata = uneven_strata();
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const double validation_share = random.uniform(0.05, 0.45);
    const double test_share = random.uniform(0.05, 0.45);
    expect_partition(stratified_split(strata, validation_share, test_share, random), 237);
  }
}

TEST(StratifiedSplit, KeepsEveryStratumWithinOneRowOfItsShares) {
  const std::vector<int> strata = uneven_strata();
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const double validation = random.uniform(0.05, 0.45);
    const double test = random.uniform(0.05, 0.45);
    const Split split = stratified_split(strata, validation, test, random);
    for (const int code : {-7, 0, 1, 1000}) {
      SCOPED_TRACE("stratum " + std::to_string(code));
      const auto size = static_cast<double>(std::count(strata.begin(), strata.end(), code));
      EXPECT_NEAR(count_of(strata, code, split.test), test * size, 1.0);
      EXPECT_NEAR(count_of(strata, code, split.validation), validation * size, 1.0);
      EXPECT_NEAR(count_of(strata, code, split.train), (1.0 - test - validation) * size, 1.0);
    }
  }
}

TEST(StratifiedSplit, CutsRoundNumbersExactly) {
  const std::vector<int> strata(100, 3);
  const Split split = stratified_split(strata, 0.15, 0.25, RandomStream(1));
  EXPECT_EQ(split.train.size(), 60);
  EXPECT_EQ(split.validation.size(), 15);
  EXPECT_EQ(split.test.size(), 25);
}

TEST(StratifiedSplit, DependsOnTheSeedAndOnNothingElse) {
  const std::vector<int> strata = uneven_strata();
  const auto test_of = [&](std::uint64_t seed) {
    return stratified_split(strata, 0.2, 0.2, RandomStream(seed)).test;
  };
  EXPECT_EQ(test_of(1), test_of(1));
  EXPECT_NE(test_of(1), test_of(2));
  RandomStream used(1);
  used.uniform();
  EXPECT_EQ(stratified_split(strata, 0.2, 0.2, used).test, test_of(1));
}

TEST(StratifiedSplit, DoesNotLetOneStratumDecideAboutAnother) {
  std::vector<int> strata(40, 1);
  const Split before = stratified_split(strata, 0.25, 0.25, RandomStream(3));
  strata.insert(strata.end(), 40, 2);
  Split after = stratified_split(strata, 0.25, 0.25, RandomStream(3));
  std::erase_if(after.test, [](int row) { return row >= 40; });
  EXPECT_EQ(after.test, before.test);
}

TEST(StratifiedSplit, ShufflesStrataOfOneSizeIndependently) {
  std::vector<int> strata(40, 1);
  strata.insert(strata.end(), 40, 2);
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::vector<int> first;
    std::vector<int> second;
    for (const int row : stratified_split(strata, 0.25, 0.25, RandomStream(seed)).test) {
      (row < 40 ? first : second).push_back(row % 40);
    }
    EXPECT_NE(first, second);
  }
}

TEST(StratifiedSplit, SendsEveryRowToEveryPartOverManySeeds) {
  const std::vector<int> strata = uneven_strata();
  constexpr int seeds = 2000;
  std::vector<int> times(strata.size(), 0);
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    for (const int row : stratified_split(strata, 0.2, 0.2, RandomStream(seed)).test) {
      ++times[static_cast<std::size_t>(row)];
    }
  }
  for (const int code : {-7, 0, 1, 1000}) {
    const auto size = static_cast<double>(std::count(strata.begin(), strata.end(), code));
    const double share = std::round(0.2 * size) / size;
    const double deviation = std::sqrt(seeds * share * (1.0 - share));
    for (std::size_t row = 0; row < strata.size(); ++row) {
      if (strata[row] != code) continue;
      EXPECT_NEAR(times[row], seeds * share, 5.0 * deviation) << "row " << row;
    }
  }
}

TEST(StratifiedSplit, LeavesAPartWithShareZeroEmpty) {
  const Split split = stratified_split(uneven_strata(), 0.0, 0.2, RandomStream(1));
  EXPECT_TRUE(split.validation.empty());
  expect_partition(split, 237);
}

TEST(RandomSplit, PutsEveryRowIntoExactlyOnePart) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const int count = 10 + random.index(200);
    const Split split = random_split(count, 0.2, 0.3, random);
    expect_partition(split, count);
    EXPECT_NEAR(static_cast<double>(split.test.size()), 0.3 * count, 0.5 + 1e-9);
    EXPECT_NEAR(static_cast<double>(split.validation.size()), 0.2 * count, 1.0);
  }
}

TEST(Split, SaysWhichShareIsOutOfRange) {
  const auto refusal = [](double validation_share, double test_share) {
    return complaint_of<InvalidArgument>(
        [&] { random_split(100, validation_share, test_share, RandomStream(1)); });
  };
  expect_says(refusal(-0.1, 0.2), {"random_split", "validation_share", "[0, 1)", "got -0.1"});
  expect_says(refusal(0.1, 20.0), {"random_split", "test_share", "got 20", "0.2 is 20 %"});
  expect_says(refusal(0.1, std::nan("")), {"test_share", "got nan"});
  expect_says(refusal(0.5, 0.5), {"leave nothing to train on", "got 0.5", "+ 0.5"});
  expect_says(complaint_of<InvalidArgument>([] {
                stratified_split({1, 2}, 1.0, 0.0, RandomStream(1));
              }),
              {"stratified_split", "validation_share"});
}

TEST(Split, SaysWhichPartIsEmpty) {
  expect_says(complaint_of<InvalidArgument>([] { random_split(3, 0.4, 0.1, RandomStream(1)); }),
              {"random_split", "the test part is empty", "share of 0.1", "none of 3"});
  expect_says(complaint_of<InvalidArgument>([] {
                stratified_split({1, 2, 3, 4}, 0.2, 0.2, RandomStream(1));
              }),
              {"stratified_split", "part is empty", "none of 4", "fewer strata"});
  expect_says(complaint_of<InvalidArgument>([] { random_split(0, 0.2, 0.2, RandomStream(1)); }),
              {"part is empty", "none of 0"});
  expect_says(complaint_of<InvalidArgument>([] { random_split(-1, 0.2, 0.2, RandomStream(1)); }),
              {"a negative number of rows", "got -1"});
}

/// 50 times, many of them equal, in no order.
moo::Vector some_times(std::uint64_t seed) {
  RandomStream random(seed);
  moo::Vector times(50);
  for (double& time : times) time = random.index(20);
  return times;
}

TEST(OrderedSplit, TrainsOnThePastAndNeverCutsAMoment) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const moo::Vector times = some_times(seed);
    const Split split = moo::ordered_split(times, 0.2, 0.2);
    EXPECT_EQ(split.train.size() + split.validation.size() + split.test.size(), 50u);
    const auto latest = [&](const std::vector<int>& rows) { return times(rows).maxCoeff(); };
    const auto earliest = [&](const std::vector<int>& rows) { return times(rows).minCoeff(); };
    EXPECT_LT(latest(split.train), earliest(split.validation));
    EXPECT_LT(latest(split.validation), earliest(split.test));
    EXPECT_GE(split.train.size(), 30u);
    EXPECT_LE(split.test.size(), 10u);
  }
}

TEST(OrderedSplit, CutsDistinctTimesAtTheShares) {
  const moo::Vector times = moo::Vector::LinSpaced(20, 19.0, 0.0);  // the file begins with today
  const Split split = moo::ordered_split(times, 0.25, 0.1);
  EXPECT_EQ(split.test, (std::vector<int>{0, 1}));
  EXPECT_EQ(split.validation, (std::vector<int>{2, 3, 4, 5, 6}));
  EXPECT_EQ(split.train.size(), 13u);
  EXPECT_TRUE(moo::ordered_split(times, 0.0, 0.1).validation.empty());
}

TEST(OrderedSplit, NeedsRowsForEveryPart) {
  expect_says(
      complaint_of<InvalidArgument>([] { moo::ordered_split(moo::Vector::Zero(10), 0.2, 0.2); }),
      {"ordered_split", "part is empty"});
  expect_says(complaint_of<InvalidArgument>(
                  [] { moo::ordered_split(moo::Vector::Constant(10, NAN), 0.2, 0.2); }),
              {"not finite"});
}

TEST(QuantileCodes, CutDistinctValuesIntoEqualParts) {
  RandomStream random(3);
  moo::Vector values(100);
  for (int k = 0; k < 100; ++k) values(k) = k * k;
  const std::vector<int> order = random.permutation(100);
  const moo::Vector mixed = values(order);
  const std::vector<int> codes = moo::quantile_codes(mixed, 5);
  for (int code = 0; code < 5; ++code) EXPECT_EQ(std::count(codes.begin(), codes.end(), code), 20);
  for (std::size_t a = 0; a < 100; ++a) {
    for (std::size_t b = 0; b < 100; ++b) {
      if (mixed(a) < mixed(b)) {
        EXPECT_LE(codes[a], codes[b]);
      }
    }
  }
}

TEST(QuantileCodes, GiveEqualValuesOneCode) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    const moo::Vector values = some_times(seed);
    const std::vector<int> codes = moo::quantile_codes(values, 4);
    for (std::size_t a = 0; a < 50; ++a) {
      for (std::size_t b = 0; b < 50; ++b) {
        if (values(a) == values(b)) {
          EXPECT_EQ(codes[a], codes[b]);
        }
      }
    }
  }
  EXPECT_EQ(moo::quantile_codes(moo::Vector::Zero(3), 5), (std::vector<int>{4, 4, 4}));
}

}  // namespace
