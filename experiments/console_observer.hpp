#pragma once

#include <string>

#include "libmoo/solver/observer.hpp"

namespace moo {

/// Progress on standard error: one line that is rewritten on a terminal, a plain line every few
/// seconds elsewhere.
class ConsoleObserver final : public Observer {
 public:
  /// @param target how many points to expect   @param style automatic looks at standard error
  enum class Style { automatic, terminal, plain };
  explicit ConsoleObserver(int target, Style style = Style::automatic);

  void on_start(const Problem& problem, const Solver& solver) override;
  Verdict on_point(const ParetoPoint& point, const Progress& progress) override;
  void on_finish(const Report& report, const Progress& progress) override;

  /// The line for a state of progress: bar, points, hypervolume, elapsed time.
  [[nodiscard]] std::string line(const Progress& progress) const;

 private:
  int target_;
  bool terminal_;
  double last_shown_ = -1e9;
  std::string solver_;
};

}  // namespace moo
