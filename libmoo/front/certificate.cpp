#include "libmoo/front/certificate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Which variables stand on a bound, within rounding.
struct AtBounds {
  std::vector<bool> lower;  ///< n
  std::vector<bool> upper;  ///< n

  AtBounds(const Bounds& bounds, ConstVectorRef theta)
      : lower(static_cast<std::size_t>(theta.size())), upper(lower.size()) {
    if (bounds.empty()) return;
    for (std::size_t j = 0; j < lower.size(); ++j) {
      const auto k = static_cast<Eigen::Index>(j);
      const double slack = 1e-9 * std::max(1.0, std::abs(theta(k)));
      lower[j] = theta(k) <= bounds.lower(k) + slack;
      upper[j] = theta(k) >= bounds.upper(k) - slack;
    }
  }

  /// |g|_inf of the part of a gradient that counts as unresolved: nothing that a bound holds back.
  [[nodiscard]] double unresolved(const Vector& gradient) const {
    double largest = 0.0;
    for (std::size_t j = 0; j < lower.size(); ++j) {
      double g = gradient(static_cast<Eigen::Index>(j));
      if (lower[j]) g = std::min(g, 0.0);
      if (upper[j]) g = std::max(g, 0.0);
      largest = std::max(largest, std::abs(g));
    }
    return largest;
  }
};

/// Gradients of some values, in the order that minimum_norm_multipliers wants.
struct Columns {
  std::vector<int> values;  ///< m objectives, inequality rows, equality rows: indices into values()
  int num_inequalities = 0;
  Matrix gradients;  ///< n x values.size(), those of objectives in scaled units
};

/// The inequality rows that are active at these values, and all equality rows: the `max_rows` that
/// matter most, inequalities first.
Columns active_columns(const Problem& problem, const Vector& values, const Vector& suggested,
                       int max_rows) {
  const int m = problem.num_objectives();
  std::vector<std::tuple<bool, double, double, int>> ranked;
  for (int i = m; i < problem.num_values(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i - m)];
    const bool equality = row.sense == Sense::equality;
    if (!equality && values(i) < -row.tolerance) continue;
    const double multiplier = suggested.size() > 0 ? std::abs(suggested(i)) : 0.0;
    ranked.emplace_back(equality, -multiplier, -values(i), i);
  }
  const auto more_important = [](const auto& a, const auto& b) {
    return std::tuple(std::get<1>(a), !std::get<0>(a), std::get<2>(a), std::get<3>(a)) <
           std::tuple(std::get<1>(b), !std::get<0>(b), std::get<2>(b), std::get<3>(b));
  };
  if (static_cast<int>(ranked.size()) > max_rows) {
    std::sort(ranked.begin(), ranked.end(), more_important);
    ranked.resize(static_cast<std::size_t>(max_rows));
  }
  std::sort(ranked.begin(), ranked.end(), [](const auto& a, const auto& b) {
    return std::tuple(std::get<0>(a), std::get<3>(a)) < std::tuple(std::get<0>(b), std::get<3>(b));
  });
  Columns columns;
  for (int j = 0; j < m; ++j) columns.values.push_back(j);
  for (const auto& row : ranked) {
    columns.values.push_back(std::get<3>(row));
    if (!std::get<0>(row)) ++columns.num_inequalities;
  }
  return columns;
}

/// Pulls back the columns, a block at a time.
void fill(Columns& columns, const Linearization& at, const Vector& range, int n, int block) {
  const auto count = static_cast<Eigen::Index>(columns.values.size());
  columns.gradients.resize(n, count);
  for (Eigen::Index first = 0; first < count; first += block) {
    const Eigen::Index width = std::min<Eigen::Index>(block, count - first);
    Matrix weights = Matrix::Zero(at.values().size(), width);
    for (Eigen::Index k = 0; k < width; ++k) {
      const int value = columns.values[static_cast<std::size_t>(first + k)];
      weights(value, k) = value < range.size() ? 1.0 / range(value) : 1.0;
    }
    at.pullback(weights, columns.gradients.middleCols(first, width));
  }
}

/// Multipliers of the columns for |g|_2 least, g without what bounds hold back; one per column.
Vector best_multipliers(const Columns& given, int m, const AtBounds& at, const Vector& guess) {
  const Matrix& gradients = given.gradients;
  const Eigen::Index count = gradients.cols();
  const auto first_equality = static_cast<Eigen::Index>(m + given.num_inequalities);
  // A bound holds with a multiplier >= 0 of its own, on -e_j (lower) or e_j (upper). Where nothing
  // pulls inwards it holds whatever the others are, and the variable can be left out instead.
  Vector free_variables = Vector::Ones(gradients.rows());
  std::vector<std::pair<Eigen::Index, double>> sides;
  for (Eigen::Index j = 0; j < gradients.rows(); ++j) {
    const bool lower = at.lower[static_cast<std::size_t>(j)];
    const bool upper = at.upper[static_cast<std::size_t>(j)];
    if (!lower && !upper) continue;
    bool held = lower && upper;
    if (!held) {
      held = true;
      for (Eigen::Index k = 0; k < count && held; ++k) {
        const double inwards = (lower ? -1.0 : 1.0) * gradients(j, k);
        held = k < first_equality ? inwards <= 0.0 : inwards == 0.0;
      }
    }
    if (held) {
      free_variables(j) = 0.0;
    } else {
      sides.emplace_back(j, lower ? -1.0 : 1.0);
    }
  }
  const auto num_sides = static_cast<Eigen::Index>(sides.size());
  const Eigen::Index num_equalities = count - first_equality;
  Matrix columns = Matrix::Zero(gradients.rows(), count + num_sides);
  columns.leftCols(first_equality) =
      free_variables.asDiagonal() * gradients.leftCols(first_equality);
  for (Eigen::Index k = 0; k < num_sides; ++k) {
    const auto& [variable, sign] = sides[static_cast<std::size_t>(k)];
    columns(variable, first_equality + k) = sign;
  }
  columns.rightCols(num_equalities) =
      free_variables.asDiagonal() * gradients.rightCols(num_equalities);
  Vector support;
  if (guess.size() > 0) {
    support = Vector::Zero(columns.cols());
    support.head(first_equality) = guess.head(first_equality);
  }
  const Vector z = minimum_norm_multipliers(
      columns, m, given.num_inequalities + static_cast<int>(num_sides), support);
  Vector multipliers(count);
  multipliers << z.head(first_equality), z.tail(num_equalities);
  return multipliers;
}

