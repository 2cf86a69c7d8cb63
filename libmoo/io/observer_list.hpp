#pragma once

#include <string>
#include <vector>

#include "libmoo/solver/observer.hpp"

namespace moo {

/// Several observers as one. Each sees everything, in the order they were added; the run stops when
/// any of them says so.
class ObserverList final : public Observer {
 public:
  /// Borrows the observer, which must outlive the list's use.
  void add(Observer& observer) { observers_.push_back(&observer); }

  void on_start(const Problem& problem, const Solver& solver) override;
  Verdict on_iteration(const std::string& task, const Iterate& iterate) override;
  Verdict on_point(const ParetoPoint& point, const Progress& progress) override;
  void on_finish(const Report& report, const Progress& progress) override;

 private:
  std::vector<Observer*> observers_;
};

}  // namespace moo
