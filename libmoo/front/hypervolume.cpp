#include "libmoo/front/hypervolume.hpp"

#include <algorithm>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/front/added_volumes.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/region.hpp"
#include "libmoo/front/staircase.hpp"

namespace moo {
namespace {

/// Columns that strictly dominate the reference. Throws: InvalidArgument.
std::vector<int> columns_inside(const char* who, ConstMatrixRef objectives,
                                ConstVectorRef reference) {
  require_size(who, "the reference point", objectives.rows(), reference.size());
  if (!objectives.allFinite() || (objectives.cols() > 0 && !reference.allFinite())) {
    throw InvalidArgument({who, "an objective is not finite", "finite numbers", "", ""});
  }
  std::vector<int> inside;
  for (Eigen::Index k = 0; k < objectives.cols(); ++k) {
    if ((objectives.col(k).array() < reference.array()).all()) {
      inside.push_back(static_cast<int>(k));
    }
  }
  return inside;
}

/// The chosen columns without one row.
Matrix without_row(const Matrix& f, Eigen::Index row, const std::vector<int>& columns) {
  Matrix others(f.rows() - 1, static_cast<Eigen::Index>(columns.size()));
  for (Eigen::Index k = 0; k < others.cols(); ++k) {
    const auto column = f.col(columns[static_cast<std::size_t>(k)]);
    others.col(k).head(row) = column.head(row);
    others.col(k).tail(others.rows() - row) = column.tail(others.rows() - row);
  }
  return others;
}

Vector without_entry(ConstVectorRef reference, Eigen::Index entry) {
  Vector others(reference.size() - 1);
  others << reference.head(entry), reference.tail(others.size() - entry);
  return others;
}

/// Area that a column of a 2 x N matrix alone dominates: its cell of the staircase, less what
/// the columns it dominates dominate there. `order` sorts by the first objective, then the second.
Vector exclusive_areas(const Matrix& f, ConstVectorRef reference) {
  // ascending in the first; equal ones ascending in the second
  std::vector<int> order(static_cast<std::size_t>(f.cols()));
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = static_cast<int>(k);
  std::sort(order.begin(), order.end(), [&](int a, int b) {
    return f(0, a) != f(0, b) ? f(0, a) < f(0, b) : f(1, a) < f(1, b);
  });
  Vector areas = Vector::Zero(f.cols());
  // A step's cell ends where the next step begins; what the cell has seen lowers its ceiling.
  int step = -1;
  double ceiling =
      reference(1);   // of the cell: the height of the step before, then of columns in it
  double from = 0.0;  // where the ceiling begins
  for (const int k : order) {
    if (step >= 0 && f(1, k) >= ceiling) continue;
    if (step >= 0) areas(step) += (f(0, k) - from) * (ceiling - f(1, step));
    from = f(0, k);
    if (step < 0 || f(1, k) < f(1, step)) {
      ceiling = step < 0 ? reference(1) : f(1, step);
      step = k;
    } else {
      ceiling = f(1, k);
    }
  }
  if (step >= 0) areas(step) += (reference(0) - from) * (ceiling - f(1, step));
  return areas;
}

Vector exclusive_volumes(const Matrix& f, const Vector& reference) {
  const RankedColumns columns = rank_columns(f, reference);
  const auto region = make_region(columns);
  const SweepOrder order = sweep_order(f.row(f.rows() - 1).transpose());
  Vector volumes(f.cols());
  for (const int k : order.columns) {
    region->clear();
    for (const int other : order.columns) {
      if (other != k) region->append(columns.ranks.col(other).data());
    }
    volumes(k) = region->added(columns.ranks.col(k).data());
  }
  return volumes;
}

Vector exclusive_lengths(const Matrix& f, ConstVectorRef reference) {
  Vector lengths = Vector::Zero(f.cols());
  Eigen::Index best = 0;
  const double lowest = f.row(0).minCoeff(&best);
  double second = reference(0);
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    if (k != best) second = std::min(second, f(0, k));
  }
  lengths(best) = second - lowest;
  return lengths;
}

Vector exclusive(const Matrix& f, const Vector& reference) {
  switch (f.rows()) {
    case 1:
      return exclusive_lengths(f, reference);
    case 2:
      return exclusive_areas(f, reference);
    default:
      return exclusive_volumes(f, reference);
  }
}

}  // namespace

double hypervolume(ConstMatrixRef objectives, ConstVectorRef reference) {
  const std::vector<int> inside = columns_inside("hypervolume", objectives, reference);
  if (inside.empty()) return 0.0;
  const Matrix f = objectives(Eigen::all, inside);
  const Eigen::Index last = f.rows() - 1;
  const SweepOrder order = sweep_order(f.row(last).transpose());
  const Vector added =
      added_volumes(without_row(f, last, order.columns), reference.head(last), order.seen);
  double volume = 0.0;
  for (Eigen::Index k = 0; k < added.size(); ++k) {
    volume += added(k) * (reference(last) - f(last, order.columns[static_cast<std::size_t>(k)]));
  }
  return volume;
}

Vector hypervolume_contributions(ConstMatrixRef objectives, ConstVectorRef reference) {
  const std::vector<int> inside =
      columns_inside("hypervolume_contributions", objectives, reference);
  Vector contributions = Vector::Zero(objectives.cols());
  if (!inside.empty()) {
    contributions(inside) = exclusive(objectives(Eigen::all, inside), reference);
  }
  return contributions;
}

Matrix hypervolume_gradient(ConstMatrixRef objectives, ConstVectorRef reference) {
  std::vector<int> inside = columns_inside("hypervolume_gradient", objectives, reference);
  Matrix gradient = Matrix::Zero(objectives.rows(), objectives.cols());
  const std::vector<int> free = nondominated_columns(objectives(Eigen::all, inside));
  const Matrix f = objectives(Eigen::all, inside)(Eigen::all, free);
  for (Eigen::Index i = 0; i < f.rows() && f.cols() > 0; ++i) {
    const SweepOrder order = strict_sweep_order(f.row(i).transpose());
    const Vector facets =
        added_volumes(without_row(f, i, order.columns), without_entry(reference, i), order.seen);
    for (Eigen::Index k = 0; k < facets.size(); ++k) {
      const int column = free[static_cast<std::size_t>(order.columns[static_cast<std::size_t>(k)])];
      gradient(i, inside[static_cast<std::size_t>(column)]) -= facets(k);
    }
  }
  return gradient;
}

}  // namespace moo
