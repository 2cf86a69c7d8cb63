#include "experiments/tabular/program.hpp"

#include <algorithm>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "experiments/command_line.hpp"
#include "experiments/tabular/check.hpp"
#include "experiments/tabular/init.hpp"
#include "experiments/tabular/tabular_driver.hpp"
#include "experiments/workforce.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"
#include "libmoo/minimize/lbfgs.hpp"

namespace moo::tabular {
namespace {

using Arguments = std::vector<std::string>;

constexpr const char* usage =
    "tabular: trade-off between accuracy and rules on anyone's table\n"
    "\n"
    "  tabular init DATA.csv [--target T] [--task binary|multiclass|regression] [--out "
    "CONFIG.json]\n"
    "               [--force]   writes a config to begin with: DATA.json in the current folder\n"
    "  tabular check CONFIG.json [--json]   what is in the data; which rules the labels break\n"
    "  tabular run CONFIG.json [flags]      trace the front; writes SOLVER.json and the files\n"
    "                                       beside it, per seed where the config has several\n"
    "  tabular merge CONFIG.json [flags]    the same from the journals of run --shard\n"
    "  tabular schema                       JSON Schema of the config\n"
    "  tabular families                     families of rules\n"
    "  tabular solvers [--plugin FILE]      solvers and their options\n"
    "\n"
    "The config gives the defaults of all flags of run.\n";

/// The command's first argument, which names a file.
const std::string& file_of(const Arguments& arguments, const std::string& what) {
  if (arguments.size() < 2 || arguments[1].empty() || arguments[1][0] == '-') {
    throw InvalidArgument(
        {"tabular " + arguments[0], "no file", what, "", "tabular " + arguments[0] + " FILE ..."});
  }
  return arguments[1];
}

/// Arguments behind the file, for commands with few flags.
class SmallFlags {
 public:
  SmallFlags(const Arguments& arguments, std::vector<std::string> with_value,
             std::vector<std::string> alone) {
    for (std::size_t k = 2; k < arguments.size(); ++k) {
      const std::string& flag = arguments[k];
      if (std::find(alone.begin(), alone.end(), flag) != alone.end()) {
        values_.emplace_back(flag, "");
        continue;
      }
      if (std::find(with_value.begin(), with_value.end(), flag) == with_value.end()) {
        with_value.insert(with_value.end(), alone.begin(), alone.end());
        throw InvalidArgument({"tabular " + arguments[0], "unknown argument '" + flag + "'",
                               with_value.empty() ? "none" : "one of " + join_names(with_value), "",
                               ""});
      }
      if (k + 1 == arguments.size()) {
        throw InvalidArgument({"tabular " + arguments[0], flag + " has no value", "", "", ""});
      }
      values_.emplace_back(flag, arguments[++k]);
    }
  }

  [[nodiscard]] bool has(const std::string& flag) const {
    return std::any_of(values_.begin(), values_.end(),
                       [&](const auto& value) { return value.first == flag; });
  }
  /// The last one; "" without any.
  [[nodiscard]] std::string text(const std::string& flag) const {
    std::string found;
    for (const auto& [name, value] : values_) {
      if (name == flag) found = value;
    }
    return found;
  }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

void init(const Arguments& arguments) {
  const SmallFlags flags(arguments, {"--target", "--task", "--out"}, {"--force"});
  InitOptions options;
  options.data = file_of(arguments, "a CSV file");
  options.target = flags.text("--target");
  options.task = flags.text("--task");
  options.out = flags.text("--out");
  options.existing = flags.has("--force") ? ExistingFile::replace : ExistingFile::refuse;
  const std::filesystem::path written = write_starting_config(options);
  std::printf("%s\n", written.c_str());
}

void check(const Arguments& arguments) {
  const SmallFlags flags(arguments, {}, {"--json"});
  const CheckReport report = check_config(read_config(file_of(arguments, "a config")));
  std::printf(
      "%s", flags.has("--json") ? readable_json(to_json(report)).c_str() : to_text(report).c_str());
}

void run(const Arguments& arguments, int argc, const char* const* argv) {
  const TabularDriver driver(read_config(file_of(arguments, "a config")));
  std::vector<const char*> rest = {argv[0], argv[1]};
  rest.insert(rest.end(), argv + 3, argv + argc);
  const CommandLine line = parse_command_line(driver, static_cast<int>(rest.size()), rest.data());
  const bool own_seed = std::find(line.given.begin(), line.given.end(), "seed") != line.given.end();
  const std::vector<std::uint64_t> seeds =
      own_seed ? std::vector<std::uint64_t>{line.flags.seed} : driver.config().seeds;
  DriverFlags flags = line.flags;
  for (const std::uint64_t seed : seeds) {  // no front is written when another seed cannot be
    if (seeds.size() == 1) break;
    flags.seed = seed;
    static_cast<void>(driver.prepare(flags));
  }
  for (const std::uint64_t seed : seeds) {
    flags.seed = seed;
    if (seeds.size() > 1) flags.out = line.flags.out / ("seed_" + std::to_string(seed));
    run_once(driver, flags, current_context(argc, argv, seed));
  }
}

/// The flags of run as they are without a config.
std::string help() {
  Config config;
  config.name = "NAME";
  return std::string(usage) + "\n" + flags_text(TabularDriver(config));
}

void families() {
  for (const auto& [name, meaning] : rule_families()) {
    std::printf("%s: %s\n", name.c_str(), meaning.c_str());
  }
}

void dispatch(const Arguments& arguments, int argc, const char* const* argv) {
  const std::string command = arguments.empty() ? "--help" : arguments[0];
  const bool wants_help = std::any_of(arguments.begin(), arguments.end(), [](const auto& text) {
    return text == "--help" || text == "-h";
  });
  if (wants_help || command == "help") {
    std::printf("%s", help().c_str());
  } else if (command == "run" || command == "merge") {
    run(arguments, argc, argv);
  } else if (command == "init") {
    init(arguments);
  } else if (command == "check") {
    check(arguments);
  } else if (command == "schema") {
    std::printf("%s", readable_json(config_schema()).c_str());
  } else if (command == "families") {
    families();
  } else if (command == "solvers") {
    print_solvers(parse_solvers_flags("tabular", argc, argv));
  } else {
    const Arguments commands = {"init",   "check",    "run",     "merge",
                                "schema", "families", "solvers", "--help"};
    const std::string near = nearest_name(command, commands);
    throw InvalidArgument({"tabular", "unknown command '" + command + "'",
                           "one of " + join_names(commands), "",
                           near.empty() ? "" : "did you mean '" + near + "'?"});
  }
}

}  // namespace

int run_tabular(int argc, const char* const* argv) {
  silence_ceres();
  try {
    dispatch(Arguments(argv + std::min(argc, 1), argv + argc), argc, argv);
    return 0;
  } catch (const std::exception& error) {
    if (!speaks(argc, argv)) return 0;  // ending with 2 might end rank 0 before it has said why
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 2;
}

}  // namespace moo::tabular
