#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "libmoo/base/random.hpp"
#include "libmoo/data/standardize.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::InvalidArgument;
using moo::Matrix;
using moo::Standardizer;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

TEST(Standardizer, DividesByThePopulationDeviation) {
  const Standardizer fitted = Standardizer::fit(Matrix({{2, 4, 4, 4, 5, 5, 7, 9}}));
  EXPECT_DOUBLE_EQ(fitted.mean(0), 5.0);
  EXPECT_DOUBLE_EQ(fitted.scale(0), 2.0);
  EXPECT_EQ(fitted.apply(Matrix({{5, 9, 1}})), Matrix({{0, 2, -2}}));
}

TEST(Standardizer, GivesMeanZeroAndDeviationOneWhateverTheUnits) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    moo::RandomStream random(seed);
    Matrix inputs(3, 100);
    inputs.row(0) = random.normal_vector(100).transpose();
    inputs.row(1) = 1e9 + 1e3 * random.normal_vector(100).transpose().array();
    inputs.row(2) = 1e-170 * random.uniform_vector(100).transpose();  // squares underflow
    const Matrix scaled = Standardizer::fit(inputs).apply(inputs);
    for (Eigen::Index i = 0; i < 3; ++i) {
      EXPECT_NEAR(scaled.row(i).mean(), 0.0, 1e-9);
      EXPECT_NEAR(std::sqrt(scaled.row(i).squaredNorm() / 100.0), 1.0, 1e-9);
    }
  }
}

TEST(Standardizer, OnlyShiftsAConstantInput) {
  const Matrix inputs = Matrix::Constant(1, 7, 0.1);  // whose mean, summed up, is not exactly 0.1
  const Standardizer fitted = Standardizer::fit(inputs);
  EXPECT_EQ(fitted.scale(0), 1.0);
  EXPECT_EQ(fitted.apply(inputs), Matrix::Zero(1, 7));
  EXPECT_EQ(Standardizer::fit(Matrix({{3}})).scale(0), 1.0);
}

TEST(Standardizer, AppliesToAnyNumberOfSamples) {
  const Standardizer fitted = Standardizer::fit(Matrix({{0, 2}, {1, 1}}));
  EXPECT_EQ(fitted.apply(Matrix(2, 0)).cols(), 0);
  EXPECT_EQ(fitted.apply(Matrix({{3}, {4}})), Matrix({{2}, {3}}));
}

TEST(Standardizer, SaysWhatItCannotBeFittedTo) {
  expect_says(complaint_of<InvalidArgument>([] { Standardizer::fit(Matrix(2, 0)); }),
              {"Standardizer::fit", "at least one sample"});
  Matrix inputs = Matrix::Zero(3, 2);
  inputs(1, 1) = std::numeric_limits<double>::quiet_NaN();
  expect_says(complaint_of<InvalidArgument>([&] { Standardizer::fit(inputs); }),
              {"input 1 is not finite"});
}

TEST(Standardizer, WantsTheInputsItWasFittedTo) {
  const Standardizer fitted = Standardizer::fit(Matrix::Zero(3, 2));
  expect_says(complaint_of<InvalidArgument>([&] { (void)fitted.apply(Matrix::Zero(2, 3)); }),
              {"Standardizer::apply", "expected 3", "got 2"});
}

}  // namespace
