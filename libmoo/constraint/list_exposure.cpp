#include "libmoo/constraint/list_exposure.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

constexpr int most_lists = 100000;

std::vector<std::vector<int>> lists_of(const std::string& rule, const RankedLists& lists,
                                       const Dataset& data) {
  require_output(rule, lists.output, data);
  std::vector<std::vector<int>> rows;
  for (RowGroup& list : rows_by_value(rule, lists.list_column, data, most_lists)) {
    rows.push_back(std::move(list.rows));
  }
  return rows;
}

void require_finite(const std::string& rule, const std::string& what, double value) {
  if (std::isfinite(value)) return;
  throw InvalidArgument(
      {rule, "the " + what + " is no number", "a finite one", std::to_string(value), ""});
}

/// log(c.a) - log(d.a) - offset.
class LogRatio final : public AttentionFunction {
 public:
  LogRatio(Vector above, Vector below, double offset)
      : above_(std::move(above)), below_(std::move(below)), offset_(offset) {}
  [[nodiscard]] double value(ConstVectorRef a) const override {
    return std::log(above_.dot(a)) - std::log(below_.dot(a)) - offset_;
  }
  void gradient(ConstVectorRef a, VectorRef slopes) const override {
    slopes = above_ / above_.dot(a) - below_ / below_.dot(a);
  }
  void hessian_product(ConstVectorRef a, ConstVectorRef v, VectorRef result) const override {
    const double up = above_.dot(a);
    const double down = below_.dot(a);
    result = -above_ * (above_.dot(v) / (up * up)) + below_ * (below_.dot(v) / (down * down));
  }

 private:
  Vector above_;
  Vector below_;
  double offset_;
};

/// G(y) - limit, y_i = sum of weight_b a_b over the positions of item i.
class Concentration final : public AttentionFunction {
 public:
  Concentration(ExposureConcentration::Measure measure, double limit, std::vector<int> items,
                Vector weights, int num_items)
      : gini_(measure == ExposureConcentration::Measure::gini),
        limit_(limit),
        items_(std::move(items)),
        weights_(std::move(weights)),
        num_items_(num_items) {}

  [[nodiscard]] double value(ConstVectorRef a) const override {
    const Vector& y = collect(a, 0);
    double sum = 0.0;
    for (Eigen::Index i = 0; i < num_items_; ++i) {
      if (!gini_) sum += y(i) * std::log(std::max(y(i), tiny)) / num_items_;
      for (Eigen::Index j = 0; gini_ && j < i; ++j) {
        sum += (std::hypot(y(i) - y(j), smoothing) - smoothing) / square();
      }
    }
    return sum - limit_;
  }

  void gradient(ConstVectorRef a, VectorRef slopes) const override {
    const Vector& y = collect(a, 0);
    Vector& u = scratch(2);
    for (Eigen::Index i = 0; i < num_items_; ++i) {
      if (!gini_) u(i) = (std::log(std::max(y(i), tiny)) + 1.0) / num_items_;
      for (Eigen::Index j = 0; gini_ && j < i; ++j) {
        const double slope = (y(i) - y(j)) / std::hypot(y(i) - y(j), smoothing) / square();
        u(i) += slope;
        u(j) -= slope;
      }
    }
    spread(u, slopes);
  }

  void hessian_product(ConstVectorRef a, ConstVectorRef v, VectorRef result) const override {
    const Vector& y = collect(a, 0);
    const Vector& dy = collect(v, 1);
    Vector& u = scratch(2);
    for (Eigen::Index i = 0; i < num_items_; ++i) {
      if (!gini_) u(i) = dy(i) / std::max(y(i), tiny) / num_items_;
      for (Eigen::Index j = 0; gini_ && j < i; ++j) {
        const double change = smoothing * smoothing /
                              std::pow(std::hypot(y(i) - y(j), smoothing), 3) * (dy(i) - dy(j)) /
                              square();
        u(i) += change;
        u(j) -= change;
      }
    }
    spread(u, result);
  }

 private:
  static constexpr double smoothing = 0.01;  // of y = I s, which is 1 on average
  static constexpr double tiny = 1e-300;     // attention may underflow

  [[nodiscard]] double square() const { return static_cast<double>(num_items_) * num_items_; }

