#include "solvers/aggregation/mgda.hpp"

#include "libmoo/front/minimum_norm.hpp"

namespace moo {

Vector Mgda::weigh(ConstMatrixRef gramian, RandomStream&) const {
  return minimum_norm_multipliers(gramian_columns(gramian), static_cast<int>(gramian.rows()), 0);
}

}  // namespace moo
