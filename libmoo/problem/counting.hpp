#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// Counts what is asked of a problem, so that problems themselves stay pure. Borrows the problem.
class CountingProblem final : public Problem {
 public:
  explicit CountingProblem(const Problem& problem) : problem_(problem) {}

  [[nodiscard]] std::string name() const override { return problem_.name(); }
  [[nodiscard]] int num_variables() const override { return problem_.num_variables(); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return problem_.objectives();
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override {
    return problem_.hard_rows();
  }
  [[nodiscard]] Bounds bounds() const override { return problem_.bounds(); }
  [[nodiscard]] Capabilities capabilities() const override { return problem_.capabilities(); }
  [[nodiscard]] Vector start(RandomStream& random) const override { return problem_.start(random); }
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;
  [[nodiscard]] std::shared_ptr<const Problem> minibatch(RandomStream& random) const override;

  [[nodiscard]] const std::vector<std::string>& rule_groups() const override {
    return problem_.rule_groups();
  }
  [[nodiscard]] std::optional<Validation> validate(ConstVectorRef theta) const override {
    return problem_.validate(theta);
  }

  [[nodiscard]] long evaluations() const { return evaluations_; }  ///< forward passes
  [[nodiscard]] long gradients() const { return gradients_; }      ///< pulled-back columns
  [[nodiscard]] long hessian_products() const { return hessian_products_; }

 private:
  friend class CountingLinearization;
  const Problem& problem_;
  mutable std::atomic<long> evaluations_{0};
  mutable std::atomic<long> gradients_{0};
  mutable std::atomic<long> hessian_products_{0};
};

}  // namespace moo
