// Compare: solvers against each other, on the same problems, seeds and budget, into one JSON file
// for analysis/compare_solvers.py.
//
//     compare run --solvers weighted_sum,pareto_tracing --problems zdt1,dtlz2:20:3 --seeds 1..5
//     compare solvers | problems

#include "experiments/compare/program.hpp"

int main(int argc, char** argv) { return moo::compare::run_compare(argc, argv); }
