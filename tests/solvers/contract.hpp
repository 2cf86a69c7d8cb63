#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo::test {

/// A reference problem and what is known about it.
struct ReferenceCase {
  std::string name;
  std::function<std::shared_ptr<const Problem>()> make;
  /// Points of the analytic front, m x k, dense; empty when unknown.
  std::function<Matrix()> analytic_front;
};

/// What a solver claims on a reference problem.
struct Claim {
  std::string solver;
  std::string problem;
  std::map<std::string, std::string> options;
  double hypervolume_share = 0.0;  ///< of the analytic front's hypervolume, at least
  double kkt_residual = 1e-5;      ///< of every point, at most
};

const std::vector<ReferenceCase>& reference_cases();
const ReferenceCase& reference_case(const std::string& name);

/// The claims, beside the registration of the solvers in spirit: one line per solver and problem.
const std::vector<Claim>& claims();

}  // namespace moo::test
