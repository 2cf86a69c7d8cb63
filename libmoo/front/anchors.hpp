#pragma once

#include <vector>

#include "libmoo/front/front.hpp"

namespace moo {

/// Of three and more objectives, those that all anchors agree on although scouts have seen other
/// values, by index: every end of the front that was found happens to have the same value, so that
/// the anchors tell neither a nadir nor a unit. Empty with two objectives, whose anchors are the
/// two ends of the front.
std::vector<int> objectives_without_range(const Front& front);

}  // namespace moo
