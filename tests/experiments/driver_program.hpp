#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>
#include <vector>

#include "libmoo/io/front_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo::test {

/// The solvers every driver is run with.
inline const std::vector<std::string>& main_solvers() {
  static const std::vector<std::string> names = {"weighted_sum", "augmented_lagrangian",
                                                 "pareto_tracing"};
  return names;
}

/// A driver as its users run it, with a folder that is gone afterwards.
class DriverProgram : public testing::Test {
 protected:
  struct Outcome {
    int code;
    std::string errors;  ///< standard error
    std::string output;  ///< standard output
  };

  /// @param driver such as "rings"
  explicit DriverProgram(std::string driver) : driver_(std::move(driver)) {}

  static std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  [[nodiscard]] Outcome run(const std::string& arguments) const {
    const std::string command = std::string(DRIVER_FOLDER "/") + driver_ + " " + arguments + " >" +
                                (folder_ / "stdout").string() + " 2>" +
                                (folder_ / "stderr").string();
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), text_of(folder_ / "stderr"), text_of(folder_ / "stdout")};
  }

  [[nodiscard]] std::string out() const { return " --out " + (folder_ / "fronts").string(); }

  /// What a run left behind, folders included.
  [[nodiscard]] std::set<std::string> files() const {
    std::set<std::string> names;
    if (!std::filesystem::exists(folder_ / "fronts")) return names;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "fronts")) {
      names.insert(entry.path().filename());
    }
    return names;
  }

  [[nodiscard]] FrontDocument front(const std::string& solver) const {
    return read_front(folder_ / "fronts" / (solver + ".json"));
  }

  /// A --quick run that has to work; its front.
  [[nodiscard]] FrontDocument quick(const std::string& solver, const std::string& more = "") const {
    const Outcome outcome = run("run --quick --solver " + solver + " " + more + out());
    EXPECT_EQ(outcome.code, 0) << solver << ": " << outcome.errors;
    return front(solver);
  }

  TemporaryFolder folder_;

 private:
  std::string driver_;
};

/// Non-dominated, converged points of the front: what a run is for.
inline int good_points(const FrontDocument& document) {
  int count = 0;
  for (const ParetoPoint& point : document.report.front.points()) {
    if (point.converged && point.feasible && !point.dominated) ++count;
  }
  return count;
}

/// Every point of the front has these metrics on these splits.
inline void expect_metrics(const FrontDocument& document, const std::vector<std::string>& splits,
                           const std::vector<std::string>& metrics) {
  for (const ParetoPoint& point : document.report.front.points()) {
    for (const std::string& split : splits) {
      ASSERT_EQ(point.evaluation.count(split), 1u) << split;
      for (const std::string& metric : metrics) {
        EXPECT_EQ(point.evaluation.at(split).metrics.count(metric), 1u) << split << " " << metric;
      }
    }
  }
}

}  // namespace moo::test
