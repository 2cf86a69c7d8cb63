#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "libmoo/problem/scalarization.hpp"

namespace moo::test {

/// Expects the weights to be the slope of the value, and the curvature that of the weights, by
/// central differences at `values` (m + p).
inline void expect_derivatives_match_differences(const Scalarization& phi, const Vector& values,
                                                 double tolerance = 1e-6) {
  const Eigen::Index size = values.size();
  Vector weights(size);
  Matrix curvature(size, size);
  phi.weights(values, weights);
  phi.curvature(values, curvature);
  EXPECT_EQ(curvature, Matrix(curvature.transpose()));
  for (Eigen::Index i = 0; i < size; ++i) {
    const double step = 1e-5 * std::max(1.0, std::abs(values(i)));
    const Vector ahead = values + step * Vector::Unit(size, i);
    const Vector behind = values - step * Vector::Unit(size, i);
    const double slope = (phi.value(ahead) - phi.value(behind)) / (2.0 * step);
    EXPECT_NEAR(weights(i), slope, tolerance * std::max(1.0, std::abs(slope))) << "value " << i;
    Vector weights_ahead(size);
    Vector weights_behind(size);
    phi.weights(ahead, weights_ahead);
    phi.weights(behind, weights_behind);
    const Vector slopes = (weights_ahead - weights_behind) / (2.0 * step);
    for (Eigen::Index j = 0; j < size; ++j) {
      EXPECT_NEAR(curvature(j, i), slopes(j), tolerance * std::max(1.0, std::abs(slopes(j))))
          << "values " << j << " and " << i;
    }
  }
}

/// linear . values + 1/2 |e|^2 of the squared form at these values.
inline double squared_form_value(const Scalarization& phi, const Vector& values) {
  Scalarization::SquaredForm form;
  EXPECT_TRUE(phi.squared_form(values, form));
  EXPECT_GE(form.linear.minCoeff(), 0.0);
  return form.linear.dot(values) + 0.5 * form.residuals.squaredNorm();
}

/// Expects phi = linear . values + 1/2 |e|^2 + constant (by differences between two points), its
/// gradient linear + (de)^T e, and de the derivative of e.
inline void expect_squared_form_holds(const Scalarization& phi, const Vector& one,
                                      const Vector& other) {
  const double scale = std::max({1.0, std::abs(phi.value(one)), std::abs(phi.value(other))});
  EXPECT_NEAR(phi.value(one) - phi.value(other),
              squared_form_value(phi, one) - squared_form_value(phi, other), 1e-10 * scale);
  const Eigen::Index size = one.size();
  Scalarization::SquaredForm form;
  ASSERT_TRUE(phi.squared_form(one, form));
  ASSERT_EQ(form.linear.size(), size);
  ASSERT_EQ(form.jacobian.rows(), form.residuals.size());
  ASSERT_EQ(form.jacobian.cols(), size);
  Vector weights(size);
  phi.weights(one, weights);
  const Vector gradient = form.linear + form.jacobian.transpose() * form.residuals;
  EXPECT_LE((weights - gradient).lpNorm<Eigen::Infinity>(),
            1e-10 * std::max(1.0, weights.lpNorm<Eigen::Infinity>()));
  for (Eigen::Index i = 0; i < size; ++i) {
    const double step = 1e-5 * std::max(1.0, std::abs(one(i)));
    Scalarization::SquaredForm ahead;
    Scalarization::SquaredForm behind;
    ASSERT_TRUE(phi.squared_form(one + step * Vector::Unit(size, i), ahead));
    ASSERT_TRUE(phi.squared_form(one - step * Vector::Unit(size, i), behind));
    const Vector slope = (ahead.residuals - behind.residuals) / (2.0 * step);
    EXPECT_LE((slope - form.jacobian.col(i)).cwiseAbs().sum(), 1e-6 * (1.0 + slope.norm()));
  }
}

}  // namespace moo::test