  /// Zeros per item, in a buffer of the calling thread.
  [[nodiscard]] Vector& scratch(std::size_t which) const {
    thread_local std::vector<Vector> buffers(3);
    buffers[which].setZero(num_items_);
    return buffers[which];
  }
  [[nodiscard]] const Vector& collect(ConstVectorRef a, std::size_t which) const {
    Vector& y = scratch(which);
    for (std::size_t b = 0; b < items_.size(); ++b) {
      const auto at = static_cast<Eigen::Index>(b);
      y(items_[b]) += weights_(at) * a(at);
    }
    return y;
  }
  void spread(const Vector& u, VectorRef slopes) const {
    for (std::size_t b = 0; b < items_.size(); ++b) {
      const auto at = static_cast<Eigen::Index>(b);
      slopes(at) = weights_(at) * u(items_[b]);
    }
  }

  bool gini_;
  double limit_;
  std::vector<int> items_;
  Vector weights_;
  int num_items_;
};

/// a.K a - limit.
class Quadratic final : public AttentionFunction {
 public:
  Quadratic(Matrix kernel, double limit) : kernel_(std::move(kernel)), limit_(limit) {}
  [[nodiscard]] double value(ConstVectorRef a) const override {
    double sum = 0.0;
    for (Eigen::Index i = 0; i < a.size(); ++i) sum += a(i) * kernel_.col(i).dot(a);
    return sum - limit_;
  }
  void gradient(ConstVectorRef a, VectorRef slopes) const override {
    for (Eigen::Index i = 0; i < a.size(); ++i) slopes(i) = 2.0 * kernel_.col(i).dot(a);
  }
  void hessian_product(ConstVectorRef, ConstVectorRef v, VectorRef result) const override {
    gradient(v, result);
  }

 private:
  Matrix kernel_;
  double limit_;
};

}  // namespace

ExposureParity::ExposureParity(RankedLists lists, std::string protected_column,
                               std::string merit_column)
    : lists_(std::move(lists)),
      column_(std::move(protected_column)),
      merit_(std::move(merit_column)) {
  require_temperature("ExposureParity", lists_);
}

std::unique_ptr<BoundConstraint> ExposureParity::bind(const Dataset& data,
                                                      ProbeBatch& batch) const {
  const Vector& member = binary_column(name(), column_, data);
  const Vector gap = gap_weights(name(), column_, member, Vector::Ones(member.size()), "all rows");
  double offset = 0.0;
  if (!merit_.empty()) {
    const Vector& merit = finite_column(name(), merit_, data);
    const double inside = gap.cwiseMax(0.0).dot(merit);
    const double outside = (-gap).cwiseMax(0.0).dot(merit);
    if (merit.minCoeff() < 0.0 || !(inside > 0.0) || !(outside > 0.0)) {
      throw InvalidArgument(
          {name(), "a group has no merit",
           "numbers >= 0 in '" + merit_ + "', not all zero in a group",
           "means of " + std::to_string(inside) + " and " + std::to_string(outside), ""});
    }
    offset = std::log(inside) - std::log(outside);
  }
  std::vector<std::vector<int>> lists = lists_of(name(), lists_, data);
  Vector above(member.size());
  Vector below(member.size());
  Eigen::Index at = 0;
  for (const std::vector<int>& list : lists) {
    for (const int b : list) {
      const double exposure = static_cast<double>(list.size()) * gap(b);
      above(at) = std::max(exposure, 0.0);
      below(at++) = std::max(-exposure, 0.0);
    }
  }
  std::vector<AttentionResidual> residuals;
  residuals.push_back(
      {std::make_unique<LogRatio>(std::move(above), std::move(below), offset), std::move(lists)});
  return bind_attention(std::move(residuals), lists_, data, batch);
}

ExposureConcentration::ExposureConcentration(RankedLists lists, Measure measure, double limit,
                                             std::string item_column)
    : lists_(std::move(lists)), measure_(measure), limit_(limit), item_(std::move(item_column)) {
  require_temperature("ExposureConcentration", lists_);
  require_finite("ExposureConcentration", "limit", limit);
}

std::string ExposureConcentration::name() const {
  return std::string(measure_ == Measure::gini ? "Gini" : "entropy deficit") + " of exposure" +
         (item_.empty() ? "" : " of " + item_);
}

