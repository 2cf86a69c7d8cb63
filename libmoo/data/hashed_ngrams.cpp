#include "libmoo/data/hashed_ngrams.hpp"

#include <cmath>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {

std::vector<std::string_view> words_of(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string_view> words;
  std::size_t begin = text.find_first_not_of(blanks);
  while (begin != std::string_view::npos) {
    const std::size_t end = std::min(text.find_first_of(blanks, begin), text.size());
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(blanks, end);
  }
  return words;
}

std::uint64_t fnv1a(std::string_view bytes) {
  std::uint64_t hash = 14695981039346656037ULL;
  for (const char byte : bytes) {
    hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211ULL;
  }
  return hash;
}

Vector hashed_ngrams(const std::vector<std::string_view>& words, int buckets, int longest) {
  if (buckets < 1 || longest < 1) {
    throw InvalidArgument({"hashed_ngrams", "unusable sizes", "buckets >= 1 and longest >= 1",
                           std::to_string(buckets) + " and " + std::to_string(longest), ""});
  }
  Vector counts = Vector::Zero(buckets);
  for (std::size_t first = 0; first < words.size(); ++first) {
    std::string gram;
    for (std::size_t k = first; k < std::min(words.size(), first + longest); ++k) {
      if (k > first) gram += ' ';
      gram += words[k];
      const std::uint64_t hash = fnv1a(gram);
      const auto bucket = static_cast<Eigen::Index>(hash % static_cast<std::uint64_t>(buckets));
      counts(bucket) += (hash >> 63) != 0 ? -1.0 : 1.0;
    }
  }
  return counts.unaryExpr([](double c) { return std::copysign(std::log1p(std::abs(c)), c); });
}

}  // namespace moo
