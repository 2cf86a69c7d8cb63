#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "libmoo/constraint/logical_rule.hpp"
#include "libmoo/constraint/pointwise_rule.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::ProbeBatch;
using moo::RandomStream;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_derivatives;
using moo::test::expect_says;
using moo::test::expect_training_gradients;
using moo::test::random_data;
using moo::test::residuals_under;

using moo::Connective;
using moo::is;
using moo::is_not;
using moo::Literal;
using moo::LogicalRule;
using moo::TNorm;

/// Residuals of a formula for one row with these predictions.
Vector residuals_at(Connective connective, const std::vector<Literal>& literals, TNorm t_norm,
                    const Vector& predictions) {
  Dataset data;
  data.inputs = Matrix::Zero(1, 1);
  data.targets = Matrix::Zero(predictions.size(), 1);
  data.input_names = {"a"};
  return residuals_under(
      LogicalRule({.connective = connective, .literals = literals, .t_norm = t_norm}), data,
      [&](const Vector&) { return predictions; });
}

/// What the formula says of certain answers.
bool holds(Connective connective, const std::vector<bool>& literals) {
  int count = 0;
  for (const bool literal : literals) count += literal;
  const int n = static_cast<int>(literals.size());
  switch (connective) {
    case Connective::conjunction:
      return count == n;
    case Connective::disjunction:
      return count > 0;
    case Connective::implication:
      return literals.back() || count < n - 1;
    case Connective::exactly_one:
      return count == 1;
  }
  return false;
}

constexpr Connective connectives[] = {Connective::conjunction, Connective::disjunction,
                                      Connective::implication, Connective::exactly_one};

TEST(LogicalRule, CertainAnswersAreViolatedExactlyWhereTheFormulaIsFalse) {
  for (const TNorm t_norm : {TNorm::product, TNorm::lukasiewicz}) {
    for (const Connective connective : connectives) {
      for (int n = 2; n <= 4; ++n) {
        for (int answers = 0; answers < (1 << n); ++answers) {
          for (int negated = 0; negated < (1 << n); ++negated) {
            Vector predictions(n);
            std::vector<Literal> literals;
            std::vector<bool> truths;
            for (int i = n - 1; i >= 0; --i) {  // literals need not follow the outputs
              const bool answer = (answers >> i) % 2 == 1;
              const bool flipped = (negated >> i) % 2 == 1;
              predictions(i) = answer;
              literals.push_back({i, flipped});
              truths.push_back(answer != flipped);
            }
            const double worst = residuals_at(connective, literals, t_norm, predictions).maxCoeff();
            if (holds(connective, truths)) {
              EXPECT_LE(worst, 0.0);
            } else {
              EXPECT_GE(worst, 1.0);
            }
            if (t_norm == TNorm::product) {
              EXPECT_TRUE(worst == 0.0 || worst == 1.0);
            }
          }
        }
      }
    }
  }
}

TEST(LogicalRule, ProductTruthsOfUncertainAnswersAreThoseByHand) {
  const Vector p{{0.8, 0.5, 0.25}};
  const auto at = [&](Connective connective, const std::vector<Literal>& literals) {
    return residuals_at(connective, literals, TNorm::product, p)(0);
  };
  EXPECT_NEAR(at(Connective::conjunction, {is(0), is(1), is(2)}), 1.0 - 0.1, 1e-15);
  EXPECT_NEAR(at(Connective::disjunction, {is(0), is_not(2)}), 0.2 * 0.25, 1e-15);
  EXPECT_NEAR(at(Connective::implication, {is(0), is(2)}), 1.0 - (1.0 - 0.8 + 0.8 * 0.25), 1e-15);
  EXPECT_NEAR(at(Connective::implication, {is(0), is_not(1), is(2)}), 0.8 * 0.5 * 0.75, 1e-15);
  EXPECT_NEAR(at(Connective::exactly_one, {is(0), is(1), is(2)}),
              1.0 - (0.8 * 0.5 * 0.75 + 0.2 * 0.5 * 0.75 + 0.2 * 0.5 * 0.25), 1e-15);
}

TEST(LogicalRule, LukasiewiczTruthsOfUncertainAnswersAreThoseByHand) {
  const Vector p{{0.75, 0.5, 0.125}};
  const auto at = [&](Connective connective, const std::vector<Literal>& literals) {
    return residuals_at(connective, literals, TNorm::lukasiewicz, p);
  };
  EXPECT_EQ(at(Connective::conjunction, {is(0), is(1)})(0), 1.0 - (0.75 + 0.5 - 1.0));
  EXPECT_EQ(at(Connective::conjunction, {is(1), is(2)})(0), 2.0 - 0.625);  // truth clamped: 0
  EXPECT_EQ(at(Connective::disjunction, {is(1), is(2)})(0), 1.0 - 0.625);
  EXPECT_EQ(at(Connective::implication, {is(0), is(2)})(0), 1.0 - (1.0 - 0.75 + 0.125));
  EXPECT_EQ(at(Connective::implication, {is(0), is_not(2), is(1)})(0), 0.75 + 0.875 - 1.0 - 0.5);
  EXPECT_EQ(at(Connective::exactly_one, {is(0), is(1), is(2)}), (Vector{{-0.375, 0.375}}));
}

