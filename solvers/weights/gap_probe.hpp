#pragma once

#include <string>

#include "libmoo/front/coverage.hpp"
#include "libmoo/front/gaps.hpp"
#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/solver/recorder.hpp"
#include "libmoo/solver/task.hpp"

namespace moo {

/// A task of kind "probe" that looks into a gap of a front of two objectives: the objective that
/// changes less across the gap is minimised while the other one stays at or below the middle, from
/// both ends of the gap. Which of them it is decides how much a level tells apart.
Task probe_task(const Front& front, const Gap& gap, const std::string& id);

/// Solves it. Minima inside the gap are points of the front; others, which show that there is
/// nothing, are scouts. The second one is left out where it is the same as the first.
/// Source: Haimes, Lasdon, Wismer (1971).
void solve_probe(const Problem& problem, const Task& task, const ConstrainedMinimizer& minimizer,
                 Recorder& recorder);

}  // namespace moo
