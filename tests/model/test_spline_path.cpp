#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/model/spline_path.hpp"
#include "tests/model/differences.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::InvalidArgument;
using moo::Matrix;
using moo::SplinePath;
using moo::Vector;

/// Places that are no knots, so that differences stay on one piece.
Vector between_knots(int spans) {
  Vector s(4 * spans);
  for (Eigen::Index i = 0; i < s.size(); ++i)
    s(i) = (static_cast<double>(i) + 0.5) / static_cast<double>(s.size());
  return s;
}

/// Composite Simpson with 2000 intervals.
double integral(const Vector& values) {
  const Eigen::Index n = values.size() - 1;
  double sum = values(0) + values(n);
  for (Eigen::Index i = 1; i < n; ++i) sum += (i % 2 == 1 ? 4.0 : 2.0) * values(i);
  return sum / (3.0 * static_cast<double>(n));
}

TEST(SplinePath, TheFirstModeIsTheStraightLineAndTheOthersVanishAtBothEnds) {
  const SplinePath path(7);
  const Vector s = Vector::LinSpaced(31, 0.0, 1.0);
  const Matrix modes = path.derivatives(s, 0);
  EXPECT_LT((modes.col(0) - s).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_LT(modes.row(0).tail(6).cwiseAbs().maxCoeff(), 1e-13);
  EXPECT_LT(modes.row(30).tail(6).cwiseAbs().maxCoeff(), 1e-13);
}

TEST(SplinePath, DerivativesAgreeWithDifferencesOfTheOrderBelow) {
  moo::test::Worst worst("derivatives");
  for (const int modes : {4, 6, 9}) {
    const SplinePath path(modes);
    const Vector s = between_knots(modes - 2);
    for (const int order : {1, 2, 3}) {
      const Vector expected = moo::test::difference(
          [&](double h) -> Vector {
            return path.derivatives((s.array() + h).matrix(), order - 1).reshaped();
          },
          1e-3);
      worst.expect(moo::test::relative_error(path.derivatives(s, order).reshaped(), expected),
                   1e-9);
    }
  }
}

TEST(SplinePath, SquaredSpeedIsThatOfTheStraightLinePlusTheSquaredCoefficients) {
  moo::RandomStream random(811);
  SCOPED_TRACE("seed 811");
  const SplinePath path(6);
  const Vector s = Vector::LinSpaced(2001, 0.0, 1.0);
  const Matrix slopes = path.derivatives(s, 1);
  for (int k = 0; k < 5; ++k) {
    const Vector y = random.normal_vector(6);
    const double way = random.normal(0.0, 3.0);
    const Vector speed = (slopes * y).array() + way;
    const double expected = std::pow(way + y(0), 2) + y.tail(5).squaredNorm();
    EXPECT_NEAR(integral(speed.cwiseAbs2()), expected, 1e-6 * expected);
  }
}

TEST(SplinePath, ModesAreSortedFromSmoothToRough) {
  const SplinePath path(8);
  const Matrix bends = path.derivatives(Vector::LinSpaced(2001, 0.0, 1.0), 2);
  double last = -1.0;
  for (Eigen::Index k = 0; k < 8; ++k) {
    const double energy = integral(bends.col(k).cwiseAbs2());
    EXPECT_GT(energy, last - 1e-9) << k;
    last = energy;
  }
}

TEST(SplinePath, ControlPointsOfTheEndsAreThePathsOwn) {
  const SplinePath path(5);
  const Vector y{{0.5, 1.0, -2.0, 0.3, 0.1}};
  const Vector ends = path.derivatives(Vector{{0.0, 1.0}}, 0) * y;
  const Vector control = path.control_points() * y;
  EXPECT_NEAR(control(0), ends(0), 1e-13);
  EXPECT_NEAR(control(5), ends(1), 1e-13);
  EXPECT_NEAR(ends(1), 0.5, 1e-13) << "the error at the goal";
}

TEST(SplinePath, RefusesOtherNumbersOfModesAndPlaces) {
  using moo::test::complaint_of;
  using moo::test::expect_says;
  expect_says(complaint_of<InvalidArgument>([] { SplinePath(3); }), {"4 to 64", "3"});
  const SplinePath path(4);
  expect_says(complaint_of<InvalidArgument>([&] { return path.derivatives(Vector{{1.5}}, 0); }),
              {"[0, 1]"});
  expect_says(complaint_of<InvalidArgument>([&] { return path.derivatives(Vector{{0.5}}, 4); }),
              {"order 4"});
}

}  // namespace
