#pragma once

#include <filesystem>
#include <fstream>
#include <string>

#include "libmoo/solver/group_watch.hpp"
#include "libmoo/solver/observer.hpp"

namespace moo {

/// Writes what happens as JSON lines, one event per line: "start", "iteration", "point", "finish".
/// An iteration carries the penalty magnitude and the true violation rate on the training data of
/// every group of rules; hard rows stand there one by one as long as they are few. Numbers that are
/// not finite become null; rates nobody knows are left out. The file is whole up to the last point
/// even when the program is killed.
class JsonLinesObserver final : public Observer {
 public:
  /// Opens the file; one that stands there is replaced.
  /// Throws: FileError when it cannot be written.
  explicit JsonLinesObserver(const std::filesystem::path& path);

  void on_start(const Problem& problem, const Solver& solver) override;
  Verdict on_iteration(const std::string& task, const Iterate& iterate) override;
  Verdict on_point(const ParetoPoint& point, const Progress& progress) override;
  void on_finish(const Report& report, const Progress& progress) override;

  /// False once a line could not be written, as on a full disk. The run is worth more than its log
  /// and goes on; later lines are dropped.
  [[nodiscard]] bool complete() const { return stream_.good(); }

 private:
  std::ofstream stream_;
  GroupWatch groups_;        ///< of no groups before on_start
  int num_objectives_ = -1;  ///< m; unknown before on_start
};

}  // namespace moo
