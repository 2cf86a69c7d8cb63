#include "solvers/aggregation/pcgrad.hpp"

namespace moo {

Vector PcGrad::weigh(ConstMatrixRef gramian, RandomStream& random) const {
  const auto m = static_cast<int>(gramian.rows());
  Vector alpha = Vector::Zero(m);
  for (int i = 0; i < m; ++i) {
    Vector v = Vector::Unit(m, i);  // gradient i so far is J^T v
    for (const int j : random.permutation(m)) {
      if (j == i) continue;
      const double product = gramian.row(j).dot(v);
      if (product < 0.0) v(j) -= product / gramian(j, j);
    }
    alpha += v;
  }
  return alpha;
}

}  // namespace moo
