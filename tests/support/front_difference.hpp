#pragma once

#include <string>

#include "libmoo/solver/report.hpp"

namespace moo {

/// The first difference between what two runs found, bit for bit and in order, times aside; empty
/// when there is none.
std::string front_difference(const Report& a, const Report& b);

}  // namespace moo
