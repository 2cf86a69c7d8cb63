#include "libmoo/problem/linearization.hpp"

#include <string>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

[[noreturn]] void lacks(const std::string& capability) {
  throw InvalidArgument({"Linearization::" + capability, "the problem does not offer this",
                         "a problem whose capabilities() include " + capability, "", ""});
}

}  // namespace

void Linearization::hessian_product(ConstVectorRef, ConstMatrixRef, MatrixRef) const {
  lacks("hessian_product");
}

void Linearization::gauss_newton(ConstVectorRef, MatrixRef) const { lacks("gauss_newton"); }

int Linearization::num_residuals() const { lacks("least_squares"); }

void Linearization::least_squares(ConstVectorRef, VectorRef, MatrixRef) const {
  lacks("least_squares");
}

Vector Linearization::violation_rates() const { return {}; }

Matrix Linearization::transposed_jacobian(int num_variables) const {
  const Eigen::Index size = values().size();
  Matrix transposed(num_variables, size);
  pullback(Matrix::Identity(size, size), transposed);
  return transposed;
}

}  // namespace moo
