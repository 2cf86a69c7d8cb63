#pragma once

#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "libmoo/io/front_json.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo::test {
/// How a program ended.
struct Outcome {
  int code;
  std::string errors;  ///< standard error
  std::string output;  ///< standard output
};

/// The program as its users run it, with a folder that is gone afterwards.
class TabularProgram : public testing::Test {
 protected:
  static std::string text_of(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  Outcome run_program(const std::string& program, const std::string& arguments) const {
    const std::string command = program + " " + arguments + " >" + (folder_ / "stdout").string() +
                                " 2>" + (folder_ / "stderr").string();
    const int status = std::system(command.c_str());
    return {WEXITSTATUS(status), text_of(folder_ / "stderr"), text_of(folder_ / "stdout")};
  }
  Outcome tabular(const std::string& arguments) const {
    return run_program(TABULAR_PROGRAM, arguments);
  }

  /// A file in the test's folder; its path.
  std::string write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ / name, std::ios::binary) << text;
    return (folder_ / name).string();
  }

  std::string out(const std::string& name = "fronts") const {
    return " --out " + (folder_ / name).string() + " ";
  }

  FrontDocument front(const std::string& folder, const std::string& solver) const {
    return read_front(folder_ / folder / (solver + ".json"));
  }

  TemporaryFolder folder_;
};

/// 90 loans: denied is yes or no, ratio a number, area one of three words, group 0 or 1.
inline std::string loans() {
  std::string text = "denied,ratio,area,group\n";
  for (int k = 0; k < 90; ++k) {
    const int ratio = (37 * k) % 90;
    text += std::string(ratio + (k % 7) * 6 > 70 ? "yes," : "no,") + std::to_string(ratio) + "," +
            (k % 3 == 0   ? "north"
             : k % 3 == 1 ? "south"
                          : "west") +
            "," + std::to_string(k % 2) + "\n";
  }
  return text;
}

/// A config of the loans with entries of "data" and of the top level added.
inline std::string config(const std::string& data = "", const std::string& more = "",
                          const std::string& target = "denied",
                          const std::string& task = "binary") {
  return R"({"data": {"file": "loans.csv", "target": ")" + target + R"(", "task": ")" + task +
         "\"" + (data.empty() ? "" : ", ") + data +
         R"(}, "model": {"hidden": [3]}, "solver": {"name": "weighted_sum"})" +
         (more.empty() ? "" : ", ") + more + "}";
}

inline constexpr const char* monotone_group =
    R"("groups": [{"name": "monotonicity", "tolerance": 0.001, "penalty": {"scale": 0.01},
       "rules": [{"rule": "monotone_pairs", "inputs": ["ratio"], "direction": "rising",
                  "step": 1, "step_unit": "sd"}]}])";

}  // namespace moo::test
