#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "libmoo/model/kernels/elementwise.hpp"
#include "tests/model/differences.hpp"
#include "tests/model/kernel_reference.hpp"

namespace {

using moo::Activation;
using moo::Matrix;
using moo::Vector;
using moo::test::all_activations;
using moo::test::kernel_reference;
using moo::test::many_inputs;
using moo::test::Worst;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// What the three kernels make of a matrix.
struct Outputs {
  Matrix values;
  Matrix slopes;
  Matrix bends;
};

Outputs outputs_of(Activation activation, moo::ConstMatrixRef inputs) {
  Outputs found{Matrix(inputs.rows(), inputs.cols()), Matrix(inputs.rows(), inputs.cols()),
                Matrix(inputs.rows(), inputs.cols())};
  moo::kernels::activate(activation, inputs, found.values);
  moo::kernels::first_derivative(activation, inputs, found.values, found.slopes);
  moo::kernels::second_derivative(activation, inputs, found.values, found.bends);
  return found;
}

/// The inputs as one column (all but the last entry go through packets) and as one row, where each
/// column holds a single entry and the scalar path does all.
std::array<Matrix, 2> both_paths() {
  const std::vector<double> inputs = many_inputs();
  const Vector column = Eigen::Map<const Vector>(inputs.data(), std::ssize(inputs));
  return {Matrix(column), Matrix(column.transpose())};
}

/// |found - exact| / max(|exact|, floor).
double error_of(double found, long double exact, double floor) {
  return static_cast<double>(std::abs(found - exact) /
                             std::max(std::abs(exact), static_cast<long double>(floor)));
}

TEST(Kernels, ValuesAgreeWithLongDouble) {
  // Relative to the value itself; below 1e-290 exp has saturated and the error is absolute.
  for (const Activation activation : all_activations) {
    Worst worst(std::string(to_string(activation)));
    for (const Matrix& inputs : both_paths()) {
      const Outputs found = outputs_of(activation, inputs);
      for (Eigen::Index k = 0; k < inputs.size(); ++k) {
        SCOPED_TRACE("input " + std::to_string(inputs(k)));
        const double error =
            error_of(found.values(k), kernel_reference(activation, inputs(k)).value, 1e-290);
        worst.expect(error, activation == Activation::tanh ? 1e-14 : 2e-15);
      }
    }
  }
}

TEST(Kernels, DerivativesAgreeWithLongDoubleToAbsoluteRoundings) {
  // They are of order one and come from the value, so that small ones are exact only absolutely.
  for (const Activation activation : all_activations) {
    Worst slopes("slope_" + std::string(to_string(activation)));
    Worst bends("bend_" + std::string(to_string(activation)));
    for (const Matrix& inputs : both_paths()) {
      const Outputs found = outputs_of(activation, inputs);
      for (Eigen::Index k = 0; k < inputs.size(); ++k) {
        SCOPED_TRACE("input " + std::to_string(inputs(k)));
        const auto exact = kernel_reference(activation, inputs(k));
        slopes.expect(error_of(found.slopes(k), exact.slope, 1.0), 1e-14);
        bends.expect(error_of(found.bends(k), exact.bend, 1.0), 1e-14);
      }
    }
  }
}

TEST(Kernels, DerivativesAgreeWithDifferences) {
  // Away from ReLU's kink; between differences of the kernels' own values.
  const Matrix inputs = Vector::LinSpaced(161, -8.0, 8.0).array() + 0.013;
  for (const Activation activation : all_activations) {
    Worst slopes("slope_" + std::string(to_string(activation)));
    Worst bends("bend_" + std::string(to_string(activation)));
    const Outputs found = outputs_of(activation, inputs);
    const auto shifted = [&](double h) { return outputs_of(activation, inputs.array() + h); };
    const Vector slope =
        moo::test::difference([&](double h) -> Vector { return shifted(h).values.col(0); });
    const Vector bend =
        moo::test::difference([&](double h) -> Vector { return shifted(h).slopes.col(0); });
    slopes.expect(moo::test::relative_error(found.slopes, slope), 1e-11);
    bends.expect(moo::test::relative_error(found.bends, bend), 1e-11);
  }
}

TEST(Kernels, InfiniteInputsGiveTheLimits) {
  for (const Activation activation : all_activations) {
    SCOPED_TRACE(to_string(activation));
    for (Eigen::Index size = 1; size <= 9; ++size) {
      for (const double x : {infinity, -infinity}) {
        SCOPED_TRACE(std::to_string(size) + " times " + std::to_string(x));
        const Outputs found = outputs_of(activation, Matrix::Constant(size, 1, x));
        const auto exact = kernel_reference(activation, x);
        for (Eigen::Index k = 0; k < size; ++k) {
          if (std::isinf(exact.value)) {
            EXPECT_EQ(found.values(k), static_cast<double>(exact.value));
          } else {
            EXPECT_NEAR(found.values(k), static_cast<double>(exact.value), 1e-290);
          }
          EXPECT_NEAR(found.slopes(k), static_cast<double>(exact.slope), 1e-290);
          EXPECT_NEAR(found.bends(k), static_cast<double>(exact.bend), 1e-290);
        }
      }
    }
  }
}

/// Whether a derivative depends on its input at all, and so can carry a NaN on.
bool is_smooth(Activation activation) {
  return activation != Activation::relu && activation != Activation::identity;
}

TEST(Kernels, ANotANumberStaysOneOnBothPathsAndTouchesNoNeighbour) {
  moo::RandomStream random(11);
  SCOPED_TRACE(moo::test::seed_note(random.seed()));
  for (const Activation activation : all_activations) {
    SCOPED_TRACE(to_string(activation));
    for (Eigen::Index size = 1; size <= 9; ++size) {
      const Matrix clean = moo::test::normal_matrix(random, size, 2);
      for (Eigen::Index bad = 0; bad < clean.size(); ++bad) {
        SCOPED_TRACE("entry " + std::to_string(bad) + " of " + std::to_string(size) + " x 2");
        Matrix inputs = clean;
        inputs(bad) = not_a_number;
        const Outputs found = outputs_of(activation, inputs);
        for (Eigen::Index k = 0; k < inputs.size(); ++k) {
          EXPECT_EQ(std::isnan(found.values(k)), k == bad) << k;
          EXPECT_EQ(std::isnan(found.slopes(k)), k == bad && is_smooth(activation)) << k;
          EXPECT_EQ(std::isnan(found.bends(k)), k == bad && is_smooth(activation)) << k;
        }
      }
    }
  }
}

TEST(Kernels, BlocksOfAMatrixGiveWhatCopiesOfThemGive) {
  // Columns of a block start at any alignment, so that packets begin after a scalar head.
  moo::RandomStream random(12);
  SCOPED_TRACE(moo::test::seed_note(random.seed()));
  const Matrix all = moo::test::normal_matrix(random, 13, 4, 3.0);
  for (const Activation activation : all_activations) {
    SCOPED_TRACE(to_string(activation));
    for (Eigen::Index first = 0; first < 4; ++first) {
      for (Eigen::Index size = 1; size <= 9; ++size) {
        const Matrix copy = all.middleRows(first, size);
        const Outputs of_block = outputs_of(activation, all.middleRows(first, size));
        const Outputs of_copy = outputs_of(activation, copy);
        EXPECT_LE(moo::test::relative_error(of_block.values, of_copy.values), 2e-15);
        EXPECT_LE(moo::test::relative_error(of_block.slopes, of_copy.slopes), 4e-15);
        EXPECT_LE(moo::test::relative_error(of_block.bends, of_copy.bends), 1e-14);
      }
    }
  }
}

TEST(Kernels, ThirdAndFourthDerivativesAreThoseOfTheOrderBelow) {
  Worst worst("higher_derivatives");
  const Vector x = Vector::LinSpaced(81, -8.0, 8.0);
  for (const Activation activation : all_activations) {
    SCOPED_TRACE(to_string(activation));
    const auto at = [&](auto derivative, double shift) -> Vector {
      const Matrix inputs = x.array() + shift;
      Matrix outputs(x.size(), 1);
      Matrix result(x.size(), 1);
      moo::kernels::activate(activation, inputs, outputs);
      derivative(activation, inputs, outputs, result);
      return result;
    };
    const auto expect_derivative = [&](auto derivative, auto below) {
      const Vector expected = moo::test::difference([&](double h) { return at(below, h); });
      worst.expect(moo::test::relative_error(at(derivative, 0.0), expected), 1e-10);
    };
    expect_derivative(moo::kernels::third_derivative, moo::kernels::second_derivative);
    expect_derivative(moo::kernels::fourth_derivative, moo::kernels::third_derivative);
  }
}

TEST(Kernels, ReluTakesTheSlopeZeroAtZero) {
  const Outputs found = outputs_of(Activation::relu, Matrix::Zero(3, 1));
  EXPECT_EQ(found.values, Matrix::Zero(3, 1));
  EXPECT_EQ(found.slopes, Matrix::Zero(3, 1));
}

TEST(Kernels, SigmoidIsTheSigmoidActivation) {
  const Matrix inputs = Vector::LinSpaced(301, -750.0, 750.0);
  Matrix found(inputs.rows(), 1);
  moo::kernels::sigmoid(inputs, found);
  EXPECT_EQ(found, outputs_of(Activation::sigmoid, inputs).values);
  EXPECT_GE(found.minCoeff(), 0.0);
  EXPECT_LE(found.maxCoeff(), 1.0);
}

}  // namespace
