#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/solver/task.hpp"
#include "libmoo/solver/task_result.hpp"

namespace moo {

/// Hears of tasks while they are solved, wherever that is, and says when to wind up. Calls come
/// from any thread.
class TaskWatch {
 public:
  virtual ~TaskWatch() = default;

  /// Whether to begin this task, or to go on with it.
  [[nodiscard]] virtual bool wanted(const std::string& task) = 0;

  /// Gradients spent since the last call for the same task.
  virtual void charge(const std::string& task, long gradients) = 0;
  virtual void on_iteration(const std::string& task, const Iterate& iterate) = 0;
  virtual void on_point(const ParetoPoint& point) = 0;  ///< certified; of no scout

  /// Once per task, when it has come to its end.
  virtual void on_result(const Task& task, const TaskResult& result) = 0;
};

/// Solves one task in this process, from any thread, telling the watch all about it.
/// Throws: InvalidArgument when the solver or its caller made a mistake; numerical trouble is among
/// the result's failures.
using TaskSolver = std::function<TaskResult(const Task&, TaskWatch&)>;

/// Has the tasks of a wave solved: in this thread, in several, in other processes. Tasks and
/// results are plain data and results do not depend on where they were found, so that executors may
/// hand both on, keep them in files, and stand around each other.
class Executor {
 public:
  virtual ~Executor() = default;

  /// The results of all tasks in the order of the wave, whatever finished first. The watch hears of
  /// every task through this call. An exception of a task is rethrown after the others have ended.
  /// @param here solves a task in this process, for executors that have no other place
  virtual std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                                      TaskWatch& watch) = 0;
};

}  // namespace moo
