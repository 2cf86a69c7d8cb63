#include "libmoo/constraint/score_distance.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

/// h(d) = sqrt(d^2 + e^2) - e and its derivatives.
struct SmoothDistance {
  double e;
  [[nodiscard]] double value(double d) const { return std::hypot(d, e) - e; }
  [[nodiscard]] double slope(double d) const { return d / std::hypot(d, e); }
  [[nodiscard]] double bend(double d) const { return e * e / std::pow(std::hypot(d, e), 3); }
};

struct SquaredDistance {
  [[nodiscard]] double value(double d) const { return d * d; }
  [[nodiscard]] double slope(double d) const { return 2.0 * d; }
  [[nodiscard]] double bend(double) const { return 2.0; }
};

/// What all kinds share: one residual on some rows of one output.
class BoundDistance : public BoundConstraint {
 public:
  BoundDistance(std::vector<int> rows, int output, ResidualJacobian pattern)
      : rows_(std::move(rows)), output_(output), pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return 1; }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

 protected:
  [[nodiscard]] std::size_t count() const { return rows_.size(); }
  [[nodiscard]] double entry(ConstMatrixRef matrix, std::size_t i) const {
    return matrix(output_, rows_[i]);
  }
  [[nodiscard]] double& entry(MatrixRef matrix, std::size_t i) const {
    return matrix(output_, rows_[i]);
  }

 private:
  std::vector<int> rows_;
  int output_;
  ResidualJacobian pattern_;
};

class BoundEnergy final : public BoundDistance {
 public:
  BoundEnergy(std::vector<int> rows, int output, ResidualJacobian pattern, Vector reference,
              const ScoreDistanceOptions& options)
      : BoundDistance(std::move(rows), output, std::move(pattern)),
        reference_(std::move(reference)),
        h_{options.smoothing},
        cross_(2.0 / (static_cast<double>(count()) * static_cast<double>(reference_.size()))),
        inner_(2.0 / (static_cast<double>(count()) * static_cast<double>(count()))),
        offset_(options.tolerance) {
    double sum = 0.0;
    for (const double q : reference_) {
      for (const double other : reference_) sum += h_.value(q - other);
    }
    offset_ +=
        sum / static_cast<double>(reference_.size()) / static_cast<double>(reference_.size());
  }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    double across = 0.0;
    double within = 0.0;
    for (std::size_t i = 0; i < count(); ++i) {
      const double p = entry(predictions, i);
      for (const double q : reference_) across += h_.value(p - q);
      for (std::size_t j = 0; j < i; ++j) within += h_.value(p - entry(predictions, j));
    }
    residuals(0) = cross_ * across - inner_ * within - offset_;
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    for (std::size_t i = 0; i < count(); ++i) {
      const double p = entry(predictions, i);
      double across = 0.0;
      double within = 0.0;
      for (const double q : reference_) across += h_.slope(p - q);
      for (std::size_t j = 0; j < count(); ++j) within += h_.slope(p - entry(predictions, j));
      jacobian.valuePtr()[i] = cross_ * across - inner_ * within;
    }
  }

  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (std::size_t i = 0; i < count(); ++i) {
      const double p = entry(predictions, i);
      const double t = entry(tangents, i);
      double across = 0.0;
      double within = 0.0;
      for (const double q : reference_) across += h_.bend(p - q);
      for (std::size_t j = 0; j < count(); ++j) {
        within += h_.bend(p - entry(predictions, j)) * (t - entry(tangents, j));
      }
      entry(result, i) += weights(0) * (cross_ * across * t - inner_ * within);
    }
  }

 private:
  Vector reference_;
  SmoothDistance h_;
  double cross_;   ///< factor of the sum over pairs of a prediction and a reference
  double inner_;   ///< factor of the sum over unordered pairs of predictions
  double offset_;  ///< tolerance and the spread of the reference
};

