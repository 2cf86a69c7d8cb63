#pragma once

#include <chrono>
#include <map>
#include <string>

#include "libmoo/solver/group_watch.hpp"
#include "libmoo/solver/observer.hpp"

namespace moo {

/// Progress on standard error: one line that is rewritten on a terminal, plain lines every few
/// seconds elsewhere. While a task trains, it shows how its rules are doing.
class ConsoleObserver final : public Observer {
 public:
  /// @param target how many points to expect   @param style automatic looks at standard error
  enum class Style { automatic, terminal, plain };
  explicit ConsoleObserver(int target, Style style = Style::automatic);

  void on_start(const Problem& problem, const Solver& solver) override;
  Verdict on_iteration(const std::string& task, const Iterate& iterate) override;
  Verdict on_point(const ParetoPoint& point, const Progress& progress) override;
  void on_finish(const Report& report, const Progress& progress) override;

  /// The line for a state of progress: bar, points, hypervolume, elapsed time.
  [[nodiscard]] std::string line(const Progress& progress) const;

  /// The line for a task in training: every group's penalty, and the share of its probes that are
  /// violated, on the task's first iteration seen and now, such as
  /// "weight/7 #120  parity 0.0123 (31 -> 2.1 % violated), range 0 (none violated)".
  [[nodiscard]] std::string line(const std::string& task, const Iterate& iterate) const;

 private:
  using Clock = std::chrono::steady_clock;
  void show(const std::string& text) const;

  int target_;
  bool terminal_;
  double last_shown_ = -1e9;
  std::string solver_;
  GroupWatch groups_;
  std::map<std::string, Vector> first_rates_;  ///< by task
  Clock::time_point last_training_shown_;
  Progress progress_;  ///< when the last point came
};

}  // namespace moo
