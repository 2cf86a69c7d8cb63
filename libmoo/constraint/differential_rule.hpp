#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/placed_probes.hpp"
#include "libmoo/constraint/pointwise_rule.hpp"

namespace moo {

/// Everything about a user-written differential equation but its formula.
struct DifferentialOptions {
  std::string name;
  std::string unit = "equation";  ///< of the residual
  Sense sense = Sense::equality;
  std::vector<int> outputs = {};  ///< what the functor sees, in this order; empty: all

  /// What the model is differentiated along. {{"x"}, {"t"}, {"x", "t"}} is along x, along t and
  /// along both at once: half of the second derivative of the third less those of the first two is
  /// the mixed derivative.
  std::vector<std::vector<std::string>> directions = {};

  std::vector<SourceTerm> sources = {};  ///< the first of the functor's `inputs`
  std::vector<std::string> inputs = {};  ///< and then these model inputs; empty: all
  ProbePlaces where = {};
};

/// Appends the probes to the batch and lays the rule out, for BoundPointwiseRule. What the functor
/// was written for is `outputs_seen` and `directions_seen`.
/// Throws: InvalidArgument in the rule's name when numbers do not fit, and as PlacedProbes does.
PointwiseLayout lay_out(const DifferentialOptions& options, int outputs_seen, int directions_seen,
                        const Dataset& data, ProbeBatch& batch);

/// A differential equation (or inequality) written as a formula at one place: the functor returns
/// the residual in `options.unit`. It is called with T = double and with jets, as that of
/// PointwiseRule is:
///
///     struct Pendulum {
///       template <typename T>
///       T operator()(const T* p, const double* inputs) const {
///         using std::sin;
///         return p[2] + 9.81 * sin(p[0]) - inputs[0];
///       }
///     };
///     DifferentialRule<Pendulum, 1, 1> rule({.name = "pendulum", .directions = {{"t"}},
///         .sources = {{.column = "torque"}}, .where = {.standardizer = standardizer}});
///
/// p[o + Outputs * i] is output o (in the order of `options.outputs`): i = 0 its value, i = 1 + 2k
/// its first and i = 2 + 2k its second derivative along direction k. `inputs` are the sources, then
/// the inputs at the place, in the units of `where`. One residual per place; Directions directional
/// probes each.
/// Source: Raissi, Perdikaris, Karniadakis (2019), section 2; derivatives of the formula as in
/// PointwiseRule.
/// @tparam Outputs, Directions how many the functor is written for; checked when bound
template <class Functor, int Outputs, int Directions>
class DifferentialRule final : public Constraint {
  static_assert(Outputs >= 1 && Directions >= 1, "a rule sees at least one derivative");

 public:
  explicit DifferentialRule(DifferentialOptions options, Functor functor = {})
      : options_(std::move(options)), functor_(std::move(functor)) {}

  [[nodiscard]] std::string name() const override { return options_.name; }
  [[nodiscard]] std::string unit() const override { return options_.unit; }
  [[nodiscard]] Sense sense() const override { return options_.sense; }
  [[nodiscard]] ModelQuantity reads() const override {
    return {ModelQuantity::Kind::derivatives, -1};
  }

  /// Throws: InvalidArgument as lay_out() does.
  [[nodiscard]] std::unique_ptr<BoundConstraint> bind(const Dataset& data,
                                                      ProbeBatch& batch) const override {
    return std::make_unique<BoundPointwiseRule<Functor, Outputs*(1 + 2 * Directions)>>(
        functor_, lay_out(options_, Outputs, Directions, data, batch));
  }

 private:
  DifferentialOptions options_;
  Functor functor_;
};

}  // namespace moo
