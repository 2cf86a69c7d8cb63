#include "libmoo/io/observer_list.hpp"

namespace moo {

void ObserverList::on_start(const Problem& problem, const Solver& solver) {
  for (Observer* observer : observers_) observer->on_start(problem, solver);
}

Verdict ObserverList::on_iteration(const std::string& task, const Iterate& iterate) {
  Verdict verdict = Verdict::proceed;
  for (Observer* observer : observers_) {
    if (observer->on_iteration(task, iterate) == Verdict::stop) verdict = Verdict::stop;
  }
  return verdict;
}

Verdict ObserverList::on_point(const ParetoPoint& point, const Progress& progress) {
  Verdict verdict = Verdict::proceed;
  for (Observer* observer : observers_) {
    if (observer->on_point(point, progress) == Verdict::stop) verdict = Verdict::stop;
  }
  return verdict;
}

void ObserverList::on_finish(const Report& report, const Progress& progress) {
  for (Observer* observer : observers_) observer->on_finish(report, progress);
}

}  // namespace moo
