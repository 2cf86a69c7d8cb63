#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <limits>
#include <string>

#include "libmoo/model/link.hpp"
#include "tests/model/differences.hpp"

namespace {

using moo::Link;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::difference;
using moo::test::normal_matrix;
using moo::test::relative_error;
using moo::test::Worst;

constexpr std::array<Link, 3> all_links = {Link::identity, Link::sigmoid, Link::softmax};

Matrix predictions_of(Link link, moo::ConstMatrixRef logits) {
  Matrix predictions(logits.rows(), logits.cols());
  apply_link(link, logits, predictions);
  return predictions;
}

Matrix pulled(Link link, moo::ConstMatrixRef logits, moo::ConstMatrixRef cotangents) {
  Matrix results(logits.rows(), logits.cols());
  link_pullback(link, predictions_of(link, logits), cotangents, results);
  return results;
}

/// Calls test(link, logits, random) for every link and several shapes.
template <class Test>
void for_all_links(std::uint64_t seed, const Test& test) {
  RandomStream random(seed);
  SCOPED_TRACE(moo::test::seed_note(seed));
  for (const Link link : all_links) {
    for (const Eigen::Index outputs : {1, 3, 4}) {
      for (const Eigen::Index batch : {1, 5}) {
        SCOPED_TRACE(std::string(to_string(link)) + " with " + std::to_string(outputs) +
                     " outputs, batch " + std::to_string(batch));
        test(link, normal_matrix(random, outputs, batch, 2.0), random);
      }
    }
  }
}

TEST(Link, PredictionsAreTheTextbookFormulas) {
  Worst worst("value");
  for_all_links(41, [&](Link link, const Matrix& logits, RandomStream&) {
    Matrix expected = logits;
    if (link == Link::sigmoid) {
      expected = logits.unaryExpr([](double z) { return 1.0 / (1.0 + std::exp(-z)); });
    } else if (link == Link::softmax) {
      expected = logits.unaryExpr([](double z) { return std::exp(z); });
      expected.array().rowwise() /= expected.colwise().sum().eval().array();
    }
    worst.expect(relative_error(predictions_of(link, logits), expected), 1e-15);
  });
}

TEST(Link, PushforwardAgreesWithDifferencesOfThePredictions) {
  Worst worst("pushforward");
  for_all_links(42, [&](Link link, const Matrix& logits, RandomStream& random) {
    const Matrix tangents = normal_matrix(random, logits.rows(), logits.cols());
    Matrix found(logits.rows(), logits.cols());
    link_pushforward(link, predictions_of(link, logits), tangents, found);
    const Vector expected = difference(
        [&](double h) -> Vector { return predictions_of(link, logits + h * tangents).reshaped(); });
    worst.expect(relative_error(found.reshaped(), expected), 1e-9);
  });
}

TEST(Link, PullbackIsTheTransposeOfPushforward) {
  Worst worst("pullback");
  for_all_links(43, [&](Link link, const Matrix& logits, RandomStream& random) {
    const Matrix tangents = normal_matrix(random, logits.rows(), logits.cols());
    const Matrix cotangents = normal_matrix(random, logits.rows(), logits.cols());
    Matrix pushed(logits.rows(), logits.cols());
    link_pushforward(link, predictions_of(link, logits), tangents, pushed);
    const double forward = pushed.cwiseProduct(cotangents).sum();
    const double backward = pulled(link, logits, cotangents).cwiseProduct(tangents).sum();
    worst.expect(std::abs(forward - backward) / std::max(1.0, std::abs(forward)), 1e-14);
  });
}

TEST(Link, CurvatureAgreesWithDifferencesOfThePullback) {
  Worst worst("curvature");
  for_all_links(44, [&](Link link, const Matrix& logits, RandomStream& random) {
    const Matrix tangents = normal_matrix(random, logits.rows(), logits.cols());
    const Matrix cotangents = normal_matrix(random, logits.rows(), logits.cols());
    const Matrix predictions = predictions_of(link, logits);
    Matrix pushed(logits.rows(), logits.cols());
    link_pushforward(link, predictions, tangents, pushed);
    Matrix found(logits.rows(), logits.cols());
    link_curvature(link, predictions, pushed, cotangents, found);
    // The curvature applies once more to link'(Z)^T C what the tangent did to P.
    const Vector expected = difference([&](double h) -> Vector {
      return pulled(link, logits + h * tangents, cotangents).reshaped();
    });
    worst.expect(relative_error(found.reshaped(), expected), 1e-9);
  });
}

TEST(Link, PullbackMayWriteOverItsCotangents) {
  for_all_links(45, [](Link link, const Matrix& logits, RandomStream& random) {
    Matrix in_place = normal_matrix(random, logits.rows(), logits.cols());
    const Matrix expected = pulled(link, logits, in_place);
    link_pullback(link, predictions_of(link, logits), in_place, in_place);
    EXPECT_EQ(in_place, expected);
  });
}

TEST(Link, SoftmaxSumsToOneAndIgnoresACommonShift) {
  RandomStream random(46);
  SCOPED_TRACE("seed 46");
  const Matrix logits = normal_matrix(random, 5, 20, 10.0);
  const Matrix predictions = predictions_of(Link::softmax, logits);
  EXPECT_LE((predictions.colwise().sum().array() - 1.0).abs().maxCoeff(), 1e-15);
  EXPECT_LE(
      (predictions - predictions_of(Link::softmax, logits.array() + 123.0)).cwiseAbs().maxCoeff(),
      1e-13);
}

TEST(Link, ExtremeLogitsGiveFinitePredictionsAndDerivatives) {
  for (const Link link : {Link::sigmoid, Link::softmax}) {
    SCOPED_TRACE(to_string(link));
    const Matrix logits{{800.0, -800.0, 0.0}, {-800.0, 800.0, 1e300}};
    const Matrix ones = Matrix::Ones(2, 3);
    const Matrix predictions = predictions_of(link, logits);
    EXPECT_TRUE(predictions.allFinite());
    EXPECT_NEAR(predictions(0, 0), 1.0, 1e-15);
    EXPECT_NEAR(predictions(1, 0), 0.0, 1e-290);
    EXPECT_NEAR(predictions(1, 2), 1.0, 1e-15);
    EXPECT_LE(pulled(link, logits, ones).col(0).norm(), 1e-15);
  }
}

TEST(Link, ANotANumberInOneSampleStaysInThatSample) {
  for (const Link link : all_links) {
    for (Eigen::Index outputs = 1; outputs <= 9; ++outputs) {
      for (Eigen::Index bad = 0; bad < outputs; ++bad) {
        SCOPED_TRACE(std::string(to_string(link)) + ", output " + std::to_string(bad) + " of " +
                     std::to_string(outputs));
        Matrix logits = Matrix::Constant(outputs, 3, 0.5);
        logits(bad, 1) = std::numeric_limits<double>::quiet_NaN();
        const Matrix predictions = predictions_of(link, logits);
        EXPECT_TRUE(std::isnan(predictions(bad, 1)));
        EXPECT_TRUE(predictions.col(0).allFinite());
        EXPECT_TRUE(predictions.col(2).allFinite());
      }
    }
  }
}

}  // namespace