TEST(LogicalRule, AModelThatObeysHasNoViolationAndOneThatContradictsHasOnEveryRow) {
  RandomStream random(381);
  SCOPED_TRACE("seed 381");
  const Dataset data = random_data(random, 20, 2);
  const auto obeys = [](const Vector& x) {
    return Vector{{x(0) > 0.0 ? 1.0 : 0.0, x(0) > -1.0 ? 1.0 : 0.0}};
  };
  const auto contradicts = [](const Vector&) { return Vector{{0.9, 0.2}}; };
  for (const TNorm t_norm : {TNorm::product, TNorm::lukasiewicz}) {
    const LogicalRule rule({.literals = {is(0), is(1)}, .t_norm = t_norm});
    EXPECT_LE(residuals_under(rule, data, obeys).maxCoeff(), 0.0);
    EXPECT_GE(residuals_under(rule, data, contradicts).minCoeff(), 0.69);
  }
}

/// output 1 and not output 0 implies output 2, with jets.
struct Formula {
  template <typename T>
  T operator()(const T* p, const double*) const {
    return p[1] * (1.0 - p[0]) * (1.0 - p[2]);
  }
};

TEST(LogicalRule, AProductFormulaHasTheDerivativesOfTheSameFormulaWithJets) {
  RandomStream random(382);
  SCOPED_TRACE("seed 382");
  const Dataset data = random_data(random, 7, 3);
  ProbeBatch batch(data.inputs);
  const auto rule = LogicalRule({.literals = {is(1), is_not(0), is(2)}}).bind(data, batch);
  const auto jets = moo::PointwiseRule<Formula, 3>({.name = "formula"}).bind(data, batch);
  const Matrix p = moo::test::normal_matrix(random, 3, 7);
  const Matrix tangents = moo::test::normal_matrix(random, 3, 7);
  const Vector weights = random.normal_vector(7);
  Matrix curvature = Matrix::Zero(3, 7);
  Matrix jet_curvature = Matrix::Zero(3, 7);
  rule->add_curvature(p, weights, tangents, curvature);
  jets->add_curvature(p, weights, tangents, jet_curvature);
  moo::test::Worst worst("against_jets");
  worst.expect(moo::test::relative_error(moo::test::residuals_of(*rule, p),
                                         moo::test::residuals_of(*jets, p)),
               1e-13);
  worst.expect(
      moo::test::relative_error(moo::test::jacobian_of(*rule, p), moo::test::jacobian_of(*jets, p)),
      1e-13);
  worst.expect(moo::test::relative_error(curvature, jet_curvature), 1e-13);
}

TEST(LogicalRule, DerivativesAgreeWithDifferences) {
  RandomStream random(383);
  SCOPED_TRACE("seed 383");
  const Dataset data = random_data(random, 5, 4);
  for (const TNorm t_norm : {TNorm::product, TNorm::lukasiewicz}) {
    for (const Connective connective : connectives) {
      const moo::LogicalRuleOptions options{
          .connective = connective, .literals = {is(3), is_not(0), is(2)}, .t_norm = t_norm};
      SCOPED_TRACE(LogicalRule(options).name());
      expect_derivatives(LogicalRule(options), data, random);
      expect_training_gradients(std::make_shared<LogicalRule>(options), data, random,
                                moo::LossKind::cross_entropy);
    }
  }
}

TEST(LogicalRule, SaysWhatItIs) {
  const auto name = [](Connective connective, TNorm t_norm) {
    return LogicalRule(
               {.connective = connective, .literals = {is(0), is_not(2), is(1)}, .t_norm = t_norm})
        .name();
  };
  EXPECT_EQ(name(Connective::implication, TNorm::product),
            "output 0 and not output 2 implies output 1 (product)");
  EXPECT_EQ(name(Connective::disjunction, TNorm::lukasiewicz),
            "output 0 or not output 2 or output 1 (Lukasiewicz)");
  EXPECT_EQ(name(Connective::conjunction, TNorm::product),
            "output 0 and not output 2 and output 1 (product)");
  EXPECT_EQ(name(Connective::exactly_one, TNorm::product),
            "exactly one of output 0, not output 2, output 1 (product)");
  const LogicalRule rule({.literals = {is(0), is(1)}});
  EXPECT_EQ(rule.unit(), "truth");
  EXPECT_EQ(rule.sense(), moo::Sense::inequality);
}

TEST(LogicalRule, FormulasThatAreNoneAreRefused) {
  RandomStream random(384);
  const Dataset data = random_data(random, 5, 2);
  expect_says(complaint_of<InvalidArgument>([] { LogicalRule({.literals = {is(0)}}); }),
              {"LogicalRule", "at least two literals", "is_not(output)"});
  expect_says(complaint_of<InvalidArgument>([] {
                LogicalRule({.literals = {is(1), is_not(1)}});
              }),
              {"two literals of one output", "output 1 twice"});
  for (const TNorm t_norm : {TNorm::product, TNorm::lukasiewicz}) {
    expect_says(
        complaint_of<InvalidArgument>([&] {
          ProbeBatch batch(data.inputs);
          (void)LogicalRule({.literals = {is(0), is(2)}, .t_norm = t_norm}).bind(data, batch);
        }),
        {"output 0 implies output 2", "0 to 1", "2"});
  }
}

}  // namespace
