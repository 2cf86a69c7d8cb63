#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/data/hashed_ngrams.hpp"

namespace moo {
namespace {

TEST(HashedNgrams, WordsAreWhatStandsBetweenBlanks) {
  EXPECT_EQ(words_of("  free money\nnow "),
            (std::vector<std::string_view>{"free", "money", "now"}));
  EXPECT_TRUE(words_of(" \t").empty());
  EXPECT_TRUE(words_of("").empty());
}

TEST(HashedNgrams, HashesAreThePublishedOnes) {
  EXPECT_EQ(fnv1a(""), 0xcbf29ce484222325ULL);
  EXPECT_EQ(fnv1a("a"), 0xaf63dc4c8601ec8cULL);
  EXPECT_EQ(fnv1a("foobar"), 0x85944171f73967e8ULL);
}

TEST(HashedNgrams, OneBucketHoldsTheSignedCountOfEveryRun) {
  const auto words = words_of("a b a");
  double count = 0.0;
  for (const char* gram : {"a", "b", "a", "a b", "b a"}) {
    count += (fnv1a(gram) >> 63) != 0 ? -1.0 : 1.0;
  }
  EXPECT_DOUBLE_EQ(hashed_ngrams(words, 1, 2)(0),
                   std::copysign(std::log1p(std::abs(count)), count));
}

TEST(HashedNgrams, ARepeatedWordGrowsLikeALogarithmInItsOwnBucket) {
  const Vector once = hashed_ngrams(words_of("free"), 64, 1);
  const Vector thrice = hashed_ngrams(words_of("free free free"), 64, 1);
  const auto bucket = static_cast<Eigen::Index>(fnv1a("free") % 64);
  EXPECT_DOUBLE_EQ(std::abs(once(bucket)), std::log(2.0));
  EXPECT_DOUBLE_EQ(std::abs(thrice(bucket)), std::log(4.0));
  EXPECT_EQ((thrice.array() != 0.0).count(), 1);
}

TEST(HashedNgrams, UnusableSizesAreRefused) {
  EXPECT_THROW(hashed_ngrams({}, 0, 1), InvalidArgument);
  EXPECT_THROW(hashed_ngrams({}, 8, 0), InvalidArgument);
  EXPECT_EQ(hashed_ngrams({}, 8, 2), Vector::Zero(8));
}

}  // namespace
}  // namespace moo
