#include "libmoo/front/certificate.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <cmath>
#include <limits>
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
    const Vector gradient = factor.transpose() * (factor * z);
    const double level = gradient(free.front());
    int entering = -1;
    double steepest = -1e-14 * norms.cwiseAbs2().maxCoeff();
    for (int i = 0; i < signed_count; ++i) {
      if (std::find(free.begin(), free.end(), i) != free.end()) continue;
      const double slope = gradient(i) - (i < num_simplex ? level : 0.0);
      if (slope < steepest) {
        steepest = slope;
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

Certificate certify(const Problem& problem, ConstVectorRef theta, const Scaling& scaling,
                    ConstVectorRef suggested) {
  const int n = problem.num_variables();
  const int m = problem.num_objectives();
  const int p = problem.num_hard_rows();
  require_size("certify", "theta", n, theta.size());
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

  // Part of a gradient that counts as unresolved: nothing that a bound holds back.
  const auto projected = [&](Vector g) {
    if (bounds.empty()) return g;
    for (int j = 0; j < n; ++j) {
      const double slack = 1e-9 * std::max(1.0, std::abs(theta(j)));
      if (theta(j) <= bounds.lower(j) + slack) g(j) = std::min(g(j), 0.0);
      if (theta(j) >= bounds.upper(j) - slack) g(j) = std::max(g(j), 0.0);
    }
    return g;
  };
  Vector free_variables = Vector::Ones(n);
  if (!bounds.empty()) {
    for (int j = 0; j < n; ++j) {
      const double slack = 1e-9 * std::max(1.0, std::abs(theta(j)));
      if (theta(j) <= bounds.lower(j) + slack || theta(j) >= bounds.upper(j) - slack) {
        free_variables(j) = 0.0;
      }
    }
  }

  Indices inequalities;
  Indices equalities;
  for (int i = 0; i < p; ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    if (row.sense == Sense::equality) {
      equalities.push_back(m + i);
    } else if (certificate.values(m + i) >= -row.tolerance) {
      inequalities.push_back(m + i);
    }
  }
  Indices kept(static_cast<std::size_t>(m));
  for (int i = 0; i < m; ++i) kept[static_cast<std::size_t>(i)] = i;
  kept.insert(kept.end(), inequalities.begin(), inequalities.end());
  kept.insert(kept.end(), equalities.begin(), equalities.end());
  Matrix columns(n, static_cast<Eigen::Index>(kept.size()));
  for (std::size_t k = 0; k < kept.size(); ++k) {
    columns.col(static_cast<Eigen::Index>(k)) = free_variables.cwiseProduct(gradients.col(kept[k]));
  }
  const Vector z = minimum_norm_multipliers(columns, m, static_cast<int>(inequalities.size()));
  for (std::size_t k = 0; k < kept.size(); ++k) {
    certificate.multipliers(kept[k]) = z(static_cast<Eigen::Index>(k));
  }
  const auto residual = [&](const Vector& multipliers) {
    return projected(gradients * multipliers).cwiseAbs().maxCoeff();
  };
  certificate.kkt_residual = residual(certificate.multipliers);

  if (suggested.size() == m + p && suggested.allFinite() && suggested.head(m).minCoeff() >= 0.0 &&
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
    const double other = residual(normalised);
    if (admissible && other < certificate.kkt_residual) {
      certificate.multipliers = normalised;
      certificate.kkt_residual = other;
    }
  }
  return certificate;
}

}  // namespace moo
