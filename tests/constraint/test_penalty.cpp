#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/penalty.hpp"
#include "tests/model/differences.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Penalty;
using moo::PenaltyShape;
using moo::Sense;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::difference;
using moo::test::expect_says;
using moo::test::Worst;

constexpr PenaltyShape all_shapes[] = {
    PenaltyShape::hinge,       PenaltyShape::squared_hinge,
    PenaltyShape::softplus,    PenaltyShape::squared_softplus,
    PenaltyShape::huber_hinge, PenaltyShape::exponential,
    PenaltyShape::power,       PenaltyShape::relaxed_log_barrier};

/// Shape parameters to try; 0 is the default.
std::vector<double> parameters_of(PenaltyShape shape) {
  switch (shape) {
    case PenaltyShape::hinge:
    case PenaltyShape::squared_hinge:
      return {0.0};
    case PenaltyShape::power:
      return {0.0, 1.0, 1.2, 2.0, 2.5, 3.0, 4.0};
    case PenaltyShape::exponential:
      return {0.0, 0.3, 10.0};
    default:
      return {0.0, 0.08, 0.7};
  }
}

/// Every shape and sense with a few parameters, margins and scales.
template <class Test>
void for_all_penalties(const Test& test) {
  for (const auto shape : all_shapes) {
    for (const double parameter : parameters_of(shape)) {
      for (const Sense sense : {Sense::inequality, Sense::equality}) {
        for (const double margin : {0.0, 0.07}) {
          for (const double scale : {1.0, 0.02, 30.0}) {
            SCOPED_TRACE(std::string(to_string(shape)) + " " + std::to_string(parameter) + ", " +
                         std::string(to_string(sense)) + ", margin " + std::to_string(margin) +
                         ", scale " + std::to_string(scale));
            test(Penalty{shape, margin, scale, parameter}, sense);
          }
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
  const auto parameter = [&](double standard) {
    return penalty.shape_parameter == 0.0 ? standard : penalty.shape_parameter;
  };
  const auto softplus = [x](double t) {
    return x > 400.0 * t ? x : t * std::log1p(std::exp(x / t));
  };
  switch (penalty.shape) {
    case PenaltyShape::hinge:
      return std::max(x, 0.0);
    case PenaltyShape::squared_hinge:
      return std::pow(std::max(x, 0.0), 2);
    case PenaltyShape::softplus:
      return softplus(parameter(0.05));
    case PenaltyShape::squared_softplus:
      return std::pow(softplus(parameter(0.05)), 2);
    case PenaltyShape::huber_hinge: {
      const double k = parameter(0.1);
      return x <= 0.0 ? 0.0 : x <= k ? x * x / (2.0 * k) : x - k / 2.0;
    }
    case PenaltyShape::exponential: {
      const double b = parameter(2.0);
      if (b * x <= 20.0) return (std::exp(b * std::max(x, 0.0)) - 1.0) / b;
      return (std::exp(20.0) - 1.0) / b + std::exp(20.0) * (x - 20.0 / b);
    }
    case PenaltyShape::power:
      return std::pow(std::max(x, 0.0), parameter(1.5));
    case PenaltyShape::relaxed_log_barrier: {
      const double d = parameter(0.1), s = -x;
      return s > d ? -std::log(s) : std::pow((s - 2.0 * d) / d, 2) / 2.0 - 0.5 - std::log(d);
    }
  }
  return -1.0;
}

TEST(Penalty, ValuesAreTheTextbookFormulas) {
  Worst worst("value");
  for_all_penalties([&](const Penalty& penalty, Sense sense) {
    for (const double r : residuals_for(penalty)) {
      const double expected = textbook(penalty, r, sense);
      worst.expect(
          std::abs(penalty(r, sense).value - expected) / std::max(std::abs(expected), 1e-3), 2e-13);
    }
  });
}

/// The smallest error of `exact` against differences of `function` over a few steps, relative to
/// the larger of `unit` and the difference.
template <class Function>
double best_error(double exact, const Function& function, double scale, double unit) {
  double best = std::numeric_limits<double>::infinity();
  for (const double step : {2e-3, 1e-3, 3e-4, 1e-4}) {  // in units of x
    const double reference = difference(
        [&](double h) -> Vector { return Vector::Constant(1, function(h)); }, step* scale)(0);
    const double error = std::abs(exact - reference) / std::max(unit, std::abs(reference));
    if (!(error >= best)) best = error;
  }
  return best;
}

TEST(Penalty, SlopesAndCurvaturesAgreeWithDifferences) {
  Worst slope("slope");
  Worst curvature("curvature");
  for_all_penalties([&](const Penalty& penalty, Sense sense) {
    const double unit = 1.0 / penalty.scale;
    for (const double r : residuals_for(penalty)) {
      if (sense == Sense::equality && std::abs(r) < 5e-3 * penalty.scale) continue;  // its kink
      const Penalty::Value at = penalty(r, sense);
      slope.expect(
          best_error(
              at.slope, [&](double h) { return penalty(r + h, sense).value; }, penalty.scale, unit),
          1e-8);
      curvature.expect(best_error(
                           at.curvature, [&](double h) { return penalty(r + h, sense).slope; },
                           penalty.scale, unit * unit),
                       1e-7);
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
  for (const auto shape : all_shapes) {
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
    double before = -std::numeric_limits<double>::infinity();
    for (const double r : residuals_for(penalty)) {
      const Penalty::Value at = penalty(r, sense);
      if (is_never_negative(penalty.shape)) {
        EXPECT_GE(at.value, 0.0);
      }
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
  for (const auto shape : {PenaltyShape::hinge, PenaltyShape::squared_hinge, PenaltyShape::power}) {
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

TEST(Penalty, PowersOfOneAndTwoAreTheHinges) {
  for (const Sense sense : {Sense::inequality, Sense::equality}) {
    for (const auto& [p, shape] : std::vector<std::pair<double, PenaltyShape>>{
             {1.0, PenaltyShape::hinge}, {2.0, PenaltyShape::squared_hinge}}) {
      for (const double r : {-0.7, 0.0, 1e-12, 0.3, 5.0}) {
        const Penalty::Value power = Penalty{PenaltyShape::power, 0.0, 0.5, p}(r, sense);
        const Penalty::Value hinge = Penalty{shape, 0.0, 0.5}(r, sense);
        EXPECT_DOUBLE_EQ(power.value, hinge.value) << r;
        EXPECT_DOUBLE_EQ(power.slope, hinge.slope) << r;
        EXPECT_DOUBLE_EQ(power.curvature, hinge.curvature) << r;
      }
    }
  }
}

TEST(Penalty, PowersStayFiniteNearTheirKink) {
  for (const double p : {1.0001, 1.5, 2.0, 4.0}) {
    const Penalty penalty{PenaltyShape::power, 0.0, 1.0, p};
    for (const double r : {0.0, std::numeric_limits<double>::denorm_min(), 1e-300, 1e-9}) {
      const Penalty::Value at = penalty(r, Sense::inequality);
      EXPECT_TRUE(std::isfinite(at.value) && std::isfinite(at.slope));
      EXPECT_LE(at.curvature, 1e8);
    }
  }
}

TEST(Penalty, PowersAboveOneAreLenientToMinorDeviations) {
  for (const double p : {1.2, 1.5, 3.0}) {
    const Penalty penalty{PenaltyShape::power, 0.0, 0.1, p};
    const Penalty hinge{PenaltyShape::hinge, 0.0, 0.1};
    EXPECT_LT(penalty(0.01, Sense::inequality).value, hinge(0.01, Sense::inequality).value);
    EXPECT_GT(penalty(0.5, Sense::inequality).value, hinge(0.5, Sense::inequality).value);
  }
}

TEST(Penalty, ShapesAreFoundByTheirNames) {
  ASSERT_EQ(moo::penalty_shape_names().size(), std::size(all_shapes));
  for (const auto shape : all_shapes) {
    EXPECT_EQ(moo::penalty_shape_from(std::string(to_string(shape))), shape);
  }
  expect_says(
      complaint_of<moo::InvalidArgument>([] { (void)moo::penalty_shape_from("sqared_hinge"); }),
      {"penalty shape", "'sqared_hinge'", "did you mean 'squared_hinge'", "relaxed_log_barrier"});
}

TEST(Penalty, UnitsFollowTheShape) {
  const auto unit = [](PenaltyShape shape, double scale, double parameter = 0.0) {
    return moo::penalty_unit({shape, 0.0, scale, parameter}, "kW");
  };
  EXPECT_EQ(unit(PenaltyShape::hinge, 1.0), "kW");
  EXPECT_EQ(unit(PenaltyShape::softplus, 0.02), "kW / 0.02");
  EXPECT_EQ(unit(PenaltyShape::huber_hinge, 2.0), "kW / 2");
  EXPECT_EQ(unit(PenaltyShape::squared_hinge, 0.02), "(kW / 0.02)^2");
  EXPECT_EQ(unit(PenaltyShape::squared_softplus, 1.0), "(kW)^2");
  EXPECT_EQ(unit(PenaltyShape::power, 0.5), "(kW / 0.5)^1.5");
  EXPECT_EQ(unit(PenaltyShape::power, 0.5, 1.0), "kW / 0.5");
  EXPECT_EQ(unit(PenaltyShape::exponential, 0.5), "exp(kW / 0.5)");
  EXPECT_EQ(unit(PenaltyShape::relaxed_log_barrier, 0.5), "log(kW / 0.5)");
}

TEST(Penalty, ParametersWithoutMeaningAreRefused) {
  const double infinity = std::numeric_limits<double>::infinity();
  for (const auto shape : all_shapes) {
    const std::string name(to_string(shape));
    SCOPED_TRACE(name);
    for (const double parameter : parameters_of(shape)) {
      EXPECT_NO_THROW(moo::check_penalty("here", {shape, 0.0, 1.0, parameter}));
    }
    for (const double bad : {-1.0, infinity, std::numeric_limits<double>::quiet_NaN()}) {
      expect_says(complaint_of<moo::InvalidArgument>([&] {
                    moo::check_penalty("here", {shape, 0.0, 1.0, bad});
                  }),
                  {"here", name});
    }
  }
  for (const double bad : {0.9, 4.1}) {
    expect_says(complaint_of<moo::InvalidArgument>([&] {
                  moo::check_penalty("here", {PenaltyShape::power, 0.0, 1.0, bad});
                }),
                {"here", "power", "p in [1, 4]"});
  }
  expect_says(complaint_of<moo::InvalidArgument>([] {
                moo::check_penalty("here", {PenaltyShape::hinge, 0.0, 1.0, 0.1});
              }),
              {"hinge has no parameter", "shape_parameter"});
}

}  // namespace
