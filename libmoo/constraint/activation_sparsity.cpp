#include "libmoo/constraint/activation_sparsity.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/hidden_layer.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// Residuals with all d units of some rows each: `rows_each` rows per residual, one after the
/// other.
ResidualJacobian full_pattern(Eigen::Index residuals, Eigen::Index width, Eigen::Index rows_each,
                              Eigen::Index columns) {
  const Eigen::Index entries = width * rows_each;
  ResidualJacobian pattern(residuals, width * columns);
  pattern.reserve(Eigen::VectorXi::Constant(residuals, static_cast<int>(entries)));
  for (Eigen::Index k = 0; k < residuals; ++k) {
    for (Eigen::Index i = 0; i < entries; ++i) pattern.insert(k, k * entries + i) = 0.0;
  }
  pattern.makeCompressed();
  return pattern;
}

class BoundAbsolute final : public BoundConstraint {
 public:
  BoundAbsolute(const ActivationSparsityOptions& options, ResidualJacobian pattern)
      : smoothing_(options.smoothing), target_(options.target), pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(pattern_.rows()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef a, VectorRef residuals) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      double sum = 0.0;
      for (const double x : a.col(b)) sum += std::hypot(x, smoothing_);
      residuals(b) = sum / static_cast<double>(a.rows()) - smoothing_ - target_;
    }
  }
  void update(ConstMatrixRef a, ResidualJacobian& jacobian) const override {
    double* slope = jacobian.valuePtr();
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      for (const double x : a.col(b)) {
        *slope++ = x / std::hypot(x, smoothing_) / static_cast<double>(a.rows());
      }
    }
  }
  void add_curvature(ConstMatrixRef a, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      const double factor = weights(b) * smoothing_ * smoothing_ / static_cast<double>(a.rows());
      for (Eigen::Index i = 0; i < a.rows(); ++i) {
        result(i, b) += factor * tangents(i, b) / std::pow(std::hypot(a(i, b), smoothing_), 3);
      }
    }
  }

 private:
  double smoothing_;
  double target_;
  ResidualJacobian pattern_;
};

class BoundDivergence final : public BoundConstraint {
 public:
  BoundDivergence(const ActivationSparsityOptions& options, Eigen::Index rows,
                  ResidualJacobian pattern)
      : share_(options.active_share),
        target_(options.target),
        rows_(rows),
        pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return 1; }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef a, VectorRef residuals) const override {
    double sum = 0.0;
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
      const double m = mean(a, i);
      sum += share_ * std::log(share_ / m) + (1.0 - share_) * std::log((1.0 - share_) / (1.0 - m));
    }
    residuals(0) = sum / static_cast<double>(a.rows()) - target_;
  }
  void update(ConstMatrixRef a, ResidualJacobian& jacobian) const override {
    Eigen::Map<Matrix> slopes(jacobian.valuePtr(), a.rows(), rows_);
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
      const double m = mean(a, i);
      slopes.row(i).setConstant(((1.0 - share_) / (1.0 - m) - share_ / m) / count(a));
    }
  }
  void add_curvature(ConstMatrixRef a, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index i = 0; i < a.rows(); ++i) {
      const double m = mean(a, i);
      const double bend = share_ / (m * m) + (1.0 - share_) / ((1.0 - m) * (1.0 - m));
      const double along = tangents.row(i).head(rows_).mean();
      result.row(i).head(rows_).array() += weights(0) * bend * along / count(a);
    }
  }

 private:
  [[nodiscard]] double mean(ConstMatrixRef a, Eigen::Index i) const {
    constexpr double least = 1e-12;
    return std::clamp(a.row(i).head(rows_).mean(), least, 1.0 - least);
  }
  [[nodiscard]] double count(ConstMatrixRef a) const {
    return static_cast<double>(a.rows()) * static_cast<double>(rows_);
  }

  double share_;
  double target_;
  Eigen::Index rows_;
  ResidualJacobian pattern_;
};

}  // namespace

ActivationSparsity::ActivationSparsity(ActivationSparsityOptions options) : options_(options) {
  const auto& [layer, kind, target, smoothing, active_share] = options_;
  const bool ranges =
      layer >= 0 && target >= 0.0 && smoothing > 0.0 && active_share > 0.0 && active_share < 1.0;
  if (!ranges || !std::isfinite(target) || !std::isfinite(smoothing)) {
    throw InvalidArgument({"ActivationSparsity", "no such sparsity",
                           "layer >= 0, target >= 0, smoothing > 0, active share in (0, 1)",
                           "layer " + std::to_string(layer) + ", target " + number_text(target) +
                               ", smoothing " + number_text(smoothing) + ", active share " +
                               number_text(active_share),
                           ""});
  }
}

std::string ActivationSparsity::name() const {
  const std::string layer = "layer " + std::to_string(options_.layer);
  return options_.kind == Kind::absolute ? "mean activation of " + layer
                                         : "divergence of activity of " + layer;
}

std::unique_ptr<BoundConstraint> ActivationSparsity::bind(const Dataset& data,
                                                          ProbeBatch& batch) const {
  const int width = width_of_layer(name(), options_.layer, batch);
  const int rows = data.num_rows();
  if (rows == 0) throw InvalidArgument({name(), "no data", "at least one row", "none", ""});
  if (options_.kind == Kind::absolute) {
    return std::make_unique<BoundAbsolute>(options_, full_pattern(rows, width, 1, batch.size()));
  }
  return std::make_unique<BoundDivergence>(options_, rows,
                                           full_pattern(1, width, rows, batch.size()));
}

}  // namespace moo
