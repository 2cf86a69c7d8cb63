#include "tests/solvers/contract.hpp"

#include <stdexcept>

#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"

namespace moo::test {
namespace {

template <typename ProblemType>
Matrix front_over(const ProblemType& problem, double low, double high) {
  constexpr int count = 4001;
  Matrix front(2, count);
  for (int k = 0; k < count; ++k) {
    front.col(k) = problem.values(problem.optimum(low + (high - low) * k / (count - 1.0)));
  }
  return front;
}

}  // namespace

const std::vector<ReferenceCase>& reference_cases() {
  static const std::vector<ReferenceCase> cases = {
      {"two_quadratics_5", [] { return std::make_shared<TwoQuadratics>(5); },
       [] { return front_over(TwoQuadratics(5), 0.0, 1.0); }},
      {"two_quadratics_100", [] { return std::make_shared<TwoQuadratics>(100, 1000.0); },
       [] { return front_over(TwoQuadratics(100, 1000.0), 0.0, 1.0); }},
      {"fonseca_fleming_2", [] { return std::make_shared<FonsecaFleming>(2); },
       [] { return front_over(FonsecaFleming(2), -1.0, 1.0); }},
      {"fonseca_fleming_200", [] { return std::make_shared<FonsecaFleming>(200); },
       [] { return front_over(FonsecaFleming(200), -1.0, 1.0); }},
  };
  return cases;
}

const ReferenceCase& reference_case(const std::string& name) {
  for (const ReferenceCase& reference : reference_cases()) {
    if (reference.name == name) return reference;
  }
  throw std::out_of_range("no reference case named " + name);
}

const std::vector<Claim>& claims() {
  // The front of Fonseca and Fleming is concave: weighted sums find its two ends, worth 26 % of it.
  static const std::vector<Claim> all = {
      {"weighted_sum", "two_quadratics_5", {{"points", "30"}}, 0.985},
      {"weighted_sum", "two_quadratics_100", {{"points", "30"}}, 0.985},
      {"weighted_sum", "fonseca_fleming_2", {{"points", "30"}}, 0.2},
      {"weighted_sum", "fonseca_fleming_200", {{"points", "30"}}, 0.2},
      {"augmented_lagrangian", "two_quadratics_5", {{"points", "30"}}, 0.985},
      {"augmented_lagrangian", "two_quadratics_100", {{"points", "30"}}, 0.985},
      {"augmented_lagrangian", "fonseca_fleming_2", {{"points", "30"}}, 0.96},
      {"augmented_lagrangian", "fonseca_fleming_200", {{"points", "30"}}, 0.96},
      {"pareto_tracing", "two_quadratics_5", {{"points", "30"}}, 0.985},
      {"pareto_tracing", "two_quadratics_100", {{"points", "30"}}, 0.985},
      {"pareto_tracing", "fonseca_fleming_2", {{"points", "30"}}, 0.96},
      {"pareto_tracing", "fonseca_fleming_200", {{"points", "30"}}, 0.96},
      // A single run: what it passes while it raises the second objective's strength without end.
      {"penalty_schedule", "two_quadratics_5", {{"points", "30"}}, 0.97},
      {"penalty_schedule", "two_quadratics_100", {{"points", "30"}}, 0.97},
      {"penalty_schedule", "fonseca_fleming_2", {{"points", "30"}}, 0.2},
      {"penalty_schedule", "fonseca_fleming_200", {{"points", "30"}}, 0.2},
  };
  return all;
}

}  // namespace moo::test
