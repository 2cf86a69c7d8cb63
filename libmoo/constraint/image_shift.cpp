#include "libmoo/constraint/image_shift.hpp"

#include <cstdlib>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

Matrix shifted_images(const ImageShiftOptions& options, std::pair<int, int> shift,
                      ConstMatrixRef inputs) {
  const auto [down, right] = shift;
  Matrix moved = Matrix::Constant(inputs.rows(), inputs.cols(), options.background);
  for (int r = 0; r < options.rows; ++r) {
    const int from_row = r - down;
    if (from_row < 0 || from_row >= options.rows) continue;
    for (int c = 0; c < options.columns; ++c) {
      const int from_column = c - right;
      if (from_column < 0 || from_column >= options.columns) continue;
      moved.row(r * options.columns + c) = inputs.row(from_row * options.columns + from_column);
    }
  }
  return moved;
}

ImageShift::ImageShift(ImageShiftOptions options) : options_(std::move(options)) {
  bool fits = options_.rows > 0 && options_.columns > 0 && !options_.shifts.empty();
  for (const auto& [down, right] : options_.shifts) {
    fits = fits && (down != 0 || right != 0) && std::abs(down) < options_.rows &&
           std::abs(right) < options_.columns;
  }
  if (fits) return;
  throw InvalidArgument({"ImageShift", "no such shifts", "shifts that leave some of the image",
                         std::to_string(options_.shifts.size()) + " shifts of images of " +
                             std::to_string(options_.rows) + " x " +
                             std::to_string(options_.columns),
                         ""});
}

std::unique_ptr<BoundConstraint> ImageShift::bind(const Dataset& data, ProbeBatch& batch) const {
  require_size("ImageShift", "the pixels of an image", options_.rows * options_.columns,
               data.num_inputs());
  const int outputs = static_cast<int>(data.targets.rows());
  LinearRows rows(data);
  for (const auto& shift : options_.shifts) {
    const int moved = batch.append(shifted_images(options_, shift, data.inputs));
    for (int b = 0; b < data.num_rows(); ++b) {
      for (int output = 0; output < outputs; ++output) {
        rows.add_term(1.0, output, moved + b);
        rows.add_term(-1.0, output, b);
        rows.end_residual();
      }
    }
  }
  return rows.bind(batch);
}

}  // namespace moo
