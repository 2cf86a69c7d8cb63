#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/constraint/aggregation.hpp"
#include "tests/model/differences.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Aggregation;
using moo::AggregationKind;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::difference;
using moo::test::expect_says;
using moo::test::Worst;

struct Aggregated {
  double value;
  Vector weights;
};

Aggregated at(const Aggregation& aggregation, const Vector& phi) {
  Aggregated found{0.0, Vector::Constant(phi.size(), -1.0)};
  Vector scratch(phi.size());
  found.value = aggregate(aggregation, phi, found.weights, scratch);
  return found;
}

Aggregation mean() { return {}; }
Aggregation log_mean_exp(double t) { return {AggregationKind::log_mean_exp, t, 0.1}; }
Aggregation cvar(double share) { return {AggregationKind::cvar, 0.1, share}; }

const std::vector<Aggregation>& samples() {
  static const std::vector<Aggregation> all = {
      mean(),     log_mean_exp(0.02), log_mean_exp(0.1), log_mean_exp(3.0), cvar(0.01),
      cvar(0.25), cvar(0.33),         cvar(0.9),         cvar(1.0)};
  return all;
}

/// Penalties >= 0, about half of them zero.
Vector random_penalties(RandomStream& random, int size) {
  return random.normal_vector(size).cwiseMax(0.0);
}

/// Calls test(aggregation, phi, random) for all of them and several sizes.
template <class Test>
void for_all(std::uint64_t seed, const Test& test) {
  RandomStream random(seed);
  SCOPED_TRACE(moo::test::seed_note(seed));
  for (const Aggregation& aggregation : samples()) {
    for (const int size : {1, 2, 7, 10, 40}) {
      SCOPED_TRACE(std::string(to_string(aggregation.kind)) + ", t " +
                   std::to_string(aggregation.temperature) + ", share " +
                   std::to_string(aggregation.share) + ", size " + std::to_string(size));
      test(aggregation, random_penalties(random, size), random);
    }
  }
}

TEST(Aggregation, OfThreePenaltiesByHand) {
  const Vector phi{{1.0, 4.0, 2.0}};
  EXPECT_DOUBLE_EQ(at(mean(), phi).value, 7.0 / 3.0);
  EXPECT_DOUBLE_EQ(at(log_mean_exp(1.0), phi).value,
                   std::log((std::exp(1.0) + std::exp(4.0) + std::exp(2.0)) / 3.0));
  EXPECT_DOUBLE_EQ(at(cvar(1.0 / 3.0), phi).value, 4.0);
  EXPECT_DOUBLE_EQ(at(cvar(2.0 / 3.0), phi).value, 3.0);
  // Half of three probes: all of the 4 and half of the 2.
  EXPECT_DOUBLE_EQ(at(cvar(0.5), phi).value, (4.0 + 0.5 * 2.0) / 1.5);
  EXPECT_LE((at(cvar(0.5), phi).weights - Vector{{0.0, 1.0 / 1.5, 0.5 / 1.5}}).norm(), 1e-15);
}

/// CVaR from its definition: sorted from the top, the last probe in part.
double cvar_by_sorting(double share, Vector phi) {
  std::sort(phi.begin(), phi.end(), std::greater<>());
  const double count = share * static_cast<double>(phi.size());
  double left = count, sum = 0.0;
  for (const double value : phi) {
    const double taken = std::min(left, 1.0);
    sum += taken * value;
    left -= taken;
  }
  return sum / count;
}

TEST(Aggregation, CvarIsTheMeanOfTheWorstShare) {
  RandomStream random(201);
  SCOPED_TRACE("seed 201");
  Worst worst("cvar");
  for (const int size : {1, 2, 3, 9, 10, 101}) {
    for (int trial = 0; trial < 200; ++trial) {
      const Vector phi = random_penalties(random, size);
      const double share =
          trial % 5 == 0 ? (1.0 + random.index(size)) / size : random.uniform(1e-3, 1.0);
      const Aggregated found = at(cvar(share), phi);
      worst.expect(std::abs(found.value - cvar_by_sorting(share, phi)), 1e-13);
      worst.expect(std::abs(found.value - found.weights.dot(phi)), 1e-13);
      EXPECT_LE(found.weights.maxCoeff(), 1.0 / std::max(1.0, share * size) + 1e-15);
    }
  }
}

