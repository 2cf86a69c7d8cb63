#include "libmoo/front/region.hpp"

#include <algorithm>
#include <cstddef>
#include <limits>

#include "libmoo/front/staircase.hpp"

namespace moo {
namespace {

using Axes = std::vector<std::vector<double>>;

struct SpacePoint {
  int x = 0;
  int y = 0;
  int z = 0;
};

/// Three objectives: the section is a staircase.
class SpaceRegion final : public Region {
 public:
  SpaceRegion(const Axes& axes, std::size_t capacity)
      : x_(axes[0]), y_(axes[1]), z_(axes[2]), inner_(capacity + 1) {
    points_.reserve(capacity);
    section_.set_abscissae(std::span(x_).first(x_.size() - 1), x_.back());
  }

  void clear() override { points_.clear(); }

  [[nodiscard]] bool covers(const int* point) const override {
    for (const SpacePoint& other : points_) {
      if (other.z > point[2]) return false;
      if ((other.x <= point[0]) & (other.y <= point[1])) return true;
    }
    return false;
  }

  double added(const int* ranks) override {
    const SpacePoint point{ranks[0], ranks[1], ranks[2]};
    const auto above = std::upper_bound(points_.begin(), points_.end(), point, lower);
    const auto below = static_cast<std::size_t>(above - points_.begin());
    Base base;
    if (!lay_base(point, below, base)) return 0.0;
    double volume = 0.0;
    double from = z_[at(point.z)];
    const std::size_t count = reaching(base, below);
    for (std::size_t k = 0; k < count; ++k) {
      const SpacePoint& other = points_[at(inner_[k])];
      if ((other.x >= base.right) | (other.y >= base.top)) continue;
      const double height = z_[at(other.z)];
      volume += base.free * (height - from);
      from = height;
      if (other.x <= point.x) base.top = other.y;
      if (other.y <= point.y) base.right = other.x;
      if ((base.top <= point.y) & (base.right <= point.x)) return std::max(volume, 0.0);
      base.free -= section_.insert(std::max(other.x, point.x), y_[at(std::max(other.y, point.y))]);
    }
    return std::max(volume + base.free * (z_.back() - from), 0.0);
  }

  void insert(const int* ranks) override {
    SpacePoint moving{ranks[0], ranks[1], ranks[2]};
    const SpacePoint point = moving;
    auto to = std::lower_bound(points_.begin(), points_.end(), point, lower);
    // One pass takes out what the point dominates and moves the others on.
    for (auto from = to; from != points_.end(); ++from) {
      const SpacePoint other = *from;
      *to = moving;
      if ((other.x < point.x) | (other.y < point.y)) {
        moving = other;
        ++to;
      }
    }
    points_.erase(to, points_.end());
    points_.push_back(moving);
  }

  void append(const int* point) override { points_.push_back({point[0], point[1], point[2]}); }

 private:
  /// The base of the box above a point: beyond `right` and `top` all is dominated.
  struct Base {
    int right = 0;
    int top = 0;
    double free = 0.0;  ///< area within that nothing dominates
  };

  static std::size_t at(int rank) { return static_cast<std::size_t>(rank); }
  static bool lower(const SpacePoint& a, const SpacePoint& b) { return a.z < b.z; }

  /// Makes the section of the first `below` points, none of them above `point`. False when one
  /// covers it.
  bool lay_base(const SpacePoint& point, std::size_t below, Base& base) {
    constexpr int nowhere = std::numeric_limits<int>::max();
    int right = static_cast<int>(x_.size()) - 1;
    int top = static_cast<int>(y_.size()) - 1;
    bool covered = false;
    std::size_t count = 0;
    // Points lie on all sides in no order: conditional moves, no branches.
    for (std::size_t k = 0; k < below; ++k) {
      const SpacePoint& other = points_[k];
      const bool left = other.x <= point.x;
      const bool under = other.y <= point.y;
      covered |= left & under;
      top = std::min(top, left ? other.y : nowhere);
      right = std::min(right, under ? other.x : nowhere);
      inner_[count] = static_cast<int>(k);
      count += static_cast<std::size_t>(!(left | under));
    }
    if (covered) return false;
    const double x = x_[at(point.x)];
    const double y = y_[at(point.y)];
    section_.clear(point.x, y_[at(top)]);
    if (x_[at(right)] < x_.back()) section_.insert(right, y);
    base = {right, top, (x_[at(right)] - x) * (y_[at(top)] - y)};
    for (std::size_t k = 0; k < count; ++k) {
      const SpacePoint& other = points_[at(inner_[k])];
      if ((other.x < right) & (other.y < top)) {
        base.free -= section_.insert(other.x, y_[at(other.y)]);
      }
    }
    return true;
  }

  /// Lists the points from place `first` on that reach into the box; returns how many.
  std::size_t reaching(const Base& base, std::size_t first) {
    std::size_t count = 0;
    for (std::size_t k = first; k < points_.size(); ++k) {
      inner_[count] = static_cast<int>(k);
      count += static_cast<std::size_t>((points_[k].x < base.right) & (points_[k].y < base.top));
    }
    return count;
  }

  const std::vector<double>& x_;
  const std::vector<double>& y_;
  const std::vector<double>& z_;
  std::vector<SpacePoint> points_;  ///< z ascending
  std::vector<int> inner_;          ///< scratch: places of points
  Staircase section_;
};

bool no_worse(const int* a, const int* b, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    if (a[i] > b[i]) return false;
  }
  return true;
}

std::unique_ptr<Region> region_of_first(std::size_t dimension, const Axes& axes,
                                        std::size_t capacity);

/// Four and more objectives: the section is a region of one less.
class DeepRegion final : public Region {
 public:
  DeepRegion(std::size_t dimension, const Axes& axes, std::size_t capacity)
      : axes_(axes),
        last_(dimension - 1),
        points_(dimension * capacity),
        below_(capacity + 1),
        limited_(dimension),
        section_(region_of_first(dimension - 1, axes, capacity)) {
    order_.reserve(capacity);
    section_order_.reserve(capacity);
  }

