#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/solver/executor.hpp"

namespace moo {

struct MpiMessage;

/// The processes that mpirun started, as one team: rank 0 leads and runs moo::solve with the team
/// as its executor; the others call serve() with the same problem, solver and request. Tasks and
/// results travel as JSON and are handed out one by one, to whoever is free, so that nobody waits
/// for a slow rank before the wave is done. The leader's second thread solves tasks too.
///
/// MPI starts with the first team of a process and ends with the process. One team at a time.
class MpiTeam final : public Executor {
 public:
  /// Throws: Error when MPI has been ended already.
  MpiTeam();
  MpiTeam(const MpiTeam&) = delete;
  MpiTeam& operator=(const MpiTeam&) = delete;
  ~MpiTeam() override;  ///< the leader's sends the others home

  [[nodiscard]] bool leads() const;
  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;

  /// On every rank, before solving: what keeps each from going on, empty if nothing. Returns on
  /// all ranks the trouble of the first that has some, with its rank when that is not the leader.
  [[nodiscard]] std::string first_trouble(const std::string& own) const;

  /// On the leader. A mistake (InvalidArgument) that shows on another rank is rethrown as what it
  /// is, other exceptions there as Error; both after the wave's other tasks have ended.
  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override;

  /// On the other ranks: solves what the leader sends until it is done. Ends all processes when it
  /// cannot go on.
  void serve(const TaskSolver& here);

 private:
  class Handout;
  class Line;  ///< to the other ranks
  void solve_for_leader(const MpiMessage& message, const TaskSolver& here);
  std::unique_ptr<Line> line_;
};

}  // namespace moo
