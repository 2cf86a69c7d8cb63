// Every setup that cannot work is refused with a message that says who, what, expected and got.

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <stdexcept>
#include <string>

#include "tests/support/expect_complaint.hpp"
#include "tests/training/training_samples.hpp"

namespace {

using moo::Activation;
using moo::Enforcement;
using moo::InvalidArgument;
using moo::LossKind;
using moo::Matrix;
using moo::RandomStream;
using moo::TrainingProblem;
using moo::TrainingSetup;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::groups_of;
using moo::test::Rules;
using moo::test::sample_setup;

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

TrainingSetup good_setup(LossKind loss = LossKind::binary_cross_entropy, int outputs = 1) {
  RandomStream random(141);
  return sample_setup({3, 4, outputs}, Activation::tanh, loss,
                      groups_of(Rules::both, Enforcement::soft, outputs), random);
}

/// Expects a setup spoilt by `spoil` to be refused with a message that holds all parts.
void expect_refused(const std::function<void(TrainingSetup&)>& spoil,
                    const std::vector<std::string>& parts, TrainingSetup setup = good_setup()) {
  EXPECT_NO_THROW(TrainingProblem{setup}) << "the setup was bad before it was spoilt";
  spoil(setup);
  expect_says(complaint_of<InvalidArgument>([&] { TrainingProblem problem(setup); }), parts);
}

TEST(TrainingSetup, DataThatDoNotFitTheNetworkAreRefused) {
  expect_refused([](auto& s) { s.data.inputs = Matrix::Ones(2, 9); },
                 {"TrainingProblem 'sample'", "inputs", "expected 3", "got 2"});
  expect_refused([](auto& s) { s.data.targets = Matrix::Ones(2, 9); },
                 {"TrainingProblem 'sample'", "target", "expected 1", "got 2"});
  expect_refused([](auto& s) { s.data.targets = Matrix::Ones(1, 8); },
                 {"TrainingProblem 'sample'", "targets", "expected 9", "got 8"});
  expect_refused(
      [](auto& s) {
        s.data.inputs = Matrix(3, 0);
        s.data.targets = Matrix(1, 0);
      },
      {"TrainingProblem 'sample'", "no data rows"});
}

TEST(TrainingSetup, NumbersThatAreNotFiniteAreRefused) {
  for (const double bad : {infinity, not_a_number}) {
    expect_refused([&](auto& s) { s.data.inputs(1, 2) = bad; }, {"not finite"});
    expect_refused([&](auto& s) { s.data.targets(0, 2) = bad; }, {"not finite"});
    expect_refused([&](auto& s) { s.null_bias(0) = bad; }, {"null_bias", "not finite"});
  }
}

TEST(TrainingSetup, AWeightDecayThatIsNoneIsRefused) {
  for (const double bad : {-1.0, infinity, not_a_number}) {
    expect_refused([&](auto& s) { s.weight_decay = bad; }, {"weight decay", ">= 0"});
  }
}

TEST(TrainingSetup, TargetsThatDoNotFitTheLossAreRefused) {
  for (const double bad : {-1.0, 1.5}) {
    expect_refused([&](auto& s) { s.data.targets(0, 4) = bad; }, {"targets", "[0, 1]"});
  }
  expect_refused(
      [](auto& s) {
        s.data.targets.col(4) = Vector{{1.0, 1.0, 0.0}};
      },
      {"targets", "one-hot", "row 4"}, good_setup(LossKind::cross_entropy, 3));
  expect_refused(
      [](auto& s) {
        s.data.targets.col(4) = Vector{{2.0, -1.0, 0.0}};
      },
      {"targets", "one-hot", "row 4"}, good_setup(LossKind::cross_entropy, 3));
  EXPECT_NO_THROW(TrainingProblem{good_setup(LossKind::huber, 2)});
}

TEST(TrainingSetup, ALossThatDoesNotFitTheOutputsIsRefused) {
  expect_refused([](auto& s) { s.loss = moo::Loss(LossKind::binary_cross_entropy); },
                 {"binary cross-entropy", "one output", "3", "use cross_entropy"},
                 good_setup(LossKind::cross_entropy, 3));
  expect_refused([](auto& s) { s.loss = moo::Loss(LossKind::cross_entropy); },
                 {"cross-entropy", ">= 2", "use binary_cross_entropy"});
}

TEST(TrainingSetup, ANullBiasOfAnotherSizeIsRefused) {
  expect_refused([](auto& s) { s.null_bias = Vector::Zero(2); },
                 {"TrainingProblem", "null_bias", "expected 1", "got 2"});
}

/// A rule that finds no probes in any data, or throws where it is asked for residuals.
class OddRule final : public moo::Constraint {
 public:
  explicit OddRule(int residuals) : residuals_(residuals) {}
  std::string name() const override { return "odd"; }
  std::string unit() const override { return "1"; }
  std::unique_ptr<moo::BoundConstraint> bind(const moo::Dataset&, moo::ProbeBatch&) const override {
    return std::make_unique<Bound>(residuals_);
  }

 private:
  class Bound final : public moo::BoundConstraint {
   public:
    explicit Bound(int residuals) : jacobian_(residuals, 1) {}
    int num_residuals() const override { return static_cast<int>(jacobian_.rows()); }
    void residuals(moo::ConstMatrixRef, moo::VectorRef) const override {
      throw std::runtime_error("no residuals today");
    }
    const moo::ResidualJacobian& jacobian() const override { return jacobian_; }

