#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/base/vector.hpp"
#include "libmoo/problem/linearization.hpp"
#include "libmoo/problem/objective.hpp"

namespace moo {

/// Which optional functions a problem's linearizations offer.
struct Capabilities {
  bool hessian_product = false;
  bool gauss_newton = false;
  bool least_squares = false;
};

/// What a parameter vector is worth on data it is not trained on.
struct Validation {
  Vector objectives;       ///< m, without regularisation
  Vector violation_rates;  ///< true rates of Problem::rule_groups(), in [0, 1]
};

/// What a solver sees:
///
///     minimise over theta in R^n   f(theta) = (f_0, ..., f_{m-1})
///     subject to                   c(theta) <= 0 or = 0 in R^p,   lower <= theta <= upper
///
/// Nothing is summed up here: how objectives are balanced is the solver's business.
/// All functions are const and may be called from several threads at once.
class Problem {
 public:
  Problem() = default;
  Problem(const Problem&) = delete;
  Problem& operator=(const Problem&) = delete;
  virtual ~Problem() = default;

  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual int num_variables() const = 0;  ///< n >= 1
  [[nodiscard]] virtual const std::vector<ObjectiveInfo>& objectives()
      const = 0;                                                              ///< m >= 1 of them
  [[nodiscard]] virtual const std::vector<ConstraintRow>& hard_rows() const;  ///< p of them; none
  [[nodiscard]] virtual Bounds bounds() const;                                ///< none
  [[nodiscard]] virtual Capabilities capabilities() const;                    ///< none

  /// A point to begin from, size n, drawn from the stream where there is a choice.
  [[nodiscard]] virtual Vector start(RandomStream& random) const = 0;

  /// Values at theta and the means to differentiate them. May borrow a workspace of the problem.
  /// @param theta n
  [[nodiscard]] virtual LinearizationPtr linearize(ConstVectorRef theta) const = 0;

  /// The same problem on a random part of its data, with the same n and m; null when it is
  /// deterministic and there is nothing to sample.
  [[nodiscard]] virtual std::shared_ptr<const Problem> minibatch(RandomStream& random) const;

  /// The same problem evaluated in single precision, for steps that are noisy anyway; theta, values
  /// and gradients are in double all the same. Null when there is no such thing.
  [[nodiscard]] virtual std::shared_ptr<const Problem> in_single_precision() const;

  /// Names of the rules' groups whose violation rates linearizations know, soft or hard; none.
  [[nodiscard]] virtual const std::vector<std::string>& rule_groups() const;

  /// theta on held-out data, for schedules; nothing when the problem has none.
  [[nodiscard]] virtual std::optional<Validation> validate(ConstVectorRef theta) const;

  /// The same problem with its decisions smoothed `factor` > 1 times as strongly, for continuation
  /// towards this one at factor 1; null when nothing in it has a temperature.
  [[nodiscard]] virtual std::shared_ptr<const Problem> annealed(double factor) const;

  [[nodiscard]] int num_objectives() const { return static_cast<int>(objectives().size()); }
  [[nodiscard]] int num_hard_rows() const { return static_cast<int>(hard_rows().size()); }
  [[nodiscard]] int num_values() const { return num_objectives() + num_hard_rows(); }  ///< m + p
};

}  // namespace moo
