#include <gtest/gtest.h>

#include <memory>

#include "libmoo/constraint/class_error_parity.hpp"
#include "libmoo/constraint/image_shift.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::ClassErrorParity;
using moo::Dataset;
using moo::ImageShift;
using moo::ImageShiftOptions;
using moo::InvalidArgument;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::residuals_under;

/// Five images of 2 x 3 pixels in three classes: 0, 0, 1, 1, 2.
Dataset images() {
  RandomStream random(821);
  Dataset data;
  for (const char* name : {"a", "b", "c", "d", "e", "f"}) data.input_names.push_back(name);
  data.inputs = moo::test::normal_matrix(random, 6, 5);
  data.targets = Matrix::Zero(3, 5);
  const int labels[] = {0, 0, 1, 1, 2};
  for (int b = 0; b < 5; ++b) data.targets(labels[b], b) = 1.0;
  return data;
}

ImageShiftOptions moved(int down, int right) {
  return {.rows = 2, .columns = 3, .shifts = {{down, right}}, .background = -0.5};
}

TEST(ImageShift, MovesPixelsAndFillsTheirPlace) {
  const Vector image{{1.0, 2.0, 3.0, 4.0, 5.0, 6.0}};
  EXPECT_EQ(moo::shifted_images(moved(1, 0), {1, 0}, image),
            (Vector{{-0.5, -0.5, -0.5, 1.0, 2.0, 3.0}}));
  EXPECT_EQ(moo::shifted_images(moved(0, -1), {0, -1}, image),
            (Vector{{2.0, 3.0, -0.5, 5.0, 6.0, -0.5}}));
}

TEST(ImageShift, IsTheChangeOfEveryOutput) {
  const auto model = [](const Vector& x) { return Vector{{x(0), x(5), 2.0 * x(4)}}; };
  const Dataset data = images();
  const Vector r = residuals_under(ImageShift(moved(0, 1)), data, model);
  ASSERT_EQ(r.size(), 15);
  EXPECT_NEAR(r(0), -0.5 - data.inputs(0, 0), 1e-14) << "background moves in";
  EXPECT_NEAR(r(1), data.inputs(4, 0) - data.inputs(5, 0), 1e-14);
  EXPECT_NEAR(r(2), 2.0 * (data.inputs(3, 0) - data.inputs(4, 0)), 1e-14);
}

TEST(ClassErrorParity, IsTheClassesMeanErrorLessTheMeanOverClasses) {
  // Probabilities of the own class: 0.5, 0.7 | 0.2, 0.4 | 0.9, so mean errors 0.4, 0.7, 0.1.
  const Matrix p{{0.5, 0.7, 0.5, 0.3, 0.1}, {0.3, 0.2, 0.2, 0.4, 0.0}, {0.2, 0.1, 0.3, 0.3, 0.9}};
  const Dataset data = images();
  moo::ProbeBatch batch(data.inputs);
  const auto bound = ClassErrorParity().bind(data, batch);
  const Vector r = moo::test::residuals_of(*bound, p);
  EXPECT_LT((r - Vector{{0.0, 0.3, -0.3}}).cwiseAbs().maxCoeff(), 1e-14);
}

TEST(ImageRules, DerivativesAgreeWithDifferences) {
  RandomStream random(822);
  SCOPED_TRACE("seed 822");
  const auto shift = std::make_shared<ImageShift>(moved(1, -1));
  const auto parity = std::make_shared<ClassErrorParity>();
  expect_derivatives(*shift, images(), random);
  expect_derivatives(*parity, images(), random);
  expect_training_gradients(shift, images(), random, moo::LossKind::cross_entropy);
  expect_training_gradients(parity, images(), random, moo::LossKind::cross_entropy);
}

TEST(ImageRules, SayWhatIsWrong) {
  expect_says(complaint_of<InvalidArgument>([] { ImageShift(moved(0, 0)); }), {"leave some"});
  expect_says(complaint_of<InvalidArgument>([] { ImageShift(moved(2, 0)); }), {"2 x 3"});
  Dataset data = images();
  data.targets(0, 0) = 0.5;
  moo::ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([&] { return ClassErrorParity().bind(data, batch); }),
              {"one-hot", "row 0"});
  data = images();
  data.input_names.pop_back();
  data.inputs.conservativeResize(5, 5);
  moo::ProbeBatch small(data.inputs);
  expect_says(
      complaint_of<InvalidArgument>([&] { return ImageShift(moved(1, 0)).bind(data, small); }),
      {"pixels", "6", "5"});
}

}  // namespace
