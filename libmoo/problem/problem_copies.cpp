#include "libmoo/problem/problem_copies.hpp"

#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

class LinearizedCopies final : public Linearization {
 public:
  LinearizedCopies(const Problem& problem, int count, ConstVectorRef theta)
      : m_(problem.num_objectives()),
        p_(problem.num_hard_rows()),
        n_(problem.num_variables()),
        values_(count * (m_ + p_)) {
    for (int k = 0; k < count; ++k) {
      copies_.push_back(problem.linearize(theta.segment(k * n_, n_)));
      const Vector& values = copies_.back()->values();
      values_.segment(k * m_, m_) = values.head(m_);
      values_.segment(count * m_ + k * p_, p_) = values.tail(p_);
    }
  }

  const Vector& values() const override { return values_; }

  void pullback(ConstMatrixRef weights, MatrixRef gradients) const override {
    const auto count = static_cast<Eigen::Index>(copies_.size());
    Matrix own(m_ + p_, weights.cols());
    for (Eigen::Index k = 0; k < count; ++k) {
      own.topRows(m_) = weights.middleRows(k * m_, m_);
      own.bottomRows(p_) = weights.middleRows(count * m_ + k * p_, p_);
      copies_[static_cast<std::size_t>(k)]->pullback(own, gradients.middleRows(k * n_, n_));
    }
  }

 private:
  Eigen::Index m_;
  Eigen::Index p_;
  Eigen::Index n_;
  Vector values_;
  std::vector<LinearizationPtr> copies_;
};

}  // namespace

ProblemCopies::ProblemCopies(const Problem& problem, int count) : problem_(problem), count_(count) {
  if (count < 1) {
    throw InvalidArgument({"ProblemCopies", "no copies", "count >= 1", std::to_string(count), ""});
  }
  for (int k = 0; k < count; ++k) {
    const std::string copy = "copy " + std::to_string(k) + ": ";
    for (ObjectiveInfo objective : problem.objectives()) {
      objective.name = copy + objective.name;
      objectives_.push_back(std::move(objective));
    }
    for (ConstraintRow row : problem.hard_rows()) {
      row.name = copy + row.name;
      rows_.push_back(std::move(row));
    }
  }
}

Bounds ProblemCopies::bounds() const {
  const Bounds one = problem_.bounds();
  if (one.empty()) return one;
  return {one.lower.replicate(count_, 1), one.upper.replicate(count_, 1)};
}

Vector ProblemCopies::start(RandomStream& random) const {
  Vector start(num_variables());
  const Eigen::Index n = problem_.num_variables();
  for (int k = 0; k < count_; ++k) start.segment(k * n, n) = problem_.start(random);
  return start;
}

LinearizationPtr ProblemCopies::linearize(ConstVectorRef theta) const {
  require_size("problem '" + name() + "'", "theta", num_variables(), theta.size());
  return LinearizationPtr(new LinearizedCopies(problem_, count_, theta));
}

}  // namespace moo
