#include "libmoo/problem/reference/bisection.hpp"

namespace moo {

double bisect(const std::function<double(double)>& function, double low, double high) {
  const bool rising = function(low) < function(high);
  for (;;) {
    const double middle = 0.5 * (low + high);
    if (middle <= low || middle >= high) return middle;
    ((function(middle) > 0.0) == rising ? high : low) = middle;
  }
}

}  // namespace moo
