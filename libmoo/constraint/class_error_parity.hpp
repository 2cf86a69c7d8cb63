#pragma once

#include <memory>
#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Every class is recognised equally well: with e = 1 - p_y the error of a decision drawn with the
/// predicted probabilities, and one-hot targets,
///
///     r_c = mean of e over the rows of class c - mean of e over all classes' means = 0,
///
/// one residual per class that has rows, a probability; positive: the class is served worse.
/// Linear; its probes are the data rows.
/// Source: Zafar, Valera, Gomez Rodriguez, Gummadi (2017), section 2 (overall misclassification
/// rate), on scores, with the classes as groups.
class ClassErrorParity final : public Constraint {
 public:
  [[nodiscard]] std::string name() const override { return "error parity over classes"; }
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when targets are not one-hot, or fewer than two classes have rows.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;
};

}  // namespace moo
