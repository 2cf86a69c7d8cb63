#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/problem/reference/reference_problem.hpp"

namespace moo {

/// Sizes in which a problem exists, and the one it was published with.
struct SizeRange {
  int published;
  int least;
  int most;
};

/// One line of the catalogue of reference problems; every family lists its own.
struct ReferenceEntry {
  std::string name;
  SizeRange objectives;
  std::function<SizeRange(int num_objectives)> variables;
  /// Sizes are within their ranges.
  std::function<std::shared_ptr<const ReferenceProblem>(int num_variables, int num_objectives)>
      make;
};

constexpr int kAnySize = 1'000'000;  ///< upper end of ranges without one

/// Ranges for ReferenceEntry::objectives and ::variables.
constexpr SizeRange two_objectives() { return {2, 2, 2}; }
constexpr SizeRange exactly(int size) { return {size, size, size}; }
std::function<SizeRange(int)> variables_from(int least, int published);
std::function<SizeRange(int)> fixed_variables(int count);

}  // namespace moo
