#include "experiments/compare/program.hpp"

#include <algorithm>
#include <boost/program_options.hpp>
#include <cstdio>
#include <exception>
#include <nlohmann/json.hpp>
#include <sstream>

#include "experiments/command_line.hpp"
#include "experiments/compare/choices.hpp"
#include "experiments/compare/comparison_json.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/json_text.hpp"
#include "libmoo/minimize/lbfgs.hpp"

namespace moo::compare {
namespace {

namespace po = boost::program_options;

/// The flags of run, as text.
struct Flags {
  std::string solvers = "all";
  std::string problems = "all";
  std::string seeds = "1";
  int points = 30;
  long max_gradients = 0;
  double max_seconds = 0.0;
  std::vector<std::string> plugins;
  std::string out = "fronts/compare.json";
};

po::options_description description_of(Flags& flags) {
  po::options_description description("flags of run", 100, 60);
  const auto add = [&](const char* name, const auto* value, const char* meaning) {
    description.add_options()(name, value, meaning);
  };
  add("solvers", po::value(&flags.solvers)->default_value(flags.solvers),
      "comma-separated; options in braces: weighted_sum{minimizer=newton}; all");
  add("problems", po::value(&flags.problems)->default_value(flags.problems),
      "comma-separated: NAME, NAME:n, NAME:n:m, a tabular config (FILE.json or FILE.json:f:g); all "
      "reference problems");
  add("seeds", po::value(&flags.seeds)->default_value(flags.seeds), "such as 1..10 or 1,2,5");
  add("points", po::value(&flags.points)->default_value(flags.points), "every solver aims for");
  add("max-gradients", po::value(&flags.max_gradients)->default_value(0),
      "budget of a run; 0: none");
  add("max-seconds", po::value(&flags.max_seconds)->default_value(0.0, "0"),
      "budget of a run; 0: none");
  add("plugin", po::value(&flags.plugins)->composing(),
      "shared module with further solvers; repeatable");
  add("out", po::value(&flags.out)->default_value(flags.out), "the comparison file");
  return description;
}

std::string help() {
  Flags flags;
  std::ostringstream text;
  text << "compare: solvers against each other on the same problems, seeds and budget\n\n"
          "  compare run [flags]                  one JSON file for analysis/compare_solvers.py\n"
          "  compare solvers [--plugin FILE]      solvers and their options\n"
          "  compare problems                     reference problems\n\n"
       << description_of(flags)
       << "\nexample:\n  compare run --solvers weighted_sum,pareto_tracing --problems "
          "fonseca_fleming:20,zdt1 --seeds 1..5\n";
  return text.str();
}

Flags parse(int argc, const char* const* argv) {
  Flags flags;
  const po::options_description description = description_of(flags);
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
    throw InvalidArgument({"compare run", error.what(), "", "", "see compare --help"});
  }
  if (flags.points < 1 || flags.max_gradients < 0 || !(flags.max_seconds >= 0.0)) {
    throw InvalidArgument({"compare run", "unusable number",
                           "--points >= 1, --max-gradients >= 0, --max-seconds >= 0", "", ""});
  }
  return flags;
}

void run(int argc, const char* const* argv) {
  const Flags flags = parse(argc, argv);
  const SolverRegistry registry = known_solvers({flags.plugins.begin(), flags.plugins.end()});
  std::vector<Contestant> contestants;
  for (const std::string& text : flags.solvers == "all" ? registry.ids() : listed(flags.solvers)) {
    contestants.push_back(contestant_from(text));
  }
  std::vector<Contest> contests;
  for (const std::string& text :
       flags.problems == "all" ? reference_problem_names() : listed(flags.problems)) {
    contests.push_back(contest_from(text));
  }
  if (contestants.empty() || contests.empty()) {
    throw InvalidArgument({"compare run", "nothing to compare", "solvers and problems", "", ""});
  }
  const ComparisonSettings settings{flags.points, seeds_from(flags.seeds), flags.max_gradients,
                                    flags.max_seconds};
  const std::filesystem::path out = flags.out;
  require_writable_folder(out.parent_path());

  const Comparison comparison =
      compare(registry, contestants, contests, settings,
              [](int number, int count, const std::string& what) {
                std::fprintf(stderr, "[%d/%d] %s\n", number, count, what.c_str());
              });
  write_file_atomically(
      out, readable_json(
               to_json(comparison, registry, current_context(argc, argv, settings.seeds.front()))));
  for (std::size_t k = 0; k < comparison.contests.size(); ++k) {
    const ContestUnits& units = comparison.units[k];
    std::printf("%s (hypervolume %.4f%s)\n", comparison.contests[k].name.c_str(), units.hypervolume,
                units.analytic ? "" : ", union of all runs");
    for (const ComparedRun& run : comparison.runs) {
      if (run.contest != comparison.contests[k].name) continue;
      if (!run.unsupported.empty()) {
        if (run.seed == settings.seeds.front()) {
          std::printf("  %-28s does not fit: %s\n", run.contestant.c_str(),
                      run.unsupported.c_str());
        }
        continue;
      }
      std::printf("  %-28s seed %-4llu %4zu points  share %.4f  KKT %.1e  %8.0f ge  %8.3f s  %s\n",
                  run.contestant.c_str(), static_cast<unsigned long long>(run.seed),
                  run.report.front.points().size(),
                  units.hypervolume > 0.0 ? run.hypervolume / units.hypervolume : 0.0,
                  run.worst_kkt_residual, run.report.totals.gradient_equivalents(),
                  run.report.totals.seconds, std::string(to_string(run.report.status)).c_str());
    }
  }
  std::printf("%s\n", flags.out.c_str());
}

void dispatch(int argc, const char* const* argv) {
  const std::string command = argc > 1 ? argv[1] : "--help";
  const bool wants_help =
      std::any_of(argv + std::min(argc, 1), argv + argc,
                  [](const std::string& a) { return a == "--help" || a == "-h"; });
  if (wants_help || command == "help") {
    std::printf("%s", help().c_str());
  } else if (command == "run") {
    run(argc, argv);
  } else if (command == "solvers") {
    print_solvers(parse_solvers_flags("compare", argc, argv));
  } else if (command == "problems") {
    for (const std::string& name : reference_problem_names()) {
      const auto problem = make_reference_problem(name);
      std::printf("%s: %d variables, %d objectives, %d hard rows%s\n", name.c_str(),
                  problem->num_variables(), problem->num_objectives(), problem->num_hard_rows(),
                  problem->bounds().empty() ? "" : ", bounded");
    }
  } else {
    throw InvalidArgument({"compare", "unknown command '" + command + "'",
                           "one of run, solvers, problems, --help", "", ""});
  }
}

}  // namespace

int run_compare(int argc, const char* const* argv) {
  silence_ceres();
  try {
    dispatch(argc, argv);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 2;
}

}  // namespace moo::compare
