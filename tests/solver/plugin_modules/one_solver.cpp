#include "libmoo/solver/plugin.hpp"

namespace {

/// Names itself, and finds nothing.
class Idle final : public moo::Solver {
 public:
  std::string id() const override { return "idle"; }
  moo::OptionTable& options() override { return options_; }
  const moo::OptionTable& options() const override { return options_; }
  std::vector<moo::Task> plan(const moo::Front&) const override { return {}; }
  void solve(const moo::Problem&, const moo::Task&, moo::Recorder&) const override {}

 private:
  moo::OptionTable options_;
};

}  // namespace

extern "C" long moo_plugin_abi() { return moo::plugin_abi; }

extern "C" void moo_register_solvers(moo::SolverRegistry& registry) {
  registry.add("idle", "does nothing", [] { return std::make_unique<Idle>(); });
}
