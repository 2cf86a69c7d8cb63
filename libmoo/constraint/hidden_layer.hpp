#pragma once

#include <string>

#include "libmoo/constraint/constraint.hpp"

namespace moo {

/// The width of a hidden layer. Throws: InvalidArgument in the name of `rule` when there is none.
int width_of_layer(const std::string& rule, int layer, const ProbeBatch& batch);

}  // namespace moo
