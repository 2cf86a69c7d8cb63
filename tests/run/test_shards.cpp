#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/journal_executor.hpp"
#include "libmoo/run/shard_executor.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/support/front_difference.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

/// A run that can be done alone, by shards, or from their journals.
class ShardedRun {
 public:
  explicit ShardedRun(const std::string& solver, const std::string& points = "12")
      : problem_(make_reference_problem("fonseca_fleming")) {
    silence_ceres();
    SolverRegistry registry;
    register_builtin_solvers(registry);
    solver_ = registry.create(solver, {{"points", points}});
  }

  [[nodiscard]] Report plain() const { return solve(*problem_, *solver_, request); }

  /// What one process does; tells how many tasks it solved.
  Report shard(const Shard& shard, Executor& inner, int* solved = nullptr) const {
    const std::string identity = run_identity(*problem_, *solver_, request);
    ResultTable known;
    JournalFolder all(stem(), identity, shard.count);
    Journal own(journal_path(stem(), shard), identity, Journal::Opening::resume, known);
    ShardExecutor executor(inner, shard, known, own, all);
    Observer nobody;
    Report report = solve(*problem_, *solver_, request, executor, nobody);
    if (solved != nullptr) *solved = executor.solved();
    return report;
  }
  Report shard(const Shard& which, int* solved = nullptr) const {
    InlineExecutor inner;
    return shard(which, inner, solved);
  }

  Report merged(std::size_t* missing = nullptr) const {
    ResultTable known;
    JournalFolder all(stem(), run_identity(*problem_, *solver_, request));
    all.read_on(known);
    ReplayExecutor executor(known);
    Observer nobody;
    Report report = solve(*problem_, *solver_, request, executor, nobody);
    if (missing != nullptr) *missing = executor.missing().size();
    return report;
  }

  [[nodiscard]] std::filesystem::path stem() const { return folder / "front"; }

  Request request;
  TemporaryFolder folder;

 private:
  std::shared_ptr<const ReferenceProblem> problem_;
  std::unique_ptr<Solver> solver_;
};

TEST(Shards, TogetherMakeTheFrontOfOneProcessAndSoDoesTheMerge) {
  for (const char* const solver : {"weighted_sum", "augmented_lagrangian", "pareto_tracing"}) {
    const ShardedRun run(solver);
    const Report plain = run.plain();
    std::vector<Report> reports(3);
    {
      std::vector<std::jthread> processes;
      for (int k = 0; k < 3; ++k) {
        processes.emplace_back([&, k] {
          reports[static_cast<std::size_t>(k)] = run.shard({k + 1, 3});
        });
      }
    }
    for (const Report& report : reports) EXPECT_EQ(front_difference(plain, report), "") << solver;
    EXPECT_EQ(front_difference(plain, run.merged()), "") << solver;
    EXPECT_EQ(run.folder.names().size(), 3u) << "a journal each";
  }
}

TEST(Shards, DoNotWaitForOneThatNeverComes) {
  const ShardedRun run("weighted_sum");
  const Report plain = run.plain();
  int solved = 0;
  EXPECT_EQ(front_difference(plain, run.shard({2, 3}, &solved)), "");
  EXPECT_GT(solved, 10);
  EXPECT_EQ(front_difference(plain, run.shard({1, 3}, &solved)), "");
  EXPECT_EQ(solved, 0) << "the other one has solved everything";
  EXPECT_EQ(front_difference(plain, run.merged()), "");
}

TEST(Shards, OfSeveralThreadsEach) {
  const ShardedRun run("weighted_sum", "24");
  const Report plain = run.plain();
  Report first;
  Report second;
  {
    const std::jthread one([&] {
      ThreadExecutor threads(2);
      first = run.shard({1, 2}, threads);
    });
    const std::jthread two([&] {
      ThreadExecutor threads(3);
      second = run.shard({2, 2}, threads);
    });
  }
  EXPECT_EQ(front_difference(plain, first), "");
  EXPECT_EQ(front_difference(plain, second), "");
}

TEST(Shards, GoOnFromAJournalThatWasCutOff) {
  const ShardedRun run("weighted_sum");
  const Report plain = run.plain();
  static_cast<void>(run.shard({1, 2}));
  const auto journal = journal_path(run.stem(), Shard{1, 2});
  const std::string whole = read_file(journal);
  for (const double share : {0.0, 0.01, 0.5, 0.99}) {
    const auto size = static_cast<std::size_t>(share * static_cast<double>(whole.size()));
    write_file_atomically(journal, whole.substr(0, size));
    EXPECT_EQ(front_difference(plain, run.shard({2, 2})), "");
    EXPECT_EQ(front_difference(plain, run.shard({1, 2})), "");
    EXPECT_EQ(front_difference(plain, run.merged()), "");
    std::filesystem::remove(journal_path(run.stem(), Shard{2, 2}));
  }
}

TEST(Shards, MergedTooEarlyGiveAPartOfTheFrontThatSaysSo) {
  const ShardedRun run("weighted_sum");
  const Report plain = run.plain();
  static_cast<void>(run.shard({1, 2}));
  const auto journal = journal_path(run.stem(), Shard{1, 2});
  const std::string whole = read_file(journal);
  write_file_atomically(journal, whole.substr(0, whole.size() / 2));
  std::size_t missing = 0;
  const Report part = run.merged(&missing);
  EXPECT_EQ(part.status, RunStatus::stopped);
  EXPECT_GT(missing, 0u);
  EXPECT_GT(part.front.points().size(), 2u);
  EXPECT_LT(part.front.points().size(), plain.front.points().size());
}

TEST(Shards, AreNamedByTheirIndexAndCount) {
  EXPECT_EQ(parse_shard("2/3").name(), "2of3");
  EXPECT_EQ(journal_path("out/a", parse_shard("1/10")), "out/a.run.1of10.jsonl");
  for (const char* const text :
       {"", "2", "0/3", "4/3", "1/", "/2", "1/2/3", "-1/2", "1/2 ", "a/b"}) {
    EXPECT_THROW(static_cast<void>(parse_shard(text)), InvalidArgument) << text;
  }
}

}  // namespace
}  // namespace moo
