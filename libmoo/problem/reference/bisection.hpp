#pragma once

#include <functional>

namespace moo {

/// Root of a function that changes its sign once between low and high, to rounding.
double bisect(const std::function<double(double)>& function, double low, double high);

}  // namespace moo
