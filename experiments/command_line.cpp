#include "experiments/command_line.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <charconv>
#include <sstream>
#include <utility>

#include "experiments/split_text.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {
namespace {

namespace po = boost::program_options;

/// Flags as text, before they are checked.
struct RawFlags {
  DriverFlags flags;
  std::string objectives;
  std::string hidden;
  std::string seed;
  std::string seeds;
  std::vector<std::string> options;
  std::vector<std::string> plugins;
  std::string points;
  std::string data;  ///< text, because reading a path stops at its first blank
  std::string out;
  std::string shard;
  bool resume = false;
};

/// Where the command line begins: the driver's own defaults.
RawFlags raw_flags(DriverFlags flags) {
  RawFlags raw;
  raw.flags = std::move(flags);
  raw.data = raw.flags.data.string();
  raw.out = raw.flags.out.string();
  raw.seed = std::to_string(raw.flags.seed);
  const auto points = raw.flags.solver_options.find("points");
  raw.points = points == raw.flags.solver_options.end() ? "20" : points->second;
  for (const int width : raw.flags.hidden) {
    raw.hidden += (raw.hidden.empty() ? "" : ",") + std::to_string(width);
  }
  if (raw.hidden.empty()) raw.hidden = "none";
  return raw;
}

void require_choice(const char* flag, const std::string& word,
                    const std::vector<std::string>& words) {
  if (std::find(words.begin(), words.end(), word) != words.end()) return;
  const std::string near = nearest_name(word, words);
  throw InvalidArgument({flag, "no such choice", join_names(words), "'" + word + "'",
                         near.empty() ? "" : "did you mean '" + near + "'?"});
}

/// The driver chose its options for another solver: those that the chosen one has as well stay, such
/// as the minimizer and its steps.
void keep_known_options(DriverFlags& flags) {
  const auto solver = known_solvers(flags.plugins).create(flags.solver);
  const std::vector<std::string> known = std::as_const(*solver).options().names();
  std::erase_if(flags.solver_options, [&](const auto& option) {
    return std::find(known.begin(), known.end(), option.first) == known.end();
  });
}

/// How a run and its journals go together.
void set_journals(const RawFlags& raw, const std::string& command, DriverFlags& flags) {
  if (!raw.shard.empty()) flags.shard = parse_shard(raw.shard);
  if (raw.resume) flags.journals = JournalUse::resume;
  if (command != "merge") return;
  flags.journals = JournalUse::merge;
  if (!raw.shard.empty() || raw.resume) {
    throw InvalidArgument({"merge", "takes neither --shard nor --resume", "the run's other flags",
                           "", "it joins all journals in --out"});
  }
}

/// A number as people write it: 0.01, 1e-05.
std::string short_text(double value) {
  std::ostringstream text;
  text << value;
  return text.str();
}

po::options_description flags_of(const Driver& driver, RawFlags& raw) {
  po::options_description description("flags of run", 100, 60);
  const auto add = [&](const char* name, const auto* value, const char* meaning) {
    description.add_options()(name, value, meaning);
  };
  DriverFlags& flags = raw.flags;
  add("solver", po::value(&flags.solver)->default_value(flags.solver), "algorithm for the front");
  add("plugin", po::value(&raw.plugins)->composing(),
      "shared module with further solvers; repeatable");
  add("option", po::value(&raw.options)->composing(), "of the solver, NAME=VALUE; repeatable");
  add("points", po::value(&raw.points)->default_value(raw.points), "how many points to aim for");
  add("seed", po::value(&raw.seed)->default_value(raw.seed),
      "of the split, the start, all that is random");
  add("seeds", po::value(&raw.seeds),
      "several, such as 1..10 or 1,4,7: a front each in seed_K/, and all of them in one "
      "SOLVER.seeds.json");
  description.add_options()("quick", "a run of a few seconds; other flags still count");
  add("objectives", po::value(&raw.objectives),
      "comma-separated, or all; default: the driver's choice");
  add("data", po::value(&raw.data), "CSV file instead of the driver's own");
  const std::string sample_meaning = driver.sampled() + " that take part, drawn at random; 0: all";
  if (!driver.sampled().empty()) {
    add("sample", po::value(&flags.sample)->default_value(flags.sample), sample_meaning.c_str());
  }
  add("out", po::value(&raw.out), "folder for the front's files");
  add("executor", po::value(&flags.executor)->default_value(flags.executor),
      "where tasks are solved: threads, inline, or mpi (under mpirun)");
  add("threads", po::value(&flags.threads)->default_value(0), "0: one per core");
  add("shard", po::value(&raw.shard),
      "i/n: this process is one of n that solve one run's tasks, in one --out; see merge");
  add("resume", po::bool_switch(&raw.resume),
      "go on from the journal in --out, where there is one");
  add("kkt-tolerance",
      po::value(&flags.kkt_tolerance)
          ->default_value(flags.kkt_tolerance, short_text(flags.kkt_tolerance)),
      "points above it are marked as not converged");
  add("max-gradients", po::value(&flags.max_gradients)->default_value(flags.max_gradients),
      "budget; 0: none");
  add("max-seconds",
      po::value(&flags.max_seconds)
          ->default_value(flags.max_seconds, short_text(flags.max_seconds)),
      "budget; 0: none");
  if (!driver.trains_network()) return description;
  add("hidden", po::value(&raw.hidden)->default_value(raw.hidden),
      "widths of hidden layers, or none");
  add("activation", po::value(&flags.activation)->default_value(flags.activation),
      "of hidden layers");
  add("weight-decay",
      po::value(&flags.weight_decay)
          ->default_value(flags.weight_decay, short_text(flags.weight_decay)),
      "nu of nu/2 |theta|^2 in every objective");
  add("influence", po::value(&flags.influence)->default_value(flags.influence),
      "what dropping each rule changes at every point: none, estimate (from multipliers) or "
      "resolve "
      "(trains again as well)");
  return description;
}

std::uint64_t parse_seed(const std::string& text, const char* flag = "--seed") {
  std::uint64_t seed = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (code != std::errc() || end != text.data() + text.size()) {
    throw InvalidArgument({flag, "unusable", "a whole number >= 0", "'" + text + "'", ""});
  }
  return seed;
}

/// "1..10", "1,4,7", or both in turn.
std::vector<std::uint64_t> parse_seeds(const std::string& text) {
  std::vector<std::uint64_t> seeds;
  for (const std::string& part : split_text(text, ',')) {
    const std::size_t dots = part.find("..");
    const std::uint64_t first = parse_seed(part.substr(0, dots), "--seeds");
    const std::uint64_t last =
        dots == std::string::npos ? first : parse_seed(part.substr(dots + 2), "--seeds");
    if (last < first || last - first > 999) {
      throw InvalidArgument({"--seeds", "unusable range", "such as 1..10", "'" + part + "'", ""});
    }
    for (std::uint64_t seed = first; seed <= last; ++seed) {
      if (std::find(seeds.begin(), seeds.end(), seed) != seeds.end()) {
        throw InvalidArgument({"--seeds", std::to_string(seed) + " comes twice", "", "", ""});
      }
      seeds.push_back(seed);
    }
  }
  return seeds;
}

std::vector<int> parse_hidden(const std::string& text) {
  std::vector<int> widths;
  if (text == "none") return widths;
  for (const std::string& part : split_text(text, ',')) {
    std::size_t used = 0;
    int width = 0;
    try {
      width = std::stoi(part, &used);
    } catch (const std::exception&) {
      used = 0;
    }
    if (used == 0 || used != part.size() || width < 1 || width > 1000000) {
      throw InvalidArgument(
          {"--hidden", "unusable layer widths", "such as 16,16, or none", "'" + text + "'", ""});
    }
    widths.push_back(width);
  }
  return widths;
}

}  // namespace

