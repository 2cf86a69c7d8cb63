#include "libmoo/base/random.hpp"

#include <boost/random/normal_distribution.hpp>
#include <boost/random/uniform_01.hpp>
#include <boost/random/uniform_int_distribution.hpp>
#include <numeric>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

/// Finaliser of SplitMix64 (Steele, Lea, Flood 2014, section 3): spreads close seeds apart.
std::uint64_t mix(std::uint64_t z) {
  z += 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

/// FNV-1a hash (Fowler, Noll, Vo) of a label.
std::uint64_t hash(std::string_view label) {
  std::uint64_t h = 0xcbf29ce484222325ULL;
  for (const char c : label) {
    h ^= static_cast<unsigned char>(c);
    h *= 0x100000001b3ULL;
  }
  return h;
}

void require_count(const char* who, int count) {
  if (count >= 0) return;
  throw InvalidArgument({who, "a negative size", "a count >= 0", std::to_string(count), ""});
}

}  // namespace

RandomStream::RandomStream(std::uint64_t seed) : seed_(seed), engine_(mix(seed)) {}

RandomStream RandomStream::substream(std::string_view label) const {
  return RandomStream(mix(seed_) ^ hash(label));
}

double RandomStream::uniform(double low, double high) {
  return low + (high - low) * boost::random::uniform_01<double>()(engine_);
}

double RandomStream::normal(double mean, double deviation) {
  return boost::random::normal_distribution<double>(mean, deviation)(engine_);
}

int RandomStream::index(int count) {
  if (count < 1) {
    throw InvalidArgument(
        {"RandomStream::index", "nothing to choose from", "count >= 1", std::to_string(count), ""});
  }
  return boost::random::uniform_int_distribution<int>(0, count - 1)(engine_);
}

std::vector<int> RandomStream::permutation(int count) {
  require_count("RandomStream::permutation", count);
  std::vector<int> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (int i = count - 1; i > 0; --i) {  // Fisher-Yates
    std::swap(order[static_cast<std::size_t>(i)], order[static_cast<std::size_t>(index(i + 1))]);
  }
  return order;
}

Vector RandomStream::normal_vector(int size, double deviation) {
  require_count("RandomStream::normal_vector", size);
  Vector v(size);
  for (double& x : v) x = normal(0.0, deviation);
  return v;
}

Vector RandomStream::uniform_vector(int size, double low, double high) {
  require_count("RandomStream::uniform_vector", size);
  Vector v(size);
  for (double& x : v) x = uniform(low, high);
  return v;
}

}  // namespace moo
