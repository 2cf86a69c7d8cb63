#pragma once

#include <string>
#include <vector>

namespace moo {

/// The parts of a text between separators; none of an empty text.
std::vector<std::string> split_text(const std::string& text, char separator);

}  // namespace moo
