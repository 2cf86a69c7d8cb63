#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>

#include "experiments/lending/approved_loss.hpp"
#include "experiments/lending/loan_book.hpp"
#include "libmoo/front/indicators.hpp"
#include "tests/constraint/rule_checks.hpp"
#include "tests/experiments/driver_program.hpp"

namespace moo {
namespace {

class LendingProgram : public test::DriverProgram {
 protected:
  LendingProgram() : DriverProgram("lending") {}
};

constexpr const char* small = "--points 10 --hidden 8,8 --objectives cross_entropy,parity --seed 1";

TEST_F(LendingProgram, ThreeSolversAgreeOnTheFrontOfAccuracyAndParity) {
  std::vector<double> volumes;
  for (const std::string solver : {"weighted_sum", "augmented_lagrangian", "pareto_tracing"}) {
    const Outcome outcome = run("run --solver " + solver +
                                " --points 24 --seed 1 --objectives cross_entropy,parity" + out());
    ASSERT_EQ(outcome.code, 0) << outcome.errors;
    const FrontDocument document = front(solver);
    const Front& found = document.report.front;
    volumes.push_back(scaled_hypervolume(found));
    double least_parity = 1e300;
    double least_entropy = 1e300;
    for (const ParetoPoint& point : found.points()) {
      EXPECT_LE(point.kkt_residual, 1e-5) << solver << " point " << point.id;
      least_parity = std::min(least_parity, point.evaluation.at("train").objectives(1));
      least_entropy = std::min(least_entropy, point.objectives(0));
    }
    EXPECT_LE(least_parity, 1e-4) << solver;
    EXPECT_NEAR(least_entropy, found.points()[0].objectives(0), 1e-9) << "the accuracy optimum";
    const auto& held_out = document.held_out->hypervolume;
    EXPECT_NEAR(held_out.at("test"), held_out.at("train"), 0.1 * held_out.at("train")) << solver;
  }
  for (const double volume : volumes) EXPECT_NEAR(volume, volumes[0], 0.01 * volumes[0]);
}

TEST_F(LendingProgram, WritesFrontParametersLogAndPredictionsAndNothingElse) {
  ASSERT_EQ(run(std::string("run ") + small + out()).code, 0);
  EXPECT_EQ(files(), (std::set<std::string>{
                         "weighted_sum.json", "weighted_sum.safetensors", "weighted_sum.log.jsonl",
                         "weighted_sum.predictions.csv", "weighted_sum.run.jsonl"}));
  const FrontDocument document = front("weighted_sum");
  for (const ParetoPoint& point : document.report.front.points()) {
    for (const char* split : {"train", "validation", "test"}) {
      const SplitEvaluation& evaluation = point.evaluation.at(split);
      for (const char* metric : {"cross_entropy", "error_rate", "auc", "parity_gap",
                                 "parity_gap_decisions", "monotonicity_violations"}) {
        EXPECT_EQ(evaluation.metrics.count(metric), 1u) << metric;
      }
      EXPECT_NEAR(evaluation.objectives(0), evaluation.metrics.at("cross_entropy"), 1e-12);
      EXPECT_EQ(evaluation.violation_rates.count("monotonicity"), 1u) << "audited though left out";
    }
  }
  for (const std::string& input : document.data->inputs) EXPECT_NE(input, "afam");
}

TEST_F(LendingProgram, SameSeedSameNumbersAndAnotherSeedOthers) {
  ASSERT_EQ(run(std::string("run --threads 1 ") + small + out()).code, 0);
  const FrontDocument first = front("weighted_sum");
  ASSERT_EQ(run(std::string("run --threads 2 ") + small + out()).code, 0);
  const FrontDocument second = front("weighted_sum");
  ASSERT_EQ(first.report.front.points().size(), second.report.front.points().size());
  for (std::size_t k = 0; k < first.report.front.points().size(); ++k) {
    EXPECT_EQ(first.report.front.points()[k].parameters,
              second.report.front.points()[k].parameters);
  }
  ASSERT_EQ(
      run("run --points 3 --hidden 8,8 --objectives cross_entropy,parity --seed 2" + out()).code,
      0);
  EXPECT_NE(front("weighted_sum").report.front.points()[0].objectives,
            first.report.front.points()[0].objectives);
}

TEST_F(LendingProgram, TracesThreeObjectivesToo) {
  for (const std::string solver : {"weighted_sum", "augmented_lagrangian"}) {
    const Outcome outcome = run("run --points 7 --hidden 4 --solver " + solver + out());
    ASSERT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_EQ(front(solver).report.front.num_objectives(), 3);
  }
}

TEST_F(LendingProgram, WeightedSumTriesNoWeightTwice) {
  // With this seed monotonicity costs nothing, and many weights lead to the same trivial model.
  ASSERT_EQ(run("run --points 24 --hidden 4 --seed 3" + out()).code, 0);
  const FrontDocument document = front("weighted_sum");
  std::vector<Vector> tried;
  for (const ParetoPoint& point : document.report.front.points()) {
    if (point.generator.kind != "weight") continue;
    for (const Vector& other : tried) {
      EXPECT_GT((point.weights.array() / other.array()).log().abs().maxCoeff(), 0.01);
    }
    tried.push_back(point.weights);
  }
  EXPECT_GT(tried.size(), 10u);
}

TEST_F(LendingProgram, EveryMistakeIsOneClearLineAndLeavesNoFiles) {
  std::ofstream(folder_ / "bad.csv")
      << "deny,pirat,hirat,lvrat,chist,mhist,phist,unemp,selfemp,insurance,condomin,afam,single,"
         "hschool\nno,0.2,oops,0.8,5,2,no,3.9,no,no,no,no,no,yes\n";
  const std::string bad = (folder_ / "bad.csv").string();
  const std::vector<std::pair<std::string, std::vector<std::string>>> mistakes = {
      {"--solver nonsense", {"nonsense", "weighted_sum"}},
      {"--option nonsense=1", {"nonsense", "points"}},
      {"--option nonsense", {"NAME=VALUE"}},
      {"--data /nowhere/table.csv", {"/nowhere/table.csv"}},
      {"--data " + bad, {"bad.csv", "hirat", "oops", "2"}},
      {"--points 0", {"points", "'0'"}},
      {"--points many", {"points", "many"}},
      {"--out /proc/nowhere", {"/proc/nowhere"}},
      {"--objectives cross_entropy,parrity", {"parrity", "parity"}},
      {"--objectives parity", {"cross_entropy"}},
      {"--hidden 16,0", {"--hidden", "16,0"}},
      {"--activation tanhh", {"tanh"}},
      {"--seed -1", {"--seed", "-1"}},
      {"--weight-decay -1", {"weight decay"}},
      {"--weight-decay nan", {"weight decay"}},
      {"--threads -1", {"threads"}},
      {"--kkt-tolerance 0", {"kkt_tolerance"}},
      {"--nonsense", {"nonsense"}},
  };
  for (const auto& [arguments, words] : mistakes) {
    std::string command = "run " + arguments;  // flags may come once only
    if (arguments.find("--out") == std::string::npos) command += out();
    if (arguments.find("--points") == std::string::npos) command += " --points 5";
    if (arguments.find("--objectives") == std::string::npos) {
      command += " --objectives cross_entropy,parity";
    }
    const Outcome outcome = run(command);
    EXPECT_NE(outcome.code, 0) << arguments;
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1)
        << arguments << "\n"
        << outcome.errors;
    for (const std::string& word : words) {
      EXPECT_NE(outcome.errors.find(word), std::string::npos) << word << " in: " << outcome.errors;
    }
    EXPECT_EQ(files(), std::set<std::string>{}) << arguments;
  }
}

TEST_F(LendingProgram, AFailedRunLeavesTheFilesOfAnEarlierOneAlone) {
  ASSERT_EQ(run(std::string("run ") + small + out()).code, 0);
  const auto before = files();
  EXPECT_NE(run(std::string("run --kkt-tolerance 0 ") + small + out()).code, 0);
  EXPECT_NE(run(std::string("run --data /nowhere.csv ") + small + out()).code, 0);
  EXPECT_EQ(files(), before);
}

TEST_F(LendingProgram, HelpNamesFlagsObjectivesAndSolvers) {
  const Outcome help = run("--help");
  EXPECT_EQ(help.code, 0);
  for (const char* word :
       {"--solver", "--points", "--objectives", "parity", "monotonicity", "solvers"}) {
    EXPECT_NE(help.output.find(word), std::string::npos) << word;
  }
  const Outcome solvers = run("solvers");
  EXPECT_EQ(solvers.code, 0);
  for (const char* word :
       {"weighted_sum", "augmented_lagrangian", "pareto_tracing", "penalty_growth"}) {
    EXPECT_NE(solvers.output.find(word), std::string::npos) << word;
  }
}

TEST(LoanBook, HmdaIsReadInItsOwnUnits) {
  const lending::LoanBook book = lending::read_loans("experiments/data/hmda/hmda.csv");
  EXPECT_EQ(book.target, "deny");
  EXPECT_EQ(book.data.num_rows(), 2380);
  EXPECT_EQ(book.data.num_inputs(), 11);
  EXPECT_EQ(book.data.targets.sum(), 285.0);
  EXPECT_EQ(book.data.column("afam").sum(), 339.0);
  EXPECT_EQ(matching_rows("test", book.uninsured, book.data).size(), 38u);
  const Vector& value = book.data.column("loan_to_value");
  const Vector& loss = book.data.column("loss");
  for (int i = 0; i < 2380; ++i) {
    if (value(i) <= 0.8) {
      EXPECT_EQ(loss(i), 0.0);
    } else {
      EXPECT_NEAR(loss(i) * value(i), value(i) - 0.8, 1e-12);
    }
  }
}

TEST(LoanBook, LendingClubLeavesOutTheLendersVerdict) {
  const TemporaryFolder folder;
  const std::filesystem::path path = folder / "loans.csv";
  std::ofstream(path)
      << "funded_amnt,term,int_rate,sub_grade,addr_state,verification_status,annual_inc,emp_length,"
         "delinq_2yrs,inq_last_6mths,revol_util,acc_now_delinq,open_il_6m,open_il_12m,open_il_24m,"
         "total_bal_il,all_util,inq_fi,inq_last_12m,delinq_amnt,num_il_tl,"
         "total_il_high_credit_limit,Class\n"
         "16100,term_36,13.99,C4,CT,Not_Verified,35000,emp_5,0,0,67.4,0,1,0,0,1099,48,0,3,0,3,"
         "13193,good\n"
         "32000,term_60,11.99,C1,MN,Verified,72000,emp_lt_1,0,0,82.2,0,5,1,3,49187,77,0,0,0,9,"
         "65945,bad\n";
  const lending::LoanBook book = lending::read_loans(path);
  EXPECT_EQ(book.data.targets, (Matrix(1, 2) << 0.0, 1.0).finished());
  EXPECT_EQ(book.data.column("loss"), Eigen::Vector2d(0.0, 1.0));
  EXPECT_EQ(book.data.column("low_income"), Eigen::Vector2d(1.0, 0.0));
  EXPECT_EQ(matching_rows("test", book.uninsured, book.data), std::vector<int>{0});
  for (const char* verdict : {"int_rate", "sub_grade", "Class", "addr_state"}) {
    EXPECT_EQ(std::count(book.data.input_names.begin(), book.data.input_names.end(), verdict), 0);
  }
}

TEST(ApprovedLoss, ComparesTheMeanLossOfTheApprovedWithTheCeiling) {
  Dataset data;
  data.inputs = Matrix::Zero(1, 3);
  data.input_names = {"x"};
  data.targets = Matrix::Zero(1, 3);
  data.columns["loss"] = Eigen::Vector3d(0.0, 0.1, 0.5);
  const lending::ApprovedLoss rule("loss", 0.04, SmoothDecision{.temperature = 0.1});
  ProbeBatch batch(data.inputs);
  const auto bound = rule.bind(data, batch);
  Vector residuals(1);
  bound->true_residuals(Eigen::RowVector3d(-5.0, -5.0, 5.0), residuals);  // the third is denied
  EXPECT_NEAR(residuals(0), (0.0 - 0.04 + 0.1 - 0.04) / 3.0, 1e-15);
  bound->true_residuals(Eigen::RowVector3d(5.0, 5.0, 5.0), residuals);
  EXPECT_NEAR(residuals(0), 0.0, 1e-15);
}

TEST(ApprovedLoss, HasTheDerivativesOfItsResiduals) {
  RandomStream random(5);
  Dataset data = test::random_data(random, 12, 1);
  data.columns["loss"] = random.uniform_vector(12);
  test::expect_derivatives(lending::ApprovedLoss("loss", 0.3, SmoothDecision{.temperature = 0.7}),
                           data, random);
}

TEST_F(LendingProgram, RiskAndRegulationAreTradedToo) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver, "--objectives cross_entropy,regulatory");
    EXPECT_GE(test::good_points(document), 4) << solver;
    double fewest = 1.0;
    for (const ParetoPoint& point : document.report.front.points()) {
      fewest = std::min(fewest, point.evaluation.at("train").metrics.at("regulatory_violations"));
    }
    EXPECT_LE(fewest, 0.1) << solver;
  }
  const FrontDocument risky = quick("augmented_lagrangian", "--objectives cross_entropy,risk");
  double least = 1.0;
  double most = 0.0;
  for (const ParetoPoint& point : risky.report.front.points()) {
    const auto& metrics = point.evaluation.at("train").metrics;
    if (metrics.at("approved_share") == 0.0) continue;
    least = std::min(least, metrics.at("approved_loss"));
    most = std::max(most, metrics.at("approved_loss"));
  }
  EXPECT_GT(most, 0.032) << "the accurate model approves risky loans";
  EXPECT_LT(least, 0.031) << "the true loss comes close to the ceiling of 0.03";
}

TEST_F(LendingProgram, AllObjectivesAreOnRequest) {
  const FrontDocument document = quick("weighted_sum", "--objectives all --points 7 --hidden 4");
  EXPECT_EQ(document.report.front.num_objectives(), 6);
  test::expect_metrics(document, {"train", "validation", "test"},
                       {"parity_gap_single", "approved_loss", "regulatory_violations"});
}

}  // namespace
}  // namespace moo
