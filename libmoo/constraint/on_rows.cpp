#include "libmoo/constraint/on_rows.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

/// What one call of a bound rule needs beside its arguments.
struct Workspace {
  Matrix quantity;
  Matrix tangents;
  Matrix result;
  ResidualJacobian jacobian;
};

/// A workspace of the calling thread's own, back on its stack at the end of the scope: rules on
/// rows of rules on rows do not share one, and nothing is allocated while shapes stay.
class Lease {
 public:
  Lease() {
    if (idle().empty()) idle().push_back(std::make_unique<Workspace>());
    workspace_ = std::move(idle().back());
    idle().pop_back();
  }
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease() { idle().push_back(std::move(workspace_)); }
  Workspace* operator->() const { return workspace_.get(); }

 private:
  static std::vector<std::unique_ptr<Workspace>>& idle() {
    thread_local std::vector<std::unique_ptr<Workspace>> stack;
    return stack;
  }
  std::unique_ptr<Workspace> workspace_;
};

class BoundOnRows final : public BoundConstraint {
 public:
  /// @param columns of the whole quantity that are those of the rule's own, rising
  BoundOnRows(std::unique_ptr<BoundConstraint> rule, std::vector<Eigen::Index> columns,
              Eigen::Index num_columns)
      : rule_(std::move(rule)), columns_(std::move(columns)), pattern_(rule_->jacobian()) {
    const Eigen::Index height =
        rule_->jacobian().cols() / std::max<Eigen::Index>(1, std::ssize(columns_));
    std::vector<Eigen::Triplet<double>> entries;
    for (Eigen::Index row = 0; row < pattern_.outerSize(); ++row) {
      for (ResidualJacobian::InnerIterator entry(pattern_, row); entry; ++entry) {
        const Eigen::Index column = columns_[static_cast<std::size_t>(entry.col() / height)];
        entries.emplace_back(static_cast<int>(row),
                             static_cast<int>(entry.col() % height + height * column),
                             entry.value());
      }
    }
    pattern_.resize(pattern_.rows(), height * num_columns);
    pattern_.setFromTriplets(entries.begin(), entries.end());
    pattern_.makeCompressed();
  }

  [[nodiscard]] int num_residuals() const override { return rule_->num_residuals(); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return rule_->is_linear(); }

  void residuals(ConstMatrixRef quantity, VectorRef residuals) const override {
    const Lease own;
    gather(quantity, own->quantity);
    rule_->residuals(own->quantity, residuals);
  }

  void true_residuals(ConstMatrixRef quantity, VectorRef residuals) const override {
    const Lease own;
    gather(quantity, own->quantity);
    rule_->true_residuals(own->quantity, residuals);
  }

  // Columns rise, so that the entries of a row have the same order in both patterns.
  void update(ConstMatrixRef quantity, ResidualJacobian& jacobian) const override {
    const Lease own;
    gather(quantity, own->quantity);
    own->jacobian = rule_->jacobian();
    rule_->update(own->quantity, own->jacobian);
    std::copy_n(own->jacobian.valuePtr(), own->jacobian.nonZeros(), jacobian.valuePtr());
  }

  void add_curvature(ConstMatrixRef quantity, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    const Lease own;
    gather(quantity, own->quantity);
    gather(tangents, own->tangents);
    own->result.setZero(quantity.rows(), std::ssize(columns_));
    rule_->add_curvature(own->quantity, weights, own->tangents, own->result);
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      result.col(columns_[j]) += own->result.col(static_cast<Eigen::Index>(j));
    }
  }

 private:
  void gather(ConstMatrixRef quantity, Matrix& own) const {
    own.resize(quantity.rows(), std::ssize(columns_));
    for (std::size_t j = 0; j < columns_.size(); ++j) {
      own.col(static_cast<Eigen::Index>(j)) = quantity.col(columns_[j]);
    }
  }

  std::unique_ptr<BoundConstraint> rule_;
  std::vector<Eigen::Index> columns_;
  ResidualJacobian pattern_;
};

/// first, first + 1, ...
void append_range(std::vector<Eigen::Index>& columns, Eigen::Index first, Eigen::Index count) {
  for (Eigen::Index j = 0; j < count; ++j) columns.push_back(first + j);
}

}  // namespace

OnRows::OnRows(std::shared_ptr<const Constraint> rule, RowPredicate rows)
    : rule_(std::move(rule)), rows_(std::move(rows)) {
  if (!rule_) throw InvalidArgument({"on_rows", "no rule", "a rule", "none", ""});
}

std::string OnRows::name() const { return rule_->name() + " where " + to_string(rows_); }

std::shared_ptr<const Constraint> OnRows::annealed(double factor) const {
  auto cooler = rule_->annealed(factor);
  return cooler ? std::make_shared<OnRows>(std::move(cooler), rows_) : nullptr;
}

std::unique_ptr<BoundConstraint> OnRows::bind(const Dataset& data, ProbeBatch& batch) const {
  const std::vector<int> rows = matching_rows(name(), rows_, data);
  const Dataset chosen = data.subset(rows);
  ProbeBatch own(chosen.inputs, batch.hidden_widths());
  std::unique_ptr<BoundConstraint> bound = rule_->bind(chosen, own);
  std::vector<Eigen::Index> columns;
  if (reads().kind == ModelQuantity::Kind::derivatives) {
    const int first = batch.append_directional(own.points(), own.directions());
    append_range(columns, 3 * first, 3 * own.num_directional());
    return std::make_unique<BoundOnRows>(std::move(bound), std::move(columns),
                                         3 * batch.num_directional());
  }
  columns.assign(rows.begin(), rows.end());
  const Eigen::Index more = own.size() - std::ssize(rows);
  if (more > 0) append_range(columns, batch.append(own.inputs().rightCols(more)), more);
  return std::make_unique<BoundOnRows>(std::move(bound), std::move(columns), batch.size());
}

std::shared_ptr<const Constraint> on_rows(std::shared_ptr<const Constraint> rule,
                                          RowPredicate rows) {
  return std::make_shared<OnRows>(std::move(rule), std::move(rows));
}

}  // namespace moo