/// What the values say: violation and feasibility, bounds included.
void judge(const Problem& problem, ConstVectorRef theta, const Bounds& bounds,
           Certificate& certificate) {
  const int m = problem.num_objectives();
  for (int i = 0; i < problem.num_hard_rows(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    const double c = certificate.values(m + i);
    const double violation = row.sense == Sense::equality ? std::abs(c) : std::max(c, 0.0);
    certificate.violation = std::max(certificate.violation, violation);
    certificate.feasible = certificate.feasible && violation <= row.tolerance;
  }
  if (bounds.empty()) return;
  const double outside =
      std::max((bounds.lower - theta).maxCoeff(), (theta - bounds.upper).maxCoeff());
  certificate.violation = std::max(certificate.violation, outside);
  certificate.feasible = certificate.feasible && outside <= 1e-9;
}

/// The suggestion as a certificate may hold it: objectives in the simplex, nothing negative on
/// inequalities and nothing on inactive ones. Empty when the objectives' part is unusable.
Vector admissible(const Problem& problem, const Vector& values, const Vector& suggested) {
  const int m = problem.num_objectives();
  if (suggested.size() == 0 || !suggested.allFinite() || suggested.head(m).minCoeff() < 0.0 ||
      !(suggested.head(m).sum() > 0.0)) {
    return {};
  }
  Vector multipliers = suggested / suggested.head(m).sum();
  for (int i = m; i < problem.num_values(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i - m)];
    if (row.sense == Sense::equality) continue;
    if (multipliers(i) < 0.0 || values(i) < -row.tolerance) multipliers(i) = 0.0;
  }
  return multipliers;
}

/// |J_s^T multipliers|_inf without what bounds hold back; one pull-back.
double residual_of(const Linearization& at, const Vector& multipliers, const Vector& range,
                   const AtBounds& bounds) {
  Vector weights = multipliers;
  weights.head(range.size()) = weights.head(range.size()).cwiseQuotient(range);
  Vector gradient(static_cast<Eigen::Index>(bounds.lower.size()));
  at.pullback(weights, gradient);
  return gradient.allFinite() ? bounds.unresolved(gradient) : infinity;
}

}  // namespace

Certificate certify(const Problem& problem, ConstVectorRef theta, const Scaling& scaling,
                    ConstVectorRef suggested, const CertificateSettings& settings) {
  const int n = problem.num_variables();
  const int m = problem.num_objectives();
  require_size("certify", "theta", n, theta.size());
  require_size("certify", "the scaling", m, scaling.ideal.size());
  if (suggested.size() > 0) {
    require_size("certify", "the suggested multipliers", problem.num_values(), suggested.size());
  }
  const LinearizationPtr at = problem.linearize(theta);

  Certificate certificate;
  certificate.values = at->values();
  certificate.multipliers = Vector::Zero(problem.num_values());
  certificate.kkt_residual = infinity;
  if (!certificate.values.allFinite()) {
    certificate.feasible = false;
    return certificate;
  }
  const Bounds bounds = problem.bounds();
  judge(problem, theta, bounds, certificate);
  const AtBounds at_bounds(bounds, theta);
  const Vector range = scaling.range();

  const Vector proposed = admissible(problem, certificate.values, suggested);
  Columns columns = active_columns(problem, certificate.values, proposed, settings.max_rows);
  if (proposed.size() > 0) {
    certificate.multipliers = proposed;
    certificate.kkt_residual = residual_of(*at, proposed, range, at_bounds);
    const bool many = static_cast<int>(columns.values.size()) - m > settings.block;
    if (many && certificate.kkt_residual <= settings.sufficient_residual) return certificate;
  }
  fill(columns, *at, range, n, settings.block);
  if (!columns.gradients.allFinite()) {
    certificate.multipliers.setZero();
    certificate.kkt_residual = infinity;
    return certificate;
  }
  Vector guess;
  if (proposed.size() > 0) guess = proposed(columns.values);
  const Vector best = best_multipliers(columns, m, at_bounds, guess);
  const double residual = at_bounds.unresolved(columns.gradients * best);
  if (proposed.size() == 0 || residual <= certificate.kkt_residual) {
    certificate.kkt_residual = residual;
    certificate.multipliers.setZero();
    certificate.multipliers(columns.values) = best;
  }
  return certificate;
}

}  // namespace moo
