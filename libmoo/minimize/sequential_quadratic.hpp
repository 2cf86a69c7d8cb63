#pragma once

#include <limits>

#include "libmoo/minimize/augmented_lagrangian.hpp"
#include "libmoo/minimize/quadratic_program.hpp"

namespace moo {

/// Sequential quadratic programming for small dense problems: one run of ConstrainedMinimizer, all
/// constraints but the bounds being given. Not meant for callers of the library. Borrows everything
/// it is constructed with.
///
/// Every step solves a quadratic program with the exact Jacobian of the constraints and a
/// quasi-Newton matrix of the Lagrangian. Its rows are elastic, so that it always has a solution;
/// variables never leave their bounds. Steps are judged by the l1 merit function and corrected to
/// second order where the curvature of the constraints spoils them.
/// Source: Nocedal and Wright (2006), sections 18.3 to 18.6; damped update of Powell (1978).
class SequentialQuadratic {
 public:
  SequentialQuadratic(const Problem& problem, const Scalarization& base,
                      const ValueConstraints& constraints, const MinimizerSettings& settings,
                      const IterationCallback& callback);

  /// The result's multipliers are those of the constraints, then those of the finite bounds.
  /// `infeasible`: the violation of the constraints does not fall any more, to first order.
  /// @param multipliers a guess, one per constraint
  ConstrainedMinimum run(ConstVectorRef start, ConstVectorRef multipliers);

 private:
  /// Everything known at one theta.
  struct Point {
    Vector theta;
    LinearizationPtr linearization;
    double phi = 0.0;
    Vector residuals;  ///< c, in units of the rows' sizes
    Vector gradient;   ///< of phi
    Matrix rows;       ///< gradients of c, n x count
  };

  [[nodiscard]] Point evaluate(ConstVectorRef theta) const;
  void differentiate(Point& point) const;
  void begin(ConstVectorRef start, ConstVectorRef multipliers);

  [[nodiscard]] QuadraticProgram program(ConstVectorRef residuals) const;
  /// The quadratic program at the current point; raises prices as long as that helps.
  QuadraticSolution plan_step();
  void raise_weights(const QuadraticSolution& planned);

  [[nodiscard]] Vector violation(ConstVectorRef residuals) const;
  [[nodiscard]] double merit(const Point& point) const;
  /// Change of the merit function that its linearization promises.
  [[nodiscard]] double promised(const QuadraticSolution& planned) const;

  /// Status at the current point, or iteration_limit to go on.
  [[nodiscard]] MinimizerStatus judge(const QuadraticSolution& planned);
  [[nodiscard]] bool is_stationary(const QuadraticSolution& planned) const;
  /// Status where no step leads on.
  [[nodiscard]] MinimizerStatus stuck() const;
  [[nodiscard]] bool within(ConstVectorRef residuals, const QuadraticSolution& planned,
                            double share) const;

  /// A better point along the step; one without a linearization when there is none.
  Point search(const QuadraticSolution& planned);
  Point correct(const QuadraticSolution& planned, const Point& trial);

  /// A stationary point may be a saddle across bounds that hold it without force: tries a step
  /// inwards, once. True when the Lagrangian bends down there, which is where the run goes on.
  bool leaves_weak_bounds();

  void update_hessian(const Point& next, const QuadraticSolution& planned);
  void reset_hessian();
  [[nodiscard]] bool report(double step_norm);
  [[nodiscard]] ConstrainedMinimum finish(MinimizerStatus status);

  const Problem& problem_;
  const Scalarization& base_;
  const ValueConstraints& constraints_;
  const MinimizerSettings& settings_;
  const IterationCallback& callback_;
  const Eigen::Index n_;
  const Eigen::Index count_;
  const Bounds bounds_;

  Point at_;
  Vector sizes_;    ///< of the constraints' gradients at the start
  Vector prices_;   ///< of the elastic rows
  Vector weights_;  ///< of the merit function
  Matrix hessian_;
  bool fresh_ = true;    ///< nothing learnt yet
  bool probed_ = false;  ///< weak bounds were tried
  QuadraticSolution last_;
  double slope_ = std::numeric_limits<double>::infinity();  ///< |gradient of the Lagrangian|_inf
  int iterations_ = 0;
  int acceptable_ = 0;  ///< iterations in a row whose points met the tolerances, if not the aims
};

}  // namespace moo