std::vector<std::string> parse_objectives(const Driver& driver, const std::string& text) {
  std::vector<std::string> known;
  for (const auto& [name, meaning] : driver.objectives()) known.push_back(name);
  if (text.empty() || text == "all") return known;
  std::vector<std::string> chosen = split_text(text, ',');
  for (const std::string& name : chosen) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      const std::string near = nearest_name(name, known);
      throw InvalidArgument({"--objectives", "unknown objective '" + name + "'",
                             "one of " + join_names(known), "",
                             near.empty() ? "" : "did you mean '" + near + "'?"});
    }
    if (std::count(chosen.begin(), chosen.end(), name) > 1) {
      throw InvalidArgument({"--objectives", "'" + name + "' comes twice", "", "", ""});
    }
  }
  const auto accuracy = std::find(chosen.begin(), chosen.end(), known.front());
  if (accuracy == chosen.end()) {
    throw InvalidArgument({"--objectives", "the accuracy objective is missing",
                           "'" + known.front() + "' among them", "'" + text + "'", ""});
  }
  std::rotate(chosen.begin(), accuracy, accuracy + 1);
  return chosen;
}

std::vector<std::filesystem::path> parse_solvers_flags(const std::string& program, int argc,
                                                       const char* const* argv) {
  std::vector<std::string> plugins;
  po::options_description description;
  description.add_options()("plugin", po::value(&plugins)->composing());
  try {
    po::variables_map values;
    po::store(
        po::command_line_parser(argc - 1, argv + 1)
            .options(description)
            .style(po::command_line_style::unix_style ^ po::command_line_style::allow_guessing)
            .positional(po::positional_options_description())
            .run(),
        values);
    po::notify(values);
  } catch (const po::error& error) {
    throw InvalidArgument({program + " solvers", error.what(), "at most --plugin FILE", "", ""});
  }
  return {plugins.begin(), plugins.end()};
}

