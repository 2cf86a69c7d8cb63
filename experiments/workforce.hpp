#pragma once

#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "experiments/driver.hpp"
#include "libmoo/base/thread_pool.hpp"
#include "libmoo/run/journal.hpp"
#include "libmoo/run/journal_folder.hpp"
#include "libmoo/run/result_table.hpp"
#include "libmoo/solver/executor.hpp"
#include "libmoo/solver/observer.hpp"

namespace moo {

class MpiTeam;
class ThreadExecutor;

/// Who solves the tasks of a run, and which journals know of them already: what --executor,
/// --threads, --shard and --resume ask for, or the command merge.
class Workforce {
 public:
  /// Throws: InvalidArgument when the flags contradict each other, or this build cannot do it.
  explicit Workforce(const DriverFlags& flags);
  Workforce(const Workforce&) = delete;
  Workforce& operator=(const Workforce&) = delete;
  ~Workforce();

  /// Whether this process plans, prints and writes. The others only solve.
  [[nodiscard]] bool leads() const;

  /// Gets ready, on all processes at once. Throws on the one that leads when any of them cannot,
  /// and is false on the others then.
  [[nodiscard]] bool prepare(const std::function<void()>& get_ready);

  /// Where all the front's files begin: FOLDER/SOLVER, and a shard's FOLDER/SOLVER.2of3.
  [[nodiscard]] std::filesystem::path stem(const std::string& solver) const;

  /// On the process that leads, before anything else is written: the journals of this run.
  /// Throws: FileError when they are of another run, or being written by another process.
  void open_journals(const Problem& problem, const Solver& solver, const Request& request);

  /// On the process that leads. Throws: as moo::solve.
  Report solve(const Problem& problem, const Solver& solver, const Request& request,
               Observer& observer);

  /// On the others.
  void serve(const Problem& problem, const Solver& solver, const Request& request);

  /// body(0), ..., body(count - 1), on all threads of --executor threads.
  void for_each(std::size_t count, LoopBody body) const;

  /// What became of the shard, or of journals that could not be written; empty mostly.
  [[nodiscard]] const std::string& remark() const { return remark_; }

 private:
  Report merge(const Problem& problem, const Solver& solver, const Request& request,
               Observer& observer);
  void discard_empty_journal();

  const DriverFlags& flags_;
  std::unique_ptr<Executor> executor_;
  MpiTeam* team_ = nullptr;            ///< executor_, when it is one
  ThreadExecutor* threads_ = nullptr;  ///< executor_, when it is one
  ResultTable known_;
  std::optional<JournalFolder> all_;  ///< every journal of the run
  std::filesystem::path own_path_;
  std::optional<Journal> own_;  ///< the one that is written
  std::string remark_;
};

/// Whether this process should speak to the user when something is wrong with the command line:
/// under `mpirun ... --executor mpi` only rank 0 does.
bool speaks(int argc, const char* const* argv);

}  // namespace moo
