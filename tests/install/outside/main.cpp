#include <cstdio>

#include "libmoo/base/error.hpp"
#include "libmoo/base/vector.hpp"

// Uses one thing from a header alone and one that has to be linked.
int main() {
  const moo::Vector theta = moo::Vector::Constant(3, 2.0);
  try {
    moo::require_size("outside", "theta", 2, theta.size());
  } catch (const moo::InvalidArgument& error) {
    std::printf("%s\noutside: ok\n", error.what());
    return 0;
  }
  std::printf("outside: a wrong size was accepted\n");
  return 1;
}
