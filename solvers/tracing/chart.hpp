#pragma once

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/problem/problem.hpp"
#include "libmoo/problem/scaling.hpp"
#include "solvers/tracing/chart_curvature.hpp"

namespace moo {

struct ChartSettings {
  double tolerance = 1e-6;           ///< of |J_s^T lambda|_inf, lambda in the simplex
  double predictor_accuracy = 0.05;  ///< of the tangents' linear systems, relative
  int max_corrections = 12;          ///< Newton steps of one corrector
  int max_products = 400;            ///< Hessian products of one linear system
  int memory = 50;                   ///< pairs of the preconditioner
  /// Objectives whose multipliers may differ from zero, ascending: a face of the front. Empty: all.
  std::vector<int> face;
};

/// A point near or on the front and its first-order model. Copies share the linearization.
struct ChartPoint {
  Vector theta;           ///< n, within the bounds
  Vector values;          ///< m + p
  Vector fh;              ///< m, scaled objectives
  Vector multipliers;     ///< m + p; those of the objectives sum to one and may be negative
  Matrix gradients;       ///< n x (m + rows.size()): of the scaled objectives, then of active rows
  std::vector<int> rows;  ///< hard rows in action, as indices into values
  Vector free;            ///< n: 1 for free variables, 0 for those held on a bound
  double residual = 0.0;  ///< |J_s^T lambda + ...|_inf over the free variables
  double row_violation = 0.0;  ///< largest |c_i| of rows in action, in units of their tolerances
  std::shared_ptr<const Linearization> at;

  /// Multipliers of the objectives, m.
  [[nodiscard]] Vector lambda() const { return multipliers.head(fh.size()); }
};

/// Directions along the front: moving theta by directions.col(k) moves the scaled objectives by
/// across.col(k), to first order, and keeps the point on the front.
struct ChartTangents {
  Matrix directions;  ///< n x k; k = m - 1, fewer where held variables leave less room
  Matrix across;      ///< m x k, orthonormal, orthogonal to lambda
  Matrix turning;     ///< m x k: change of lambda (summing to one) along each direction
  int products = 0;   ///< Hessian products spent
  bool negative_curvature = false;  ///< this is no local Pareto minimum
};

enum class CorrectionStatus { converged, negative_curvature, stalled, undefined, stopped };

struct Correction {
  ChartPoint point;  ///< the best one
  CorrectionStatus status = CorrectionStatus::undefined;
  int steps = 0;     ///< Newton or quasi-Newton steps
  int products = 0;  ///< Hessian products spent
};

/// A chart of the front around a point, for any number of objectives. At a KKT point with
/// multipliers lambda let d = lambda / |lambda|, C (m x (m-1)) orthonormal with C^T d = 0, and
/// A = C^T J_s, below it the gradients of active hard rows. The matrix
///
///     K = [ H_lambda  A^T ; A  0 ]
///
/// is regular on convex and concave parts of a front alike, as long as H_lambda is positive
/// definite on null(A), which is what makes the point a local Pareto minimum.
///
/// Predictor: K [v; mu] = [0; xi], so that J_s v = C xi. Corrector: Newton steps
/// K [p; q] = -[J_s^T lambda; 0] with lambda by least squares, until J_s^T lambda vanishes: the
/// point found is on the front and about where the predictor aimed. Variables on a bound are held
/// while their gradient pushes outwards and released when it turns; inequality rows likewise.
///
/// The linear systems are solved by projected conjugate gradients; quasi-Newton pairs from one
/// solve precondition the next, and stand in for the Hessian altogether while the steps they give
/// reduce the residual tenfold. A Chart keeps this memory from call to call and belongs to one
/// thread. Borrows the problem.
///
/// Source: Hillermeier (2001), sections 4 and 5; the bordered form in objective space after
/// Martin and Schuetze (2018), "Pareto Tracer", sections 3 and 4.
class Chart {
 public:
  Chart(const Problem& problem, const Scaling& scaling, ChartSettings settings = {});

  /// Evaluates theta, moved into the bounds, with the least-squares multipliers nearest to a guess.
  /// Cost: a value and a Jacobian of objectives and active rows. Empty where the problem is not
  /// defined.
  /// @param guess m + p or m: multipliers of a neighbour
  [[nodiscard]] std::optional<ChartPoint> evaluate(ConstVectorRef theta, ConstVectorRef guess);

  /// All tangents at a point of the front. Cost: Hessian products only, k and those of the
  /// linear systems.
  [[nodiscard]] ChartTangents tangents(const ChartPoint& point);

  /// Tangents of least length for the metric the memory has learnt: no Hessian products. As good as
  /// `tangents` where theta moves in the span of the objectives' gradients only.
  [[nodiscard]] ChartTangents cheap_tangents(const ChartPoint& point) const;

  /// Brings theta to the front. Cost per step: a value, a Jacobian, and Hessian products.
  /// @param guess m + p or m: multipliers of a neighbour
  /// @param callback called after every step; may stop it
  [[nodiscard]] Correction correct(ConstVectorRef theta, ConstVectorRef guess,
                                   const IterationCallback& callback = {});

  /// Goes on from a point that is evaluated already.
  [[nodiscard]] Correction correct(ChartPoint start, const IterationCallback& callback = {});

  [[nodiscard]] const ChartSettings& settings() const { return settings_; }

  /// A chart of the face on which all other objectives' multipliers are zero, with what this one
  /// has learnt.
  [[nodiscard]] Chart on_face(std::vector<int> face) const;

  /// Whether a residual and row violations of that size count as the front.
  [[nodiscard]] bool is_on_front(const ChartPoint& point) const;

 private:
  struct Frame;  ///< C, A and null(A) at a point
  [[nodiscard]] Frame frame(const ChartPoint& point) const;
  [[nodiscard]] LagrangianHessian hessian(const ChartPoint& point) const;
  [[nodiscard]] ChartTangents least_length(const ChartPoint& point, const Frame& frame) const;
  void fit_multipliers(ChartPoint& point, const Vector& guess) const;
  bool fit_admissible_multipliers(ChartPoint& point) const;
  double fit_multipliers_on(ChartPoint& point, const Vector& guess) const;
  [[nodiscard]] std::optional<Vector> newton_step(const ChartPoint& point, bool by_memory,
                                                  Correction& correction);

  const Problem& problem_;
  Scaling scaling_;
  ChartSettings settings_;
  Bounds bounds_;
  CurvatureMemory memory_;
};

std::string_view to_string(CorrectionStatus status);

}  // namespace moo
