#include "libmoo/constraint/score_moment.hpp"

#include <cmath>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

/// The mean over rows of one output; q x B.
double mean_over(const std::vector<int>& rows, int output, ConstMatrixRef values) {
  double sum = 0.0;
  for (const int b : rows) sum += values(output, b);
  return sum / static_cast<double>(rows.size());
}

/// The variance of n rows less a target: J_b = 2/n (p_b - m), H = 2/n (I - 1/n).
class BoundVariance final : public BoundConstraint {
 public:
  BoundVariance(std::vector<int> rows, double target, int output, ResidualJacobian pattern)
      : rows_(std::move(rows)), target_(target), output_(output), pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return 1; }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    const double mean = mean_over(rows_, output_, predictions);
    double sum = 0.0;
    for (const int b : rows_) sum += std::pow(predictions(output_, b) - mean, 2);
    residuals(0) = sum / static_cast<double>(rows_.size()) - target_;
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    const double mean = mean_over(rows_, output_, predictions);
    const double each = 2.0 / static_cast<double>(rows_.size());
    const Eigen::Index q = predictions.rows();
    for (ResidualJacobian::InnerIterator entry(jacobian, 0); entry; ++entry) {
      entry.valueRef() = each * (predictions(output_, entry.col() / q) - mean);
    }
  }

  void add_curvature(ConstMatrixRef, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    const double mean = mean_over(rows_, output_, tangents);
    const double each = 2.0 * weights(0) / static_cast<double>(rows_.size());
    for (const int b : rows_) result(output_, b) += each * (tangents(output_, b) - mean);
  }

 private:
  std::vector<int> rows_;
  double target_;
  int output_;
  ResidualJacobian pattern_;
};

}  // namespace

ScoreMoment::ScoreMoment(Moment moment, double target) : ScoreMoment(moment, target, Options{}) {}

ScoreMoment::ScoreMoment(Moment moment, double target, Options options)
    : moment_(moment), target_(target), options_(std::move(options)) {
  if (!std::isfinite(target) || (moment == Moment::variance && target < 0.0)) {
    throw InvalidArgument({"ScoreMoment", "no such moment",
                           moment == Moment::mean ? "a finite mean" : "a variance >= 0",
                           std::to_string(target), ""});
  }
}

std::string ScoreMoment::name() const {
  return std::string(moment_ == Moment::mean ? "mean" : "variance") + " of predictions" +
         (options_.member_column.empty() ? "" : " within " + options_.member_column);
}

std::unique_ptr<BoundConstraint> ScoreMoment::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  std::vector<int> rows = chosen_rows(name(), options_.member_column, data);
  if (moment_ == Moment::mean) {
    Matrix weights = Matrix::Zero(1, data.inputs.cols());
    for (const int b : rows) weights(0, b) = 1.0 / static_cast<double>(rows.size());
    return linear_in_rows(weights, Vector::Constant(1, target_), options_.output, data, batch);
  }
  ResidualJacobian pattern = pattern_of_rows(1, rows, options_.output, data, batch);
  return std::make_unique<BoundVariance>(std::move(rows), target_, options_.output,
                                         std::move(pattern));
}

}  // namespace moo
