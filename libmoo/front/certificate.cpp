#include "libmoo/front/certificate.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

using Indices = std::vector<int>;

/// argmin |R z|, z zero outside `free`, its simplex part summing to 1, signs ignored.
Vector solve_on(const Matrix& factor, const Indices& free, int num_simplex) {
  Vector z = Vector::Zero(factor.cols());
  const int pivot = free.front();  // a simplex entry: the free list begins with one
  Matrix basis(factor.rows(), static_cast<Eigen::Index>(free.size()) - 1);
  for (std::size_t k = 1; k < free.size(); ++k) {
    basis.col(static_cast<Eigen::Index>(k) - 1) = factor.col(free[k]);
    if (free[k] < num_simplex) basis.col(static_cast<Eigen::Index>(k) - 1) -= factor.col(pivot);
  }
  z(pivot) = 1.0;
  if (basis.cols() == 0) return z;
  const Vector y = basis.completeOrthogonalDecomposition().solve(-factor.col(pivot));
  for (std::size_t k = 1; k < free.size(); ++k) {
    z(free[k]) = y(static_cast<Eigen::Index>(k) - 1);
    if (free[k] < num_simplex) z(pivot) -= z(free[k]);
  }
  return z;
}

}  // namespace

Vector minimum_norm_multipliers(ConstMatrixRef columns, int num_simplex, int num_nonnegative) {
  const int size = static_cast<int>(columns.cols());
  const int signed_count = num_simplex + num_nonnegative;
  if (num_simplex < 1) {
    throw InvalidArgument({"minimum_norm_multipliers", "no objective", "num_simplex >= 1",
                           std::to_string(num_simplex), ""});
  }
  Matrix factor = columns;
  if (columns.rows() > columns.cols()) {
    factor = Eigen::HouseholderQR<Matrix>(columns)
                 .matrixQR()
                 .topRows(columns.cols())
                 .triangularView<Eigen::Upper>();
  }
  const Vector norms = factor.colwise().norm();
  int smallest = 0;
  norms.head(num_simplex).minCoeff(&smallest);
  Indices free = {smallest};
  for (int i = signed_count; i < size; ++i) free.push_back(i);
  Vector z = solve_on(factor, free, num_simplex);

  for (int iteration = 0; iteration < 20 * size; ++iteration) {
    // Price the entries at zero; the simplex multiplier is the gradient common to its free entries.
    // A slope counts beyond the rounding of the products it is made of, whatever the columns'
    // sizes.
    const Vector gradient = factor.transpose() * (factor * z);
    const double level = gradient(free.front());
    const double rounding = 1e-14 * norms.dot(z.cwiseAbs());
    int entering = -1;
    double steepest = -rounding;
    for (int i = 0; i < signed_count; ++i) {
      if (std::find(free.begin(), free.end(), i) != free.end()) continue;
      const double slope = gradient(i) - (i < num_simplex ? level : 0.0);
      const double magnitude = norms(i) + (i < num_simplex ? norms(free.front()) : 0.0);
      if (slope < steepest * magnitude) {
        steepest = slope / magnitude;
        entering = i;
      }
    }
    if (entering < 0) return z;
    free.push_back(entering);
    for (;;) {
      const Vector target = solve_on(factor, free, num_simplex);
      double step = 1.0;
      int leaving = -1;
      for (const int i : free) {
        if (i >= signed_count || target(i) >= 0.0) continue;
        const double limit = z(i) / (z(i) - target(i));
        if (limit < step) {
          step = limit;
          leaving = i;
        }
      }
      z += step * (target - z);
      if (leaving < 0) break;
      z(leaving) = 0.0;
      if (leaving == entering) return z;  // no progress beyond rounding
      free.erase(std::find(free.begin(), free.end(), leaving));
      // The pivot must stay a simplex entry.
      std::stable_partition(free.begin(), free.end(), [&](int i) { return i < num_simplex; });
    }
  }
  return z;
}

