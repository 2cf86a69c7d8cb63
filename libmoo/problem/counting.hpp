#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/problem/problem.hpp"

namespace moo {

/// Counts what is asked of a problem, so that problems themselves stay pure. Borrows the problem.
///
/// What it hands out is counted too: minibatches and annealed problems share the counters of the
/// problem they came from, which must outlive them.
class CountingProblem final : public Problem {
 public:
  explicit CountingProblem(const Problem& problem) : problem_(problem), counters_(own_counters_) {}

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
  [[nodiscard]] std::shared_ptr<const Problem> in_single_precision() const override;
  [[nodiscard]] const std::vector<std::string>& rule_groups() const override {
    return problem_.rule_groups();
  }
  /// Counts as one evaluation where the problem has held-out data.
  [[nodiscard]] std::optional<Validation> validate(ConstVectorRef theta) const override;
  [[nodiscard]] std::shared_ptr<const Problem> annealed(double factor) const override;

  [[nodiscard]] long evaluations() const { return counters_.evaluations; }  ///< forward passes
  [[nodiscard]] long gradients() const { return counters_.gradients; }      ///< pulled-back columns
  [[nodiscard]] long hessian_products() const { return counters_.hessian_products; }

 private:
  friend class CountingLinearization;
  struct Counters {
    std::atomic<long> evaluations{0};
    std::atomic<long> gradients{0};
    std::atomic<long> hessian_products{0};
  };

  /// A problem that came out of a counted one.
  CountingProblem(std::shared_ptr<const Problem> part, Counters& counters)
      : part_(std::move(part)), problem_(*part_), counters_(counters) {}
  [[nodiscard]] std::shared_ptr<const Problem> counted(std::shared_ptr<const Problem> part) const;

  std::shared_ptr<const Problem> part_;  ///< what is counted, when it is not borrowed
  const Problem& problem_;
  mutable Counters own_counters_;
  Counters& counters_;
};

}  // namespace moo
