#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/minimize/adam_settings.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/scalarization.hpp"

namespace moo {

/// How a minimisation ended. Only `converged` met the tolerance.
enum class MinimizerStatus { converged, stalled, iteration_limit, stopped, infeasible, failed };

/// State after an iteration, for whoever watches.
struct Iterate {
  int iteration = 0;
  const Vector& values;        ///< m + p
  double scalarized = 0.0;     ///< phi
  double gradient_norm = 0.0;  ///< |grad phi|_inf
  double step_norm = 0.0;      ///< |theta - previous theta|_2
  /// Where the values come from, for as long as the call lasts; null when unknown.
  const Linearization* linearization = nullptr;

  /// True rates of Problem::rule_groups(), computed when asked for; empty when unknown.
  [[nodiscard]] Vector violation_rates() const {
    return linearization == nullptr ? Vector() : linearization->violation_rates();
  }
};

/// Called after every iteration; returns false to stop there.
using IterationCallback = std::function<bool(const Iterate&)>;

struct MinimizerSettings {
  /// Stop when |grad phi|_inf falls below this. With scaled objectives and weights that sum to one
  /// it bounds the KKT residual. L-BFGS in double rarely gets below 1e-9.
  double gradient_tolerance = 1e-6;
  /// Give up after so many iterations; a network of a few hundred parameters needs 50 to 1500.
  int max_iterations = 3000;
  /// Curvature pairs L-BFGS keeps: 16 n bytes each. On networks 100 needs half the gradients of 20.
  int memory = 100;
  AdamSettings adam;  ///< for "adam" alone
};

struct Minimum {
  Vector theta;                ///< n, the best iterate
  Vector values;               ///< m + p there
  double scalarized = 0.0;     ///< phi there
  double gradient_norm = 0.0;  ///< |grad phi|_inf there, of the projected gradient in a box
  int iterations = 0;
  MinimizerStatus status = MinimizerStatus::failed;
};

/// Minimises one scalarization of a problem. Hard rows are the business of ConstrainedMinimizer; so
/// are bounds, except for the minimizers that say they keep them (the three L-BFGS). Deterministic.
class Minimizer {
 public:
  virtual ~Minimizer() = default;

  /// @param start n
  /// Never throws for numerical reasons: a start where the problem is undefined, a stalled line
  /// search and the like are a status, with the best point found.
  [[nodiscard]] virtual Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                         ConstVectorRef start,
                                         const IterationCallback& callback = {}) const = 0;
};

/// By name: "lbfgs", "bounded_lbfgs" (which lbfgs becomes where there are bounds),
/// "gauss_newton_lbfgs", "levenberg_marquardt", "newton", or "adam" for minibatches.
/// Throws: InvalidArgument on another name, listing these.
std::unique_ptr<Minimizer> make_minimizer(const std::string& name,
                                          const MinimizerSettings& settings = {});
const std::vector<std::string>& minimizer_names();

std::string_view to_string(MinimizerStatus status);

}  // namespace moo
