// Which columns of the batch the values of a TrainingProblem depend on. Objectives that live on
// probes of their own are differentiated there alone.

#include <algorithm>

#include "libmoo/training/training_core.hpp"

namespace moo {
namespace {

/// The smallest range that holds both; an empty one holds nothing.
ColumnRange united(ColumnRange a, ColumnRange b) {
  if (a.count == 0) return b;
  if (b.count == 0) return a;
  const Eigen::Index first = std::min(a.first, b.first);
  return {first, std::max(a.first + a.count, b.first + b.count) - first};
}

/// Of a quantity of this height, those on which the residuals depend.
ColumnRange columns_in(const ResidualJacobian& pattern, Eigen::Index height) {
  Eigen::Index first = pattern.cols();
  Eigen::Index last = -1;
  for (Eigen::Index row = 0; row < pattern.outerSize(); ++row) {
    for (ResidualJacobian::InnerIterator entry(pattern, row); entry; ++entry) {
      first = std::min<Eigen::Index>(first, entry.col() / height);
      last = std::max<Eigen::Index>(last, entry.col() / height);
    }
  }
  return last < 0 ? ColumnRange{} : ColumnRange{first, last - first + 1};
}

}  // namespace

void TrainingProblem::Core::find_columns() {
  const std::vector<int>& widths = setup.network.layers();
  for (BoundGroup& group : groups) {
    for (std::size_t k = 0; k < group.rules.size(); ++k) {
      const ModelQuantity& quantity = response->quantities[group.quantities[k]];
      if (quantity.kind == ModelQuantity::Kind::derivatives) {
        group.columns = {0, response->width()};
        continue;
      }
      const int height = quantity.kind == ModelQuantity::Kind::activations
                             ? widths[static_cast<std::size_t>(quantity.layer) + 1]
                             : num_outputs();
      group.columns = united(group.columns, columns_in(group.rules[k]->jacobian(), height));
    }
  }
}

ColumnRange TrainingProblem::Core::columns_of(ConstVectorRef weights) const {
  ColumnRange range;
  if (weights(0) != 0.0) range = {0, num_rows()};
  for (const BoundGroup& group : groups) {
    const bool counts = group.value >= 0
                            ? weights(group.value) != 0.0
                            : !weights.segment(group.first_row, group.num_residuals).isZero(0.0);
    if (counts) range = united(range, group.columns);
  }
  return range;
}

}  // namespace moo
