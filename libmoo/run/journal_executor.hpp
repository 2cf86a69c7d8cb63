#pragma once

#include "libmoo/run/journal.hpp"
#include "libmoo/solver/executor.hpp"

namespace moo {

/// Takes what is known from a table of results, has the rest solved by another executor, and keeps
/// that in a journal. Borrows all three.
class JournalExecutor final : public Executor {
 public:
  JournalExecutor(Executor& inner, const ResultTable& known, Journal& journal)
      : inner_(inner), known_(known), journal_(journal) {}

  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;

 private:
  Executor& inner_;
  const ResultTable& known_;
  Journal& journal_;
  int wave_ = 0;
};

/// Solves nothing: takes what is known, and hands in the rest as interrupted.
class ReplayExecutor final : public Executor {
 public:
  explicit ReplayExecutor(const ResultTable& known) : known_(known) {}

  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;

  /// Ids of the tasks that were not known.
  [[nodiscard]] const std::vector<std::string>& missing() const { return missing_; }

 private:
  const ResultTable& known_;
  std::vector<std::string> missing_;
};

/// Tells a watch about a result as if the task had just been solved.
void replay(const Task& task, const TaskResult& result, TaskWatch& watch);

/// Passes everything on to another watch; for watches that change a thing or two.
class ForwardingWatch : public TaskWatch {
 public:
  explicit ForwardingWatch(TaskWatch& next) : next_(next) {}
  bool wanted(const std::string& task) override { return next_.wanted(task); }
  void charge(const std::string& task, long gradients) override { next_.charge(task, gradients); }
  void on_iteration(const std::string& task, const Iterate& iterate) override {
    next_.on_iteration(task, iterate);
  }
  void on_point(const ParetoPoint& point) override { next_.on_point(point); }
  void on_result(const Task& task, const TaskResult& result) override {
    next_.on_result(task, result);
  }

 private:
  TaskWatch& next_;
};

}  // namespace moo
