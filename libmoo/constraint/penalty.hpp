#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmoo/problem/objective.hpp"

namespace moo {

/// How a violation counts: phi(x), x = (residual + margin) / scale; x+ is max(x, 0). The letter is
/// the shape's parameter, with its default.
enum class PenaltyShape {
  hinge,             ///< x+                       the exact (L1) penalty
  squared_hinge,     ///< x+^2                     the default
  softplus,          ///< t log(1 + e^(x/t))       t = 0.05
  squared_softplus,  ///< (t log(1 + e^(x/t)))^2   t = 0.05
  huber_hinge,       ///< 0; x^2 / (2k) up to x = k; x - k/2 beyond        k = 0.1
  exponential,       ///< (e^(b x+) - 1) / b, from b x = 20 on its tangent   b = 2
  power,             ///< x+^p                     p = 1.5, in [1, 4]
  /// With s = -x: -log s where s > d, else ((s - 2d)^2 / d^2 - 1) / 2 - log d; d = 0.1. Meant for
  /// inequalities: an equality without negative margin only ever sees the parabola.
  /// Source: Hauser and Saccon (2006); Feller and Ebenbauer (2017).
  relaxed_log_barrier,
};

/// What is continuous wherever x goes, at least: phi, also phi', also phi'', all derivatives.
enum class Smoothness { c0, c1, c2, smooth };

/// Residuals to one number each, phi(x) with x = (residual + margin) / scale; never negative but
/// for the barrier. How those of a group become one objective is the Aggregation's business. For
/// equality rules |residual| stands for the residual: phi is even, its slope 0 at 0, and it has a
/// kink there unless it is a squared_hinge, huber_hinge or power (p > 1) without margin. A NaN
/// residual has a NaN value.
struct Penalty {
  PenaltyShape shape = PenaltyShape::squared_hinge;
  double margin = 0.0;           ///< extra distance asked for while training, in the rule's unit
  double scale = 1.0;            ///< residual that counts as one, in the rule's unit; > 0
  double shape_parameter = 0.0;  ///< of the shape, in units of x (b: of 1/x); 0: its default

  /// phi and its first and second derivatives with respect to the residual. Where x = 0 the
  /// curvature is that of the violated side for squared_hinge, huber_hinge and power. For p < 2 the
  /// curvature of power grows without bound as x falls to 0; below x = 1e-8 it stays what it is
  /// there.
  struct Value {
    double value;
    double slope;
    double curvature;
  };
  [[nodiscard]] Value operator()(double residual, Sense sense) const;

  /// The shape's parameter with its default filled in; 0 for shapes without one.
  [[nodiscard]] double resolved_parameter() const;
};

/// Throws: InvalidArgument in the name of `who` when scale, margin or shape parameter have no
/// meaning.
void check_penalty(const std::string& who, const Penalty& penalty);

/// Of phi as a function of x, so of inequalities. `shape_parameter` as in Penalty: power is c0 for
/// p = 1, c1 up to p = 2, c2 above.
Smoothness smoothness(PenaltyShape shape, double shape_parameter = 0.0);

/// One sentence: where phi is zero.
std::string_view zero_set(PenaltyShape shape);

/// False for the barrier, which rewards distance from the boundary with negative numbers.
bool is_never_negative(PenaltyShape shape);

std::string_view to_string(PenaltyShape shape);
std::string_view to_string(Smoothness smoothness);  ///< "C0", "C1", "C2", "smooth"

/// The shapes' names in the order of the enumeration.
const std::vector<std::string>& penalty_shape_names();

/// Throws: InvalidArgument for a name that is none, listing the names and the nearest one.
PenaltyShape penalty_shape_from(const std::string& name);

/// Unit of the penalty of residuals in `unit`, such as "(probability / 0.02)^2". The exponential's
/// and the barrier's are "exp(...)" and "log(...)" of it.
std::string penalty_unit(const Penalty& penalty, const std::string& unit);

}  // namespace moo
