#pragma once

#include <string>
#include <vector>

#include "experiments/compare/comparison.hpp"

namespace moo::compare {

/// "NAME", "NAME:n", "NAME:n:m" of a reference problem, or the file of a tabular config with
/// "FILE.json" or "FILE.json:objective:objective".
/// Throws: InvalidArgument on anything else, listing the names.
Contest contest_from(const std::string& text);

/// "SOLVER" or "SOLVER{option=value,option=value}".
/// Throws: InvalidArgument when the braces are not matched or an assignment is none.
Contestant contestant_from(const std::string& text);

/// "1..5,8" as 1 2 3 4 5 8. Throws: InvalidArgument on anything else, or more than 1000.
std::vector<std::uint64_t> seeds_from(const std::string& text);

/// Splits at commas that are not inside braces; empty parts are left out.
std::vector<std::string> listed(const std::string& text);

}  // namespace moo::compare