   private:
    moo::ResidualJacobian jacobian_;
  };
  int residuals_;
};

TEST(TrainingSetup, GroupsWithoutRulesOrProbesAreRefused) {
  expect_refused([](auto& s) { s.groups[1].constraints.clear(); },
                 {"constraint group 'monotone'", "no rules", "at least one"});
  expect_refused([](auto& s) { s.groups[1].constraints.push_back(nullptr); },
                 {"constraint group 'monotone'", "null"});
  expect_refused([](auto& s) { s.groups[0].constraints = {std::make_shared<OddRule>(0)}; },
                 {"constraint group 'parity'", "no probes"});
}

TEST(TrainingSetup, PenaltiesAndTolerancesWithoutMeaningAreRefused) {
  for (const double bad : {0.0, -1.0, infinity, not_a_number}) {
    expect_refused([&](auto& s) { s.groups[0].penalty.scale = bad; },
                   {"constraint group 'parity'", "scale", "> 0"});
  }
  for (const double bad : {infinity, not_a_number}) {
    expect_refused([&](auto& s) { s.groups[0].penalty.margin = bad; },
                   {"constraint group 'parity'", "margin"});
  }
  expect_refused([](auto& s) { s.groups[0].penalty.shape_parameter = 0.1; },
                 {"constraint group 'parity'", "squared_hinge has no parameter"});
  for (const double bad : {0.0, -1.0, infinity, not_a_number}) {
    expect_refused([&](auto& s) { s.groups[0].aggregation.temperature = bad; },
                   {"constraint group 'parity'", "temperature", "> 0"});
  }
  for (const double bad : {0.0, 1.1, not_a_number}) {
    expect_refused([&](auto& s) { s.groups[0].aggregation.share = bad; },
                   {"constraint group 'parity'", "share", "(0, 1]"});
  }
  for (const double bad : {-1e-3, not_a_number}) {
    expect_refused([&](auto& s) { s.groups[0].tolerance = bad; },
                   {"constraint group 'parity'", "tolerance", ">= 0"});
  }
}

TEST(TrainingSetup, TwoGroupsOfOneNameAreRefused) {
  expect_refused([](auto& s) { s.groups[1].name = "parity"; },
                 {"TrainingProblem 'sample'", "one name", "'parity'"});
}

TEST(TrainingSetup, RulesThatCannotBeBoundAreRefused) {
  expect_refused([](auto& s) { s.data.columns.clear(); }, {"column", "'group'"});
  expect_refused([](auto& s) { s.data.columns["group"].setZero(); },
                 {"parity over group", "a group has no row"});
  expect_refused([](auto& s) { s.data.input_names = {"x", "y", "z"}; }, {"'a'", "x, y, z"});
  expect_refused([](auto& s) { s.groups[0].constraints = {moo::test::parity_rule(1)}; },
                 {"parity over group", "output", "got 1"});
}

TEST(TrainingSetup, DataThatContradictThemselvesAreRefusedWhenRulesReadThem) {
  expect_refused([](auto& s) { s.data.input_names.push_back("d"); }, {"Dataset", "names"});
  expect_refused([](auto& s) { s.data.columns["group"].conservativeResize(5); },
                 {"Dataset", "group", "9", "5"});
}

TEST(TrainingSetup, DataWithoutNamesWillDoWithoutRules) {
  TrainingSetup setup = good_setup();
  setup.groups.clear();
  setup.data.input_names.clear();
  EXPECT_NO_THROW(TrainingProblem{setup});
}

TEST(TrainingProblem, ParametersOfAnotherSizeAreRefused) {
  const TrainingProblem problem(good_setup());
  for (const int size : {0, 20, 22}) {
    const Vector theta = Vector::Zero(size);
    for (const auto& call : std::vector<std::function<void()>>{
             [&] { (void)problem.linearize(theta); }, [&] { (void)problem.raw_objectives(theta); },
             [&] { (void)problem.residuals(0, theta); }, [&] { (void)problem.predictions(theta); },
             [&] { (void)problem.decay(theta); }}) {
      expect_says(complaint_of<InvalidArgument>(call),
                  {"TrainingProblem", "theta", "21", std::to_string(size)});
    }
  }
}

TEST(TrainingProblem, ResidualsOfNoGroupAreRefused) {
  const TrainingProblem problem(good_setup());
  expect_says(complaint_of<InvalidArgument>(
                  [&] { (void)problem.residuals(2, Vector::Zero(problem.num_variables())); }),
              {"TrainingProblem::residuals", "no such group", "2"});
}

TEST(TrainingProblem, ARuleThatThrowsCostsNoWorkspace) {
  TrainingSetup setup = good_setup();
  setup.groups[1].constraints = {std::make_shared<OddRule>(1)};
  const TrainingProblem problem(setup);
  // The workspace goes back to the pool (the address sanitizer sees it if not).
  for (int k = 0; k < 3; ++k) {
    EXPECT_THROW((void)problem.linearize(Vector::Zero(problem.num_variables())),
                 std::runtime_error);
  }
}

TEST(TrainingSetup, ProbabilitiesOfViolationsLieBetweenNoneAndAll) {
  for (const double delta : {0.0, 1.0, -0.1, std::nan("")}) {
    expect_refused(
        [&](auto& s) {
          s.groups[0].enforcement = Enforcement::probabilistic;
          s.groups[0].chance.delta = delta;
        },
        {"constraint group 'parity'", "0 < delta < 1"});
  }
  expect_refused(
      [](auto& s) {
        s.groups[0].enforcement = Enforcement::probabilistic;
        s.groups[0].chance.temperature = 0.0;
      },
      {"constraint group 'parity'", "temperature", "> 0"});
}

TEST(TrainingSetup, ProbabilitiesHaveNoScale) {
  expect_refused(
      [](auto& s) { s.output_shift = s.output_factor = Vector::Ones(s.network.num_outputs()); },
      {"probabilities have no scale"});
}

}  // namespace
