#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

struct ImageShiftOptions {
  int rows = 1;                             ///< of the images
  int columns = 1;                          ///< rows x columns inputs, one row after the other
  std::vector<std::pair<int, int>> shifts;  ///< (down, right) in pixels, negative: up, left
  double background = 0.0;                  ///< of what moves in, as the model sees it
  std::string unit = "probability";
};

/// All rows' images moved by (down, right) pixels, d x N.
Matrix shifted_images(const ImageShiftOptions& options, std::pair<int, int> shift,
                      ConstMatrixRef inputs);

/// What a picture shows does not hang on where it stands: predictions are the same for moved
/// copies,
///
///     r_bok = p_o(x_b moved by shift k) - p_o(x_b) = 0,
///
/// one residual per row, output and shift, in the prediction's unit. Linear; one changed copy of
/// the rows per shift.
/// Source: Simard, Victorri, LeCun, Denker (1991), "Tangent prop", section 2, with finite moves for
/// tangents.
class ImageShift final : public Constraint {
 public:
  /// Throws: InvalidArgument for no shift, one that moves nothing or everything out, or an empty
  /// image.
  explicit ImageShift(ImageShiftOptions options);

  [[nodiscard]] std::string name() const override { return "unchanged by moving the image"; }
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return Sense::equality; }

  /// Throws: InvalidArgument when the data have another number of inputs.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override;

 private:
  ImageShiftOptions options_;
};

}  // namespace moo
