#include "libmoo/constraint/top_k_share.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/row_groups.hpp"

namespace moo {
namespace {

constexpr int most_lists = 100000;

double sigmoid(double x) {
  const double e = std::exp(-std::abs(x));
  return (x < 0.0 ? e : 1.0) / (1.0 + e);
}

/// The numbers of one list at the predictions, and their changes along a tangent.
struct ListState {
  Vector scores;
  Vector top;            ///< m
  Vector rank_slopes;    ///< v = dF/dR
  Vector directions;     ///< t, of the scores
  Vector slope_changes;  ///< dv
  double share = 0.0;    ///< F
  double mass = 0.0;     ///< sum m
};

/// One of the calling thread, so that it allocates only while lists grow.
ListState& scratch() {
  thread_local ListState state;
  return state;
}

class BoundTopKShare final : public BoundConstraint {
 public:
  BoundTopKShare(const TopKShareOptions& options, const Vector& member,
                 std::vector<std::vector<int>> lists, ResidualJacobian pattern)
      : options_(options),
        sign_(options.kind == TopKShareOptions::Kind::at_least ? -1.0 : 1.0),
        lists_(std::move(lists)),
        pattern_(std::move(pattern)) {
    for (const std::vector<int>& list : lists_) members_.emplace_back(member(list));
  }

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(lists_.size()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    for (std::size_t k = 0; k < lists_.size(); ++k) {
      const double share = state_of(k, predictions).share;
      residuals(static_cast<Eigen::Index>(k)) = sign_ * (share - options_.target);
    }
  }

  void true_residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    std::vector<Eigen::Index> order;
    for (std::size_t k = 0; k < lists_.size(); ++k) {
      const ListState& list = state_of(k, predictions);
      order.resize(lists_[k].size());
      std::iota(order.begin(), order.end(), Eigen::Index{0});
      std::stable_sort(order.begin(), order.end(), [&](Eigen::Index i, Eigen::Index j) {
        return list.scores(i) > list.scores(j);
      });
      const std::size_t top = std::min(order.size(), static_cast<std::size_t>(options_.count));
      double members = 0.0;
      for (std::size_t i = 0; i < top; ++i) members += members_[k](order[i]);
      residuals(static_cast<Eigen::Index>(k)) =
          sign_ * (members / static_cast<double>(top) - options_.target);
    }
  }

  // With u = dF/dm = (member - F) / sum m and v = dF/dR = -u m (1 - m) / S,
  // dF/dp_j = sum_b (v_b - v_j) s_bj / T, s_bj the (even) slope of the sigmoid between b and j.
  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    double* value = jacobian.valuePtr();
    for (std::size_t k = 0; k < lists_.size(); ++k) {
      const ListState& list = state_of(k, predictions);
      for (Eigen::Index j = 0; j < list.scores.size(); ++j) {
        double sum = 0.0;
        for (Eigen::Index b = 0; b < list.scores.size(); ++b) {
          const double s = sigmoid(gap(list, j, b));
          sum += (list.rank_slopes(b) - list.rank_slopes(j)) * s * (1.0 - s);
        }
        *value++ = sign_ * sum / options_.temperature;
      }
    }
  }

  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (std::size_t k = 0; k < lists_.size(); ++k) {
      const double weight = weights(static_cast<Eigen::Index>(k)) * sign_ / options_.temperature;
      if (weight == 0.0) continue;
      ListState& list = state_of(k, predictions);
      move_along(k, tangents, list);
      for (Eigen::Index j = 0; j < list.scores.size(); ++j) {
        double sum = 0.0;
        for (Eigen::Index b = 0; b < list.scores.size(); ++b) {
          const double s = sigmoid(gap(list, j, b));
          const double turn =
              (1.0 - 2.0 * s) * (list.directions(j) - list.directions(b)) / options_.temperature;
          sum += s * (1.0 - s) *
                 ((list.slope_changes(b) - list.slope_changes(j)) +
                  (list.rank_slopes(b) - list.rank_slopes(j)) * turn);
        }
        result(options_.output, lists_[k][static_cast<std::size_t>(j)]) += weight * sum;
      }
    }
  }

 private:
  [[nodiscard]] double gap(const ListState& list, Eigen::Index j, Eigen::Index b) const {
    return (list.scores(j) - list.scores(b)) / options_.temperature;
  }

  [[nodiscard]] ListState& state_of(std::size_t k, ConstMatrixRef predictions) const {
    ListState& list = scratch();
    const auto n = static_cast<Eigen::Index>(lists_[k].size());
    list.scores.resize(n);
    list.top.resize(n);
    for (Eigen::Index b = 0; b < n; ++b) {
      list.scores(b) = predictions(options_.output, lists_[k][static_cast<std::size_t>(b)]);
    }
    for (Eigen::Index b = 0; b < n; ++b) {
      double rank = 0.5;
      for (Eigen::Index j = 0; j < n; ++j) rank += sigmoid(gap(list, j, b));
      list.top(b) = sigmoid((options_.count + 0.5 - rank) / options_.width);
    }
    list.mass = list.top.sum();
    list.share = members_[k].dot(list.top) / list.mass;
    list.rank_slopes = -(members_[k].array() - list.share) / list.mass * list.top.array() *
                       (1.0 - list.top.array()) / options_.width;
    return list;
  }

  /// Fills `directions` and `slope_changes`.
  void move_along(std::size_t k, ConstMatrixRef tangents, ListState& list) const {
    const Eigen::Index n = list.scores.size();
    list.directions.resize(n);
    list.slope_changes.resize(n);
    for (Eigen::Index b = 0; b < n; ++b) {
      list.directions(b) = tangents(options_.output, lists_[k][static_cast<std::size_t>(b)]);
    }
    double members_change = 0.0;
    double mass_change = 0.0;
    for (Eigen::Index b = 0; b < n; ++b) {
      double rank = 0.0;
      for (Eigen::Index j = 0; j < n; ++j) {
        const double s = sigmoid(gap(list, j, b));
        rank += s * (1.0 - s) * (list.directions(j) - list.directions(b)) / options_.temperature;
      }
      const double m = list.top(b);
      list.slope_changes(b) = -m * (1.0 - m) * rank / options_.width;  // dm, for now
      members_change += members_[k](b) * list.slope_changes(b);
      mass_change += list.slope_changes(b);
    }
    const double share_change = (members_change - list.share * mass_change) / list.mass;
    for (Eigen::Index b = 0; b < n; ++b) {
      const double m = list.top(b);
      const double u = (members_[k](b) - list.share) / list.mass;
      const double du = -(share_change + u * mass_change) / list.mass;
      list.slope_changes(b) =
          -(du * m * (1.0 - m) + u * (1.0 - 2.0 * m) * list.slope_changes(b)) / options_.width;
    }
  }

  TopKShareOptions options_;
  double sign_;
  std::vector<std::vector<int>> lists_;
  std::vector<Vector> members_;  ///< 0 or 1, of the rows of every list
  ResidualJacobian pattern_;
};

}  // namespace

