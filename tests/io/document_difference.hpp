#pragma once

#include <string>

#include "libmoo/io/front_document.hpp"

namespace moo {

/// Where two documents differ first, such as "points[2].weights"; empty when they are equal, bit by
/// bit in every number. Scouts do not count.
std::string difference(const FrontDocument& a, const FrontDocument& b);

}  // namespace moo
