#pragma once

#include <functional>
#include <iosfwd>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/problem/reference/reference_problem.hpp"

namespace moo::test {

/// One problem of the catalogue in one size.
struct SizedProblem {
  std::string name;
  int num_variables;   ///< 0: as published
  int num_objectives;  ///< 0: as published
};

/// Every problem of the catalogue in its published size, and in others where it has them.
std::vector<SizedProblem> sized_problems();

/// Those of them a test is about.
std::vector<SizedProblem> sized_problems(const std::function<bool(const ReferenceProblem&)>& fits);

/// "zdt1_n7_m2", for test names.
std::string label(const SizedProblem& size);
void PrintTo(const SizedProblem& size, std::ostream* out);

std::shared_ptr<const ReferenceProblem> make(const SizedProblem& size);

/// A point of the problem's box, of its start box where it has no bounds; n.
Vector random_point(const ReferenceProblem& problem, RandomStream& random);

/// Largest violation of hard rows and bounds at x; 0 when feasible.
double violation(const ReferenceProblem& problem, ConstVectorRef x);

}  // namespace moo::test
