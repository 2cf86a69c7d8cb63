#include "libmoo/constraint/motion_energy.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/differential_rule.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// dE/dt - power; `inputs` is the power.
struct EnergyRate {
  double mass;
  double stiffness;
  double pendulum;

  template <typename T>
  T operator()(const T* p, const double* inputs) const {
    using std::sin;
    return p[1] * (mass * p[2] + stiffness * p[0] + pendulum * sin(p[0])) - inputs[0];
  }
};

}  // namespace

MotionEnergy::MotionEnergy(MotionEnergyOptions options) : options_(std::move(options)) {
  const auto& [input, mass, stiffness, pendulum, kind, power, output, where, unit] = options_;
  const bool finite = std::isfinite(mass) && std::isfinite(stiffness) && std::isfinite(pendulum);
  if (input.empty() || !finite || !(mass > 0.0)) {
    throw InvalidArgument({"MotionEnergy", "no such motion",
                           "an input, a mass > 0 and finite forces",
                           "input '" + input + "', mass " + number_text(mass) + ", stiffness " +
                               number_text(stiffness) + ", pendulum " + number_text(pendulum),
                           ""});
  }
}

std::string MotionEnergy::name() const {
  return std::string(options_.kind == Kind::conserved ? "energy conserved"
                                                      : "energy never increasing") +
         " along " + options_.input;
}

std::unique_ptr<BoundConstraint> MotionEnergy::bind(const Dataset& data, ProbeBatch& batch) const {
  return DifferentialRule<EnergyRate, 1, 1>({.name = name(),
                                             .outputs = {options_.output},
                                             .directions = {{options_.input}},
                                             .sources = {options_.power},
                                             .inputs = {options_.input},
                                             .where = options_.where},
                                            {options_.mass, options_.stiffness, options_.pendulum})
      .bind(data, batch);
}

}  // namespace moo
