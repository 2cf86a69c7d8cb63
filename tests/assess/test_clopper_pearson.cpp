#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "libmoo/assess/clopper_pearson.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::clopper_pearson;
using moo::Rate;

/// P(K = k) for K binomial of n draws with probability p.
double binomial_probability(long k, long n, double p) {
  const auto x = static_cast<double>(k);
  const auto m = static_cast<double>(n);
  return std::exp(std::lgamma(m + 1.0) - std::lgamma(x + 1.0) - std::lgamma(m - x + 1.0) +
                  x * std::log(p) + (m - x) * std::log1p(-p));
}

/// P(first <= K <= last).
double binomial_sum(long first, long last, long n, double p) {
  double sum = 0.0;
  for (long k = first; k <= last; ++k) sum += binomial_probability(k, n, p);
  return sum;
}

TEST(ClopperPearson, AgreesWithClosedFormsAtTheEnds) {
  for (const long n : {1L, 10L, 500L}) {
    SCOPED_TRACE("count " + std::to_string(n));
    const double end = std::pow(0.025, 1.0 / static_cast<double>(n));
    const Rate none = clopper_pearson(0, n);
    EXPECT_EQ(none.rate, 0.0);
    EXPECT_EQ(none.lower, 0.0);
    EXPECT_NEAR(none.upper, 1.0 - end, 1e-12);
    const Rate all = clopper_pearson(n, n);
    EXPECT_EQ(all.rate, 1.0);
    EXPECT_NEAR(all.lower, end, 1e-12);
    EXPECT_EQ(all.upper, 1.0);
  }
}

TEST(ClopperPearson, HasEndsWhoseTailsAreTheSmallProbability) {
  for (const long n : {5L, 40L, 476L}) {
    for (const long k : {1L, n / 3, n / 2, n - 1}) {
      for (const double confidence : {0.8, 0.95, 0.999}) {
        SCOPED_TRACE(std::to_string(k) + " of " + std::to_string(n));
        const Rate rate = clopper_pearson(k, n, confidence);
        const double tail = (1.0 - confidence) / 2.0;
        EXPECT_NEAR(binomial_sum(k, n, n, rate.lower), tail, 1e-9);
        EXPECT_NEAR(binomial_sum(0, k, n, rate.upper), tail, 1e-9);
      }
    }
  }
}

TEST(ClopperPearson, CoversTheTrueRateAtLeastAsOftenAsItSays) {
  for (const long n : {1L, 7L, 30L, 120L}) {
    for (const double confidence : {0.9, 0.95}) {
      std::vector<Rate> rates;
      for (long k = 0; k <= n; ++k) rates.push_back(clopper_pearson(k, n, confidence));
      for (int step = 1; step < 200; ++step) {
        const double p = step / 200.0;
        double missed_below = 0.0;
        double missed_above = 0.0;
        for (long k = 0; k <= n; ++k) {
          const Rate& rate = rates[static_cast<std::size_t>(k)];
          if (p < rate.lower) missed_below += binomial_probability(k, n, p);
          if (p > rate.upper) missed_above += binomial_probability(k, n, p);
        }
        EXPECT_LE(missed_below, (1.0 - confidence) / 2.0 + 1e-12) << "n " << n << ", p " << p;
        EXPECT_LE(missed_above, (1.0 - confidence) / 2.0 + 1e-12) << "n " << n << ", p " << p;
      }
    }
  }
}

TEST(ClopperPearson, IsMirroredWhenViolationsAre) {
  for (long k = 0; k <= 25; ++k) {
    const Rate rate = clopper_pearson(k, 25);
    const Rate mirrored = clopper_pearson(25 - k, 25);
    EXPECT_NEAR(rate.lower, 1.0 - mirrored.upper, 1e-12);
    EXPECT_NEAR(rate.upper, 1.0 - mirrored.lower, 1e-12);
  }
}

TEST(ClopperPearson, GrowsWithTheViolationsAndHoldsTheRate) {
  Rate before = clopper_pearson(0, 60);
  for (long k = 1; k <= 60; ++k) {
    const Rate rate = clopper_pearson(k, 60);
    EXPECT_GT(rate.lower, before.lower);
    EXPECT_GT(rate.upper, before.upper);
    EXPECT_LT(rate.lower, rate.rate);
    EXPECT_GE(rate.upper, rate.rate);
    EXPECT_EQ(rate.count, 60);
    before = rate;
  }
}

TEST(ClopperPearson, NarrowsWithTheCountUpToMillions) {
  double width = 1.0;
  for (const long n : {10L, 1000L, 100000L, 10000000L}) {
    const Rate rate = clopper_pearson(n / 10, n);
    EXPECT_DOUBLE_EQ(rate.rate, 0.1);
    EXPECT_LT(rate.lower, 0.1);
    EXPECT_GT(rate.upper, 0.1);
    EXPECT_LT(rate.upper - rate.lower, width);
    width = rate.upper - rate.lower;
  }
  EXPECT_NEAR(width, 2.0 * 1.959964 * std::sqrt(0.1 * 0.9 / 1e7), 1e-6);  // the normal limit
}

TEST(ClopperPearson, KnowsNothingWithoutProbes) {
  const Rate rate = clopper_pearson(0, 0);
  EXPECT_EQ(rate.rate, 0.0);
  EXPECT_EQ(rate.lower, 0.0);
  EXPECT_EQ(rate.upper, 1.0);
  EXPECT_EQ(rate.count, 0);
}

TEST(ClopperPearson, SaysWhatIsOutOfRange) {
  const auto refusal = [](long violations, long count, double confidence) {
    return moo::test::complaint_of<moo::InvalidArgument>(
        [&] { clopper_pearson(violations, count, confidence); });
  };
  moo::test::expect_says(refusal(3, 2, 0.95), {"clopper_pearson", "got 3 of 2"});
  moo::test::expect_says(refusal(-1, 2, 0.95), {"0 <= violations <= count", "got -1 of 2"});
  moo::test::expect_says(refusal(0, -1, 0.95), {"got 0 of -1"});
  for (const double confidence : {0.0, 1.0, 95.0, std::nan("")}) {
    moo::test::expect_says(refusal(1, 2, confidence), {"(0, 1)", "0.95 is 95 %"});
  }
}

}  // namespace
