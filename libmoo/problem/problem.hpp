#pragma once

#include <memory>
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

  [[nodiscard]] int num_objectives() const { return static_cast<int>(objectives().size()); }
  [[nodiscard]] int num_hard_rows() const { return static_cast<int>(hard_rows().size()); }
  [[nodiscard]] int num_values() const { return num_objectives() + num_hard_rows(); }  ///< m + p
};

}  // namespace moo
