#pragma once

#include "libmoo/problem/problem.hpp"
#include "libmoo/solver/executor.hpp"
#include "libmoo/solver/request.hpp"
#include "libmoo/solver/solver.hpp"

namespace moo {

/// Solves one task: counts its work, certifies what it records, turns exceptions into failures, and
/// tells the watch. The result is a function of the other arguments, unless the watch interrupts.
/// Of the request only the seed and the tolerance matter here; budgets are the watch's.
/// Throws: InvalidArgument when the solver, or whoever called it, made a mistake.
TaskResult solve_task(const Problem& problem, const Solver& solver, const Request& request,
                      const Task& task, TaskWatch& watch);

/// The same as a function of task and watch, for executors. Borrows all three.
TaskSolver task_solver(const Problem& problem, const Solver& solver, const Request& request);

/// Evaluates a point with its parameters and writes down its objectives and its certificate.
/// @param scaling units of the KKT residual   @param suggested multipliers (m + p), or empty
void certify_point(const Problem& problem, const Request& request, const Scaling& scaling,
                   const Vector& suggested, ParetoPoint& point);

}  // namespace moo
