#include "libmoo/minimize/quadratic_program.hpp"

#include <Eigen/Cholesky>
#include <Eigen/Jacobi>
#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// The dual method. Constraint i < p is row i; those after them are upper bounds, then lower ones.
/// Invariant: B d + g + sum_i lambda_i a_i = 0, and a_i.d + c_i = 0 for active i.
class DualActiveSet {
 public:
  explicit DualActiveSet(const QuadraticProgram& program)
      : program_(program),
        n_(program.gradient.size()),
        p_(program.residuals.size()),
        count_(p_ + (program.lower.size() > 0 ? 2 * n_ : 0)),
        multipliers_(Vector::Zero(count_)),
        largest_(Vector::Constant(count_, infinity)),
        sizes_(Vector::Ones(count_)),
        place_(static_cast<std::size_t>(count_), Place::out) {
    largest_.head(p_) = program.prices;
    sizes_.head(p_) = program.rows.colwise().norm().transpose();
  }

  QuadraticSolution solve();

 private:
  enum class Place { out, active, saturated };
  struct Entering {
    Eigen::Index index = -1;
    double sign = 0.0;  ///< of the change of its multiplier
  };

  [[nodiscard]] bool is_equality(Eigen::Index i) const {
    return i < p_ && program_.senses[static_cast<std::size_t>(i)] == Sense::equality;
  }
  [[nodiscard]] Place& place(Eigen::Index i) { return place_[static_cast<std::size_t>(i)]; }
  [[nodiscard]] double smallest(Eigen::Index i) const { return is_equality(i) ? -largest_(i) : 0; }
  [[nodiscard]] double constant(Eigen::Index i) const {
    if (i < p_) return program_.residuals(i);
    return i < p_ + n_ ? -program_.upper(i - p_) : program_.lower(i - p_ - n_);
  }
  [[nodiscard]] double slack(Eigen::Index i) const;  ///< c_i + a_i.d
  [[nodiscard]] Vector in_factor(Eigen::Index i) const;

  [[nodiscard]] Entering choose();
  void enter(const Entering& entering);
  void activate(Eigen::Index i, const Vector& column);
  void release(Eigen::Index k, Place to);

  const QuadraticProgram& program_;
  const Eigen::Index n_;
  const Eigen::Index p_;
  const Eigen::Index count_;
  Vector step_;
  Vector multipliers_;
  Vector largest_;
  Vector sizes_;  ///< |a_i|_2
  std::vector<Place> place_;
  std::vector<Eigen::Index> active_;
  Matrix basis_;     ///< n x n, basis basis^T = B^-1; basis^T [active a_i] = [triangle; 0]
  Matrix triangle_;  ///< n x n, the leading block of the number of active ones
};

double DualActiveSet::slack(Eigen::Index i) const {
  if (i < p_) return program_.residuals(i) + program_.rows.col(i).dot(step_);
  const Eigen::Index j = (i - p_) % n_;
  return i < p_ + n_ ? step_(j) - program_.upper(j) : program_.lower(j) - step_(j);
}

/// basis^T a_i.
Vector DualActiveSet::in_factor(Eigen::Index i) const {
  if (i < p_) return basis_.transpose() * program_.rows.col(i);
  const Vector row = basis_.row((i - p_) % n_).transpose();
  return i < p_ + n_ ? row : Vector(-row);
}

/// The worst constraint that asks for another multiplier, equalities first.
DualActiveSet::Entering DualActiveSet::choose() {
  Entering chosen;
  double worst = 0.0;
  const double length = step_.norm();
  for (Eigen::Index i = 0; i < count_; ++i) {
    if (place(i) == Place::active || !(sizes_(i) > 0.0) || !std::isfinite(constant(i))) continue;
    const double s = slack(i);
    const double noise = 1e-13 * (std::abs(constant(i)) + sizes_(i) * (length + 1e-3));
    if (std::abs(s) <= noise) continue;
    const bool may_rise = multipliers_(i) < largest_(i);
    const bool may_fall = multipliers_(i) > smallest(i);
    if (!(s > 0.0 ? may_rise : may_fall)) continue;
    const bool fresh_equality = is_equality(i) && place(i) == Place::out;
    const double excess = (fresh_equality ? 1e100 : 1.0) * std::abs(s) / sizes_(i);
    if (excess <= worst) continue;
    worst = excess;
    chosen = {i, s > 0.0 ? 1.0 : -1.0};
  }
  return chosen;
}

