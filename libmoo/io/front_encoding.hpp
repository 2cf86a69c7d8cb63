#pragma once

#include <nlohmann/json_fwd.hpp>

#include "libmoo/io/front_document.hpp"

namespace moo {

/// The document as the JSON of a front file, with an empty object where the indicators belong.
/// Takes any document: numbers that are not finite are still in it, sizes are not looked at.
[[nodiscard]] nlohmann::ordered_json encode_front(const FrontDocument& document);

/// The indicators of a document that has passed check_document and holds finite objectives.
/// Throws: InvalidArgument when a point is not finite in the units of the scaling.
[[nodiscard]] nlohmann::ordered_json encode_indicators(const FrontDocument& document);

}  // namespace moo
