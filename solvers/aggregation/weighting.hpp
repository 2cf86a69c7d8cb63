#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"

namespace moo {

/// Several gradients -> one direction. With J the m x n Jacobian of the (scaled) objectives, every
/// method here is a rule for alpha in R^m, alpha >= 0, and moves along
///
///     -J^T alpha,     alpha a function of the Gramian G = J J^T alone,
///
/// so that it costs nothing beside the Jacobian. (G alpha)_i is the rate at which objective i falls
/// along that direction.
class Weighting {
 public:
  virtual ~Weighting() = default;

  /// alpha; all zero where the method sees nothing left to gain.
  /// @param gramian m x m, symmetric, positive semi-definite, finite
  /// @param random for methods that draw, which are the others not
  [[nodiscard]] virtual Vector weigh(ConstMatrixRef gramian, RandomStream& random) const = 0;

  /// Whether no objective ever rises along the direction: G alpha >= 0.
  [[nodiscard]] virtual bool descends_in_common() const = 0;
};

struct WeightingSettings {
  double radius = 0.4;  ///< c of cagrad, in [0, 1)
};

/// By name: "mgda", "upgrad", "cagrad", "nash" or "pcgrad".
/// Throws: InvalidArgument on another name, listing these.
std::unique_ptr<Weighting> make_weighting(const std::string& name,
                                          const WeightingSettings& settings = {});
const std::vector<std::string>& weighting_names();

/// m x m columns A with A^T A = G: stand-ins for the m gradients, of any length n.
Matrix gramian_columns(ConstMatrixRef gramian);

}  // namespace moo
