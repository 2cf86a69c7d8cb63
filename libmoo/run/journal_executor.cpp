#include "libmoo/run/journal_executor.hpp"

#include <utility>

namespace moo {
namespace {

class JournallingWatch final : public ForwardingWatch {
 public:
  JournallingWatch(TaskWatch& next, Journal& journal, int wave)
      : ForwardingWatch(next), journal_(journal), wave_(wave) {}
  void on_result(const Task& task, const TaskResult& result) override {
    journal_.write(wave_, task, result);
    ForwardingWatch::on_result(task, result);
  }

 private:
  Journal& journal_;
  int wave_;
};

}  // namespace

void replay(const Task& task, const TaskResult& result, TaskWatch& watch) {
  watch.charge(task.id, result.cost.gradients);
  for (const ParetoPoint& point : result.points) watch.on_point(point);
  watch.on_result(task, result);
}

std::vector<TaskResult> JournalExecutor::run(const std::vector<Task>& wave, const TaskSolver& here,
                                             TaskWatch& watch) {
  std::vector<TaskResult> results(wave.size());
  std::vector<Task> rest;
  std::vector<std::size_t> places;
  for (std::size_t k = 0; k < wave.size(); ++k) {
    if (const TaskResult* known = known_.find(wave[k])) {
      results[k] = *known;
      replay(wave[k], results[k], watch);
    } else {
      rest.push_back(wave[k]);
      places.push_back(k);
    }
  }
  JournallingWatch journalling(watch, journal_, wave_++);
  std::vector<TaskResult> solved = inner_.run(rest, here, journalling);
  for (std::size_t k = 0; k < places.size(); ++k) results[places[k]] = std::move(solved[k]);
  return results;
}

std::vector<TaskResult> ReplayExecutor::run(const std::vector<Task>& wave, const TaskSolver&,
                                            TaskWatch& watch) {
  std::vector<TaskResult> results(wave.size());
  for (std::size_t k = 0; k < wave.size(); ++k) {
    if (const TaskResult* known = known_.find(wave[k])) {
      results[k] = *known;
      replay(wave[k], results[k], watch);
    } else {
      results[k].interrupted = true;
      missing_.push_back(wave[k].id);
    }
  }
  return results;
}

}  // namespace moo
