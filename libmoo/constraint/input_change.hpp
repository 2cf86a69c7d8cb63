#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {

/// One change of one row's inputs, for probes that are changed copies of the data rows.
struct InputChange {
  enum class Kind {
    shift,   ///< x_j -> x_j + value
    mirror,  ///< x_j -> 2 value - x_j: value is the centre, 0 a flip of the sign
    set,     ///< x_j -> value
    swap,    ///< x_j <-> x_other
    noise,   ///< x_j -> x_j + value * z, z a standard normal draw of the row
  };
  Kind kind = Kind::shift;
  std::string input;
  double value = 0.0;
  std::string other;       ///< only for a swap
  std::uint64_t seed = 0;  ///< only for noise
};

InputChange shifted(std::string input, double by);
InputChange mirrored(std::string input, double centre = 0.0);
InputChange set_to(std::string input, double value);
InputChange swapped(std::string input, std::string other);

/// Gaussian noise. Row b gets the same draw every time and in data of any length: draws depend on
/// the seed, the name of the input and b only, so that the rule stays one function of the model.
/// @param deviation in the unit of a shift   Throws: InvalidArgument unless it is > 0 and finite.
InputChange noised(std::string input, double deviation, std::uint64_t seed = 0);

/// Changes done one after the other.
struct Transformation {
  std::vector<InputChange> changes;

  /// Empty: values, signs and swaps are those of the model's own (standardised) inputs. Given: they
  /// are those of the raw data, and this is how `data.inputs` were standardised. It matters: the
  /// mirror image of a raw number is not the mirror image of the standardised one.
  std::optional<Standardizer> standardizer = {};
};

/// The changed copies of all rows, d x N, as the model sees them.
/// Throws: InvalidArgument in the name of `rule` for no changes, a value that is not finite, a swap
/// of an input with itself, unknown inputs, or a standardizer of another size.
Matrix changed_inputs(const std::string& rule, const Transformation& transformation,
                      const Dataset& data);

/// "a mirrored at 0, b and c swapped".
std::string to_string(const Transformation& transformation);

}  // namespace moo
