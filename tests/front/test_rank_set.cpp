#include <gtest/gtest.h>

#include <iterator>
#include <set>
#include <string>

#include "libmoo/base/random.hpp"
#include "libmoo/front/rank_set.hpp"

namespace {

using moo::RandomStream;
using moo::RankSet;

TEST(RankSet, FindsTheNeighboursThatAnOrderedSetFinds) {
  for (const int size : {1, 2, 63, 64, 65, 4096, 4097, 300000}) {
    SCOPED_TRACE("size " + std::to_string(size));
    RandomStream random(static_cast<std::uint64_t>(size));
    RankSet ranks;
    ranks.reset(7);
    ranks.insert(3);
    ranks.reset(size);  // forgets
    std::set<int> expected;
    for (int step = 0; step < 3000; ++step) {
      const int number = random.index(size);
      if (random.index(3) == 0) {
        ranks.erase(number);
        expected.erase(number);
      } else if (expected.size() < 40) {
        ranks.insert(number);
        expected.insert(number);
      }
      const int asked = random.index(size);
      const auto after = expected.upper_bound(asked);
      EXPECT_EQ(ranks.after(asked), after == expected.end() ? RankSet::none : *after);
      EXPECT_EQ(ranks.previous(asked),
                after == expected.begin() ? RankSet::none : *std::prev(after));
    }
    ranks.clear();
    EXPECT_EQ(ranks.previous(size - 1), RankSet::none);
  }
}

}  // namespace
