#include <gtest/gtest.h>

#include <limits>
#include <string>

#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "tests/constraint/rule_samples.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::DemographicParity;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::random_data;
using moo::test::residuals_of;

std::unique_ptr<moo::BoundConstraint> bound_to(const Dataset& data, int output = 0) {
  ProbeBatch batch(data.inputs);
  return DemographicParity("group", output).bind(data, batch);
}

TEST(DemographicParity, ResidualIsTheGapThatAssessmentReports) {
  RandomStream random(61);
  SCOPED_TRACE("seed 61");
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 23, outputs);
    const Matrix predictions = moo::test::normal_matrix(random, outputs, 23);
    for (int output = 0; output < outputs; ++output) {
      const Vector residuals = residuals_of(*bound_to(data, output), predictions);
      ASSERT_EQ(residuals.size(), 1);
      EXPECT_NEAR(residuals(0),
                  moo::group_gap(predictions.row(output).transpose(), data.column("group")), 1e-14);
    }
  }
}

TEST(DemographicParity, AModelThatIgnoresItsInputsHasNoResidual) {
  RandomStream random(62);
  SCOPED_TRACE("seed 62");
  const Dataset data = random_data(random, 31, 1);
  EXPECT_NEAR(residuals_of(*bound_to(data), Matrix::Constant(1, 31, 0.37))(0), 0.0, 1e-15);
}

TEST(DemographicParity, AModelThatAdmitsOnlyOneGroupHasTheResidualOne) {
  RandomStream random(63);
  SCOPED_TRACE("seed 63");
  const Dataset data = random_data(random, 31, 1);
  const Matrix members_only = data.column("group").transpose();
  EXPECT_NEAR(residuals_of(*bound_to(data), members_only)(0), 1.0, 1e-14);
  EXPECT_NEAR(residuals_of(*bound_to(data), 1.0 - members_only.array())(0), -1.0, 1e-14);
}

TEST(DemographicParity, SwappingTheGroupsFlipsTheSign) {
  RandomStream random(64);
  SCOPED_TRACE("seed 64");
  Dataset data = random_data(random, 19, 1);
  const Matrix predictions = moo::test::normal_matrix(random, 1, 19);
  const double before = residuals_of(*bound_to(data), predictions)(0);
  data.columns["group"] = 1.0 - data.columns["group"].array();
  EXPECT_NEAR(residuals_of(*bound_to(data), predictions)(0), -before, 1e-15);
}

TEST(DemographicParity, JacobianAgreesWithDifferences) {
  RandomStream random(65);
  SCOPED_TRACE("seed 65");
  moo::test::Worst worst("jacobian");
  for (const int outputs : {1, 3}) {
    const Dataset data = random_data(random, 9, outputs);
    const auto bound = bound_to(data, outputs - 1);
    EXPECT_TRUE(bound->is_linear());
    moo::test::expect_jacobian_by_differences(*bound, moo::test::normal_matrix(random, outputs, 9),
                                              worst);
  }
}

TEST(DemographicParity, SaysWhatItIs) {
  const DemographicParity rule("age");
  EXPECT_NE(rule.name().find("age"), std::string::npos);
  EXPECT_EQ(rule.unit(), "probability");
  EXPECT_EQ(rule.sense(), moo::Sense::equality);
}

TEST(DemographicParity, DataItCannotBeBoundToAreRefused) {
  RandomStream random(66);
  const Dataset good = random_data(random, 6, 2);
  Dataset data = good;
  data.columns.clear();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(data); }), {"column", "group"});

  for (const double everybody : {0.0, 1.0}) {
    data = good;
    data.columns["group"].setConstant(everybody);
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(data); }),
                {"parity over group", "a group has no row", "stratified"});
  }
  for (const double odd : {0.5, 2.0, std::numeric_limits<double>::quiet_NaN()}) {
    data = good;
    data.columns["group"](3) = odd;
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(data); }),
                {"parity over group", "0 or 1", "row 3"});
  }
  data = good;
  data.columns["group"] = Vector::LinSpaced(7, 0.0, 1.0).array().round();
  expect_says(complaint_of<InvalidArgument>([&] { bound_to(data); }),
              {"parity over group", "column", "6", "7"});
  for (const int output : {-1, 2}) {
    expect_says(complaint_of<InvalidArgument>([&] { bound_to(good, output); }),
                {"parity over group", "output", "0 to 1", std::to_string(output)});
  }
}

}  // namespace
