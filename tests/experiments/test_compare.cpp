#include <nlohmann/json.hpp>

#include "tests/experiments/tabular_program.hpp"

namespace moo::test {
namespace {

class CompareProgram : public TabularProgram {
 protected:
  Outcome compare(const std::string& arguments) const {
    return run_program(COMPARE_PROGRAM, arguments);
  }
  std::string file() const { return (folder_ / "comparison.json").string(); }
  nlohmann::json comparison() const { return nlohmann::json::parse(text_of(file())); }
};

TEST_F(CompareProgram, RunsEverySolverOnEveryProblemWithEverySeed) {
  const Outcome outcome = compare(
      "run --solvers 'weighted_sum,exact_preference{preference=1:2,search_steps=0},gradient_"
      "aggregation' --problems two_quadratics:5,zdt1:4 --seeds 1..2 --points 6 --out " +
      file());
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const nlohmann::json found = comparison();
  EXPECT_EQ(found.at("format"), "libmoo-comparison");
  EXPECT_EQ(found.at("contests").at(0).at("variables"), 5);
  EXPECT_EQ(found.at("runs").size(), 3u * 2u * 2u);
  int unsupported = 0;
  for (const nlohmann::json& run : found.at("runs")) {
    if (run.contains("unsupported")) {  // bounds
      EXPECT_EQ(run.at("contestant"), "gradient_aggregation");
      EXPECT_EQ(run.at("contest"), "zdt1:4");
      ++unsupported;
      continue;
    }
    EXPECT_EQ(run.at("status"), "complete");
    EXPECT_GE(run.at("points"), 3);
    EXPECT_GT(run.at("gradients"), 0);
    EXPECT_GT(run.at("hypervolume"), 0.0);
    EXPECT_EQ(run.at("progress").size(), run.at("points").get<std::size_t>() + 1);
  }
  EXPECT_EQ(unsupported, 2);
}

TEST_F(CompareProgram, TakesATabularConfigWithItsObjectives) {
  write("loans.csv", loans());
  const std::string path = write("loans.json", config("", monotone_group));
  const std::string arguments = "run --solvers weighted_sum --points 3 --out " + file();
  const Outcome outcome =
      compare(arguments + " --problems " + path + ":cross_entropy:monotonicity");
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const nlohmann::json contest = comparison().at("contests").at(0);
  EXPECT_EQ(contest.at("objectives"), (nlohmann::json{"cross_entropy", "monotonicity"}));
  EXPECT_FALSE(contest.at("analytic"));

  const Outcome refused = compare(arguments + " --problems " + path + ":cross_entropy:charm");
  EXPECT_EQ(refused.code, 2);
  EXPECT_NE(refused.errors.find("charm"), std::string::npos) << refused.errors;
}

TEST_F(CompareProgram, RefusesWhatItCannotRunBeforeAnythingRuns) {
  const std::string arguments = "run --out " + file() + " --problems zdt1 ";
  for (const std::string wrong :
       {"--solvers weighted_summ", "--solvers 'weighted_sum{points'", "--problems zdt9",
        "--solvers 'weighted_sum{memory=x}'", "--problems zdt1:0", "--seeds 5..1", "--points 0"}) {
    const std::string rest =
        wrong.rfind("--problems", 0) == 0 ? "run --out " + file() + " " : arguments;
    const Outcome outcome = compare(rest + wrong);
    EXPECT_EQ(outcome.code, 2) << wrong;
    EXPECT_NE(outcome.errors.find("expected"), std::string::npos)
        << wrong << ": " << outcome.errors;
  }
  EXPECT_FALSE(std::filesystem::exists(file()));
}

}  // namespace
}  // namespace moo::test
