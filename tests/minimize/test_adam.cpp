#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/adam.hpp"
#include "libmoo/problem/counting.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"
#include "tests/support/function_problem.hpp"

namespace {

using moo::Adam;
using moo::AdamMoments;
using moo::AdamSettings;
using moo::ConstVectorRef;
using moo::CountingProblem;
using moo::InvalidArgument;
using moo::Iterate;
using moo::LearningRate;
using moo::LearningRateSettings;
using moo::Matrix;
using moo::MinimizerSettings;
using moo::MinimizerStatus;
using moo::Minimum;
using moo::Problem;
using moo::RandomStream;
using moo::Scaling;
using moo::ScheduleKind;
using moo::TwoQuadratics;
using moo::Vector;
using moo::WeightedSum;
using moo::test::FunctionProblem;
using moo::test::Functions;
using moo::test::vector;

WeightedSum only() { return {vector({1.0}), Scaling::identity(1)}; }

/// f = mean over the columns of `samples` of 1/2 |theta - sample|^2.
Functions mean_distance(const Matrix& samples) {
  Functions functions;
  functions.values = [samples](const Vector& theta) {
    return Vector::Constant(1, 0.5 * (samples.colwise() - theta).colwise().squaredNorm().sum() /
                                   static_cast<double>(samples.cols()));
  };
  functions.gradients = [samples](const Vector& theta) -> Matrix {
    return theta - samples.rowwise().mean();
  };
  functions.start = Vector::Zero(samples.rows());
  return functions;
}

/// Least squares on many samples, of which a minibatch is a few.
class ManySamples final : public FunctionProblem {
 public:
  ManySamples() : ManySamples(samples()) {}
  static Matrix samples() {
    RandomStream random(71);
    Matrix samples(4, 400);
    for (auto column : samples.colwise()) column = random.normal_vector(4).array() + 2.0;
    return samples;
  }
  [[nodiscard]] std::shared_ptr<const Problem> minibatch(RandomStream& random) const override {
    Matrix part(4, 10);
    for (auto column : part.colwise()) column = samples_.col(random.index(400));
    return std::make_shared<FunctionProblem>(mean_distance(part));
  }
  [[nodiscard]] Vector optimum() const { return samples_.rowwise().mean(); }

