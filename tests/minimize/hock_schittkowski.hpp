#pragma once

#include <vector>

#include "tests/support/function_problem.hpp"

namespace moo::test {

/// A problem of the collection with its published optimum.
struct HockSchittkowski {
  Functions functions;
  double minimum = 0.0;
  Vector minimiser;
};

/// Problems 6, 7, 21, 28, 35, 39, 43, 48, 71 and 76 with the original starts. Inequalities are
/// c <= 0 here, the negatives of the printed ones; bounds on variables are bounds.
/// Source: Hock and Schittkowski (1981), "Test Examples for Nonlinear Programming Codes".
std::vector<HockSchittkowski> hock_schittkowski();

}  // namespace moo::test
