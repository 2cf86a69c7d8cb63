#pragma once

#include <memory>
#include <string>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// One term of a weighted sum of outputs.
struct WeightedOutput {
  int output = 0;
  double weight = 1.0;
};

struct ConservationOptions {
  std::vector<WeightedOutput> terms;
  std::string total_column = {};  ///< side column with the total of each row; empty: `total`
  double total = 0.0;             ///< for all rows, when there is no column
  std::string unit = "prediction";
};

/// A weighted sum of a row's outputs is conserved, such as mass or energy, or shares of one:
///
///     r_b = sum_o w_o p_o(x_b) - total_b = 0,
///
/// one residual per data row, in the unit of the sum. The total is a side column as it is stored,
/// or one constant; outputs are in the units of the targets, so that scaled targets need weights
/// (and a total) that undo the scaling. Linear; asks for no further probes.
/// Source: Beucler, Pritchard, Rasp, Ott, Baldi, Gentine (2021), linear conservation laws as a
/// loss.
class Conservation final : public Constraint {
 public:
  /// Throws: InvalidArgument without terms, or for a weight or total that is not finite.
  explicit Conservation(ConservationOptions options);

  [[nodiscard]] std::string name() const override;
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument also when a total is not finite, naming the row.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ConservationOptions options_;
};

}  // namespace moo
