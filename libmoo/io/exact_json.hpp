#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libmoo/base/vector.hpp"
#include "libmoo/io/json_node.hpp"

namespace moo {

/// JSON that gives every double back bit for bit: finite ones are numbers, with as many digits as
/// that takes; the others, which JSON has no numbers for, are strings of their 16 hexadecimal
/// digits ("7ff0000000000000" is infinity).
[[nodiscard]] nlohmann::ordered_json exact_json(double number);
[[nodiscard]] nlohmann::ordered_json exact_json(ConstVectorRef vector);

/// Throws: FileError when the value is not what exact_json makes.
[[nodiscard]] double exact_number(const JsonNode& node);
[[nodiscard]] Vector exact_vector(const JsonNode& node);

}  // namespace moo