/// Moves the multiplier of one constraint until it holds, or until its limit.
void DualActiveSet::enter(const Entering& entering) {
  const Eigen::Index i = entering.index;
  for (;;) {
    const auto k = static_cast<Eigen::Index>(active_.size());
    const Vector column = in_factor(i);
    const Vector response =
        triangle_.topLeftCorner(k, k).triangularView<Eigen::Upper>().solve(column.head(k));
    const double free = column.tail(n_ - k).squaredNorm();
    const bool moves = free > 1e-20 * column.squaredNorm();
    const double full = moves ? std::abs(slack(i)) / free : infinity;
    const double limit =
        entering.sign > 0 ? largest_(i) - multipliers_(i) : multipliers_(i) - smallest(i);
    double length = std::min(full, limit);
    Eigen::Index blocking = -1;
    for (Eigen::Index a = 0; a < k; ++a) {
      const Eigen::Index other = active_[static_cast<std::size_t>(a)];
      const double rate = -entering.sign * response(a);
      if (std::abs(rate) < 1e-15 * (1.0 + response.lpNorm<Eigen::Infinity>())) continue;
      const double room =
          rate > 0 ? largest_(other) - multipliers_(other) : multipliers_(other) - smallest(other);
      if (std::max(room, 0.0) / std::abs(rate) < length) {
        length = std::max(room, 0.0) / std::abs(rate);
        blocking = a;
      }
    }
    if (!std::isfinite(length)) {  // depends on others within rounding: give it up
      sizes_(i) = 0.0;
      return;
    }
    if (moves) {
      step_.noalias() -= entering.sign * length * (basis_.rightCols(n_ - k) * column.tail(n_ - k));
    }
    multipliers_(i) += entering.sign * length;
    for (Eigen::Index a = 0; a < k; ++a) {
      multipliers_(active_[static_cast<std::size_t>(a)]) -= entering.sign * length * response(a);
    }
    if (blocking >= 0) {
      const Eigen::Index other = active_[static_cast<std::size_t>(blocking)];
      const bool rose = -entering.sign * response(blocking) > 0.0;
      multipliers_(other) = rose ? largest_(other) : smallest(other);
      release(blocking, multipliers_(other) == 0.0 ? Place::out : Place::saturated);
      continue;
    }
    if (full <= limit) return activate(i, column);
    multipliers_(i) = entering.sign > 0 ? largest_(i) : smallest(i);
    place(i) = multipliers_(i) == 0.0 ? Place::out : Place::saturated;
    return;
  }
}

/// A Householder reflection of the free part of the basis leaves one entry below the triangle.
void DualActiveSet::activate(Eigen::Index i, const Vector& column) {
  const auto k = static_cast<Eigen::Index>(active_.size());
  Vector reflector = column.tail(n_ - k);
  const double length = reflector(0) > 0.0 ? -reflector.norm() : reflector.norm();
  reflector(0) -= length;
  const double size = reflector.squaredNorm();
  if (size > 0.0) {
    const Vector image = basis_.rightCols(n_ - k) * reflector;
    basis_.rightCols(n_ - k).noalias() -= (2.0 / size) * image * reflector.transpose();
  }
  triangle_.col(k).head(k) = column.head(k);
  triangle_(k, k) = length;
  active_.push_back(i);
  place(i) = Place::active;
}

/// Takes the k-th active constraint out; rotations make the triangle one again.
void DualActiveSet::release(Eigen::Index k, Place to) {
  place(active_[static_cast<std::size_t>(k)]) = to;
  active_.erase(active_.begin() + k);
  const auto left = static_cast<Eigen::Index>(active_.size());
  for (Eigen::Index c = k; c < left; ++c) {
    triangle_.col(c).head(c + 2) = triangle_.col(c + 1).head(c + 2);
  }
  for (Eigen::Index c = k; c < left; ++c) {
    Eigen::JacobiRotation<double> rotation;
    rotation.makeGivens(triangle_(c, c), triangle_(c + 1, c));
    triangle_.middleCols(c, left - c).applyOnTheLeft(c, c + 1, rotation.adjoint());
    basis_.applyOnTheRight(c, c + 1, rotation);
    triangle_(c + 1, c) = 0.0;
  }
}

QuadraticSolution DualActiveSet::solve() {
  QuadraticSolution solution;
  const Eigen::LLT<Matrix> factor(program_.hessian);
  if (factor.info() != Eigen::Success) return solution;
  basis_ = factor.matrixU().solve(Matrix::Identity(n_, n_));
  triangle_ = Matrix::Zero(n_, n_);
  step_ = -factor.solve(program_.gradient);
  for (Eigen::Index change = 0; change < 20 * (n_ + count_) + 100; ++change) {
    const Entering entering = choose();
    if (entering.index < 0) {
      solution.solved = step_.allFinite();
      break;
    }
    enter(entering);
  }
  solution.step = step_;
  if (program_.lower.size() > 0) {
    solution.step = step_.cwiseMax(program_.lower).cwiseMin(program_.upper);
  }
  solution.multipliers = multipliers_.head(p_);
  solution.bound_multipliers = Vector::Zero(n_);
  if (count_ > p_) {
    solution.bound_multipliers = multipliers_.segment(p_, n_) - multipliers_.tail(n_);
  }
  for (Eigen::Index i = 0; i < p_; ++i) {
    const double s = slack(i);
    solution.shortfall += is_equality(i) ? std::abs(s) : std::max(0.0, s);
  }
  return solution;
}

}  // namespace

QuadraticSolution solve_quadratic_program(const QuadraticProgram& program) {
  return DualActiveSet(program).solve();
}

}  // namespace moo
