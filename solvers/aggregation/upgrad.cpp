#include "solvers/aggregation/upgrad.hpp"

#include "libmoo/front/minimum_norm.hpp"

namespace moo {

Vector UpGrad::weigh(ConstMatrixRef gramian, RandomStream&) const {
  // In terms of unit gradients, so that no objective's unit drowns another's.
  const Eigen::Index m = gramian.rows();
  const Vector norms = gramian.diagonal().cwiseMax(0.0).cwiseSqrt();
  const Vector inverse = (norms.array() > 0.0).select(norms.cwiseInverse(), 0.0);
  const Matrix columns = gramian_columns(inverse.asDiagonal() * gramian * inverse.asDiagonal());

  // v_i = e_i + u, u >= 0: the first column has the fixed factor 1, the others u.
  Matrix all(m, m + 1);
  all.rightCols(m) = columns;
  Vector alpha = Vector::Zero(m);
  for (Eigen::Index i = 0; i < m; ++i) {
    all.col(0) = columns.col(i);
    const Vector z = minimum_norm_multipliers(all, 1, static_cast<int>(m));
    const Vector v = Vector::Unit(m, i) + z.tail(m);
    alpha += norms(i) / static_cast<double>(m) * v.cwiseProduct(inverse);
  }
  return alpha;
}

}  // namespace moo
