#pragma once

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// A seeded stream of random numbers, the same on every platform.
///
/// Streams are derived, never shared: `stream.substream("task 7")` depends only on the seed and the
/// label, so that results do not depend on which thread or machine drew first.
///
/// The engine is std::mt19937_64 (fixed by the standard); distributions are Boost.Random's, because
/// the standard library's differ between implementations.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed);

  /// An independent stream for a named purpose. Does not advance this one.
  [[nodiscard]] RandomStream substream(std::string_view label) const;

  [[nodiscard]] std::uint64_t seed() const { return seed_; }

  double uniform(double low = 0.0, double high = 1.0);  ///< in [low, high)
  double normal(double mean = 0.0, double deviation = 1.0);
  int index(int count);                     ///< in {0, ..., count - 1}; count >= 1
  std::vector<int> permutation(int count);  ///< of {0, ..., count - 1}
  Vector normal_vector(int size, double deviation = 1.0);
  Vector uniform_vector(int size, double low = 0.0, double high = 1.0);

 private:
  std::uint64_t seed_;
  std::mt19937_64 engine_;
};

}  // namespace moo
