#include "libmoo/constraint/score_quantiles.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

/// Rows whose quantiles enter a residual, and with which factor.
struct Part {
  std::vector<int> rows;
  double factor;
};

/// Two order statistics and their weights: Q = weight_low p_(low) + weight_high p_(high).
struct Interpolation {
  std::size_t low;
  std::size_t high;
  double weight_low;
  double weight_high;
};

Interpolation interpolate(double level, std::size_t count) {
  const double position = level * static_cast<double>(count - 1);
  const auto low = std::min(static_cast<std::size_t>(position), count - 1);
  const double fraction = position - static_cast<double>(low);
  return {low, std::min(low + 1, count - 1), 1.0 - fraction, fraction};
}

/// r_k = sum over parts of factor Q_part(u_k) - offset. Its Hessian is zero wherever it has one.
class BoundQuantiles final : public BoundConstraint {
 public:
  /// `pattern` has the rows of all parts in every one of its rows.
  BoundQuantiles(std::vector<Part> parts, std::vector<double> levels, double offset, int output,
                 ResidualJacobian pattern)
      : parts_(std::move(parts)),
        levels_(std::move(levels)),
        offset_(offset),
        output_(output),
        pattern_(std::move(pattern)) {
    std::vector<int> rows;
    for (const Part& part : parts_) rows.insert(rows.end(), part.rows.begin(), part.rows.end());
    std::sort(rows.begin(), rows.end());
    slots_.resize(static_cast<std::size_t>(rows.back()) + 1);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      slots_[static_cast<std::size_t>(rows[k])] = static_cast<Eigen::Index>(k);
    }
    row_length_ = static_cast<Eigen::Index>(rows.size());
  }

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(levels_.size()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    residuals.setConstant(-offset_);
    for (const Part& part : parts_) {
      const std::vector<int>& sorted = sort_rows(part, predictions);
      for (std::size_t k = 0; k < levels_.size(); ++k) {
        const Interpolation at = interpolate(levels_[k], sorted.size());
        residuals(static_cast<Eigen::Index>(k)) +=
            part.factor * (at.weight_low * predictions(output_, sorted[at.low]) +
                           at.weight_high * predictions(output_, sorted[at.high]));
      }
    }
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    double* values = jacobian.valuePtr();
    std::fill(values, values + jacobian.nonZeros(), 0.0);
    for (const Part& part : parts_) {
      const std::vector<int>& sorted = sort_rows(part, predictions);
      for (std::size_t k = 0; k < levels_.size(); ++k) {
        const Interpolation at = interpolate(levels_[k], sorted.size());
        double* row = values + static_cast<Eigen::Index>(k) * row_length_;
        row[slots_[static_cast<std::size_t>(sorted[at.low])]] += part.factor * at.weight_low;
        row[slots_[static_cast<std::size_t>(sorted[at.high])]] += part.factor * at.weight_high;
      }
    }
  }

 private:
  /// The rows of a part by rising prediction, ties in their order. In a buffer of the calling
  /// thread, so that it allocates only while that grows; valid until the next call.
  [[nodiscard]] const std::vector<int>& sort_rows(const Part& part,
                                                  ConstMatrixRef predictions) const {
    thread_local std::vector<int> sorted;
    sorted.assign(part.rows.begin(), part.rows.end());
    std::sort(sorted.begin(), sorted.end(), [&](int i, int j) {
      const double a = predictions(output_, i);
      const double b = predictions(output_, j);
      if (std::isnan(a) || std::isnan(b)) return std::isnan(b) && (!std::isnan(a) || i < j);
      return a < b || (a == b && i < j);
    });
    return sorted;
  }

  std::vector<Part> parts_;
  std::vector<double> levels_;
  double offset_;
  int output_;
  ResidualJacobian pattern_;
  std::vector<Eigen::Index> slots_;  ///< of a data row among the entries of a row of the Jacobian
  Eigen::Index row_length_ = 0;
};

void require_level(const std::string& who, double level) {
  if (level >= 0.0 && level <= 1.0) return;
  throw InvalidArgument({who, "no such level", "0 to 1", std::to_string(level),
                         "a level is a share of rows, 0.5 is the median"});
}

std::string short_number(double x) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", x);
  return text.data();
}

}  // namespace

std::vector<double> midpoint_levels(int count) {
  if (count < 1) {
    throw InvalidArgument({"midpoint_levels", "no levels", "1 or more", std::to_string(count), ""});
  }
  std::vector<double> levels;
  for (int k = 0; k < count; ++k) levels.push_back((k + 0.5) / count);
  return levels;
}

QuantileParity::QuantileParity(std::string protected_column, std::vector<double> levels, int output)
    : column_(std::move(protected_column)), levels_(std::move(levels)), output_(output) {
  if (levels_.empty()) {
    throw InvalidArgument({"QuantileParity", "nothing to compare", "at least one level", "none",
                           "midpoint_levels(10) is a start"});
  }
  for (const double level : levels_) require_level("QuantileParity", level);
}

std::unique_ptr<BoundConstraint> QuantileParity::bind(const Dataset& data,
                                                      ProbeBatch& batch) const {
  const Vector& member = binary_column(name(), column_, data);
  require_output(name(), output_, data);
  (void)gap_weights(name(), column_, member, Vector::Ones(member.size()), "all rows");
  std::vector<Part> parts = {{{}, 1.0}, {{}, -1.0}};
  for (Eigen::Index b = 0; b < member.size(); ++b) {
    parts[member(b) > 0.5 ? 0 : 1].rows.push_back(static_cast<int>(b));
  }
  return std::make_unique<BoundQuantiles>(
      std::move(parts), levels_, 0.0, output_,
      pattern_of_rows(static_cast<int>(levels_.size()), chosen_rows(name(), "", data), output_,
                      data, batch));
}

QuantileBound::QuantileBound(Kind kind, double level, double bound)
    : QuantileBound(kind, level, bound, Options{}) {}

QuantileBound::QuantileBound(Kind kind, double level, double bound, Options options)
    : kind_(kind), level_(level), bound_(bound), options_(std::move(options)) {
  require_level("QuantileBound", level);
  if (!std::isfinite(bound)) {
    throw InvalidArgument(
        {"QuantileBound", "the bound is no number", "a finite one", std::to_string(bound), ""});
  }
}

std::string QuantileBound::name() const {
  return "quantile " + short_number(level_) + " at " +
         (kind_ == Kind::at_most ? "most " : "least ") + short_number(bound_) +
         (options_.member_column.empty() ? "" : " within " + options_.member_column);
}

std::unique_ptr<BoundConstraint> QuantileBound::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  std::vector<int> rows = chosen_rows(name(), options_.member_column, data);
  ResidualJacobian pattern = pattern_of_rows(1, rows, options_.output, data, batch);
  const double sign = kind_ == Kind::at_most ? 1.0 : -1.0;
  return std::make_unique<BoundQuantiles>(std::vector<Part>{{std::move(rows), sign}},
                                          std::vector<double>{level_}, sign * bound_,
                                          options_.output, std::move(pattern));
}

}  // namespace moo
