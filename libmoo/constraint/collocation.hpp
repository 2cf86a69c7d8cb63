#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {

/// An input and the interval its points are taken from.
struct InputRange {
  std::string input;
  double low = 0.0;
  double high = 1.0;
};

/// An input that is the same at all points.
struct InputValue {
  std::string input;
  double value = 0.0;
};

/// Sampled points, for rules that should hold where there are no data. Ranges and values are in raw
/// units when a standardizer is at hand, else in those of the model's own inputs. Inputs that have
/// neither are those of data rows, drawn by the seed so that every row comes equally often (give or
/// take one). Held inputs alone are fine too, such as the one point t = 0 of an initial condition.
struct Collocation {
  enum class Scheme {
    uniform,          ///< independent draws
    latin_hypercube,  ///< one point in each of `count` slices of every range
    halton,           ///< low discrepancy, the same for every seed
    grid,             ///< `count` equally spaced values per range, ends included: all combinations
  };
  std::vector<InputRange> ranges;
  int count = 100;  ///< of points; for a grid of values per range
  Scheme scheme = Scheme::latin_hypercube;
  std::vector<InputValue> held = {};
  std::uint64_t seed = 0;
};

/// K points and the data rows from which they have their other inputs.
struct CollocationPoints {
  Matrix inputs;          ///< d x K, as the model sees them
  std::vector<int> rows;  ///< K
};

/// Source: McKay, Beckman, Conover (1979), section 2 (Latin hypercube); Halton (1960), section 2,
/// with the first primes as bases.
/// Throws: InvalidArgument in the name of `rule` without ranges and held inputs, or points, for a
/// range whose ends are not finite and rising, an input that is there twice or unknown, more than
/// 1000000 points, a grid with less than two values or a Halton sequence with more than 16 ranges.
CollocationPoints sample_points(const std::string& rule, const Collocation& collocation,
                                const std::optional<Standardizer>& standardizer,
                                const Dataset& data);

}  // namespace moo
