#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// An output taken as a truth value in [0, 1], or its negation 1 - p.
struct Literal {
  int output = 0;
  bool negated = false;
};

inline Literal is(int output) { return {output, false}; }
inline Literal is_not(int output) { return {output, true}; }

enum class Connective {
  conjunction,  ///< all hold
  disjunction,  ///< at least one holds
  implication,  ///< the last one holds if all others do
  exactly_one,  ///< one holds and the others do not
};

enum class TNorm {
  product,      ///< a and b = a b
  lukasiewicz,  ///< a and b = max(0, a + b - 1)
};

struct LogicalRuleOptions {
  Connective connective = Connective::implication;
  std::vector<Literal> literals;  ///< at least two; of different outputs
  TNorm t_norm = TNorm::product;
};

/// A logical formula over a row's outputs should be true. With truth values a_1 ... a_n of the
/// literals the residual is 1 - truth, which is a truth value itself (no unit), <= 0 if satisfied:
///
///                    product                                Lukasiewicz
///     conjunction    1 - prod_i a_i                         n - sum_i a_i
///     disjunction    prod_i (1 - a_i)                       1 - sum_i a_i
///     implication    (1 - a_n) prod_{i<n} a_i               sum_{i<n} a_i - (n - 2) - a_n
///     exactly_one    1 - sum_i a_i prod_{j!=i} (1 - a_j)    1 - sum_i a_i   and   sum_i a_i - 1
///
/// One residual per data row; Lukasiewicz exactly_one has two, N of "at least one", then N of "at
/// most one". Disjunctions are the dual t-conorms, implications S-implications (not a, or b), which
/// for the product is Reichenbach's. exactly_one under the product is the probability that exactly
/// one of n independent events happens. Under Lukasiewicz the formulas are the linear pieces of 1 -
/// truth without its clamps to [0, 1]: below 0 the penalty sees none, and beyond 1, where the
/// clamped truth is 0 and flat, the residual keeps its slope. There a mixture satisfies what no
/// certain answer needs to: outputs of a softmax always fulfil exactly_one under Lukasiewicz, and
/// never with a mixture under the product, which is the one to take for them.
///
/// Predictions must be probabilities (sigmoid or softmax link). The product is multi-affine in the
/// outputs, so that its derivatives are exact differences between its corners:
/// d r / d p_i = r(p_i = 1) - r(p_i = 0). Lukasiewicz is linear. Asks for no further probes.
/// Cost: product: O(n^2) per row for the Jacobian, O(n^3) for the curvature (n^3, n^4 exactly_one).
/// Source: Diligenti, Gori, Sacca (2017), on t-norm constraints; van Krieken, Acar, van Harmelen
/// (2022), section 2, fuzzy operators; Xu, Zhang, Friedman, Liang, Van den Broeck (2018), section
/// 3, exactly-one.
class LogicalRule final : public Constraint {
 public:
  /// Throws: InvalidArgument for fewer than two literals, or two on one output.
  explicit LogicalRule(LogicalRuleOptions options);

  /// "output 0 and not output 2 implies output 1 (product)"
  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return "truth"; }
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  LogicalRuleOptions options_;
};

}  // namespace moo
