#pragma once

#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// Limited-memory BFGS with a Wolfe line search, by Ceres Solver.
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

}  // namespace moo
