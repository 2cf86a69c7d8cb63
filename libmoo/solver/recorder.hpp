#pragma once

#include <string>

#include "libmoo/base/random.hpp"
#include "libmoo/front/pareto_point.hpp"
#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// A point as a solver hands it in; objectives, certificate and cost are the library's to add.
struct Candidate {
  Vector parameters;   ///< n
  Vector weights;      ///< m, on scaled objectives; empty if none were used
  Vector multipliers;  ///< m + p the solver believes in, or empty; checked, never trusted
  Generator generator;
  enum class Role { front, scout } role = Role::front;  ///< scouts only serve the search
};

/// What a task may do besides computing: hand in points, show progress, ask whether to go on.
class Recorder {
 public:
  virtual ~Recorder() = default;

  virtual void record(Candidate candidate) = 0;

  /// To be called once per iteration of whatever the task does. False: wind up and return.
  [[nodiscard]] virtual bool proceed(const Iterate& iterate) = 0;

  /// Notes that something did not work; the run goes on and the front file lists it.
  virtual void fail(const std::string& reason) = 0;

  /// The task's own random stream: it depends on the run's seed and the task's id alone.
  [[nodiscard]] virtual RandomStream random() const = 0;

  /// `proceed` as the minimizers want it.
  [[nodiscard]] IterationCallback callback() {
    return [this](const Iterate& iterate) { return proceed(iterate); };
  }
};

}  // namespace moo
