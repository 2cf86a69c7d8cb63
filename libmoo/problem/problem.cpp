#include "libmoo/problem/problem.hpp"

namespace moo {

const std::vector<ConstraintRow>& Problem::hard_rows() const {
  static const std::vector<ConstraintRow> none;
  return none;
}

Bounds Problem::bounds() const { return {}; }

Capabilities Problem::capabilities() const { return {}; }

std::shared_ptr<const Problem> Problem::minibatch(RandomStream&) const { return nullptr; }

}  // namespace moo