 private:
  explicit ManySamples(const Matrix& samples)
      : FunctionProblem(mean_distance(samples)), samples_(samples) {}
  Matrix samples_;
};

/// Expects values, phi and gradient to be those of the whole problem at the returned point.
void expect_consistent(const Minimum& minimum, const Problem& problem, const WeightedSum& phi) {
  const moo::LinearizationPtr at = problem.linearize(minimum.theta);
  EXPECT_EQ(minimum.values, at->values());
  EXPECT_EQ(minimum.scalarized, phi.value(at->values()));
  Vector weights(problem.num_values());
  Vector gradient(problem.num_variables());
  phi.weights(at->values(), weights);
  at->pullback(weights, gradient);
  EXPECT_DOUBLE_EQ(minimum.gradient_norm, gradient.lpNorm<Eigen::Infinity>());
}

TEST(AdamMoments, FirstStepHasTheLengthOfTheRateInEveryCoordinate) {
  AdamMoments moments(3, {});
  Vector theta = vector({1.0, 2.0, 3.0});
  Vector gradient = vector({0.5, -2.0, 1e-3});
  moments.step(gradient, 0.1, theta);
  EXPECT_LE((theta - vector({0.9, 2.1, 2.9})).norm(), 1e-5);
}

TEST(AdamMoments, FollowsTheFormulaOfThePaper) {
  RandomStream random(72);
  AdamSettings settings;
  settings.largest_norm = 0.0;
  AdamMoments moments(2, settings);
  Vector theta = Vector::Zero(2);
  Vector m = Vector::Zero(2);
  Vector v = Vector::Zero(2);
  Vector expected = Vector::Zero(2);
  for (int t = 1; t <= 20; ++t) {
    Vector g = random.normal_vector(2);
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g.cwiseAbs2();
    for (int i = 0; i < 2; ++i) {
      const double root = std::sqrt(v(i) / (1.0 - std::pow(0.999, t)));
      expected(i) -= 0.01 * (m(i) / (1.0 - std::pow(0.9, t))) / (root + 1e-8);
    }
    moments.step(g, 0.01, theta);
  }
  EXPECT_LE((theta - expected).norm(), 1e-14);
}

TEST(AdamMoments, ShortenGradientsToTheLargestNorm) {
  AdamSettings settings;
  settings.largest_norm = 1.0;
  AdamMoments moments(2, settings);
  Vector theta = Vector::Zero(2);
  Vector gradient = vector({30.0, 40.0});
  moments.step(gradient, 0.1, theta);
  EXPECT_LE((gradient - vector({0.6, 0.8})).norm(), 1e-15);
}

TEST(LearningRateSchedule, RisesLinearlyAndFallsAlongACosine) {
  const LearningRate rate({.rate = 1.0, .warm_up = 0.1, .smallest_share = 0.01}, 1000);
  EXPECT_DOUBLE_EQ(rate.at(0), 0.01);
  EXPECT_DOUBLE_EQ(rate.at(49), 0.5);
  EXPECT_DOUBLE_EQ(rate.at(100), 1.0);
  EXPECT_NEAR(rate.at(550), 0.01 + 0.99 * 0.5, 1e-12);
  EXPECT_NEAR(rate.at(1000), 0.01, 1e-12);
  EXPECT_EQ(rate.at(5000), rate.at(1000));
}

TEST(LearningRateSchedule, HalvesOnAPlateauDownToItsSmallestShare) {
  LearningRate rate({.rate = 1.0,
                     .kind = ScheduleKind::plateau,
                     .warm_up = 0.0,
                     .smallest_share = 0.2,
                     .patience = 2},
                    100);
  for (const double objective : {5.0, 4.0, 3.0, 3.0}) rate.judge(objective);
  EXPECT_DOUBLE_EQ(rate.at(10), 1.0);
  rate.judge(3.0);
  EXPECT_DOUBLE_EQ(rate.at(10), 0.5);
  for (int k = 0; k < 20; ++k) rate.judge(3.0);
  EXPECT_DOUBLE_EQ(rate.at(10), 0.2);
}

TEST(LearningRateSchedule, ComplainsAboutWhatCannotBe) {
  EXPECT_THROW(LearningRate({.rate = 0.0}, 10), InvalidArgument);
  EXPECT_THROW(LearningRate({.warm_up = 1.0}, 10), InvalidArgument);
  EXPECT_THROW(LearningRate({}, 0), InvalidArgument);
  EXPECT_THROW((void)moo::schedule_from("cosin"), InvalidArgument);
  for (const std::string& name : moo::schedule_names()) {
    EXPECT_EQ(moo::to_string(moo::schedule_from(name)), name);
  }
}

TEST(AdamOnAllData, FindsTheOptimaOfTwoQuadratics) {
  const TwoQuadratics problem(8, 100.0);
  RandomStream random(73);
  const Vector start = problem.start(random);
  AdamSettings adam;
  adam.learning_rate.rate = 0.05;
  for (const double w : {0.1, 0.5, 0.8}) {
    const WeightedSum phi(vector({1.0 - w, w}), Scaling::identity(2));
    const Minimum minimum = Adam({.gradient_tolerance = 1e-6, .max_iterations = 3000}, adam)
                                .minimize(problem, phi, start);
    EXPECT_EQ(minimum.status, MinimizerStatus::converged);
    EXPECT_LE((minimum.theta - problem.optimum(w)).norm(), 1e-5);
    expect_consistent(minimum, problem, phi);
  }
}

TEST(AdamOnMinibatches, EndsCloserToTheOptimumThanAMinibatchCanSee) {
  const ManySamples problem;
  AdamSettings adam;
  adam.learning_rate.rate = 0.05;
  const Minimum minimum = Adam({.gradient_tolerance = 1e-9, .max_iterations = 2000}, adam)
                              .minimize(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::iteration_limit);
  EXPECT_EQ(minimum.iterations, 2000);
  // The mean of ten samples is off by 1 / sqrt(10) per coordinate.
  EXPECT_LE((minimum.theta - problem.optimum()).norm(), 0.02);
  expect_consistent(minimum, problem, only());
}

TEST(AdamOnMinibatches, SameSeedSameResultAnotherSeedAnother) {
  const ManySamples problem;
  const auto run = [&](std::uint64_t seed) {
    AdamSettings adam;
    adam.seed = seed;
    return Adam({.max_iterations = 120}, adam).minimize(problem, only(), problem.start()).theta;
  };
  EXPECT_EQ(run(5), run(5));
  EXPECT_NE(run(5), run(6));
}

TEST(AdamOnMinibatches, AveragingSeveralPerStepLowersTheNoise) {
  const ManySamples problem;
  const auto distance = [&](int batches) {
    AdamSettings adam;
    adam.learning_rate = {.rate = 0.05, .kind = ScheduleKind::constant};
    adam.batches_per_step = batches;
    adam.averaging = 0.0;
    adam.check_every = 10000;  // the last iterate
    const Minimum minimum =
        Adam({.max_iterations = 500}, adam).minimize(problem, only(), problem.start());
    return (minimum.theta - problem.optimum()).norm();
  };
  EXPECT_LE(distance(40), 0.6 * distance(1));
}

TEST(AdamOnMinibatches, LooksAtAllDataOncePerEpoch) {
  const ManySamples problem;
  const CountingProblem counted(problem);
  AdamSettings adam;
  adam.check_every = 25;
  adam.averaging = 0.0;
  int calls = 0;
  (void)Adam({.max_iterations = 100}, adam)
      .minimize(counted, only(), problem.start(), [&](const Iterate& iterate) {
        EXPECT_EQ(iterate.iteration, 25 * ++calls);
        EXPECT_EQ(iterate.linearization->values(), iterate.values);
        return true;
      });
  EXPECT_EQ(calls, 4);
  EXPECT_EQ(counted.gradients(), 100 + 1 + 4);
}

TEST(Adam, StopsWhenToldTo) {
  const ManySamples problem;
  const Minimum minimum =
      Adam({.max_iterations = 1000})
          .minimize(problem, only(), problem.start(),
                    [](const Iterate& iterate) { return iterate.iteration < 100; });
  EXPECT_EQ(minimum.status, MinimizerStatus::stopped);
  EXPECT_EQ(minimum.iterations, 100);
}

/// 1/2 |theta - 1.9|^2 where |theta| < 2, from a start at `start`.
FunctionProblem undefined_far_out(double start) {
  Functions functions;
  functions.values = [](const Vector& theta) {
    return Vector::Constant(1, std::abs(theta(0)) < 2.0 ? 0.5 * std::pow(theta(0) - 1.9, 2) : NAN);
  };
  functions.gradients = [](const Vector& theta) -> Matrix { return theta.array() - 1.9; };
  functions.start = Vector::Constant(1, start);
  return FunctionProblem(functions);
}

TEST(Adam, BacksOffWhereTheProblemIsUndefined) {
  const FunctionProblem problem = undefined_far_out(0.0);
  AdamSettings adam;
  adam.learning_rate.rate = 1.5;
  const Minimum minimum =
      Adam({.max_iterations = 2000}, adam).minimize(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::converged);
  EXPECT_NEAR(minimum.theta(0), 1.9, 1e-5);
}

TEST(Adam, SaysThatAStartIsUndefined) {
  const FunctionProblem problem = undefined_far_out(3.0);
  const Minimum minimum = Adam({}).minimize(problem, only(), problem.start());
  EXPECT_EQ(minimum.status, MinimizerStatus::failed);
  EXPECT_EQ(minimum.theta, problem.start());
}

TEST(Adam, ComesBackFromARateThatExplodes) {
  const TwoQuadratics problem(5, 1000.0);
  RandomStream random(74);
  const Vector start = problem.start(random);
  AdamSettings adam;
  adam.learning_rate.rate = 1e6;
  const WeightedSum phi(vector({0.5, 0.5}), Scaling::identity(2));
  const Minimum minimum = Adam({.max_iterations = 3000}, adam).minimize(problem, phi, start);
  EXPECT_TRUE(minimum.theta.allFinite());
  EXPECT_LE(minimum.scalarized, phi.value(problem.values(start)));
  EXPECT_LE((minimum.theta - problem.optimum(0.5)).norm(), 1e-2);
}

TEST(Adam, ComplainsAboutSettingsOutOfRange) {
  AdamSettings adam;
  adam.second_decay = 1.0;
  EXPECT_THROW(Adam({}, adam), InvalidArgument);
  adam = {};
  adam.check_every = 0;
  EXPECT_THROW(Adam({}, adam), InvalidArgument);
  adam = {};
  adam.learning_rate.rate = -1.0;
  EXPECT_THROW(Adam({}, adam), InvalidArgument);
}

}  // namespace