  void clear() override {
    order_.clear();
    section_order_.clear();
    written_ = 0;
  }

  [[nodiscard]] bool covers(const int* point) const override {
    for (const int k : order_) {
      const int* other = at(k);
      if (other[last_] > point[last_]) return false;
      if (no_worse(other, point, last_)) return true;
    }
    return false;
  }

  double added(const int* point) override {
    // The base of the box: everything at the height of the point or below, limited to the box. In
    // the order of the section's last objective, where a point that comes later rarely dominates.
    section_->clear();
    std::size_t count = 0;
    for (const int k : section_order_) {
      below_[count] = k;
      count += static_cast<std::size_t>(at(k)[last_] <= point[last_]);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const int* other = limited(below_[i], point);
      if (section_->covers(other)) continue;
      if (other[last_ - 1] > point[last_ - 1]) {
        section_->append(other);
      } else {
        section_->insert(other);
      }
    }
    double free = section_->added(point);
    double volume = 0.0;
    double from = height(point);
    for (std::size_t k = count; k < order_.size() && free > 0.0; ++k) {
      const int* other = limited(order_[k], point);
      if (section_->covers(other)) continue;
      volume += free * (height(at(order_[k])) - from);
      from = height(at(order_[k]));
      free -= section_->added(other);
      section_->insert(other);
      if (no_worse(at(order_[k]), point, last_)) free = 0.0;
    }
    return volume + std::max(free, 0.0) * (axes_[last_].back() - from);
  }

  void insert(const int* point) override {
    const int place = write(point);
    if (replace(order_, last_, place)) {
      replace(section_order_, last_ - 1, place);
    } else {
      section_order_.insert(above(section_order_, last_ - 1, point[last_ - 1]), place);
    }
  }

  void append(const int* point) override {
    order_.push_back(write(point));
    section_order_.insert(above(section_order_, last_ - 1, point[last_ - 1]), order_.back());
  }

 private:
  [[nodiscard]] const int* at(int k) const {
    return &points_[static_cast<std::size_t>(k) * (last_ + 1)];
  }
  [[nodiscard]] double height(const int* point) const {
    return axes_[last_][static_cast<std::size_t>(point[last_])];
  }

  /// The first member whose objective is worse than `rank`; `order` has it ascending.
  [[nodiscard]] std::vector<int>::const_iterator above(const std::vector<int>& order,
                                                       std::size_t objective, int rank) const {
    return std::upper_bound(order.begin(), order.end(), rank,
                            [&](int value, int k) { return value < at(k)[objective]; });
  }

  /// Puts a member into a list that has an objective ascending, in place of those it dominates;
  /// whether there were any.
  bool replace(std::vector<int>& order, std::size_t objective, int place) {
    const int* point = at(place);
    const auto first =
        order.begin() + (above(order, objective, point[objective] - 1) - order.cbegin());
    const auto kept = std::remove_if(first, order.end(),
                                     [&](int k) { return no_worse(point, at(k), last_ + 1); });
    const bool any = kept != order.end();
    order.erase(kept, order.end());
    order.insert(first, place);
    return any;
  }

  int write(const int* point) {
    std::copy_n(point, last_ + 1, &points_[written_ * (last_ + 1)]);
    return static_cast<int>(written_++);
  }

  /// Point k moved into the box of another, without the last objective.
  const int* limited(int k, const int* point) {
    const int* other = at(k);
    for (std::size_t i = 0; i < last_; ++i) limited_[i] = std::max(other[i], point[i]);
    return limited_.data();
  }

  const Axes& axes_;
  std::size_t last_;                ///< index of the last objective: d - 1
  std::vector<int> points_;         ///< d x capacity, in the order of arrival
  std::vector<int> order_;          ///< members, the last objective ascending
  std::vector<int> section_order_;  ///< members, the last but one ascending
  std::vector<int> below_;          ///< scratch: members
  std::size_t written_ = 0;
  std::vector<int> limited_;
  std::unique_ptr<Region> section_;
};

std::unique_ptr<Region> region_of_first(std::size_t dimension, const Axes& axes,
                                        std::size_t capacity) {
  if (dimension == 3) return std::make_unique<SpaceRegion>(axes, capacity);
  return std::make_unique<DeepRegion>(dimension, axes, capacity);
}

}  // namespace

RankedColumns rank_columns(ConstMatrixRef columns, ConstVectorRef corner) {
  RankedColumns ranked;
  ranked.ranks.resize(columns.rows(), columns.cols());
  Ranking ranking;
  for (Eigen::Index i = 0; i < columns.rows(); ++i) {
    const Vector row = columns.row(i).transpose();
    ranking.rank({row.data(), static_cast<std::size_t>(row.size())});
    ranked.axes.emplace_back(ranking.sorted().begin(), ranking.sorted().end());
    ranked.axes.back().push_back(corner(i));
    for (Eigen::Index k = 0; k < columns.cols(); ++k) {
      ranked.ranks(i, k) = ranking.ranks()[static_cast<std::size_t>(k)];
    }
  }
  return ranked;
}

std::unique_ptr<Region> make_region(const RankedColumns& columns) {
  return region_of_first(columns.axes.size(), columns.axes,
                         static_cast<std::size_t>(columns.ranks.cols()));
}

}  // namespace moo
