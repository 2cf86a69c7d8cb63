#pragma once

#include <string>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// Several parameter vectors of one problem as a single one, for functions of a whole set of
/// points: variables (theta_1, ..., theta_k), values the objectives of all copies, copy by copy,
/// and then their hard rows. Borrows the problem. Memory: k linearizations.
class ProblemCopies final : public Problem {
 public:
  /// Throws: InvalidArgument unless count >= 1.
  ProblemCopies(const Problem& problem, int count);

  [[nodiscard]] std::string name() const override { return problem_.name(); }
  [[nodiscard]] int num_variables() const override { return count_ * problem_.num_variables(); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return rows_; }
  [[nodiscard]] Bounds bounds() const override;
  [[nodiscard]] Vector start(RandomStream& random) const override;  ///< a start for every copy
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;

 private:
  const Problem& problem_;
  int count_;
  std::vector<ObjectiveInfo> objectives_;
  std::vector<ConstraintRow> rows_;
};

}  // namespace moo
