#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include "libmoo/front/indicators.hpp"
#include "libmoo/io/front_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;

struct Outcome {
  int code;
  std::string errors;  ///< standard error
  std::string output;  ///< standard output
};

/// The program as its users run it, with a folder that is gone afterwards.
class LendingProgram : public testing::Test {
 protected:
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Outcome run(const std::string& arguments) const {
    const std::string command = std::string(LENDING_PROGRAM) + " " + arguments + " >" +
                                (folder_ / "stdout").string() + " 2>" +
                                (folder_ / "stderr").string();
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), text_of(folder_ / "stderr"), text_of(folder_ / "stdout")};
  }

  std::string out() const { return " --out " + (folder_ / "fronts").string(); }

  std::set<std::string> files() const {
    std::set<std::string> names;
    if (!fs::exists(folder_ / "fronts")) return names;
    for (const auto& entry : fs::directory_iterator(folder_ / "fronts")) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  FrontDocument front(const std::string& solver) const {
    return read_front(folder_ / "fronts" / (solver + ".json"));
  }

  TemporaryFolder folder_;
};

constexpr const char* quick = "--points 10 --hidden 8,8 --objectives cross_entropy,parity --seed 1";

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
  ASSERT_EQ(run(std::string("run ") + quick + out()).code, 0);
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
  ASSERT_EQ(run(std::string("run --threads 1 ") + quick + out()).code, 0);
  const FrontDocument first = front("weighted_sum");
  ASSERT_EQ(run(std::string("run --threads 2 ") + quick + out()).code, 0);
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
  ASSERT_EQ(run(std::string("run ") + quick + out()).code, 0);
  const auto before = files();
  EXPECT_NE(run(std::string("run --kkt-tolerance 0 ") + quick + out()).code, 0);
  EXPECT_NE(run(std::string("run --data /nowhere.csv ") + quick + out()).code, 0);
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

}  // namespace
}  // namespace moo
