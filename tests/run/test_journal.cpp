#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/journal_executor.hpp"
#include "libmoo/run/solve.hpp"
#include "solvers/register_builtin.hpp"
#include "tests/support/front_difference.hpp"
#include "tests/support/stop_at.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

/// Counts the tasks that are solved.
class CountingExecutor final : public Executor {
 public:
  std::vector<TaskResult> run(const std::vector<Task>& wave, const TaskSolver& here,
                              TaskWatch& watch) override {
    tasks += static_cast<int>(wave.size());
    return inner_.run(wave, here, watch);
  }
  int tasks = 0;

 private:
  InlineExecutor inner_;
};

/// A run that can be done with and without a journal.
class JournalledRun {
 public:
  JournalledRun(const std::string& solver, const std::string& problem,
                const std::string& points = "7")
      : problem_(make_reference_problem(problem)) {
    silence_ceres();
    SolverRegistry registry;
    register_builtin_solvers(registry);
    solver_ = registry.create(solver);
    const std::vector<std::string> names = solver_->options().names();
    if (std::count(names.begin(), names.end(), "points") > 0) {
      solver_->options().set("points", points);
    }
  }

  [[nodiscard]] Report plain() const { return solve(*problem_, *solver_, request); }

  [[nodiscard]] Report journalled(const std::filesystem::path& path, Journal::Opening opening) {
    Observer nobody;
    return journalled(path, opening, nobody);
  }
  [[nodiscard]] Report journalled(const std::filesystem::path& path, Journal::Opening opening,
                                  Observer& observer) {
    ResultTable known;
    Journal journal(path, identity(), opening, known);
    CountingExecutor counting;
    JournalExecutor executor(counting, known, journal);
    const Report report = solve(*problem_, *solver_, request, executor, observer);
    solved = counting.tasks;
    return report;
  }
  [[nodiscard]] std::string identity() const { return run_identity(*problem_, *solver_, request); }
  [[nodiscard]] OptionTable& options() { return solver_->options(); }

  Request request;
  int solved = 0;  ///< tasks that the last journalled run did not find in its journal

 private:
  std::shared_ptr<const ReferenceProblem> problem_;
  std::unique_ptr<Solver> solver_;
};

TEST(Journal, ChangesNothingAboutTheFront) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "fonseca_fleming");
  const Report plain = run.plain();
  const Report kept = run.journalled(folder / "run.jsonl", Journal::Opening::anew);
  EXPECT_EQ(front_difference(plain, kept), "");
  const Report again = run.journalled(folder / "run.jsonl", Journal::Opening::resume);
  EXPECT_EQ(front_difference(plain, again), "");
  EXPECT_EQ(run.solved, 0) << "everything was in the journal";
}

TEST(Journal, CutOffAtAnyByteItResumesToTheSameFront) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "two_quadratics");
  const Report plain = run.plain();
  static_cast<void>(run.journalled(folder / "whole", Journal::Opening::anew));
  const std::string whole = read_file(folder / "whole");
  const int tasks = run.solved;
  int fewest = tasks;
  int most = 0;
  for (std::size_t size = 0; size <= whole.size(); size += size % 97 == 0 ? 1 : 31) {
    write_file_atomically(folder / "cut", whole.substr(0, size));
    ASSERT_EQ(front_difference(plain, run.journalled(folder / "cut", Journal::Opening::resume)), "")
        << "cut off after " << size << " bytes";
    fewest = std::min(fewest, run.solved);
    most = std::max(most, run.solved);
    static_cast<void>(run.journalled(folder / "cut", Journal::Opening::resume));
    ASSERT_EQ(run.solved, 0) << "resumed once, it is whole";
  }
  EXPECT_EQ(most, tasks);
  EXPECT_LE(fewest, 1);
}

TEST(Journal, CutOffAroundEveryEndOfALine) {
  const TemporaryFolder folder;
  JournalledRun run("augmented_lagrangian", "two_quadratics");
  const Report plain = run.plain();
  static_cast<void>(run.journalled(folder / "whole", Journal::Opening::anew));
  const std::string whole = read_file(folder / "whole");
  int lines = 0;
  for (std::size_t end = whole.find('\n'); end != std::string::npos;
       end = whole.find('\n', end + 1), ++lines) {
    for (const std::size_t size : {end - 1, end, end + 1}) {
      write_file_atomically(folder / "cut", whole.substr(0, size));
      ASSERT_EQ(front_difference(plain, run.journalled(folder / "cut", Journal::Opening::resume)),
                "");
    }
  }
  EXPECT_GT(lines, 5);
}

TEST(Journal, EverySolverResumesToTheSameFront) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  for (const std::string& solver : registry.ids()) {
    const TemporaryFolder folder;
    JournalledRun run(solver, "fonseca_fleming", "12");
    const Report plain = run.plain();
    static_cast<void>(run.journalled(folder / "whole", Journal::Opening::anew));
    const std::string whole = read_file(folder / "whole");
    for (const double share : {0.3, 0.8}) {
      const auto size = static_cast<std::size_t>(share * static_cast<double>(whole.size()));
      write_file_atomically(folder / "cut", whole.substr(0, size));
      EXPECT_EQ(front_difference(plain, run.journalled(folder / "cut", Journal::Opening::resume)),
                "")
          << solver;
    }
  }
}

