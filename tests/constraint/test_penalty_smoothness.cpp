// Where the pieces of the penalty shapes meet, and where they are zero.

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "libmoo/constraint/penalty.hpp"

namespace {

using moo::Penalty;
using moo::PenaltyShape;
using moo::Sense;
using moo::Smoothness;

/// phi and its derivatives a little left and right of x, and the jumps between them.
struct Junction {
  Penalty::Value left, right;
  Junction(const Penalty& penalty, double x, double h = 1e-9)
      : left(penalty(x - h, Sense::inequality)), right(penalty(x + h, Sense::inequality)) {}
  [[nodiscard]] double value_jump() const { return std::abs(right.value - left.value); }
  [[nodiscard]] double slope_jump() const { return std::abs(right.slope - left.slope); }
  [[nodiscard]] double curvature_jump() const { return std::abs(right.curvature - left.curvature); }
};

struct Meeting {
  PenaltyShape shape;
  double parameter;
  double x;  ///< where two pieces meet
  Smoothness expected;
};

TEST(PenaltySmoothness, PiecesMeetAsSmoothlyAsTheShapeSaysAndNoBetter) {
  for (const Meeting& c :
       std::vector<Meeting>{{PenaltyShape::hinge, 0.0, 0.0, Smoothness::c0},
                            {PenaltyShape::squared_hinge, 0.0, 0.0, Smoothness::c1},
                            {PenaltyShape::huber_hinge, 0.0, 0.0, Smoothness::c1},
                            {PenaltyShape::huber_hinge, 0.0, 0.1, Smoothness::c1},
                            {PenaltyShape::huber_hinge, 0.7, 0.7, Smoothness::c1},
                            {PenaltyShape::exponential, 0.0, 0.0, Smoothness::c0},
                            {PenaltyShape::power, 1.0, 0.0, Smoothness::c0},
                            {PenaltyShape::power, 0.0, 0.0, Smoothness::c1},
                            {PenaltyShape::power, 2.0, 0.0, Smoothness::c1},
                            {PenaltyShape::power, 3.0, 0.0, Smoothness::c2},
                            {PenaltyShape::relaxed_log_barrier, 0.0, -0.1, Smoothness::c2},
                            {PenaltyShape::relaxed_log_barrier, 0.7, -0.7, Smoothness::c2}}) {
    SCOPED_TRACE(std::string(to_string(c.shape)) + " " + std::to_string(c.parameter) +
                 " at x = " + std::to_string(c.x));
    EXPECT_EQ(smoothness(c.shape, c.parameter), c.expected);
    const Penalty penalty{c.shape, 0.0, 1.0, c.parameter};
    const Junction at(penalty, c.x);
    EXPECT_LE(at.value_jump(), 1e-7);
    if (c.expected == Smoothness::c0) {
      EXPECT_GE(at.slope_jump(), 0.1);
    } else if (c.expected == Smoothness::c1) {
      EXPECT_LE(at.slope_jump(), 1e-4);
      EXPECT_GE(at.curvature_jump(), 0.1);
    } else {
      EXPECT_LE(at.slope_jump(), 1e-6);
      EXPECT_LE(at.curvature_jump(), 1e-5);
      const Junction wide(penalty, c.x, 2e-4), near(penalty, c.x, 1e-4);
      const double left = (near.left.curvature - wide.left.curvature) / 1e-4;
      const double right = (wide.right.curvature - near.right.curvature) / 1e-4;
      EXPECT_GE(std::abs(right - left), 0.1) << "the third derivative jumps";
    }
  }
}

TEST(PenaltySmoothness, OfPowersFollowsTheirExponent) {
  EXPECT_EQ(smoothness(PenaltyShape::power), Smoothness::c1);
  EXPECT_EQ(smoothness(PenaltyShape::power, 1.1), Smoothness::c1);
  EXPECT_EQ(smoothness(PenaltyShape::power, 2.1), Smoothness::c2);
  EXPECT_EQ(to_string(smoothness(PenaltyShape::power, 4.0)), "C2");
}

TEST(PenaltySmoothness, TheExponentialGoesOnAlongItsTangent) {
  for (const double b : {0.5, 2.0, 8.0}) {
    const Penalty penalty{PenaltyShape::exponential, 0.0, 1.0, b};
    const Junction at(penalty, 20.0 / b, 1e-10);
    EXPECT_LE(at.value_jump() / at.left.value, 1e-8);
    EXPECT_LE(at.slope_jump() / at.left.slope, 1e-8);
    EXPECT_EQ(at.right.curvature, 0.0);
    EXPECT_DOUBLE_EQ(at.right.slope, std::exp(20.0));
    for (const double x : {1e3, 1e100}) {
      EXPECT_TRUE(std::isfinite(penalty(x, Sense::inequality).value));
    }
  }
}

TEST(PenaltySmoothness, SmoothShapesHaveNoJunction) {
  for (const auto shape : {PenaltyShape::softplus, PenaltyShape::squared_softplus}) {
    EXPECT_EQ(smoothness(shape), Smoothness::smooth);
    const Penalty penalty{shape};
    for (int k = -100; k <= 100; ++k) {
      const Junction at(penalty, 0.01 * k, 1e-8);
      EXPECT_LE(at.value_jump(), 1e-6);
      EXPECT_LE(at.slope_jump(), 1e-6);
      EXPECT_LE(at.curvature_jump(), 1e-5);
    }
  }
}

TEST(PenaltyZeroSet, IsWhereTheSentenceSaysItIs) {
  for (const std::string& name : moo::penalty_shape_names()) {
    SCOPED_TRACE(name);
    const Penalty penalty{moo::penalty_shape_from(name), 0.1, 0.5};
    const std::string said(zero_set(penalty.shape));
    const auto at = [&](double x) {
      return penalty(x * penalty.scale - penalty.margin, Sense::inequality);
    };
    EXPECT_GT(at(1e-3).value, 0.0);
    if (said.find("x <= 0") != std::string::npos) {
      for (const double x : {-1e3, -1.0, -1e-3}) {
        EXPECT_EQ(at(x).value, 0.0);
        EXPECT_EQ(at(x).slope, 0.0);
        EXPECT_EQ(at(x).curvature, 0.0);
      }
    } else if (said.find("nowhere") != std::string::npos) {
      EXPECT_GT(at(0.0).slope, 0.0) << "a rule that just holds is still pushed";
      EXPECT_GT(at(-1.0).value, 0.0);
      EXPECT_LT(at(-1.0).value, at(-0.9).value);
    } else {
      ASSERT_NE(said.find("x = -1"), std::string::npos) << said;
      EXPECT_NEAR(at(-1.0).value, 0.0, 1e-14);
      EXPECT_GT(at(-0.9).value, 0.0);
      EXPECT_LT(at(-1.1).value, 0.0);
    }
  }
}

}  // namespace
