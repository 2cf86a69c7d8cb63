#pragma once

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>

#include "libmoo/problem/problem.hpp"
#include "libmoo/run/result_table.hpp"
#include "libmoo/solver/request.hpp"
#include "libmoo/solver/solver.hpp"

namespace moo {

/// What a run's results depend on, as one line of JSON: solver, options, seed, tolerance, problem,
/// and the problem's values at a point drawn from the seed, in which data and model show. The first
/// line of every journal. Budgets are not in it: a run may be resumed with a larger one.
std::string run_identity(const Problem& problem, const Solver& solver, const Request& request);

/// Reads a journal, also while another process goes on writing it.
class JournalReader {
 public:
  /// @param identity of the run the results are wanted for
  JournalReader(std::filesystem::path path, std::string identity);

  /// Adds the results that were written since the last call. A file that is not there yet has none;
  /// what follows the last end of a line is left for later; a line that cannot be read is passed
  /// over, because its task can be solved again.
  /// Throws: FileError when the journal is of another run, naming what differs.
  void read_on(ResultTable& results);

  /// Bytes up to the end of the last whole line.
  [[nodiscard]] std::uintmax_t end() const { return end_; }

 private:
  void require_same_run(const std::string& line) const;

  std::filesystem::path path_;
  std::string identity_;
  std::uintmax_t end_ = 0;
};

/// Writes a journal: the run's identity, then one line per solved task, each handed to the system
/// as soon as it is known, so that a killed process loses what it was at and nothing else.
class Journal {
 public:
  enum class Opening {
    anew,   ///< forgets what stands in the file
    resume  ///< goes on behind its last whole line; begins when there is none
  };

  /// @param results receives what the file knows already
  /// Throws: FileError when the file cannot be written, when another process is writing it, and,
  /// for `resume`, when it is of another run.
  Journal(const std::filesystem::path& path, const std::string& identity, Opening opening,
          ResultTable& results);
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;
  ~Journal();

  /// Appends a result, from any thread; an interrupted one is not worth keeping.
  /// @param wave number of the task's wave, for readers: it shows what could be solved at once
  void write(int wave, const Task& task, const TaskResult& result);

  /// False once a line could not be written, as on a full disk. The run is worth more than its
  /// journal and goes on; later lines are dropped.
  [[nodiscard]] bool complete() const { return complete_; }

  /// Results written since it was opened.
  [[nodiscard]] long written() const { return written_; }

 private:
  void open(const std::filesystem::path& path);
  void append(std::string line);

  std::mutex mutex_;
  int descriptor_ = -1;
  bool complete_ = true;
  long written_ = 0;
};

}  // namespace moo
