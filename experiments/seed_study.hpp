#pragma once

#include "experiments/command_line.hpp"
#include "experiments/driver.hpp"

namespace moo {

/// What `run` does: one run, or with --seeds one per seed, its files in flags.out/seed_K, and all
/// of them in one file, flags.out/SOLVER.seeds.json: every front with its metrics on every split,
/// and of the hypervolumes, cost and worst certificate the mean over the seeds with its 95 %
/// interval (Student's t; docs/front_file.md). Every seed's problem is prepared before the first
/// one is solved. A shard leaves its journals in seed_K/ and no such file.
void run_all_seeds(const Driver& driver, const CommandLine& line, int argc,
                   const char* const* argv);

}  // namespace moo
