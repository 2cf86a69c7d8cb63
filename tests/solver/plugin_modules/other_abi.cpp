#include "libmoo/solver/plugin.hpp"

extern "C" long moo_plugin_abi() { return moo::plugin_abi + 10000; }

extern "C" void moo_register_solvers(moo::SolverRegistry& registry) {
  registry.add("unreachable", "must not be registered", nullptr);
}
