#pragma once

#include <string>
#include <vector>

#include "libmoo/constraint/tangent_jet.hpp"
#include "libmoo/data/standardize.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo::test {

/// The quantity `derivatives` of a model given as a formula, at all directional probes, exact. The
/// model maps a std::vector<T> of inputs to one of outputs, for T a number or a jet.
template <class Model>
Matrix derivatives_under(const Model& model, const ProbeBatch& batch, int outputs) {
  using T = TangentJet<1>;
  Matrix quantity(outputs, 3 * batch.num_directional());
  for (int k = 0; k < batch.num_directional(); ++k) {
    std::vector<T> x;
    for (Eigen::Index i = 0; i < batch.points().rows(); ++i) {
      T::Jet along(batch.directions()(i, k));
      T::Jet value(batch.points()(i, k));
      value.v[0] = batch.directions()(i, k);
      x.emplace_back(value, along);
    }
    const std::vector<T> y = model(x);
    for (int o = 0; o < outputs; ++o) {
      const T& p = y[static_cast<std::size_t>(o)];
      quantity.block<1, 3>(o, 3 * k) << p.x.a, p.dx.a, p.dx.v[0];
    }
  }
  return quantity;
}

/// Residuals of a rule on derivatives for such a model.
template <class Model>
Vector derivative_residuals_under(const Constraint& rule, const Dataset& data, const Model& model) {
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  return residuals_of(*bound,
                      derivatives_under(model, batch, static_cast<int>(data.targets.rows())));
}

/// A random matrix of the shape of the quantity a rule reads.
inline Matrix random_quantity(const ModelQuantity& reads, const Dataset& data,
                              const ProbeBatch& batch, RandomStream& random,
                              double deviation = 1.0) {
  const bool derivatives = reads.kind == ModelQuantity::Kind::derivatives;
  const bool activations = reads.kind == ModelQuantity::Kind::activations;
  const Eigen::Index rows = activations
                                ? batch.hidden_widths()[static_cast<std::size_t>(reads.layer)]
                                : data.targets.rows();
  return normal_matrix(random, rows, derivatives ? 3 * batch.num_directional() : batch.size(),
                       deviation);
}

/// The largest errors of the derivatives of one family of rules, for the XML report.
struct WorstDerivatives {
  explicit WorstDerivatives(const std::string& family)
      : jacobian("jacobian of " + family), curvature("curvature of " + family) {}
  Worst jacobian;
  Worst curvature;
};

/// Expects Jacobian and curvature of a rule on any quantity to agree with differences, also when
/// other rules append probes of both kinds later.
inline void expect_quantity_derivatives(WorstDerivatives& worst, const Constraint& rule,
                                        const Dataset& data, RandomStream& random,
                                        const std::vector<int>& hidden_widths = {}) {
  SCOPED_TRACE(rule.name());
  ProbeBatch batch(data.inputs, hidden_widths);
  const auto bound = rule.bind(data, batch);
  batch.append(data.inputs.leftCols(2));
  batch.append_directional(data.inputs.leftCols(2), data.inputs.leftCols(2));
  const Matrix quantity = random_quantity(rule.reads(), data, batch, random);
  expect_jacobian_by_differences(*bound, quantity, worst.jacobian);
  expect_curvature_by_differences(*bound, quantity, random, worst.curvature, {.tangents = 0.3});
}

/// What a rule complains about when it is bound.
inline Complaint complaint_when_bound(const Constraint& rule, const Dataset& data,
                                      const std::vector<int>& hidden_widths = {}) {
  return complaint_of<InvalidArgument>([&] {
    ProbeBatch batch(data.inputs, hidden_widths);
    (void)rule.bind(data, batch);
  });
}

/// A standardizer of three inputs with distinct means and scales.
inline Standardizer three_scales() { return {Vector{{1.0, -2.0, 0.5}}, Vector{{2.0, 0.5, 4.0}}}; }

/// A model of raw inputs as one of standardised inputs.
template <class Model>
auto of_standardised(const Standardizer& standardizer, const Model& model) {
  return [=](auto x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      const auto j = static_cast<Eigen::Index>(i);
      x[i] = standardizer.scale(j) * x[i] + standardizer.mean(j);
    }
    return model(x);
  };
}

}  // namespace moo::test
