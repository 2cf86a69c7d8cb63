// A run by several processes: whoever solves its tasks, and whatever is killed in between, the front
// is that of one process.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

#include "libmoo/io/front_json.hpp"
#include "tests/support/front_difference.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

constexpr const char* lending = LENDING_PROGRAM;
constexpr const char* small =
    " --points 10 --hidden 6 --objectives cross_entropy,parity --seed 3 --solver weighted_sum";

struct Outcome {
  int code;
  std::string errors;
  std::string output;
};

class Distributed : public testing::Test {
 protected:
  [[nodiscard]] std::string out(const std::string& name) const {
    return " --out " + (folder_ / name).string();
  }

  [[nodiscard]] Outcome shell(const std::string& command, const std::string& name = "shell") const {
    const std::string stem = (folder_ / name).string();
    const int status = std::system(("(" + command + ") >" + stem + ".o 2>" + stem + ".e").c_str());
    return {WEXITSTATUS(status), text(stem + ".e"), text(stem + ".o")};
  }

  [[nodiscard]] static std::string text(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] Report front(const std::string& name) const {
    return read_front(folder_ / name / "weighted_sum.json").report;
  }

  void expect_the_front_of_one_process(const std::string& name) const {
    const Outcome alone =
        shell(lending + std::string(" run --executor inline") + small + out("alone"));
    ASSERT_EQ(alone.code, 0) << alone.errors;
    EXPECT_EQ(front_difference(front("alone"), front(name)), "");
  }

  static void expect_one_line(const Outcome& outcome, const std::string& part) {
    EXPECT_EQ(outcome.code, 2);
    EXPECT_EQ(std::count(outcome.errors.begin(), outcome.errors.end(), '\n'), 1) << outcome.errors;
    EXPECT_NE(outcome.errors.find(part), std::string::npos) << outcome.errors;
  }

  TemporaryFolder folder_;
};

TEST_F(Distributed, ThreeShardsAndTheirMerge) {
  std::vector<Outcome> outcomes(3);
  {
    std::vector<std::jthread> shards;
    for (int k = 0; k < 3; ++k) {
      shards.emplace_back([&, k] {
        const std::string shard = std::to_string(k + 1) + "/3";
        outcomes[static_cast<std::size_t>(k)] = shell(
            lending + std::string(" run --threads 1 --shard ") + shard + small + out("shards"),
            "shard" + std::to_string(k));
      });
    }
  }
  for (const Outcome& outcome : outcomes) {
    ASSERT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_NE(outcome.errors.find("tasks solved here"), std::string::npos) << outcome.errors;
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "shards" / "weighted_sum.json"));
  const Outcome merged = shell(lending + std::string(" merge") + small + out("shards"));
  ASSERT_EQ(merged.code, 0) << merged.errors;
  expect_the_front_of_one_process("shards");
  EXPECT_EQ(text(folder_ / "shards" / "weighted_sum.predictions.csv"),
            text(folder_ / "alone" / "weighted_sum.predictions.csv"));
}

TEST_F(Distributed, ShardsOverSeveralSeeds) {
  const std::string flags =
      " --points 4 --hidden 4 --solver weighted_sum --objectives cross_entropy,parity "
      "--seeds 1..2" +
      out("seeds");
  for (const char* const shard : {" run --threads 1 --shard 1/2", " run --threads 1 --shard 2/2"}) {
    ASSERT_EQ(shell(lending + std::string(shard) + flags).code, 0);
  }
  EXPECT_FALSE(std::filesystem::exists(folder_ / "seeds" / "weighted_sum.seeds.json"));
  ASSERT_EQ(shell(lending + std::string(" merge") + flags).code, 0);
  EXPECT_TRUE(std::filesystem::exists(folder_ / "seeds" / "weighted_sum.seeds.json"));
  EXPECT_TRUE(std::filesystem::exists(folder_ / "seeds" / "seed_2" / "weighted_sum.json"));
}

TEST_F(Distributed, KilledAndResumed) {
  const std::string run =
      lending + std::string(" run --threads 2 --resume") + small + out("killed");
  for (const char* const seconds : {"0.05", "0.2", "0.3"}) {
    static_cast<void>(shell("timeout -s KILL " + std::string(seconds) + " " + run));
  }
  const Outcome resumed = shell(run);
  ASSERT_EQ(resumed.code, 0) << resumed.errors;
  expect_the_front_of_one_process("killed");
}

TEST_F(Distributed, OutOfBudgetAndResumedWithALargerOne) {
  const std::string run = lending + std::string(" run") + small + out("budget");
  ASSERT_EQ(shell(run + " --max-gradients 150").code, 0);
  EXPECT_EQ(front("budget").status, RunStatus::budget_exhausted);
  ASSERT_EQ(shell(run + " --resume").code, 0);
  expect_the_front_of_one_process("budget");
}

