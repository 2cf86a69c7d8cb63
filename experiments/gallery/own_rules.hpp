#pragma once

#include <string>

#include "experiments/gallery/scenes.hpp"
#include "libmoo/constraint/group.hpp"

namespace moo::gallery {

/// The groups around the rules that docs/constraints.md writes in C++, by the name of their
/// picture: pointwise_rule and differential_rule. Throws: InvalidArgument for another name.
ConstraintGroup own_group(const std::string& picture, const Scene& scene);

}  // namespace moo::gallery
