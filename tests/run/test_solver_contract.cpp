#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <ostream>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/run/solver_contract.hpp"
#include "libmoo/solver/front_solver.hpp"

namespace moo {
namespace {

enum class Fault {
  none,
  forgetful,     ///< other weights at every call
  stubborn,      ///< goes on when told to stop
  rough,         ///< hands in points that are not optimal
  outside,       ///< hands in points outside the bounds
  one_sided,     ///< cares for the first objective only
  in_raw_units,  ///< weights the objectives as they come
  idle,          ///< finds the ends and nothing else
  broken,        ///< throws
};

/// Evenly spaced weights, with a fault.
class Weights final : public FrontSolver {
 public:
  explicit Weights(Fault fault) : FrontSolver("weights"), fault_(fault) {}

 protected:
  std::vector<Task> plan_front(const Front& so_far) const override {
    std::vector<Task> tasks;
    if (fault_ == Fault::idle || !so_far.generated_by("weight").empty()) return tasks;
    for (int k = 1; k < common_.points - 1; ++k) {
      const double w = static_cast<double>(k) / (common_.points - 1);
      tasks.push_back({"weight/" + std::to_string(k),
                       "weight",
                       so_far.points()[0].parameters,
                       *so_far.scaling(),
                       {{"weights", (Vector(2) << 1.0 - w, w).finished()}}});
    }
    return tasks;
  }

  void solve_task(const Problem& problem, const Task& task, Recorder& recorder) const override {
    static std::atomic<int> calls = 0;
    Vector weights = task.vector("weights");
    Scaling scaling = task.scaling;
    if (fault_ == Fault::forgetful) weights(0) += 1e-3 * ++calls;
    if (fault_ == Fault::one_sided) weights(1) *= 1e-4;
    if (fault_ == Fault::in_raw_units) scaling = Scaling::identity(2);
    if (fault_ == Fault::broken) throw InvalidArgument({"weights", "broken", "", "", ""});
    const IterationCallback callback = [&](const Iterate& iterate) {
      return recorder.proceed(iterate) || fault_ == Fault::stubborn;
    };
    const double tolerance = fault_ == Fault::rough ? 1e-1 : common_.tolerance;
    ConstrainedMinimum minimum = minimizer(tolerance).minimize(
        problem, WeightedSum(weights, scaling), task.start, {}, Vector(), callback);
    if (fault_ == Fault::outside) minimum.theta.array() = -1.0;
    record(problem, minimum, weights, Vector(), {"weight", {}}, recorder);
  }

 private:
  Fault fault_;
};

struct Case {
  Fault fault;
  std::string name;
  std::string clause;  ///< that has to be among the broken ones; empty: none is broken
};

void PrintTo(const Case& each, std::ostream* out) { *out << each.name; }

class SolverContract : public testing::TestWithParam<Case> {};

TEST_P(SolverContract, NamesTheClauseThatASolverBreaks) {
  SolverRegistry registry;
  SolverClaims claims;
  claims.same_front = 0.02;
  registry.add(
      "weights", "", [] { return std::make_unique<Weights>(GetParam().fault); }, claims);
  const bool bounded = GetParam().fault == Fault::outside;
  const auto problem = make_reference_problem(bounded ? "zdt1" : "two_quadratics");
  const std::string breaches = to_text(check_contract(registry, "weights", *problem));
  if (GetParam().clause.empty()) {
    EXPECT_EQ(breaches, "");
  } else {
    EXPECT_NE(breaches.find(GetParam().clause), std::string::npos) << breaches;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Faults, SolverContract,
    testing::Values(Case{Fault::none, "None", ""},
                    Case{Fault::forgetful, "Forgetful", "the same seed gives the same front"},
                    Case{Fault::stubborn, "Stubborn", "a stop is honoured within one iteration"},
                    Case{Fault::rough, "Rough", "stationary to the claimed residual"},
                    Case{Fault::outside, "Outside", "the claimed share"},
                    Case{Fault::one_sided, "OneSided", "the claimed share"},
                    Case{Fault::in_raw_units, "InRawUnits", "the unit of an objective"},
                    Case{Fault::idle, "Idle", "the claimed share"},
                    Case{Fault::broken, "Broken", "runs do not throw"}),
    [](const auto& test) { return test.param.name; });

TEST(SolverContractFits, ByClaimsAndByWhatTheSolverSays) {
  SolverRegistry registry;
  SolverClaims two_free;
  two_free.most_objectives = 2;
  two_free.keeps_bounds = false;
  registry.add(
      "weights", "", [] { return std::make_unique<Weights>(Fault::none); }, two_free);
  EXPECT_TRUE(fits(registry, "weights", *make_reference_problem("two_quadratics")));
  EXPECT_FALSE(fits(registry, "weights", *make_reference_problem("zdt1")));
  EXPECT_FALSE(fits(registry, "weights", *make_reference_problem("dtlz2")));
}

}  // namespace
}  // namespace moo