TopKShare::TopKShare(TopKShareOptions options) : options_(std::move(options)) {
  const auto& [member, count, kind, target, list, temperature, width, output] = options_;
  const bool soft =
      temperature > 0.0 && width > 0.0 && std::isfinite(temperature) && std::isfinite(width);
  if (count < 1 || !(target >= 0.0) || !(target <= 1.0) || !soft) {
    throw InvalidArgument(
        {"TopKShare", "no such share", "count >= 1, target from 0 to 1, temperature and width > 0",
         "count " + std::to_string(count) + ", target " + number_text(target) + ", temperature " +
             number_text(temperature) + ", width " + number_text(width),
         ""});
  }
}

std::string TopKShare::name() const {
  const std::string relation = options_.kind == Kind::at_most    ? " at most "
                               : options_.kind == Kind::at_least ? " at least "
                                                                 : " equal to ";
  return "share of " + options_.member_column + " in the top " + std::to_string(options_.count) +
         relation + number_text(options_.target);
}

std::shared_ptr<const Constraint> TopKShare::annealed(double factor) const {
  TopKShareOptions options = options_;
  options.temperature *= factor;
  options.width *= factor;
  return std::make_shared<TopKShare>(std::move(options));
}

std::unique_ptr<BoundConstraint> TopKShare::bind(const Dataset& data, ProbeBatch& batch) const {
  require_output(name(), options_.output, data);
  const Vector& member = binary_column(name(), options_.member_column, data);
  (void)chosen_rows(name(), options_.member_column, data);
  std::vector<std::vector<int>> lists;
  if (options_.list_column.empty()) {
    lists.push_back(chosen_rows(name(), "", data));
  } else {
    for (RowGroup& list : rows_by_value(name(), options_.list_column, data, most_lists)) {
      lists.push_back(std::move(list.rows));
    }
  }
  const Eigen::Index q = data.targets.rows();
  std::vector<Eigen::Triplet<double>> entries;
  for (std::size_t k = 0; k < lists.size(); ++k) {
    for (const int b : lists[k]) {
      entries.emplace_back(static_cast<int>(k), static_cast<int>(options_.output + q * b), 0.0);
    }
  }
  ResidualJacobian pattern(static_cast<Eigen::Index>(lists.size()), q * batch.size());
  pattern.setFromTriplets(entries.begin(), entries.end());
  pattern.makeCompressed();
  return std::make_unique<BoundTopKShare>(options_, member, std::move(lists), std::move(pattern));
}

}  // namespace moo
