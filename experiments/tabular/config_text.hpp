#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace moo::tabular {

/// JSON with // and /* */ comments. `file` names it in messages.
/// Throws: FileError with line and column for text that is no JSON; InvalidArgument with the JSON
/// path of a name that one object has twice.
nlohmann::ordered_json parse_commented_json(const std::string& text, const std::string& file);

}  // namespace moo::tabular