/// The smallest |exact - difference|_inf over a few steps.
template <class Function>
double best_error(const Vector& exact, const Function& function) {
  double best = std::numeric_limits<double>::infinity();
  for (const double step : {1e-3, 1e-4, 1e-5, 1e-6}) {
    best = std::min(best, (exact - difference(function, step)).cwiseAbs().maxCoeff());
  }
  return best;
}

/// phi with no two entries alike, and a direction.
std::pair<Vector, Vector> spread(const Vector& phi, RandomStream& random) {
  const int size = static_cast<int>(phi.size());
  Vector apart = phi + random.uniform_vector(size);
  return {std::move(apart), random.normal_vector(size).normalized()};
}

TEST(Aggregation, WeightsAgreeWithDifferences) {
  Worst worst("weights");
  for_all(202, [&](const Aggregation& aggregation, const Vector& zeros, RandomStream& random) {
    const auto [phi, v] = spread(zeros, random);
    const Vector exact = Vector::Constant(1, at(aggregation, phi).weights.dot(v));
    worst.expect(best_error(exact,
                            [&, &phi = phi, &v = v](double h) -> Vector {
                              return Vector::Constant(1, at(aggregation, phi + h * v).value);
                            }),
                 1e-9);
  });
}

TEST(Aggregation, CurvatureAgreesWithDifferencesOfTheWeights) {
  Worst worst("curvature");
  for_all(203, [&](const Aggregation& aggregation, const Vector& zeros, RandomStream& random) {
    const auto [phi, v] = spread(zeros, random);
    Vector product = v;
    apply_curvature(aggregation, at(aggregation, phi).weights, product);
    worst.expect(best_error(product,
                            [&, &phi = phi, &v = v](double h) -> Vector {
                              return at(aggregation, phi + h * v).weights;
                            }),
                 1e-8);
    EXPECT_GE(v.dot(product), -1e-15) << "semi-definite";
    if (!is_curved(aggregation)) {
      EXPECT_EQ(product.norm(), 0.0);
    }
  });
}

TEST(Aggregation, LiesBetweenTheMeanAndTheMaximum) {
  for_all(204, [](const Aggregation& aggregation, const Vector& phi, RandomStream&) {
    const Aggregated found = at(aggregation, phi);
    EXPECT_GE(found.value, phi.mean() - 1e-14);
    EXPECT_LE(found.value, phi.maxCoeff() + 1e-14);
    EXPECT_GE(found.weights.minCoeff(), 0.0);
    EXPECT_NEAR(found.weights.sum(), 1.0, 1e-14);
    EXPECT_EQ(at(aggregation, Vector::Zero(phi.size())).value, 0.0) << "rules that hold";
    EXPECT_NEAR(at(aggregation, phi.array() + 5.0).value, found.value + 5.0, 1e-13);
  });
}

TEST(Aggregation, DoesNotDependOnTheOrder) {
  for_all(205, [](const Aggregation& aggregation, const Vector& phi, RandomStream& random) {
    std::vector<int> order(static_cast<std::size_t>(phi.size()));
    std::iota(order.begin(), order.end(), 0);
    for (std::size_t k = order.size(); k > 1; --k) {
      std::swap(order[k - 1], order[static_cast<std::size_t>(random.index(static_cast<int>(k)))]);
    }
    const Aggregated found = at(aggregation, phi);
    const Aggregated mixed = at(aggregation, phi(order));
    EXPECT_NEAR(mixed.value, found.value, 1e-14);
    EXPECT_LE((mixed.weights - found.weights(order)).cwiseAbs().maxCoeff(), 1e-15);
  });
}

TEST(Aggregation, RisesWithEveryPenalty) {
  for_all(206, [](const Aggregation& aggregation, const Vector& phi, RandomStream& random) {
    const double before = at(aggregation, phi).value;
    for (int trial = 0; trial < 10; ++trial) {
      Vector raised = phi;
      raised(random.index(static_cast<int>(phi.size()))) += random.uniform(0.0, 2.0);
      EXPECT_GE(at(aggregation, raised).value, before - 1e-14);
    }
  });
}

