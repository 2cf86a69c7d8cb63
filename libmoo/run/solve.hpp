#pragma once

#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/executor.hpp"
#include "libmoo/solver/observer.hpp"
#include "libmoo/solver/report.hpp"
#include "libmoo/solver/request.hpp"
#include "libmoo/solver/solver.hpp"

namespace moo {

/// The front door: asks the solver for waves of tasks until it has no more, runs each wave on the
/// executor, certifies every point, and returns all there is to know.
///
/// The front depends on the problem, the solver with its options, and the seed; not on the
/// executor. Numerical trouble ends up in the report's failures; points found before it are kept. A
/// run none of whose points meets the hard rows has failed: its points are those of least
/// violation, marked as infeasible, and a note says how close they come. Throws: InvalidArgument
/// when the request is unusable or the problem does not fit the solver.
Report solve(const Problem& problem, const Solver& solver, const Request& request,
             Executor& executor, Observer& observer);

/// The same in the calling thread, unobserved.
Report solve(const Problem& problem, const Solver& solver, const Request& request = {});

/// What `solve` checks before it starts.
/// Throws: InvalidArgument when the request is unusable or the problem does not fit the solver.
void require_solvable(const Problem& problem, const Solver& solver, const Request& request);

}  // namespace moo
