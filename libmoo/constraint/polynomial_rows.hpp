#pragma once

#include <memory>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// An entry of a quantity to a whole power >= 0.
struct PolynomialFactor {
  int row = 0;
  int column = 0;
  int power = 1;
};

/// Writes a polynomial rule residual by residual: add the terms of one, then end it,
///
///     r_k = sum of coefficient * product of entries^power + constant.
///
/// Jacobian and curvature are exact, evaluations allocate nothing; a rule without products is bound
/// as a linear one.
class PolynomialRows {
 public:
  /// @param height rows of the quantity
  explicit PolynomialRows(int height) : height_(height) {}

  /// An entry may come several times: its powers add up. Factors to the power 0 are left out.
  void add_term(double coefficient, const std::vector<PolynomialFactor>& factors);

  /// Ends the residual; `constant` is in the rule's unit.
  void end_residual(double constant = 0.0);

  /// The rule on a quantity that has `columns` columns by now.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(int columns) const;

  struct Term {
    int residual;
    double coefficient;
    std::vector<PolynomialFactor> factors;
  };

 private:
  int height_;
  std::vector<Term> terms_;
  std::vector<double> constants_;
};

}  // namespace moo
