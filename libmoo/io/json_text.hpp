#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace moo {

/// JSON as people read it: 2 spaces per level; an array of numbers always on one line, anything
/// else on one line where it fits into 100 columns; a newline at the end. Numbers are the shortest
/// text that reads back as the same double, and a double never looks like a whole number ("1.0").
/// Bytes that are not UTF-8 are replaced by U+FFFD. The top level is broken up.
[[nodiscard]] std::string readable_json(const nlohmann::ordered_json& value);

/// The same on one line without spaces, numbers that are not finite as null.
[[nodiscard]] std::string compact_json(const nlohmann::ordered_json& value);

/// Throws: InvalidArgument naming the first number that is not finite, such as
/// "points[3].objectives[1]".
void require_finite(std::string_view who, const nlohmann::ordered_json& value);

}  // namespace moo
