#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/scaling.hpp"
#include "solvers/tracing/chart.hpp"

namespace moo {

/// How a point of a curve was brought onto the front, as its generator's number "corrector" tells.
enum class CurveMethod { newton = 0, augmented = 1, weights = 2 };
std::string_view to_string(CurveMethod method);

struct CurveSettings {
  double tolerance = 1e-6;  ///< of the KKT residual
  double rho = 30.0;        ///< of the augmented scalarisation, in scaled units
  double largest_rho = 500.0;
  int halvings = 4;  ///< of a step before it counts as a jump
  /// Weight left to the other objective where the front has an edge.
  double extreme_weight = 0.0005;
  /// "newton", "augmented", "weights", or "automatic": what took less work.
  std::string corrector = "automatic";
};

/// A point of a front of two objectives, on the curve that is being traced.
struct Station {
  Vector theta;           ///< n
  Vector fh;              ///< 2, scaled objectives
  Vector multipliers;     ///< 2, in the simplex
  Vector rows;            ///< p: of the hard rows, in the same units
  double position = 0.0;  ///< along the curve, in scaled objectives
  CurveMethod method = CurveMethod::augmented;
  double rho = 0.0;   ///< of its chart; 0 where there was none
  double work = 0.0;  ///< in gradients
  int order = 0;      ///< of the polynomial that predicted it
  bool jump = false;  ///< the curve was lost on the way to it
};

/// Where the next station is expected.
struct Aim {
  Vector theta;        ///< n, predicted
  Vector near;         ///< n, a point of the front close by: the start when the prediction is poor
  Vector fh;           ///< 2, predicted
  Vector normal;       ///< 2, unit vector: multipliers of the chart
  Vector along;        ///< 2, unit vector orthogonal to `normal`: the way the curve goes
  Vector multipliers;  ///< 2, predicted, in the simplex
  Vector rows;         ///< p, a guess in the multipliers' units
};

enum class CurveStatus { found, beyond_end, lost, stopped };

struct CurveCorrection {
  CurveStatus status = CurveStatus::lost;
  /// When found; beyond the end possibly where the corrector came to, with what is positive of the
  /// multipliers.
  std::optional<Station> station;
  double work = 0.0;  ///< in gradients, also when nothing was found
};

/// Brings predictions onto the front, in three ways:
///
/// newton     the Chart's Newton or quasi-Newton steps on the KKT system. Evaluations are few and
///            need both gradients; products with the Hessian where the memory does not suffice.
/// augmented  minimises normal.fh + rho/2 (along.fh - t)^2: Pareto critical on convex and concave
///            parts alike, where along.fh is about t.
/// weights    minimises multipliers.fh: convex parts only, and the place is where it comes out.
///
/// Automatic: the first station by the augmented scalarisation, the second by Newton, which is
/// given as much work as the first one took. From then on the cheaper of the two, until it costs
/// more than twice what the other one took. Work is counted, in gradient-equivalents.
/// Borrows everything it is constructed with; belongs to one thread.
class CurveCorrector {
 public:
  CurveCorrector(const Problem& problem, const Scaling& scaling,
                 const ConstrainedMinimizer& minimizer, const CurveSettings& settings,
                 IterationCallback callback);

  /// By the method the rule above chooses.
  [[nodiscard]] CurveCorrection correct(const Aim& aim);

  [[nodiscard]] CurveCorrection by_newton(const Aim& aim);
  [[nodiscard]] CurveCorrection by_augmentation(const Aim& aim, double rho);
  [[nodiscard]] CurveCorrection by_weights(const Aim& aim);

  /// A larger rho for what comes next; false when it is at its largest, or does not play a part.
  bool stiffen();
  /// Back towards the settings' rho.
  void relax();
  [[nodiscard]] double rho() const { return rho_; }

 private:
  [[nodiscard]] CurveMethod choose() const;
  void learn(CurveMethod method, const CurveCorrection& correction);
  [[nodiscard]] CurveCorrection minimise(const Aim& aim, const Scalarization& phi,
                                         double multiplier_norm);
  [[nodiscard]] Vector better_start(const Aim& aim, const Scalarization& phi) const;

  [[nodiscard]] double work_so_far() const;  ///< gradient-equivalents

  CountingProblem problem_;
  const Scaling& scaling_;
  const ConstrainedMinimizer& minimizer_;
  const CurveSettings& settings_;
  IterationCallback callback_;
  std::optional<Chart> chart_;
  double rho_;
  double first_order_work_ = -1.0;  ///< of the last station found that way; < 0: none yet
  double newton_work_ = -1.0;       ///< likewise; infinite once it has failed
};

}  // namespace moo
