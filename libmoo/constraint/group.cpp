#include "libmoo/constraint/group.hpp"

#include <cmath>

namespace moo {

bool is_violation(double residual, Sense sense, double tolerance) {
  return !((sense == Sense::equality ? std::abs(residual) : residual) <= tolerance);
}

}  // namespace moo
