#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct ActivationSparsityOptions {
  enum class Kind {
    absolute,    ///< few units are active in a row; any activation function
    divergence,  ///< a unit is active in few rows; activations in (0, 1) only, such as sigmoid
  };
  int layer = 0;  ///< hidden layer, 0 next to the inputs
  Kind kind = Kind::absolute;
  double target = 0.1;         ///< t >= 0: mean size, or nats
  double smoothing = 0.01;     ///< e > 0, in units of the activation; for absolute
  double active_share = 0.05;  ///< rho in (0, 1); for divergence
};

/// A hidden layer is sparse. With width d and N rows,
///
///     absolute:     r_b = 1/d sum_i (sqrt(a_ib^2 + e^2) - e) - t <= 0        one per row,
///     activation divergence:   r = 1/d sum_i KL(rho || m_i) - t <= 0,  m_i = 1/N sum_b a_ib one,
///     in nats
///
///     KL(rho || m) = rho log(rho / m) + (1 - rho) log((1 - rho) / (1 - m)).
///
/// The smoothing lowers the mean absolute activation by at most e. Means m beyond
/// [1e-12, 1 - 1e-12] count as its ends. Its probes are the data rows.
/// Source: Ng (2011), "Sparse autoencoder" (CS294A lecture notes), section 3, divided by d and with
/// a target instead of a weight; Glorot, Bordes, Bengio (2011), section 3.2, for the L1 kind.
class ActivationSparsity final : public Constraint {
 public:
  using Kind = ActivationSparsityOptions::Kind;

  /// Throws: InvalidArgument for a negative layer, or numbers outside their ranges.
  explicit ActivationSparsity(ActivationSparsityOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override {
    return options_.kind == Kind::absolute ? "activation" : "nats";
  }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::activations, options_.layer};
  }

  /// Throws: InvalidArgument when the network has no such layer.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ActivationSparsityOptions options_;
};

}  // namespace moo
