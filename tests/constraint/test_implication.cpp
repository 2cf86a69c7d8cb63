#include <gtest/gtest.h>

#include <memory>
#include <vector>

#include "libmoo/constraint/implication.hpp"
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

using moo::Comparison;
using moo::Conclusion;
using moo::Implication;
using moo::model_input;
using moo::RowPredicate;
using moo::side_column;

/// One standardised input lvrat and its raw numbers as a side column.
Dataset loans() {
  Dataset data;
  data.inputs = Matrix{{-1.5, -0.5, 0.5, 1.5}};
  data.targets = Matrix::Zero(1, 4);
  data.input_names = {"lvrat"};
  data.columns = {{"lvrat_raw", Vector{{0.6, 0.8, 0.96, 1.2}}},
                  {"insurance", Vector{{0.0, 0.0, 0.0, 1.0}}}};
  return data;
}

const RowPredicate risky = {{side_column("lvrat_raw"), Comparison::greater, 0.7},
                            {side_column("insurance"), Comparison::equal, 0.0}};

Vector model(const Vector& x) { return Vector{{0.5 + 0.2 * x(0)}}; }

TEST(Implication, HasAResidualOnMatchingRowsOnly) {
  const Vector most =
      residuals_under(Implication({.premise = risky, .bound = 0.5}), loans(), model);
  ASSERT_EQ(most.size(), 2);
  EXPECT_NEAR(most(0), -0.1, 1e-15);
  EXPECT_NEAR(most(1), 0.1, 1e-15);
  const Vector least = residuals_under(
      Implication({.premise = risky, .conclusion = Conclusion::at_least, .bound = 0.5}), loans(),
      model);
  EXPECT_EQ(least, -most);
}

TEST(Implication, RawUnitsAreThoseOfSideColumnsAndStandardisedOnesThoseOfInputs) {
  const auto count = [](const RowPredicate& premise) {
    return residuals_under(Implication({.premise = premise}), loans(), model).size();
  };
  EXPECT_EQ(count({{side_column("lvrat_raw"), Comparison::greater, 0.95}}), 2);
  EXPECT_EQ(count({{model_input("lvrat"), Comparison::greater, 0.95}}), 1);
}

TEST(Implication, EveryComparisonMatchesTheRowsItSays) {
  const auto rows = [&](Comparison comparison) {
    return moo::matching_rows("rule", {{side_column("lvrat_raw"), comparison, 0.8}}, loans());
  };
  EXPECT_EQ(rows(Comparison::less), (std::vector<int>{0}));
  EXPECT_EQ(rows(Comparison::less_or_equal), (std::vector<int>{0, 1}));
  EXPECT_EQ(rows(Comparison::equal), (std::vector<int>{1}));
  EXPECT_EQ(rows(Comparison::not_equal), (std::vector<int>{0, 2, 3}));
  EXPECT_EQ(rows(Comparison::greater_or_equal), (std::vector<int>{1, 2, 3}));
  EXPECT_EQ(rows(Comparison::greater), (std::vector<int>{2, 3}));
}

TEST(Implication, AModelThatKeepsTheBoundWhereItMattersHasNoViolation) {
  RandomStream random(321);
  SCOPED_TRACE("seed 321");
  const Dataset data = random_data(random, 30, 1);
  const Implication rule({.premise = {{model_input("a"), Comparison::greater, 0.0}}, .bound = 0.2});
  const auto keeps = [](const Vector& x) { return Vector{{x(0) > 0.0 ? 0.1 : 0.9}}; };
  const auto breaks = [](const Vector& x) { return Vector{{x(0) > 0.0 ? 0.9 : 0.1}}; };
  EXPECT_LT(residuals_under(rule, data, keeps).maxCoeff(), 0.0);
  EXPECT_GT(residuals_under(rule, data, breaks).minCoeff(), 0.0);
}

TEST(Implication, DerivativesAgreeWithDifferences) {
  RandomStream random(322);
  SCOPED_TRACE("seed 322");
  const Dataset data = random_data(random, 12, 2);
  for (const Conclusion conclusion : {Conclusion::at_most, Conclusion::at_least}) {
    const moo::ImplicationOptions options{
        .premise = {{side_column("group"), Comparison::equal, 1.0}},
        .conclusion = conclusion,
        .bound = 0.1,
        .output = 1};
    expect_derivatives(Implication(options), data, random);
    expect_training_gradients(std::make_shared<Implication>(options), data, random);
  }
}

TEST(Implication, SaysWhatItIs) {
  EXPECT_EQ(Implication({.premise = risky, .bound = 0.2}).name(),
            "if lvrat_raw > 0.7 and insurance = 0, output <= 0.2");
  EXPECT_EQ(Implication({.premise = {{model_input("lvrat"), Comparison::less, 1.0}},
                         .conclusion = Conclusion::at_least,
                         .bound = 0.2})
                .name(),
            "if standardised lvrat < 1, output >= 0.2");
}

TEST(Implication, NoMatchingRowIsRefusedSayingWhichConditionMatchesHowMany) {
  const Dataset data = loans();
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Implication({.premise = {{side_column("lvrat_raw"), Comparison::greater, 0.7},
                                               {side_column("insurance"), Comparison::equal, 2.0}}})
                    .bind(data, batch);
              }),
              {"no row matches", "none of 4 rows", "lvrat_raw > 0.7 on 3 (0.6 to 1.2 in the data)",
               "insurance = 2 on 0 (0 to 1 in the data)"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Implication({.premise = {{model_input("lvrat"), Comparison::greater, 80.0}}})
                    .bind(data, batch);
              }),
              {"no row matches", "standardised", "store the raw numbers as a side column"});
}

TEST(Implication, PremisesAndColumnsThatAreNoneAreRefused) {
  const Dataset data = loans();
  ProbeBatch batch(data.inputs);
  expect_says(complaint_of<InvalidArgument>([] { Implication({.bound = 1.0}); }),
              {"Implication", "at least one condition", "OutputRange"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Implication({.premise = {{side_column("lvrat"), Comparison::less, 1.0}}})
                    .bind(data, batch);
              }),
              {"'lvrat'", "it is an input"});
  expect_says(complaint_of<InvalidArgument>([&] {
                (void)Implication({.premise = {{model_input("insurance"), Comparison::less, 1.0}}})
                    .bind(data, batch);
              }),
              {"'insurance'", "side column"});
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)Implication({.premise = risky, .output = 1}).bind(data, batch); }),
              {"output", "0 to 0", "1"});
}

}  // namespace