TEST(Journal, AStoppedOrExhaustedRunGoesOnToTheSameFront) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "fonseca_fleming");
  const Report plain = run.plain();
  StopAt stop(30);
  const Report stopped = run.journalled(folder / "a", Journal::Opening::anew, stop);
  ASSERT_EQ(stopped.status, RunStatus::stopped);
  EXPECT_EQ(front_difference(plain, run.journalled(folder / "a", Journal::Opening::resume)), "");

  run.request.max_gradients = plain.totals.gradients / 2;
  const Report half = run.plain();
  ASSERT_EQ(half.status, RunStatus::budget_exhausted);
  static_cast<void>(run.journalled(folder / "b", Journal::Opening::anew));
  EXPECT_EQ(front_difference(half, run.journalled(folder / "b", Journal::Opening::resume)), "")
      << "what is in the journal counts towards the budget";
  run.request.max_gradients = 0;
  EXPECT_EQ(front_difference(plain, run.journalled(folder / "b", Journal::Opening::resume)), "");
}

TEST(Journal, PassesOverALineThatIsDamaged) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "two_quadratics");
  const Report plain = run.plain();
  static_cast<void>(run.journalled(folder / "run", Journal::Opening::anew));
  std::string text = read_file(folder / "run");
  const std::size_t second = text.find('\n', text.find('\n') + 1) + 1;
  text[second + 5] = '\0';
  write_file_atomically(folder / "run", text);
  EXPECT_EQ(front_difference(plain, run.journalled(folder / "run", Journal::Opening::resume)), "");
  EXPECT_EQ(run.solved, 1);
}

TEST(Journal, IsRefusedByAnotherRunSayingWhatDiffers) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "two_quadratics");
  static_cast<void>(run.journalled(folder / "run", Journal::Opening::anew));
  const std::string before = read_file(folder / "run");
  const auto complaint = [&](JournalledRun& other) {
    return message_of<FileError>(
        [&] { static_cast<void>(other.journalled(folder / "run", Journal::Opening::resume)); });
  };
  JournalledRun seed("weighted_sum", "two_quadratics");
  seed.request.seed = 2;
  EXPECT_NE(complaint(seed).find("seed differs"), std::string::npos) << complaint(seed);
  JournalledRun option("weighted_sum", "two_quadratics");
  option.options().set("tolerance", "1e-5");
  EXPECT_NE(complaint(option).find("options differs"), std::string::npos) << complaint(option);
  JournalledRun solver("augmented_lagrangian", "two_quadratics");
  EXPECT_NE(complaint(solver).find("solver differs"), std::string::npos) << complaint(solver);
  JournalledRun problem("weighted_sum", "fonseca_fleming");
  EXPECT_NE(complaint(problem).find("problem differs"), std::string::npos) << complaint(problem);
  EXPECT_EQ(read_file(folder / "run"), before) << "nothing was lost";

  write_file_atomically(folder / "run", "f_0,f_1\n1,2\n");
  EXPECT_NE(complaint(run).find("not a journal"), std::string::npos) << complaint(run);
}

TEST(Journal, SeesOtherDataInTheValuesAtTheStart) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "two_quadratics");
  static_cast<void>(run.journalled(folder / "run", Journal::Opening::anew));
  std::string text = read_file(folder / "run");
  const std::size_t values = text.find("values_at_start\":[") + 18;
  text[values] = text[values] == '1' ? '2' : '1';
  write_file_atomically(folder / "run", text);
  const std::string message = message_of<FileError>(
      [&] { static_cast<void>(run.journalled(folder / "run", Journal::Opening::resume)); });
  EXPECT_NE(message.find("the data or the model differ"), std::string::npos) << message;
}

TEST(Journal, IsWrittenByOneProcessAtATime) {
  const TemporaryFolder folder;
  ResultTable known;
  const Journal first(folder / "run", "{\"journal\":1}", Journal::Opening::anew, known);
  const std::string message = message_of<FileError>([&] {
    const Journal second(folder / "run", "{\"journal\":1}", Journal::Opening::resume, known);
  });
  EXPECT_NE(message.find("being written by another process"), std::string::npos) << message;
}

TEST(Journal, OnAFullDiskTheRunGoesOn) {
  const TemporaryFolder folder;
  JournalledRun run("weighted_sum", "two_quadratics");
  const Report plain = run.plain();
  {
    const FileSizeLimit limit(3000);
    EXPECT_EQ(front_difference(plain, run.journalled(folder / "run", Journal::Opening::anew)), "");
  }
  EXPECT_EQ(front_difference(plain, run.journalled(folder / "run", Journal::Opening::resume)), "");
  EXPECT_GT(run.solved, 0) << "the rest did not fit";
}

TEST(Journal, WithoutItsFolderItSaysSo) {
  const TemporaryFolder folder;
  ResultTable known;
  const std::string message = message_of<FileError>(
      [&] { const Journal journal(folder / "none" / "run", "{}", Journal::Opening::anew, known); });
  EXPECT_NE(message.find("cannot be written"), std::string::npos) << message;
}

}  // namespace
}  // namespace moo
