#pragma once

#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "tests/minimize/dual_number.hpp"
#include "tests/support/function_problem.hpp"

namespace moo::test {

/// A problem of the collection with its published optimum.
struct HockSchittkowski {
  Functions functions;
  double minimum = 0.0;
  Vector minimiser;
};

/// Problems with the original starts. Inequalities are c <= 0 here, the negatives of the printed
/// ones; bounds on variables are bounds.
/// Source: Hock and Schittkowski (1981), "Test Examples for Nonlinear Programming Codes".
std::vector<HockSchittkowski> hock_schittkowski();

/// Two variables; three and four; five and more.
std::vector<HockSchittkowski> small_hock_schittkowski();
std::vector<HockSchittkowski> medium_hock_schittkowski();
std::vector<HockSchittkowski> large_hock_schittkowski();

/// Variables and results of a formula; x[1] is the book's x1 (x[0] is nothing), results are the
/// objective, then the constraints.
using Variables = std::vector<Dual>;
using Formula = std::function<std::vector<Dual>(const Variables&)>;

/// lower <= x <= upper as the book lists them; empty: none.
struct Box {
  std::vector<double> lower;
  std::vector<double> upper;
};

/// @param equalities how many of the constraints, the last ones, are equalities; the others are
/// g >= 0 as printed
HockSchittkowski book(const std::string& name, const std::vector<double>& start, const Box& box,
                      int inequalities, int equalities, double minimum,
                      const std::vector<double>& minimiser, const Formula& formula);

constexpr double unbounded = std::numeric_limits<double>::infinity();
/// n times the same number.
inline std::vector<double> all(int n, double number) {
  return std::vector<double>(static_cast<std::size_t>(n), number);
}

}  // namespace moo::test
