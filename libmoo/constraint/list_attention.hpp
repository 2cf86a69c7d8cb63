#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Which rows are ranked against each other, and how sharply attention falls with the score.
struct RankedLists {
  std::string list_column;   ///< rows with one value are one list; up to 100000 lists
  double temperature = 1.0;  ///< T > 0, in units of the prediction
  int output = 0;            ///< of the model: the score
};

/// Throws: InvalidArgument in the name of `rule` unless the temperature is positive and finite.
void require_temperature(const std::string& rule, const RankedLists& lists);

/// A twice differentiable function of the attention a in R^n of some rows.
class AttentionFunction {
 public:
  virtual ~AttentionFunction() = default;
  [[nodiscard]] virtual double value(ConstVectorRef attention) const = 0;
  virtual void gradient(ConstVectorRef attention, VectorRef slopes) const = 0;
  /// result = Hessian times direction.
  virtual void hessian_product(ConstVectorRef attention, ConstVectorRef direction,
                               VectorRef result) const = 0;
};

/// One residual: a function of the attention of the rows of some lists, one list after the other.
struct AttentionResidual {
  std::unique_ptr<AttentionFunction> function;
  std::vector<std::vector<int>> lists;
};

/// The rule r_k = F_k(a), where the attention within each list is
///
///     a_b = exp(p_b / T) / sum_{b' in the list} exp(p_b' / T).
std::unique_ptr<BoundConstraint> bind_attention(std::vector<AttentionResidual> residuals,
                                                const RankedLists& lists, const Dataset& data,
                                                const ProbeBatch& batch);

}  // namespace moo