TEST(Aggregation, LimitsAreTheMeanAndTheMaximum) {
  RandomStream random(207);
  SCOPED_TRACE("seed 207");
  for (const int size : {1, 2, 10, 33}) {
    const Vector phi = random_penalties(random, size);
    // t log mean e^(phi / t) = mean + variance / (2t) + O(1 / t^2).
    EXPECT_NEAR(at(log_mean_exp(1e6), phi).value, phi.mean(), 1e-5);
    EXPECT_NEAR(at(log_mean_exp(1e12), phi).value, phi.mean(), 1e-11);
    EXPECT_NEAR(at(log_mean_exp(1e-6), phi).value, phi.maxCoeff(), 1e-6 * std::log(size) + 1e-12);
    EXPECT_NEAR(at(cvar(1.0), phi).value, phi.mean(), 1e-15);
    EXPECT_LE((at(cvar(1.0), phi).weights.array() - 1.0 / size).abs().maxCoeff(), 1e-15);
    EXPECT_DOUBLE_EQ(at(cvar(1e-9), phi).value, phi.maxCoeff());
    EXPECT_DOUBLE_EQ(at(cvar(std::numeric_limits<double>::min()), phi).value, phi.maxCoeff());
  }
}

TEST(Aggregation, EqualPenaltiesShareTheWeight) {
  const Vector phi{{3.0, 1.0, 3.0, 3.0}};
  for (const Aggregation& aggregation : {cvar(0.25), cvar(0.1), cvar(0.6), log_mean_exp(1e-3)}) {
    EXPECT_LE((at(aggregation, phi).weights - Vector{{1.0, 0.0, 1.0, 1.0}} / 3.0).norm(), 1e-15);
  }
}

TEST(Aggregation, HugePenaltiesDoNotOverflow) {
  const Vector phi{{1e300, 0.0, 5.0}};
  EXPECT_DOUBLE_EQ(at(log_mean_exp(0.1), phi).value, 1e300);
  EXPECT_DOUBLE_EQ(at(cvar(0.1), phi).value, 1e300);
}

TEST(Aggregation, WhatIsNotFiniteStaysSo) {
  for (const Aggregation& aggregation : samples()) {
    for (const double bad :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
      for (Eigen::Index k = 0; k < 3; ++k) {
        Vector phi{{0.0, 2.0, 1.0}};
        phi(k) = bad;
        EXPECT_FALSE(std::isfinite(at(aggregation, phi).value));
      }
    }
  }
}

TEST(Aggregation, KindsAreFoundByTheirNames) {
  for (const auto kind :
       {AggregationKind::mean, AggregationKind::log_mean_exp, AggregationKind::cvar}) {
    EXPECT_EQ(moo::aggregation_from(std::string(to_string(kind))), kind);
  }
  EXPECT_EQ(moo::aggregation_names().size(), 3U);
  expect_says(complaint_of<moo::InvalidArgument>([] { (void)moo::aggregation_from("cvr"); }),
              {"aggregation", "'cvr'", "did you mean 'cvar'", "log_mean_exp"});
}

TEST(Aggregation, ParametersWithoutMeaningAreRefused) {
  const double not_a_number = std::numeric_limits<double>::quiet_NaN();
  for (const Aggregation& good : samples()) EXPECT_NO_THROW(check_aggregation("here", good));
  for (const double bad : {0.0, -1.0, std::numeric_limits<double>::infinity(), not_a_number}) {
    expect_says(
        complaint_of<moo::InvalidArgument>([&] { check_aggregation("here", log_mean_exp(bad)); }),
        {"here", "temperature", "> 0"});
  }
  for (const double bad : {0.0, -0.1, 1.01, not_a_number}) {
    expect_says(complaint_of<moo::InvalidArgument>([&] { check_aggregation("here", cvar(bad)); }),
                {"here", "share", "(0, 1]"});
  }
}

}  // namespace
