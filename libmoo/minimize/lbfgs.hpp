#pragma once

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// Limited-memory BFGS with a Wolfe line search, by Ceres Solver. Its line search knows no bounds:
/// problems that have any are left to BoundedLbfgs.
/// Cost: one gradient per line-search step, mostly one per iteration; 16 n memory bytes.
/// Source: Nocedal (1980); Liu and Nocedal (1989), section 2.
class Lbfgs final : public Minimizer {
 public:
  explicit Lbfgs(const MinimizerSettings& settings) : settings_(settings) {}
  [[nodiscard]] Minimum minimize(const Problem& problem, const Scalarization& scalarization,
                                 ConstVectorRef start,
                                 const IterationCallback& callback = {}) const override;

 private:
  MinimizerSettings settings_;
};

/// Keeps Ceres's warnings off standard error, by glog's minimum level: where phi is exactly linear
/// along a search, every step of Ceres's interpolation writes one ("constant polynomial in
/// FindPolynomialRoots"), whatever it is told about logging. The level belongs to the whole
/// process, and glog has none per library or thread; so this is for the main of programs that do
/// not log with glog themselves, and nothing in the library calls it. Levels already higher stay.
void silence_ceres();

}  // namespace moo
