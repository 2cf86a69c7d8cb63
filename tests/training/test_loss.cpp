#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "libmoo/model/link.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/training/loss_samples.hpp"

namespace {

using moo::Link;
using moo::Loss;
using moo::LossKind;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::all_losses;
using moo::test::difference;
using moo::test::for_all_losses;
using moo::test::gradient_of;
using moo::test::hessian_product_of;
using moo::test::LossSample;
using moo::test::normal_matrix;
using moo::test::relative_error;
using moo::test::Worst;

/// The weighted mean loss by its textbook definition, in terms of probabilities, in long double.
long double textbook(LossKind kind, const LossSample& at) {
  const Matrix& z = at.logits;
  const Matrix& y = at.targets;
  const Vector weights = at.weights.size() > 0 ? at.weights : Vector(Vector::Ones(z.cols()));
  long double total = 0.0L;
  long double mean = 0.0L;
  for (Eigen::Index b = 0; b < z.cols(); ++b) {
    long double sum = 0.0L;
    long double normalizer = 0.0L;
    for (Eigen::Index o = 0; o < z.rows(); ++o)
      normalizer += std::exp(static_cast<long double>(z(o, b)));
    for (Eigen::Index o = 0; o < z.rows(); ++o) {
      const long double logit = z(o, b), target = y(o, b), residual = std::abs(logit - target);
      switch (kind) {
        case LossKind::binary_cross_entropy:
          sum +=
              target * std::log1p(std::exp(-logit)) + (1.0L - target) * std::log1p(std::exp(logit));
          break;
        case LossKind::cross_entropy:
          sum -= target * (logit - std::log(normalizer));
          break;
        case LossKind::squared_error:
          sum += residual * residual / static_cast<long double>(z.rows());
          break;
        case LossKind::huber:
          sum += (residual <= 1.0L ? residual * residual / 2.0L : residual - 0.5L) /
                 static_cast<long double>(z.rows());
          break;
      }
    }
    mean += weights(b) * sum;
    total += weights(b);
  }
  return mean / total;
}

TEST(Loss, ValuesAreTheMeansTheHeaderPromises) {
  Worst worst("value");
  for_all_losses(91, [&](const Loss& loss, const LossSample& at, RandomStream&) {
    const long double expected = textbook(loss.kind(), at);
    worst.expect(
        static_cast<double>(std::abs(loss.value(at.logits, at.targets, at.weights) - expected) /
                            std::max(expected, 1.0L)),
        1e-15);
  });
}

TEST(Loss, GradientsAgreeWithDifferences) {
  Worst worst("gradient");
  for_all_losses(92, [&](const Loss& loss, const LossSample& at, RandomStream&) {
    Matrix expected(at.logits.rows(), at.logits.cols());
    for (Eigen::Index k = 0; k < expected.size(); ++k) {
      expected(k) = difference([&](double h) -> Vector {
        Matrix shifted = at.logits;
        shifted(k) += h;
        return Vector::Constant(1, loss.value(shifted, at.targets, at.weights));
      })(0);
    }
    worst.expect(relative_error(gradient_of(loss, at), expected), 1e-9);
  });
}

TEST(Loss, HessianProductsAgreeWithDifferencesOfTheGradient) {
  Worst worst("hessian_product");
  for_all_losses(93, [&](const Loss& loss, const LossSample& at, RandomStream& random) {
    const Matrix tangents = normal_matrix(random, at.logits.rows(), at.logits.cols());
    const Vector expected = difference([&](double h) -> Vector {
      return gradient_of(loss, at, at.logits + h * tangents).reshaped();
    });
    worst.expect(relative_error(hessian_product_of(loss, at, tangents).reshaped(), expected), 1e-9);
  });
}

TEST(Loss, TheCurvatureFactorSquaredIsTheHessian) {
  Worst worst("curvature_factor");
  for_all_losses(94, [&](const Loss& loss, const LossSample& at, RandomStream&) {
    const Eigen::Index q = at.logits.rows();
    for (Eigen::Index b = 0; b < at.logits.cols(); ++b) {
      Matrix factor = Matrix::Constant(q, q, 1e9);
      loss.curvature_factor(at.logits.col(b), at.targets.col(b), at.share(b), factor);
      Matrix hessian(q, q);
      for (Eigen::Index o = 0; o < q; ++o) {
        Matrix unit = Matrix::Zero(q, at.logits.cols());
        unit(o, b) = 1.0;
        hessian.col(o) = hessian_product_of(loss, at, unit).col(b);
      }
      worst.expect(relative_error(factor.transpose() * factor, hessian), 1e-13);
    }
  });
}

struct ResidualForm {
  Vector residuals;
  Matrix jacobian;
};

ResidualForm residual_form(const Loss& loss, const Vector& logits, const Vector& targets,
                           double share) {
  const int count = loss.residuals_per_sample(static_cast<int>(logits.size()));
  ResidualForm form{Vector(count), Matrix(count, logits.size())};
  loss.residuals(logits, targets, share, form.residuals, form.jacobian);
  return form;
}

TEST(Loss, HalfTheSquaredResidualsIsTheValueAndTheirPullbackTheGradient) {
  Worst value("residual_value");
  Worst gradient("residual_gradient");
  for_all_losses(95, [&](const Loss& loss, const LossSample& at, RandomStream&) {
    double sum = 0.0;
    Matrix pulled(at.logits.rows(), at.logits.cols());
    for (Eigen::Index b = 0; b < at.logits.cols(); ++b) {
      const auto form = residual_form(loss, at.logits.col(b), at.targets.col(b), at.share(b));
      sum += 0.5 * form.residuals.squaredNorm();
      pulled.col(b) = form.jacobian.transpose() * form.residuals;
    }
    const double expected = loss.value(at.logits, at.targets, at.weights);
    value.expect(std::abs(sum - expected) / expected, 1e-14);
    gradient.expect(relative_error(pulled, gradient_of(loss, at)), 1e-13);
  });
}

TEST(Loss, JacobiansOfTheResidualsAgreeWithDifferences) {
  Worst worst("residual_jacobian");
  for_all_losses(96, [&](const Loss& loss, const LossSample& at, RandomStream&) {
    for (Eigen::Index b = 0; b < at.logits.cols(); ++b) {
      const Vector z = at.logits.col(b), y = at.targets.col(b);
      if (loss.value(z, y) < 1e-3) continue;  // the root is too steep for differences near zero
      const auto form = residual_form(loss, z, y, at.share(b));
      for (Eigen::Index o = 0; o < z.size(); ++o) {
        const Vector column = difference([&](double h) -> Vector {
          return residual_form(loss, z + h * Vector::Unit(z.size(), o), y, at.share(b)).residuals;
        });
        worst.expect(relative_error(form.jacobian.col(o), column), 1e-7);
      }
    }
  });
}

TEST(Loss, AFitWithoutErrorHasResidualsAndJacobiansThatAreFinite) {
  for (const LossKind kind : {LossKind::squared_error, LossKind::huber}) {
    const auto form = residual_form(Loss(kind), Vector::Ones(2), Vector::Ones(2), 0.2);
    EXPECT_EQ(form.residuals.norm(), 0.0);
    EXPECT_TRUE(form.jacobian.allFinite());
  }
}

TEST(Loss, ExtremeLogitsKeepEverythingFinite) {
  for (const LossKind kind : all_losses) {
    const Eigen::Index q = kind == LossKind::binary_cross_entropy ? 1 : 3;
    for (const double z : {800.0, -800.0}) {
      for (const double y : {0.0, 1.0}) {
        SCOPED_TRACE(std::string(to_string(kind)) + " at logit " + std::to_string(z) + ", target " +
                     std::to_string(y));
        LossSample at{Matrix::Zero(q, 2), Matrix::Zero(q, 2), {}};
        at.logits.row(0).setConstant(z);
        at.targets.row(0).setConstant(y);
        if (kind == LossKind::cross_entropy && y == 0.0) at.targets.row(1).setOnes();
        const Loss loss(kind);
        EXPECT_TRUE(std::isfinite(loss.value(at.logits, at.targets)));
        EXPECT_GE(loss.value(at.logits, at.targets), 0.0);
        EXPECT_TRUE(gradient_of(loss, at).allFinite());
        EXPECT_TRUE(hessian_product_of(loss, at, Matrix::Ones(q, 2)).allFinite());
        Matrix factor(q, q);
        loss.curvature_factor(at.logits.col(0), at.targets.col(0), 0.5, factor);
        EXPECT_TRUE(factor.allFinite());
        const auto form = residual_form(loss, at.logits.col(0), at.targets.col(0), 0.5);
        EXPECT_TRUE(form.residuals.allFinite());
        EXPECT_TRUE(form.jacobian.allFinite());
      }
    }
  }
}

TEST(Loss, ACertainMistakeCostsItsLogitAndACertainHitNothing) {
  const Loss binary(LossKind::binary_cross_entropy);
  const Matrix high = Matrix::Constant(1, 1, 800.0);
  EXPECT_DOUBLE_EQ(binary.value(high, Matrix::Zero(1, 1)), 800.0);
  EXPECT_DOUBLE_EQ(binary.value(-high, Matrix::Ones(1, 1)), 800.0);
  EXPECT_EQ(binary.value(high, Matrix::Ones(1, 1)), 0.0);
  EXPECT_EQ(binary.value(-high, Matrix::Zero(1, 1)), 0.0);
}

TEST(Loss, AConfidentHitStillHasItsSmallPositiveLoss) {
  // exp(-40) = 4.2e-18 and not what is left of 40 - 40: without this r = sqrt(2 loss) is noise.
  const Loss binary(LossKind::binary_cross_entropy);
  for (const double z : {20.0, 36.0, 40.0, 300.0}) {
    const Matrix logit = Matrix::Constant(1, 1, z);
    EXPECT_NEAR(binary.value(logit, Matrix::Ones(1, 1)) / std::log1p(std::exp(-z)), 1.0, 1e-14);
    EXPECT_NEAR(binary.value(-logit, Matrix::Zero(1, 1)) / std::log1p(std::exp(-z)), 1.0, 1e-14);
  }
}

TEST(Loss, SoftmaxOfTwoLogitsIsTheBinaryLossOfTheirDifference) {
  RandomStream random(97);
  SCOPED_TRACE("seed 97");
  const LossSample two = moo::test::loss_sample(LossKind::cross_entropy, random, 2, 9);
  const double expected = Loss(LossKind::binary_cross_entropy)
                              .value(two.logits.row(0) - two.logits.row(1), two.targets.row(0));
  EXPECT_NEAR(Loss(LossKind::cross_entropy).value(two.logits, two.targets), expected, 1e-14);
}

TEST(Loss, GradientOfACrossEntropyIsPredictionLessTarget) {
  RandomStream random(98);
  SCOPED_TRACE("seed 98");
  for (const LossKind kind : {LossKind::binary_cross_entropy, LossKind::cross_entropy}) {
    const Loss loss(kind);
    const LossSample at =
        moo::test::loss_sample(kind, random, kind == LossKind::cross_entropy ? 3 : 1, 5);
    Matrix predictions(at.logits.rows(), 5);
    apply_link(loss.link(), at.logits, predictions);
    EXPECT_LE((gradient_of(loss, at) - (predictions - at.targets) / 5.0).cwiseAbs().maxCoeff(),
              1e-15);
  }
}

TEST(Loss, AWholeWeightIsTheRowThatOften) {
  Worst worst("repeated");
  for_all_losses(99, [&](const Loss& loss, const LossSample& at, RandomStream& random) {
    const Eigen::Index samples = at.logits.cols();
    LossSample weighted{at.logits, at.targets, Vector::Ones(samples)};
    std::vector<Eigen::Index> rows;
    for (Eigen::Index b = 0; b < samples; ++b) {
      if (b > 0) weighted.weights(b) = random.index(4);
      rows.insert(rows.end(), static_cast<std::size_t>(weighted.weights(b)), b);
    }
    const LossSample repeated{at.logits(Eigen::all, rows), at.targets(Eigen::all, rows), {}};
    const double expected = loss.value(repeated.logits, repeated.targets);
    const double found = loss.value(weighted.logits, weighted.targets, weighted.weights);
    worst.expect(std::abs(found - expected) / std::max(expected, 1.0), 1e-15);
    Matrix pooled = Matrix::Zero(at.logits.rows(), samples);
    const Matrix gradient = gradient_of(loss, repeated);
    for (std::size_t k = 0; k < rows.size(); ++k) {
      pooled.col(rows[k]) += gradient.col(static_cast<Eigen::Index>(k));
    }
    worst.expect(relative_error(gradient_of(loss, weighted), pooled), 1e-14);
  });
}

TEST(Loss, OnlyTheRatiosOfWeightsMatter) {
  for_all_losses(100, [&](const Loss& loss, const LossSample& at, RandomStream& random) {
    const Matrix tangents = normal_matrix(random, at.logits.rows(), at.logits.cols());
    LossSample equal = at;
    equal.weights = Vector::Ones(at.logits.cols());
    LossSample fourfold = equal;
    fourfold.weights *= 4.0;
    LossSample none = equal;
    none.weights.resize(0);
    for (const LossSample& other : {fourfold, none}) {
      EXPECT_EQ(loss.value(at.logits, at.targets, equal.weights),
                loss.value(at.logits, at.targets, other.weights));
      EXPECT_EQ(gradient_of(loss, equal), gradient_of(loss, other));
      EXPECT_EQ(hessian_product_of(loss, equal, tangents),
                hessian_product_of(loss, other, tangents));
    }
  });
}

TEST(Loss, ASampleWithoutWeightLeavesNoTrace) {
  for_all_losses(101, [&](const Loss& loss, const LossSample& at, RandomStream&) {
    for (Eigen::Index b = 0; b < at.weights.size(); ++b) {
      if (at.weights(b) != 0.0) continue;
      LossSample moved = at;
      moved.logits.col(b).array() += 3.0;
      EXPECT_EQ(loss.value(moved.logits, moved.targets, moved.weights),
                loss.value(at.logits, at.targets, at.weights));
      EXPECT_EQ(gradient_of(loss, at).col(b).norm(), 0.0);
      const auto form = residual_form(loss, at.logits.col(b), at.targets.col(b), at.share(b));
      EXPECT_EQ(form.residuals.norm(), 0.0);
      EXPECT_EQ(form.jacobian.norm(), 0.0);
    }
  });
}

TEST(Loss, WeightsForAnotherNumberOfSamplesAreRefused) {
  const Loss loss(LossKind::squared_error);
  const Matrix z = Matrix::Zero(2, 3);
  Matrix result(2, 3);
  const Vector four = Vector::Ones(4);
  moo::test::expect_says(
      moo::test::complaint_of<moo::InvalidArgument>([&] { (void)loss.value(z, z, four); }),
      {"Loss::value", "weights", "3", "4"});
  EXPECT_THROW(loss.gradient(z, z, result, four), moo::InvalidArgument);
  EXPECT_THROW(loss.hessian_product(z, z, z, result, four), moo::InvalidArgument);
}

TEST(Loss, SaysWhatItIs) {
  EXPECT_EQ(Loss(LossKind::binary_cross_entropy).link(), Link::sigmoid);
  EXPECT_EQ(Loss(LossKind::cross_entropy).link(), Link::softmax);
  EXPECT_EQ(Loss(LossKind::squared_error).link(), Link::identity);
  EXPECT_EQ(Loss(LossKind::huber).link(), Link::identity);
  EXPECT_EQ(moo::unit_of(LossKind::cross_entropy), "nats");
  EXPECT_EQ(moo::unit_of(LossKind::huber), "target^2");
  EXPECT_EQ(Loss(LossKind::squared_error).residuals_per_sample(3), 3);
  EXPECT_EQ(Loss(LossKind::cross_entropy).residuals_per_sample(3), 1);
}

}  // namespace