std::unique_ptr<BoundConstraint> ExposureConcentration::bind(const Dataset& data,
                                                             ProbeBatch& batch) const {
  std::vector<std::vector<int>> lists = lists_of(name(), lists_, data);
  const auto rows = static_cast<std::size_t>(data.inputs.cols());
  std::vector<int> item_of_row(rows);
  int num_items = static_cast<int>(rows);
  for (std::size_t b = 0; b < rows; ++b) item_of_row[b] = static_cast<int>(b);
  if (!item_.empty()) {
    num_items = 0;
    for (const RowGroup& item : rows_by_value(name(), item_, data, static_cast<int>(rows))) {
      for (const int b : item.rows) item_of_row[static_cast<std::size_t>(b)] = num_items;
      ++num_items;
    }
  }
  std::vector<int> items;
  Vector weights(data.inputs.cols());
  for (const std::vector<int>& list : lists) {
    for (const int b : list) {  // shares times I: n_L a_b I / N
      weights(static_cast<Eigen::Index>(items.size())) =
          static_cast<double>(list.size()) * num_items / static_cast<double>(rows);
      items.push_back(item_of_row[static_cast<std::size_t>(b)]);
    }
  }
  std::vector<AttentionResidual> residuals;
  residuals.push_back({std::make_unique<Concentration>(measure_, limit_, std::move(items),
                                                       std::move(weights), num_items),
                       std::move(lists)});
  return bind_attention(std::move(residuals), lists_, data, batch);
}

ListSimilarity::ListSimilarity(RankedLists lists, std::string feature_column, double width,
                               double limit)
    : lists_(std::move(lists)), feature_(std::move(feature_column)), width_(width), limit_(limit) {
  require_temperature("ListSimilarity", lists_);
  require_finite("ListSimilarity", "limit", limit);
  if (!(width > 0.0) || !std::isfinite(width)) {
    throw InvalidArgument(
        {"ListSimilarity", "no such width", "a number > 0", std::to_string(width), ""});
  }
}

ListSimilarity::ListSimilarity(RankedLists lists, std::vector<std::string> flag_columns,
                               double limit)
    : lists_(std::move(lists)), flags_(std::move(flag_columns)), limit_(limit) {
  require_temperature("ListSimilarity", lists_);
  require_finite("ListSimilarity", "limit", limit);
  if (flags_.empty()) {
    throw InvalidArgument({"ListSimilarity", "no flags", "at least one column", "none", ""});
  }
}

std::string ListSimilarity::name() const {
  if (flags_.empty()) return "similarity of lists in " + feature_;
  return "similarity of lists in " + flags_.front() +
         (flags_.size() == 1 ? "" : " and " + std::to_string(flags_.size() - 1) + " more flags");
}

Matrix ListSimilarity::kernel(const std::vector<int>& list, const Dataset& data) const {
  const std::ptrdiff_t size = std::ssize(list);
  if (flags_.empty()) {
    const Vector own = data.column(feature_)(list);
    const Matrix gaps = own.replicate(1, size) - own.transpose().replicate(size, 1);
    return (-0.5 * (gaps / width_).array().square()).exp();
  }
  Matrix sets(std::ssize(flags_), size);
  for (std::size_t k = 0; k < flags_.size(); ++k) {
    sets.row(static_cast<Eigen::Index>(k)) = data.column(flags_[k])(list).transpose();
  }
  const Matrix both = sets.transpose() * sets;
  const Vector sizes = both.diagonal();
  const Matrix either = sizes.replicate(1, size) + sizes.transpose().replicate(size, 1) - both;
  return (either.array() > 0.0).select(both.array() / either.array().max(1.0), 1.0);
}

std::unique_ptr<BoundConstraint> ListSimilarity::bind(const Dataset& data,
                                                      ProbeBatch& batch) const {
  if (flags_.empty()) finite_column(name(), feature_, data);
  for (const std::string& flag : flags_) binary_column(name(), flag, data);
  std::vector<AttentionResidual> residuals;
  for (std::vector<int>& list : lists_of(name(), lists_, data)) {
    auto similarity = std::make_unique<Quadratic>(kernel(list, data), limit_);
    residuals.push_back({std::move(similarity), {}});
    residuals.back().lists.push_back(std::move(list));
  }
  return bind_attention(std::move(residuals), lists_, data, batch);
}

}  // namespace moo
