#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// The words of a text: its longest pieces without blanks, in their order. Views into the text.
std::vector<std::string_view> words_of(std::string_view text);

/// 64-bit FNV-1a of the bytes: h = (h xor byte) * 1099511628211, from 14695981039346656037.
/// Source: Fowler, Noll, Vo; RFC 9923. The same on every machine.
std::uint64_t fnv1a(std::string_view bytes);

/// A text as a vector of fixed size, whatever its words: each run of 1 to `longest` words ("free",
/// "free money") is counted in the bucket its hash says, with the sign its hash says, so that
/// collisions cancel on average,
///
///     x_b = sign log(1 + |c_b|),   c_b = sum over n-grams with hash h = b (mod B) of +-1.
///
/// Source: Weinberger and others (2009), section 2, signed feature hashing. O(words).
/// @param buckets B >= 1   @param longest n >= 1   Throws: InvalidArgument for smaller ones.
Vector hashed_ngrams(const std::vector<std::string_view>& words, int buckets, int longest);

}  // namespace moo