namespace {

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

/// Multipliers of `gradients` (n x (m+p)) for |g|_2 least, g without what bounds hold back. Only
/// the columns `kept` take part: m objectives, then `num_inequalities`, then equalities.
Vector best_multipliers(const Matrix& gradients, const Indices& kept, int m, int num_inequalities,
                        const AtBounds& at) {
  const auto count = static_cast<Eigen::Index>(kept.size());
  const auto first_equality = static_cast<Eigen::Index>(m + num_inequalities);
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
        const double inwards =
            (lower ? -1.0 : 1.0) * gradients(j, kept[static_cast<std::size_t>(k)]);
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
  Matrix columns = Matrix::Zero(gradients.rows(), count + num_sides);
  Eigen::Index column = 0;
  const auto append = [&](Eigen::Index k) {
    columns.col(column++) =
        free_variables.cwiseProduct(gradients.col(kept[static_cast<std::size_t>(k)]));
  };
  for (Eigen::Index k = 0; k < first_equality; ++k) append(k);
  for (const auto& [variable, sign] : sides) columns(variable, column++) = sign;
  for (Eigen::Index k = first_equality; k < count; ++k) append(k);
  const Vector z =
      minimum_norm_multipliers(columns, m, num_inequalities + static_cast<int>(num_sides));

  Vector multipliers = Vector::Zero(gradients.cols());
  for (Eigen::Index k = 0; k < count; ++k) {
    multipliers(kept[static_cast<std::size_t>(k)]) = z(k < first_equality ? k : k + num_sides);
  }
  return multipliers;
}

}  // namespace

Certificate certify(const Problem& problem, ConstVectorRef theta, const Scaling& scaling,
                    ConstVectorRef suggested) {
  const int n = problem.num_variables();
  const int m = problem.num_objectives();
  const int p = problem.num_hard_rows();
  require_size("certify", "theta", n, theta.size());
  require_size("certify", "the scaling", m, scaling.ideal.size());
  if (suggested.size() > 0) {
    require_size("certify", "the suggested multipliers", m + p, suggested.size());
  }
  const LinearizationPtr linearization = problem.linearize(theta);

  Certificate certificate;
  certificate.values = linearization->values();
  certificate.multipliers = Vector::Zero(m + p);
  if (!certificate.values.allFinite()) {
    certificate.kkt_residual = std::numeric_limits<double>::infinity();
    certificate.feasible = false;
    return certificate;
  }

  for (int i = 0; i < p; ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    const double c = certificate.values(m + i);
    const double violation = row.sense == Sense::equality ? std::abs(c) : std::max(c, 0.0);
    certificate.violation = std::max(certificate.violation, violation);
    certificate.feasible = certificate.feasible && violation <= row.tolerance;
  }
  const Bounds bounds = problem.bounds();
  if (!bounds.empty()) {
    const double outside =
        std::max((bounds.lower - theta).maxCoeff(), (theta - bounds.upper).maxCoeff());
    certificate.violation = std::max(certificate.violation, outside);
    certificate.feasible = certificate.feasible && outside <= 1e-9;
  }

  Matrix gradients = linearization->transposed_jacobian(n);  // n x (m+p)
  gradients.leftCols(m).array().rowwise() /= scaling.range().transpose().array();
  if (!gradients.allFinite()) {
    certificate.kkt_residual = std::numeric_limits<double>::infinity();
    return certificate;
  }

  Indices kept(static_cast<std::size_t>(m));
  std::iota(kept.begin(), kept.end(), 0);
  Indices equalities;
  for (int i = 0; i < p; ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    if (row.sense == Sense::equality) {
      equalities.push_back(m + i);
    } else if (certificate.values(m + i) >= -row.tolerance) {
      kept.push_back(m + i);
    }
  }
  const int num_inequalities = static_cast<int>(kept.size()) - m;
  kept.insert(kept.end(), equalities.begin(), equalities.end());
  const AtBounds at(bounds, theta);
  certificate.multipliers = best_multipliers(gradients, kept, m, num_inequalities, at);
  certificate.kkt_residual = at.unresolved(gradients * certificate.multipliers);

  if (suggested.size() > 0 && suggested.allFinite() && suggested.head(m).minCoeff() >= 0.0 &&
      suggested.head(m).sum() > 0.0) {
    const Vector normalised = suggested / suggested.head(m).sum();
    bool admissible = true;
    for (int i = 0; i < p; ++i) {
      const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
      const bool active = certificate.values(m + i) >= -row.tolerance;
      if (row.sense == Sense::inequality &&
          (normalised(m + i) < 0.0 || (!active && normalised(m + i) > 0.0))) {
        admissible = false;
      }
    }
    const double other = at.unresolved(gradients * normalised);
    if (admissible && other < certificate.kkt_residual) {
      certificate.multipliers = normalised;
      certificate.kkt_residual = other;
    }
  }
  return certificate;
}

}  // namespace moo
