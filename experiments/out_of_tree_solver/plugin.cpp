#include "libmoo/solver/plugin.hpp"

#include "random_weights.hpp"

extern "C" long moo_plugin_abi() { return moo::plugin_abi; }

extern "C" void moo_register_solvers(moo::SolverRegistry& registry) {
  registry.add("random_weights", "weighted sums with random weights; a baseline",
               [] { return std::make_unique<RandomWeights>(); });
}
