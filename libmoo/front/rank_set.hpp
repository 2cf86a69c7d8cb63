#pragma once

#include <array>
#include <bit>
#include <cstdint>
#include <vector>

namespace moo {

/// A set of whole numbers 0, ..., size - 1 that finds the neighbours of a number: a balanced tree
/// of 64 children a node, each node one word that marks the children with members. Everything is
/// O(log size) to base 64: two words up to size 4096.
class RankSet {
 public:
  static constexpr int none = -1;

  /// Empties the set. Allocates only when `size` is larger than ever before.
  void reset(int size) {
    std::size_t needed = 0;
    depth_ = 0;
    for (int words = size; depth_ == 0 || words > 1;) {
      words = (words + 63) / 64;
      offsets_[static_cast<std::size_t>(depth_++)] = needed;
      needed += static_cast<std::size_t>(words);
    }
    words_.assign(needed, 0);
  }

  /// Empties the set, keeps its size.
  void clear() { words_.assign(words_.size(), 0); }

  void insert(int number) {
    for (int level = 0; level < depth_; ++level, number >>= 6) {
      word(level, number >> 6) |= std::uint64_t{1} << (number & 63);
    }
  }

  void erase(int number) {
    for (int level = 0; level < depth_; ++level, number >>= 6) {
      if ((word(level, number >> 6) &= ~(std::uint64_t{1} << (number & 63))) != 0) return;
    }
  }

  /// Largest member <= `number`, or `none`.
  [[nodiscard]] int previous(int number) const {
    for (int level = 0; level < depth_ && number >= 0; ++level) {
      const std::uint64_t up_to = ~std::uint64_t{0} >> (63 - (number & 63));
      const std::uint64_t members = word(level, number >> 6) & up_to;
      if (members != 0) {
        number = (number & ~63) | top(members);
        while (level-- > 0) number = number << 6 | top(word(level, number));
        return number;
      }
      number = (number >> 6) - 1;
    }
    return none;
  }

  /// Smallest member > `number`, or `none`.
  [[nodiscard]] int after(int number) const {
    for (int level = 0; level < depth_; ++level, number >>= 6) {
      const std::uint64_t beyond = ~std::uint64_t{0} << (number & 63) << 1;
      const std::uint64_t members = word(level, number >> 6) & beyond;
      if (members != 0) {
        number = (number & ~63) | std::countr_zero(members);
        while (level-- > 0) number = number << 6 | std::countr_zero(word(level, number));
        return number;
      }
    }
    return none;
  }

 private:
  static int top(std::uint64_t members) { return 63 - std::countl_zero(members); }
  std::uint64_t& word(int level, int index) {
    return words_[offsets_[static_cast<std::size_t>(level)] + static_cast<std::size_t>(index)];
  }
  [[nodiscard]] const std::uint64_t& word(int level, int index) const {
    return words_[offsets_[static_cast<std::size_t>(level)] + static_cast<std::size_t>(index)];
  }

  int depth_ = 0;                         ///< levels, from the numbers (0) up to the root
  std::array<std::size_t, 6> offsets_{};  ///< where each level's words begin
  std::vector<std::uint64_t> words_;
};

}  // namespace moo
