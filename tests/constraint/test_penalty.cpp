#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "libmoo/constraint/penalty.hpp"
#include "tests/model/differences.hpp"

namespace {

using moo::Penalty;
using moo::PenaltyShape;
using moo::Sense;
using moo::Vector;
using moo::test::difference;
using moo::test::Worst;

/// Every shape and sense with a few margins and scales.
template <class Test>
void for_all_penalties(const Test& test) {
  for (const auto shape :
       {PenaltyShape::hinge, PenaltyShape::squared_hinge, PenaltyShape::softplus}) {
    for (const Sense sense : {Sense::inequality, Sense::equality}) {
      for (const double margin : {0.0, 0.07}) {
        for (const double scale : {1.0, 0.02, 30.0}) {
          SCOPED_TRACE(std::string(to_string(shape)) + ", " + std::string(to_string(sense)) +
                       ", margin " + std::to_string(margin) + ", scale " + std::to_string(scale));
          test(Penalty{shape, margin, scale}, sense);
        }
      }
    }
  }
}

/// Residuals whose (r + margin) / scale covers both sides, none of them at a kink.
std::vector<double> residuals_for(const Penalty& penalty) {
  std::vector<double> residuals;
  for (const double x : {-40.0, -3.1, -0.9, -0.11, -0.031, 0.013, 0.052, 0.17, 1.3, 4.0, 60.0}) {
    residuals.push_back(x * penalty.scale - penalty.margin);
  }
  return residuals;
}

/// phi as the header has it, without a library.
double textbook(const Penalty& penalty, double residual, Sense sense) {
  const double r = sense == Sense::equality ? std::abs(residual) : residual;
  const double x = (r + penalty.margin) / penalty.scale;
  switch (penalty.shape) {
    case PenaltyShape::hinge:
      return std::max(x, 0.0);
    case PenaltyShape::squared_hinge:
      return std::pow(std::max(x, 0.0), 2);
    case PenaltyShape::softplus:
      return x > 20.0 ? x : 0.05 * std::log1p(std::exp(x / 0.05));
  }
  return -1.0;
}

TEST(Penalty, ValuesAreTheTextbookFormulas) {
  Worst worst("value");
  for_all_penalties([&](const Penalty& penalty, Sense sense) {
    for (const double r : residuals_for(penalty)) {
      const double expected = textbook(penalty, r, sense);
      worst.expect(std::abs(penalty(r, sense).value - expected) / std::max(expected, 1e-3), 1e-13);
    }
  });
}

TEST(Penalty, SlopesAndCurvaturesAgreeWithDifferences) {
  Worst slope("slope");
  Worst curvature("curvature");
  for_all_penalties([&](const Penalty& penalty, Sense sense) {
    for (const double r : residuals_for(penalty)) {
      // In units of the penalty's own scale; no residual is within two steps of its kinks.
      const double step = 1e-3 * penalty.scale;
      const auto at = [&](double h) { return penalty(r + h, sense); };
      if (sense == Sense::equality && std::abs(r) < 3.0 * step) continue;
      const double first =
          difference([&](double h) -> Vector { return Vector::Constant(1, at(h).value); }, step)(0);
      const double second =
          difference([&](double h) -> Vector { return Vector::Constant(1, at(h).slope); }, step)(0);
      slope.expect(std::abs(at(0.0).slope - first) / std::max(1.0 / penalty.scale, std::abs(first)),
                   1e-6);
      curvature.expect(std::abs(at(0.0).curvature - second) /
                           std::max(1.0 / std::pow(penalty.scale, 2), std::abs(second)),
                       1e-5);
    }
  });
}

TEST(Penalty, HingesAreExactlyZeroWhereTheRuleHoldsWithItsMargin) {
  for (const auto shape : {PenaltyShape::hinge, PenaltyShape::squared_hinge}) {
    const Penalty penalty{shape, 0.1, 2.0};
    for (const double r : {-5.0, -0.2, -0.11}) {
      const Penalty::Value at = penalty(r, Sense::inequality);
      EXPECT_EQ(at.value, 0.0);
      EXPECT_EQ(at.slope, 0.0);
      EXPECT_EQ(at.curvature, 0.0);
    }
    EXPECT_GT(penalty(-0.09, Sense::inequality).value, 0.0) << "the margin asks for more";
  }
}

TEST(Penalty, AnEqualityThatHoldsCostsNothingAndPullsNowhere) {
  for (const auto shape :
       {PenaltyShape::hinge, PenaltyShape::squared_hinge, PenaltyShape::softplus}) {
    for (const double margin : {0.0, 0.1}) {
      SCOPED_TRACE(std::string(to_string(shape)) + ", margin " + std::to_string(margin));
      const Penalty penalty{shape, margin, 0.5};
      EXPECT_EQ(penalty(0.0, Sense::equality).slope, 0.0);
      EXPECT_LE(penalty(0.0, Sense::equality).value, penalty(1e-9, Sense::equality).value);
      EXPECT_LE(penalty(0.0, Sense::equality).value, penalty(-1e-9, Sense::equality).value);
    }
  }
  EXPECT_EQ((Penalty{PenaltyShape::squared_hinge, 0.0, 0.5}(0.0, Sense::equality).value), 0.0);
}

TEST(Penalty, ASquaredEqualityIsAParabolaAlsoAtItsVertex) {
  // r^2 / scale^2: Newton and Gauss-Newton need the curvature where the rule holds exactly.
  const Penalty penalty{PenaltyShape::squared_hinge, 0.0, 0.5};
  for (const double r : {-1.0, -1e-8, 0.0, 1e-8, 1.0}) {
    EXPECT_DOUBLE_EQ(penalty(r, Sense::equality).curvature, 2.0 / 0.25) << r;
  }
}

TEST(Penalty, EqualitiesAreEvenAndPenaltiesNeverNegativeOrFalling) {
  for_all_penalties([](const Penalty& penalty, Sense sense) {
    double before = 0.0;
    for (const double r : residuals_for(penalty)) {
      const Penalty::Value at = penalty(r, sense);
      EXPECT_GE(at.value, 0.0);
      EXPECT_GE(at.curvature, 0.0);
      if (sense == Sense::equality) {
        const Penalty::Value mirrored = penalty(-r, sense);
        EXPECT_EQ(at.value, mirrored.value);
        EXPECT_EQ(at.slope, -mirrored.slope);
        EXPECT_EQ(at.curvature, mirrored.curvature);
      } else {
        EXPECT_GE(at.slope, 0.0);
        EXPECT_GE(at.value, before);
        before = at.value;
      }
    }
  });
}

TEST(Penalty, ScaleIsTheResidualThatCountsAsOne) {
  for (const auto shape : {PenaltyShape::hinge, PenaltyShape::squared_hinge}) {
    EXPECT_DOUBLE_EQ((Penalty{shape, 0.0, 0.02}(0.02, Sense::inequality).value), 1.0);
    EXPECT_DOUBLE_EQ((Penalty{shape, 0.01, 0.02}(0.01, Sense::inequality).value), 1.0);
  }
}

TEST(Penalty, ANotANumberIsNotTakenForARuleThatHolds) {
  for_all_penalties([](const Penalty& penalty, Sense sense) {
    const Penalty::Value at = penalty(std::numeric_limits<double>::quiet_NaN(), sense);
    EXPECT_TRUE(std::isnan(at.value));
    EXPECT_TRUE(std::isnan(at.slope));
  });
}

TEST(Penalty, HugeResidualsDoNotOverflowTheSoftplus) {
  const Penalty penalty{PenaltyShape::softplus, 0.0, 1e-3};
  const Penalty::Value high = penalty(1e3, Sense::inequality);
  EXPECT_DOUBLE_EQ(high.value, 1e6);
  EXPECT_DOUBLE_EQ(high.slope, 1e3);
  EXPECT_EQ(high.curvature, 0.0);
  const Penalty::Value low = penalty(-1e3, Sense::inequality);
  EXPECT_EQ(low.value, 0.0);
  EXPECT_EQ(low.slope, 0.0);
}

}  // namespace
