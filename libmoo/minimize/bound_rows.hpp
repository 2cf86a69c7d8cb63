#pragma once

#include <optional>
#include <string>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// A problem with its finite variable bounds turned into hard inequality rows, appended after the
/// problem's own: lower_j - theta_j <= 0 and theta_j - upper_j <= 0. Borrows the problem.
class BoundRows final : public Problem {
 public:
  explicit BoundRows(const Problem& problem);

  [[nodiscard]] std::string name() const override { return problem_.name(); }
  [[nodiscard]] int num_variables() const override { return problem_.num_variables(); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return problem_.objectives();
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return rows_; }
  [[nodiscard]] Capabilities capabilities() const override;
  [[nodiscard]] Vector start(RandomStream& random) const override { return problem_.start(random); }
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;
  [[nodiscard]] const std::vector<std::string>& rule_groups() const override {
    return problem_.rule_groups();
  }
  [[nodiscard]] std::optional<Validation> validate(ConstVectorRef theta) const override {
    return problem_.validate(theta);
  }

 private:
  friend class BoundRowsLinearization;
  struct Side {
    int variable;
    double sign;  ///< +1 for an upper bound, -1 for a lower one
    double bound;
  };
  const Problem& problem_;
  std::vector<Side> sides_;
  std::vector<ConstraintRow> rows_;
};

}  // namespace moo
