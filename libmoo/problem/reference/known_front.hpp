#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "libmoo/problem/objective.hpp"

namespace moo {

/// A Pareto front as the image of parameters u in R^d, with its distance function.
class KnownFront {
 public:
  KnownFront() = default;
  KnownFront(const KnownFront&) = delete;
  KnownFront& operator=(const KnownFront&) = delete;
  virtual ~KnownFront() = default;

  /// Parameters of at least `count` different points, evenly spread, ends included; d x k.
  [[nodiscard]] virtual Matrix parameters(int count) const = 0;
  /// The point of the front at parameters u; m.
  [[nodiscard]] virtual Vector objectives(ConstVectorRef u) const = 0;
  /// Euclidean distance from f (m) to the front.
  [[nodiscard]] virtual double distance(ConstVectorRef f) const = 0;
};

/// A smooth front given by one formula over one or several boxes of parameters, its pieces.
///
/// The distance is found by a scan of all pieces and a refinement from every promising sample
/// (golden section on curves, damped Newton on surfaces): exact to about 1e-10 of the front's
/// extent, not to the samples' spacing. A variable with lower = upper is held fixed, so a piece may
/// have fewer dimensions than u.
class ParametricFront final : public KnownFront {
 public:
  using Formula = std::function<Vector(ConstVectorRef u)>;
  ParametricFront(std::vector<Bounds> pieces, Formula formula);

  [[nodiscard]] Matrix parameters(int count) const override;
  [[nodiscard]] Vector objectives(ConstVectorRef u) const override { return formula_(u); }
  [[nodiscard]] double distance(ConstVectorRef f) const override;

 private:
  struct Scan {
    Matrix parameters;  ///< d x k
    Matrix points;      ///< m x k
    double reach;       ///< no point of the piece is further from all samples
  };

  /// Distances to one piece, given those of its scan's points.
  [[nodiscard]] double distance_to_curve(std::size_t piece, ConstVectorRef f,
                                         const Vector& far) const;
  [[nodiscard]] double distance_to_patch(std::size_t piece, ConstVectorRef f,
                                         const Vector& far) const;

  std::vector<Bounds> pieces_;
  Formula formula_;
  bool curve_;
  std::vector<Scan> scans_;  ///< one per piece
};

/// A curve u -> (f_0, ..., f_{m-1}) for from <= u <= to.
std::unique_ptr<const KnownFront> curve_front(double from, double to,
                                              std::function<Vector(double)> formula);

/// The front that is one point; its parameter is 0.
std::unique_ptr<const KnownFront> point_front(const Vector& point);

}  // namespace moo