TEST_F(Distributed, AJournalOfAnotherRunIsRefusedAndKept) {
  const std::string run = lending + std::string(" run") + small + out("other");
  ASSERT_EQ(shell(run).code, 0);
  const std::string before = text(folder_ / "other" / "weighted_sum.run.jsonl");
  const std::string log = text(folder_ / "other" / "weighted_sum.log.jsonl");
  expect_one_line(shell(run + " --resume --weight-decay 0.02"), "the data or the model differ");
  expect_one_line(shell(run + " --resume --option memory=7"), "options differs");
  EXPECT_EQ(text(folder_ / "other" / "weighted_sum.run.jsonl"), before);
  EXPECT_EQ(text(folder_ / "other" / "weighted_sum.log.jsonl"), log) << "nothing was touched";
}

TEST_F(Distributed, BadFlagsAreRefusedInOneLine) {
  const std::string run = lending + std::string(" run") + small + out("bad");
  expect_one_line(shell(run + " --executor thread"), "did you mean 'threads'?");
  expect_one_line(shell(run + " --executor inline --threads 3"), "--threads");
  expect_one_line(shell(run + " --shard 4/3"), "i/n");
  expect_one_line(shell(lending + std::string(" merge") + small + out("bad") + " --resume"),
                  "neither --shard nor --resume");
  expect_one_line(shell(lending + std::string(" merge") + small + out("bad")),
                  "there is no journal to merge");
}

#ifdef MPI_LAUNCHER

std::string mpirun(int ranks) { return MPI_LAUNCHER " " + std::to_string(ranks) + " " + lending; }

TEST_F(Distributed, RanksOfMpi) {
  for (const int ranks : {2, 3}) {
    const std::string name = "mpi" + std::to_string(ranks);
    const Outcome outcome = shell(mpirun(ranks) + " run --executor mpi" + small + out(name));
    ASSERT_EQ(outcome.code, 0) << outcome.errors;
    EXPECT_EQ(std::count(outcome.output.begin(), outcome.output.end(), '\n'), 2)
        << "rank 0 alone speaks: " << outcome.output;
    expect_the_front_of_one_process(name);
    EXPECT_GT(text(folder_ / name / "weighted_sum.log.jsonl").size(), 10000u)
        << "iterations of all ranks are in the log";
  }
}

TEST_F(Distributed, RanksOfMpiOverSeveralSeeds) {
  const Outcome outcome = shell(mpirun(2) +
                                " run --executor mpi --points 4 --hidden 4 --solver weighted_sum "
                                "--objectives cross_entropy,parity --seeds 1..2" +
                                out("seeds"));
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  EXPECT_TRUE(std::filesystem::exists(folder_ / "seeds" / "weighted_sum.seeds.json"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "seeds" / ".seeds.json"))
      << "the other rank has nothing to say";
}

TEST_F(Distributed, RanksOfMpiKilledAndResumed) {
  const std::string flags = " run --executor mpi --resume" + std::string(small) + out("mpi");
  static_cast<void>(shell("timeout -s KILL 1 " + mpirun(3) + flags));
  ASSERT_EQ(shell(mpirun(3) + flags).code, 0);
  expect_the_front_of_one_process("mpi");
}

TEST_F(Distributed, RanksOfMpiKeepBudgets) {
  const Outcome outcome =
      shell(mpirun(3) + " run --executor mpi --max-gradients 150" + small + out("mpi"));
  ASSERT_EQ(outcome.code, 0) << outcome.errors;
  const Report report = front("mpi");
  EXPECT_EQ(report.status, RunStatus::budget_exhausted);
  EXPECT_GE(report.totals.gradients, 150);
}

TEST_F(Distributed, RanksOfMpiComplainOnceAndDoNotHang) {
  const auto first_line = [](const Outcome& outcome) {
    return outcome.errors.substr(0, outcome.errors.find('\n'));
  };
  const Outcome data =
      shell(mpirun(3) + " run --executor mpi --data none.csv" + small + out("mpi"));
  EXPECT_EQ(data.code, 2);
  EXPECT_NE(first_line(data).find("none.csv"), std::string::npos) << data.errors;
  EXPECT_EQ(data.errors.find("none.csv", data.errors.find('\n')), std::string::npos) << data.errors;
  const Outcome flag = shell(mpirun(3) + " run --executor mpi --seed minus" + small + out("mpi"));
  EXPECT_EQ(flag.code, 2);
  EXPECT_NE(first_line(flag).find("--seed"), std::string::npos) << flag.errors;
  EXPECT_EQ(flag.errors.find("--seed", flag.errors.find('\n')), std::string::npos) << flag.errors;
  EXPECT_FALSE(std::filesystem::exists(folder_ / "mpi"));
}

#else

TEST_F(Distributed, ABuildWithoutMpiSaysSo) {
  expect_one_line(shell(lending + std::string(" run --executor mpi") + small + out("mpi")),
                  "this build has no MPI");
}

#endif

}  // namespace
}  // namespace moo
