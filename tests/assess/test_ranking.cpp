#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/assess/ranking.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::InvalidArgument;
using moo::Matrix;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

TEST(Ranking, TopIsTheHighestScoresFirstAndTiesGoByIndex) {
  EXPECT_EQ(moo::top_of(Vector{{0.1, 0.9, 0.5, 0.9}}, 3), (std::vector<int>{1, 3, 2}));
  EXPECT_EQ(moo::top_of(Vector{{2.0, 1.0}}, 5), (std::vector<int>{0, 1}));
}

TEST(Ranking, NdcgIsTheWorkedExample) {
  // Order 1, 0, 2: gains 0 / log2(2), 3 / log2(3), 2 / log2(4); the best order has 3, 2, 0.
  const Vector scores{{0.5, 0.9, 0.1}};
  const Vector relevance{{3.0, 0.0, 2.0}};
  const double expected = (3.0 / std::log2(3.0) + 1.0) / (3.0 + 2.0 / std::log2(3.0));
  EXPECT_NEAR(moo::ndcg(scores, relevance, 3), expected, 1e-14);
  EXPECT_NEAR(moo::ndcg(scores, relevance, 1), 0.0, 1e-14);
  EXPECT_NEAR(moo::ndcg(relevance, relevance, 2), 1.0, 1e-14);
  EXPECT_EQ(moo::ndcg(scores, Vector::Zero(3), 3), 0.0);
}

TEST(Ranking, GiniIsZeroForEqualAndNearOneForOneHolder) {
  EXPECT_NEAR(moo::gini_coefficient(Vector::Constant(5, 2.0)), 0.0, 1e-14);
  EXPECT_NEAR(moo::gini_coefficient(Vector{{0.0, 0.0, 7.0, 0.0}}), 0.75, 1e-14);
  // Mean difference of 1, 2, 3: (1 + 1 + 2) / 3 pairs = 4/3; over twice the mean and (n - 1) / n.
  EXPECT_NEAR(moo::gini_coefficient(Vector{{3.0, 1.0, 2.0}}), 2.0 / 9.0, 1e-14);
  EXPECT_EQ(moo::gini_coefficient(Vector::Zero(3)), 0.0);
}

TEST(Ranking, CountsAndDiversity) {
  EXPECT_EQ(moo::exposure_counts({{0, 2}, {2, 3}}, 4), (Vector{{1.0, 0.0, 2.0, 1.0}}));
  const Matrix features{{1.0, 1.0, 0.0}, {0.0, 1.0, 0.0}, {0.0, 0.0, 1.0}};
  EXPECT_NEAR(moo::intra_list_diversity({0, 1, 2}, features), (0.5 + 1.0 + 1.0) / 3.0, 1e-14);
  EXPECT_EQ(moo::intra_list_diversity({1}, features), 0.0);
}

TEST(Ranking, SaysWhatIsWrong) {
  expect_says(complaint_of<InvalidArgument>([] { moo::top_of(Vector::Ones(2), 0); }), {"k >= 1"});
  expect_says(complaint_of<InvalidArgument>([] { moo::top_of(Vector{{std::nan("")}}, 1); }),
              {"NaN"});
  expect_says(complaint_of<InvalidArgument>([] { moo::ndcg(Vector::Ones(2), Vector::Ones(3), 1); }),
              {"relevances", "2", "3"});
  expect_says(complaint_of<InvalidArgument>([] { moo::exposure_counts({{4}}, 4); }),
              {"0 to 3", "4"});
}

}  // namespace
