#pragma once

#include "libmoo/problem/reference/known_front.hpp"

namespace moo {

/// Points of the unit simplex (p >= 0, sum p = 1 in R^m) on the coarsest regular lattice of at
/// least `count` points; m x k. Source: Das, Dennis 1998, section 4.
Matrix simplex_lattice(int num_objectives, int count);

/// The point of the unit simplex nearest to `point`. Source: Held, Wolfe, Crowder 1974.
Vector project_onto_simplex(ConstVectorRef point);

/// { offset + factor p : p in the unit simplex }; parameters are p.
class SimplexFront final : public KnownFront {
 public:
  SimplexFront(int num_objectives, double offset, double factor);
  [[nodiscard]] Matrix parameters(int count) const override;
  [[nodiscard]] Vector objectives(ConstVectorRef u) const override;
  [[nodiscard]] double distance(ConstVectorRef f) const override;

 private:
  int num_objectives_;
  double offset_;
  double factor_;
};

/// The unit sphere in the orthant f >= 0; parameters are the points themselves.
class SphereFront final : public KnownFront {
 public:
  explicit SphereFront(int num_objectives) : num_objectives_(num_objectives) {}
  [[nodiscard]] Matrix parameters(int count) const override;
  [[nodiscard]] Vector objectives(ConstVectorRef u) const override { return u; }
  [[nodiscard]] double distance(ConstVectorRef f) const override;

 private:
  int num_objectives_;
};

}  // namespace moo
