#pragma once

#include "libmoo/io/front_document.hpp"

namespace moo {

/// A small valid document with everything in it: two objectives, one hard row, a group of every
/// enforcement, three points, a network with 2 inputs, 3 hidden units and 1 output.
FrontDocument small_document();

}  // namespace moo
