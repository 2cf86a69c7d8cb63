#pragma once

#include "libmoo/io/front_document.hpp"
#include "libmoo/io/json_node.hpp"

namespace moo {

/// The document that a front file holds, without layout and parameters. Fields are there and of
/// their types; for the rest there is check_document.
/// Throws: FileError.
[[nodiscard]] FrontDocument decode_front(const JsonNode& root);

}  // namespace moo
