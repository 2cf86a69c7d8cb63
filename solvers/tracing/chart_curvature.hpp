#pragma once

#include <deque>
#include <utility>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/problem/problem.hpp"

namespace moo {

/// Steps and the curvature seen along them, as an inverse Hessian on a subspace: what L-BFGS makes
/// of them. Pairs are kept as they were seen and projected where they are used, because the
/// subspace turns as one walks along a front. Source: Morales and Nocedal (2000), "Automatic
/// preconditioning by limited memory quasi-Newton updating", section 2.
class CurvatureMemory {
 public:
  explicit CurvatureMemory(int capacity) : capacity_(capacity) {}

  /// @param step n   @param change n: Hessian times step, or the gradient's change along it
  void add(ConstVectorRef step, ConstVectorRef change);

  [[nodiscard]] bool empty() const { return pairs_.empty(); }

  /// Largest |change| / |step| seen: the size of the Hessian, against which curvatures count as
  /// zero.
  [[nodiscard]] double largest() const { return largest_; }
  void see(ConstVectorRef step, ConstVectorRef change);

  /// What the memory says on one subspace.
  class Inverse {
   public:
    /// Approximately H^{-1} v, for v in the subspace; v itself when nothing is known.
    [[nodiscard]] Vector times(Vector v) const;

   private:
    friend class CurvatureMemory;
    struct Pair {
      Vector step;
      Vector change;
      double curvature;  ///< step . change > 0
    };
    std::vector<Pair> pairs_;
  };

  /// @param project maps an n-vector to the subspace, orthogonally
  template <class Projection>
  [[nodiscard]] Inverse inverse_on(const Projection& project) const {
    Inverse inverse;
    for (const Seen& seen : pairs_) keep(project(seen.step), project(seen.change), inverse);
    return inverse;
  }

 private:
  struct Seen {
    Vector step;
    Vector change;
  };
  static void keep(Vector step, Vector change, Inverse& inverse);

  int capacity_;
  double largest_ = 0.0;
  std::deque<Seen> pairs_;
};

/// The Hessian of sum_i weights_i value_i at one theta. Exact where the problem offers Hessian
/// products, all columns in one call; central differences of the gradient otherwise.
class LagrangianHessian {
 public:
  /// Borrows problem and linearization.
  /// @param weights m + p   @param theta n
  LagrangianHessian(const Problem& problem, const Linearization& at, Vector weights, Vector theta)
      : problem_(problem), at_(at), weights_(std::move(weights)), theta_(std::move(theta)) {}

  /// n x k -> n x k.
  [[nodiscard]] Matrix times(ConstMatrixRef directions) const;

 private:
  const Problem& problem_;
  const Linearization& at_;
  Vector weights_;
  Vector theta_;
};

/// The subspace of variables a step may move in: free variables, orthogonal to some gradients.
class TangentSpace {
 public:
  /// @param rows n x k: gradients to stay orthogonal to, zero where variables are held
  /// @param free n: 1 for free variables, 0 for those held on a bound
  TangentSpace(ConstMatrixRef rows, Vector free);

  /// Orthogonal projection; applied twice, because what is left of a vector that lies almost in the
  /// span of the rows is rounding.
  [[nodiscard]] Vector project(Vector v) const;

  [[nodiscard]] const Matrix& normals() const { return normals_; }  ///< n x rank, orthonormal
  [[nodiscard]] Eigen::Index dimension() const { return num_free_ - normals_.cols(); }

 private:
  Matrix normals_;
  Vector free_;
  Eigen::Index num_free_;
};

struct SubspaceStep {
  Vector step;     ///< n, in the subspace
  Vector product;  ///< n, the Hessian times it, not projected
  int products = 0;
  bool negative_curvature = false;  ///< met on the way: the step is what was found before
};

/// argmin 1/2 p.Hp + b.p over p in the subspace, by projected conjugate gradients preconditioned
/// with the memory, which learns from every product.
/// Source: Gould, Hribar, Nocedal (2001), algorithm 6.2, with their residual update.
/// @param b n   @param floor |residual|_2 below which b counts as rounding noise
SubspaceStep minimize_on(const TangentSpace& space, const LagrangianHessian& hessian,
                         ConstVectorRef b, double relative_tolerance, double floor,
                         int max_products, CurvatureMemory& memory);

}  // namespace moo
