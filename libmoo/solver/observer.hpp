#pragma once

#include <string>

#include "libmoo/front/front.hpp"
#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/report.hpp"
#include "libmoo/solver/solver.hpp"

namespace moo {

/// How far a run is.
struct Progress {
  int points = 0;            ///< recorded so far, in the order of arrival
  double hypervolume = 0.0;  ///< scaled; 0 until the anchors are known
  double seconds = 0.0;      ///< since the start
  Cost cost;                 ///< of finished tasks
};

enum class Verdict { proceed, stop };

/// Watches a run without touching it. Calls come from any thread, one at a time.
class Observer {
 public:
  virtual ~Observer() = default;
  virtual void on_start(const Problem& problem, const Solver& solver) {
    (void)problem;
    (void)solver;
  }
  virtual Verdict on_iteration(const std::string& task, const Iterate& iterate) {
    (void)task;
    (void)iterate;
    return Verdict::proceed;
  }
  /// After a point was recorded and certified; its id is not final yet.
  virtual Verdict on_point(const ParetoPoint& point, const Progress& progress) {
    (void)point;
    (void)progress;
    return Verdict::proceed;
  }
  virtual void on_finish(const Report& report, const Progress& progress) {
    (void)report;
    (void)progress;
  }
};

}  // namespace moo
