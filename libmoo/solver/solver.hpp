#pragma once

#include <string>
#include <vector>

#include "libmoo/front/coverage.hpp"
#include "libmoo/front/front.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/options.hpp"
#include "libmoo/solver/recorder.hpp"
#include "libmoo/solver/task.hpp"

namespace moo {

/// An algorithm for a front, in two functions. Everything else (threads, progress, budgets,
/// certificates, dominated flags, failures, files) is done around it by moo::solve, once for all.
class Solver {
 public:
  virtual ~Solver() = default;

  /// The id it is registered under.
  [[nodiscard]] virtual std::string id() const = 0;

  /// Its options: to be set before use, and recorded as resolved.
  [[nodiscard]] virtual OptionTable& options() = 0;
  [[nodiscard]] virtual const OptionTable& options() const = 0;

  /// Why this problem is not for this solver, in a sentence; empty when it fits.
  [[nodiscard]] virtual std::string explain_unsupported(const Problem& problem) const;

  /// The next wave of tasks, all independent of each other; empty when finished. Deterministic: a
  /// function of the front so far (and the options) only.
  [[nodiscard]] virtual std::vector<Task> plan(const Front& so_far) const = 0;

  /// Does one task and records the points it finds. Pure: no state outlives the call.
  virtual void solve(const Problem& problem, const Task& task, Recorder& recorder) const = 0;

  /// What a reader of the finished front should know, such as parts it could not reach.
  [[nodiscard]] virtual std::vector<std::string> notes(const Front& front) const;

  /// What lies between the neighbours on the finished front, two objectives only; by default what
  /// their spacing and multipliers tell.
  [[nodiscard]] virtual Coverage coverage(const Front& front) const;
};

}  // namespace moo