CommandLine parse_command_line(const Driver& driver, int argc, const char* const* argv) {
  CommandLine line;
  const std::string command = argc > 1 ? argv[1] : "--help";
  const bool wants_help =
      std::any_of(argv + std::min(argc, 1), argv + argc,
                  [](const std::string& a) { return a == "--help" || a == "-h"; });
  if (wants_help || command == "help" || argc < 2) return line;
  if (command == "solvers") {
    line.command = Command::list_solvers;
    line.flags.plugins = parse_solvers_flags(driver.name(), argc, argv);
    return line;
  }
  if (command != "run" && command != "merge") {
    throw InvalidArgument({driver.name(), "unknown command '" + command + "'",
                           "one of run, merge, solvers, --help", "", ""});
  }
  line.command = Command::run;

  const bool quick = std::count(argv + 2, argv + argc, std::string("--quick")) > 0;
  RawFlags raw = raw_flags(quick ? driver.quick_flags() : driver.default_flags());
  const std::vector<std::string> own_objectives = raw.flags.objectives;
  const std::string own_solver = raw.flags.solver;
  const po::options_description description = flags_of(driver, raw);
  try {
    po::variables_map values;
    po::store(
        po::command_line_parser(argc - 1, argv + 1)
            .options(description)
            .style(po::command_line_style::unix_style ^ po::command_line_style::allow_guessing)
            .positional(po::positional_options_description())
            .run(),
        values);
    po::notify(values);
    for (const auto& [name, value] : values) {
      if (!value.defaulted()) line.given.push_back(name);
    }
  } catch (const po::error& error) {
    throw InvalidArgument(
        {driver.name() + " run", error.what(), "", "", "see " + driver.name() + " --help"});
  }
  line.flags = raw.flags;
  line.flags.plugins.assign(raw.plugins.begin(), raw.plugins.end());
  line.flags.data = raw.data;
  line.flags.out = raw.out;
  if (line.flags.solver != own_solver) keep_known_options(line.flags);
  line.flags.solver_options["points"] = raw.points;
  for (const std::string& option : raw.options) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw InvalidArgument({"--option", "not an assignment", "NAME=VALUE", "'" + option + "'",
                             "see " + driver.name() + " solvers"});
    }
    line.flags.solver_options[option.substr(0, equals)] = option.substr(equals + 1);
  }
  line.flags.seed = parse_seed(raw.seed);
  line.flags.hidden = parse_hidden(raw.hidden);
  line.seeds = parse_seeds(raw.seeds);
  const bool own = raw.objectives.empty() && !own_objectives.empty();
  line.flags.objectives = own ? own_objectives : parse_objectives(driver, raw.objectives);
  activation_from(line.flags.activation);
  if (line.flags.sample < 0) {
    throw InvalidArgument({"--sample", "no such number", ">= 0, where 0 is all",
                           std::to_string(line.flags.sample), ""});
  }
  require_choice("--influence", line.flags.influence, {"none", "estimate", "resolve"});
  require_choice("--executor", line.flags.executor, {"threads", "inline", "mpi"});
  set_journals(raw, command, line.flags);
  return line;
}

std::string flags_text(const Driver& driver) {
  RawFlags raw = raw_flags(driver.default_flags());
  std::ostringstream text;
  text << flags_of(driver, raw);
  return text.str();
}

std::string help_text(const Driver& driver) {
  const std::filesystem::path out = driver.default_flags().out;
  std::ostringstream text;
  text
      << driver.name() << ": " << driver.summary() << "\n\n"
      << "  " << driver.name()
      << " run [flags]                trace the front; writes SOLVER.json and the files beside it\n"
      << "  " << driver.name()
      << " merge [flags]              the same from the journals of run --shard; solves nothing\n"
      << "  " << driver.name()
      << " solvers [--plugin FILE]    list the solvers and their options\n\n"
      << "objectives (the first one always takes part):\n";
  for (const auto& [name, meaning] : driver.objectives())
    text << "  " << name << ": " << meaning << "\n";
  text << "\n"
       << flags_text(driver) << "\n"
       << "example:\n  " << driver.name()
       << " run --solver pareto_tracing --points 24 --objectives " << driver.objectives()[0].first
       << "," << driver.objectives()[1].first << " --out " << out.string() << "\n";
  return text.str();
}

std::string solvers_text(const SolverRegistry& registry) {
  std::string text;
  for (const std::string& id : registry.ids()) {
    const std::unique_ptr<Solver> solver = registry.create(id);
    text += id + ": " + registry.summary(id) + "\n" + solver->options().help() + "\n";
  }
  return text;
}

}  // namespace moo
