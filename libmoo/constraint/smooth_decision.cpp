#include "libmoo/constraint/smooth_decision.hpp"

#include <cmath>
#include <numeric>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

using Kind = SmoothDecision::Kind;

double sigmoid(double x) {
  const double e = std::exp(-std::abs(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

/// softmax(z / T), in a buffer of the calling thread; valid until the next call.
const Vector& shares_of(ConstVectorRef logits, double temperature) {
  thread_local Vector shares;
  shares = ((logits.array() - logits.maxCoeff()) / temperature).exp();
  shares /= shares.sum();
  return shares;
}

double smooth_decision_on(ConstVectorRef logits, const SmoothDecision& decision) {
  if (decision.kind == Kind::argmax) {
    return shares_of(logits, decision.temperature)(decision.output);
  }
  return sigmoid((logits(decision.output) - decision.threshold) / decision.temperature);
}

void require_outputs(const std::string& rule, const SmoothDecision& decision, Eigen::Index q) {
  const Eigen::Index least = decision.kind == Kind::argmax ? 2 : 1;
  if (q >= least && decision.output >= 0 && decision.output < q) return;
  throw InvalidArgument({rule, "no such decision",
                         least == 2 ? "one of two or more outputs" : "one of the outputs",
                         "output " + std::to_string(decision.output) + " of " + std::to_string(q),
                         "with one output decide by a threshold"});
}

class BoundDecisions final : public BoundConstraint {
 public:
  BoundDecisions(const SmoothDecision& decision, std::vector<int> rows, const Vector& weights,
                 double offset, ResidualJacobian pattern)
      : decision_(decision),
        rows_(std::move(rows)),
        weights_(weights(rows_)),
        offset_(offset),
        pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return 1; }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef logits, VectorRef residuals) const override {
    double sum = -offset_;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      sum += weight(k) * smooth_decision_on(logits.col(rows_[k]), decision_);
    }
    residuals(0) = sum;
  }

  void true_residuals(ConstMatrixRef logits, VectorRef residuals) const override {
    double sum = -offset_;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      if (is_decided(logits.col(rows_[k]), decision_)) sum += weight(k);
    }
    residuals(0) = sum;
  }

  void update(ConstMatrixRef logits, ResidualJacobian& jacobian) const override {
    double* value = jacobian.valuePtr();
    const double temperature = decision_.temperature;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      const auto z = logits.col(rows_[k]);
      if (decision_.kind == Kind::threshold) {
        const double s = smooth_decision_on(z, decision_);
        *value++ = weight(k) * s * (1.0 - s) / temperature;
        continue;
      }
      const Vector& s = shares_of(z, temperature);
      for (Eigen::Index i = 0; i < s.size(); ++i) {
        const double own = i == decision_.output ? 1.0 : 0.0;
        *value++ = weight(k) * s(decision_.output) * (own - s(i)) / temperature;
      }
    }
  }

  void add_curvature(ConstMatrixRef logits, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    const double square = decision_.temperature * decision_.temperature;
    const int o = decision_.output;
    for (std::size_t k = 0; k < rows_.size(); ++k) {
      const int b = rows_[k];
      const double factor = weights(0) * weight(k) / square;
      if (decision_.kind == Kind::threshold) {
        const double s = smooth_decision_on(logits.col(b), decision_);
        result(o, b) += factor * s * (1.0 - s) * (1.0 - 2.0 * s) * tangents(o, b);
        continue;
      }
      const Vector& s = shares_of(logits.col(b), decision_.temperature);
      const double mean = s.dot(tangents.col(b));
      for (Eigen::Index i = 0; i < s.size(); ++i) {
        const double own = i == o ? 1.0 : 0.0;
        result(i, b) += factor * s(o) *
                        ((tangents(o, b) - mean) * (own - s(i)) - s(i) * (tangents(i, b) - mean));
      }
    }
  }

 private:
  [[nodiscard]] double weight(std::size_t k) const {
    return weights_(static_cast<Eigen::Index>(k));
  }

  SmoothDecision decision_;
  std::vector<int> rows_;
  Vector weights_;  ///< of these rows
  double offset_;
  ResidualJacobian pattern_;
};

/// The mean of a number over some columns, or all.
template <class Number>
double mean_over(ConstMatrixRef logits, const SmoothDecision& decision,
                 const std::vector<int>& columns, const std::string& who, const Number& number) {
  require_decision(who, decision);
  require_outputs(who, decision, logits.rows());
  std::vector<int> chosen = columns;
  if (chosen.empty()) {
    chosen.resize(static_cast<std::size_t>(logits.cols()));
    std::iota(chosen.begin(), chosen.end(), 0);
  }
  double sum = 0.0;
  for (const int b : chosen) {
    if (b < 0 || b >= logits.cols()) {
      throw InvalidArgument({who, "no such column", "0 to " + std::to_string(logits.cols() - 1),
                             std::to_string(b), ""});
    }
    sum += number(logits.col(b));
  }
  if (chosen.empty()) throw InvalidArgument({who, "no columns", "at least one", "none", ""});
  return sum / static_cast<double>(chosen.size());
}

}  // namespace

void require_decision(const std::string& rule, const SmoothDecision& decision) {
  const auto& [kind, output, threshold, temperature] = decision;
  if (std::isfinite(threshold) && temperature > 0.0 && std::isfinite(temperature)) return;
  throw InvalidArgument(
      {rule, "no such decision", "a finite threshold and a temperature > 0",
       "threshold " + number_text(threshold) + ", temperature " + number_text(temperature), ""});
}

bool is_decided(ConstVectorRef logits, const SmoothDecision& decision) {
  if (decision.kind == Kind::threshold) return logits(decision.output) > decision.threshold;
  Eigen::Index largest = 0;
  logits.maxCoeff(&largest);
  return largest == decision.output;
}

double decision_share(ConstMatrixRef logits, const SmoothDecision& decision,
                      const std::vector<int>& columns) {
  return mean_over(logits, decision, columns, "decision_share",
                   [&](ConstVectorRef z) { return is_decided(z, decision) ? 1.0 : 0.0; });
}

double smooth_decision_share(ConstMatrixRef logits, const SmoothDecision& decision,
                             const std::vector<int>& columns) {
  return mean_over(logits, decision, columns, "smooth_decision_share",
                   [&](ConstVectorRef z) { return smooth_decision_on(z, decision); });
}

std::unique_ptr<BoundConstraint> bind_decisions(const std::string& rule,
                                                const SmoothDecision& decision,
                                                const Vector& weights, double offset,
                                                const Dataset& data, const ProbeBatch& batch) {
  const Eigen::Index q = data.targets.rows();
  require_outputs(rule, decision, q);
  std::vector<int> rows;
  ResidualJacobian pattern(1, q * batch.size());
  for (Eigen::Index b = 0; b < weights.size(); ++b) {
    if (weights(b) == 0.0) continue;
    rows.push_back(static_cast<int>(b));
    for (Eigen::Index i = 0; i < q; ++i) {
      if (decision.kind == Kind::argmax || i == decision.output) pattern.insert(0, i + q * b) = 0.0;
    }
  }
  pattern.makeCompressed();
  return std::make_unique<BoundDecisions>(decision, std::move(rows), weights, offset,
                                          std::move(pattern));
}

}  // namespace moo
