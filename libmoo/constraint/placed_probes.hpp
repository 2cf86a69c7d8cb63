#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/constraint/collocation.hpp"
#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// Where a rule on derivatives holds, and with respect to which inputs.
struct ProbePlaces {
  /// Given: derivatives are with respect to the raw inputs, and points are in their units; this is
  /// how `data.inputs` were standardised. Empty: with respect to the model's own inputs.
  std::optional<Standardizer> standardizer = {};

  std::optional<Collocation> points = {};  ///< empty: at the data rows
};

/// A given number at each place.
struct SourceTerm {
  double constant = 0.0;
  std::string column = "";  ///< not empty: plus this side column of the row; only at data rows
  /// Not empty: plus this function of the inputs there, d numbers in the units of ProbePlaces.
  std::function<double(ConstVectorRef)> function = {};
};

/// The K places of a rule on derivatives, while it is bound.
class PlacedProbes {
 public:
  /// Borrows the data. Throws: InvalidArgument in the name of `rule` for a standardizer of another
  /// size, no place, or as sample_points() does.
  PlacedProbes(std::string rule, const ProbePlaces& places, const Dataset& data);

  [[nodiscard]] int size() const { return static_cast<int>(points_.cols()); }  ///< K
  [[nodiscard]] const Matrix& points() const { return points_; }  ///< d x K, as the model sees them

  /// d x K: the places in the units of ProbePlaces.
  [[nodiscard]] Matrix raw_points() const;

  /// Appends K directional probes. The direction is the sum over these inputs of the one in which
  /// the input grows by 1 in the units of ProbePlaces: e_j / scale_j with a standardizer.
  /// Returns the first of the probes. Throws: InvalidArgument for no or unknown inputs, or
  /// one that is there twice.
  int append_along(const std::vector<std::string>& inputs, ProbeBatch& batch) const;

  /// K numbers. Throws: InvalidArgument for a column with collocation, an unknown one, or numbers
  /// that are not finite.
  [[nodiscard]] Vector values_of(const SourceTerm& source) const;

 private:
  std::string rule_;
  std::optional<Standardizer> standardizer_;
  const Dataset* data_;
  bool at_rows_;
  Matrix points_;
};

/// The column of the quantity `derivatives` with a derivative at a probe; order 0 is the value.
inline int derivative_column(int probe, int order) { return 3 * probe + order; }

/// The number of columns the quantity `derivatives` has by now.
inline int derivative_columns(const ProbeBatch& batch) { return 3 * batch.num_directional(); }

}  // namespace moo
