#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// What a model is trained and judged on: N samples with d inputs and q targets. Samples are
/// columns.
struct Dataset {
  Matrix inputs;                         ///< d x N
  Matrix targets;                        ///< q x N
  std::vector<std::string> input_names;  ///< d
  Vector weights;  ///< N weights >= 0 of the rows in the loss, not all 0; empty: all equal
  /// N each: what constraints and audits need and the model does not see, such as protected
  /// columns.
  std::map<std::string, Vector> columns;

  [[nodiscard]] int num_rows() const { return static_cast<int>(inputs.cols()); }
  [[nodiscard]] int num_inputs() const { return static_cast<int>(inputs.rows()); }

  /// A side column by name; N. Throws: InvalidArgument, listing the columns, for an unknown name.
  [[nodiscard]] const Vector& column(std::string_view name) const;

  /// The row of `inputs` with this name. Throws: InvalidArgument, listing the inputs, for an
  /// unknown name.
  [[nodiscard]] int input_index(std::string_view name) const;

  /// The samples with these indices, in this order; an index may come twice.
  /// Throws: InvalidArgument for an index outside 0 ... N - 1, or as check() does.
  [[nodiscard]] Dataset subset(const std::vector<int>& rows) const;

  /// Throws: InvalidArgument when the sizes of the parts disagree, or a name is there twice.
  void check() const;
};

}  // namespace moo
