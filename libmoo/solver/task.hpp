#pragma once

#include <map>
#include <string>

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/scaling.hpp"

namespace moo {

/// One independent piece of a solver's work: plain data, so that it can run in another thread or be
/// sent to another machine.
struct Task {
  std::string id;                         ///< unique within a run; names the task's random stream
  std::string kind;                       ///< what the solver's solve() should do with it
  Vector start;                           ///< n parameters to begin from; empty: the problem's own
  Scaling scaling;                        ///< units in which the task's numbers are meant
  std::map<std::string, Vector> numbers;  ///< what the kind needs, by name

  /// Throws: InvalidArgument when there are no numbers of that name.
  [[nodiscard]] const Vector& vector(const std::string& name) const;
  [[nodiscard]] double number(const std::string& name) const { return vector(name)(0); }
};

}  // namespace moo