template <class Distance>
class BoundQuantileDistance final : public BoundDistance {
 public:
  /// @param quantiles of the reference, as many as rows
  BoundQuantileDistance(std::vector<int> rows, int output, ResidualJacobian pattern,
                        Vector quantiles, Distance distance, double tolerance)
      : BoundDistance(std::move(rows), output, std::move(pattern)),
        quantiles_(std::move(quantiles)),
        distance_(distance),
        tolerance_(tolerance) {}

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    double sum = 0.0;
    for_each(predictions, [&](std::size_t, double d) { sum += distance_.value(d); });
    residuals(0) = sum / static_cast<double>(count()) - tolerance_;
  }
  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    for_each(predictions, [&](std::size_t i, double d) {
      jacobian.valuePtr()[i] = distance_.slope(d) / static_cast<double>(count());
    });
  }
  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for_each(predictions, [&](std::size_t i, double d) {
      entry(result, i) +=
          weights(0) * distance_.bend(d) * entry(tangents, i) / static_cast<double>(count());
    });
  }

 private:
  /// Action on the number of every row and its distance from the quantile it is to have. Sorts in a
  /// buffer of the calling thread; equal predictions keep their order, a NaN is the largest.
  template <class Action>
  void for_each(ConstMatrixRef predictions, const Action& action) const {
    thread_local std::vector<std::pair<double, std::size_t>> sorted;
    sorted.resize(count());
    for (std::size_t i = 0; i < count(); ++i) sorted[i] = {entry(predictions, i), i};
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      if (std::isnan(a.first) || std::isnan(b.first)) {
        return std::isnan(b.first) && (!std::isnan(a.first) || a.second < b.second);
      }
      return a < b;
    });
    for (std::size_t rank = 0; rank < count(); ++rank) {
      action(sorted[rank].second, sorted[rank].first - quantiles_(static_cast<Eigen::Index>(rank)));
    }
  }

  Vector quantiles_;
  Distance distance_;
  double tolerance_;
};

/// The quantiles of a sample at the midpoints of `count` equal parts.
Vector midpoint_quantiles(Vector sample, std::size_t count) {
  std::sort(sample.begin(), sample.end());
  const auto last = static_cast<double>(sample.size() - 1);
  Vector quantiles(static_cast<Eigen::Index>(count));
  for (Eigen::Index i = 0; i < quantiles.size(); ++i) {
    const double level = (static_cast<double>(i) + 0.5) / static_cast<double>(count);
    const double position = std::clamp(level * (last + 1.0) - 0.5, 0.0, last);
    const auto low = static_cast<Eigen::Index>(position);
    const Eigen::Index high = std::min(low + 1, sample.size() - 1);
    const double fraction = position - static_cast<double>(low);
    quantiles(i) = (1.0 - fraction) * sample(low) + fraction * sample(high);
  }
  return quantiles;
}

}  // namespace

ScoreDistance::ScoreDistance(ScoreDistanceOptions options) : options_(std::move(options)) {
  const auto& [kind, reference, column, tolerance, smoothing, member, output] = options_;
  if ((reference.size() == 0) == column.empty() || !reference.allFinite()) {
    throw InvalidArgument(
        {"ScoreDistance", "no such reference", "finite numbers or the name of a column",
         std::to_string(reference.size()) + " numbers and column '" + column + "'", ""});
  }
  const bool usable =
      tolerance >= 0.0 && std::isfinite(tolerance) && smoothing > 0.0 && std::isfinite(smoothing);
  if (!usable) {
    throw InvalidArgument(
        {"ScoreDistance", "no such distance", "tolerance >= 0 and smoothing > 0",
         "tolerance " + number_text(tolerance) + ", smoothing " + number_text(smoothing), ""});
  }
}

std::string ScoreDistance::name() const {
  const std::string kind = options_.kind == Kind::energy          ? "energy"
                           : options_.kind == Kind::wasserstein_1 ? "Wasserstein-1"
                                                                  : "squared Wasserstein-2";
  return kind + " distance to " +
         (options_.reference_column.empty() ? "a reference" : options_.reference_column) +
         (options_.member_column.empty() ? "" : " within " + options_.member_column);
}

std::unique_ptr<BoundConstraint> ScoreDistance::bind(const Dataset& data, ProbeBatch& batch) const {
  const auto& [kind, given, column, tolerance, smoothing, member, output] = options_;
  require_output(name(), output, data);
  std::vector<int> rows = chosen_rows(name(), member, data);
  const Vector reference = column.empty() ? given : finite_column(name(), column, data);
  ResidualJacobian pattern = pattern_of_rows(1, rows, output, data, batch);
  if (kind == Kind::energy) {
    return std::make_unique<BoundEnergy>(std::move(rows), output, std::move(pattern), reference,
                                         options_);
  }
  Vector quantiles = midpoint_quantiles(reference, rows.size());
  if (kind == Kind::wasserstein_1) {
    return std::make_unique<BoundQuantileDistance<SmoothDistance>>(
        std::move(rows), output, std::move(pattern), std::move(quantiles),
        SmoothDistance{smoothing}, tolerance);
  }
  return std::make_unique<BoundQuantileDistance<SquaredDistance>>(
      std::move(rows), output, std::move(pattern), std::move(quantiles), SquaredDistance{},
      tolerance);
}

}  // namespace moo
