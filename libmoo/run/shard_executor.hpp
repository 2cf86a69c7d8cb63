#pragma once

#include <chrono>
#include <mutex>

#include "libmoo/run/journal.hpp"
#include "libmoo/run/journal_folder.hpp"
#include "libmoo/solver/executor.hpp"

namespace moo {

/// One of n independent processes that make one front together, through journals in a folder they
/// share. Of every wave it solves its own share, the tasks k with k mod n = index - 1; then those
/// of the others that are in no journal yet, from the last one backwards. A task that turns up in
/// another's journal is given up. So nobody waits for a slow or missing shard, and every shard ends
/// with the whole front: results do not depend on who found them.
class ShardExecutor final : public Executor {
 public:
  /// Borrows everything. @param inner solves what is to be solved here   @param known results that
  /// are in a journal already   @param own journal of this shard   @param all journals of the run
  ShardExecutor(Executor& inner, Shard shard, ResultTable& known, Journal& own, JournalFolder& all)
      : inner_(inner), shard_(shard), known_(known), own_(own), all_(all) {}

  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;

  /// How many tasks were solved here.
  [[nodiscard]] int solved() const { return solved_; }

 private:
  friend class ShardWatch;
  [[nodiscard]] bool is_own(std::size_t place) const;
  /// Whether the task's result is in a journal; looks at the others' now and then.
  bool is_known(const Task& task);
  void keep(const Task& task, const TaskResult& result);
  /// Places in the wave of what is not known, in the order in which it should be solved here.
  std::vector<std::size_t> places_to_solve(const std::vector<Task>& wave);

  Executor& inner_;
  Shard shard_;
  ResultTable& known_;
  Journal& own_;
  JournalFolder& all_;
  std::mutex mutex_;  ///< guards what follows, `known_` and `all_`
  std::chrono::steady_clock::time_point last_look_;
  int solved_ = 0;
  int wave_ = 0;
};

}  // namespace moo
