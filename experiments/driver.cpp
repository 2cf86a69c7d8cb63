#include "experiments/driver.hpp"

#include <malloc.h>

#include <algorithm>
#include <cstdio>
#include <exception>
#include <optional>

#include "experiments/command_line.hpp"
#include "experiments/console_observer.hpp"
#include "experiments/seed_study.hpp"
#include "experiments/workforce.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "libmoo/assess/influence.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/front_json.hpp"
#include "libmoo/io/jsonl_observer.hpp"
#include "libmoo/io/observer_list.hpp"
#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/solver/plugin.hpp"
#include "libmoo/training/describe_groups.hpp"
#include "solvers/register_builtin.hpp"

namespace moo {
namespace {

/// True metrics of a point on every split.
void evaluate_point(const Experiment& experiment, ParetoPoint& point) {
  if (experiment.plain) {
    for (const std::string& split : experiment.plain->splits) {
      point.evaluation[split] = experiment.plain->evaluate(split, point.parameters);
    }
  }
  for (const SplitProblem& split : experiment.splits) {
    SplitEvaluation evaluation = evaluate(*split.audit, point.parameters);
    evaluation.objectives = split.problem->raw_objectives(point.parameters);
    evaluation.metrics = experiment.metrics(*split.audit, point.parameters);
    point.evaluation[split.name] = std::move(evaluation);
  }
}

/// What every group costs and buys at every point worth looking at.
void find_influence(const TrainingProblem& problem, const std::string& choice,
                    const Workforce& workforce, Front& front) {
  if (choice == "none" || !front.scaling()) return;
  const InfluenceMethod method =
      choice == "resolve" ? InfluenceMethod::with_resolve : InfluenceMethod::estimate;
  const std::vector<int> indices = front.nondominated();
  workforce.for_each(indices.size(), [&](std::size_t k) {
    ParetoPoint& point = front.points()[static_cast<std::size_t>(indices[k])];
    for (const std::string& group : problem.rule_groups()) {
      point.influence[group] = influence_of(problem, point, *front.scaling(), group, method);
    }
  });
}

/// Rules that the accuracy optimum meets already: nothing is traded along their axis but weight
/// decay.
void note_free_rules(Report& report) {
  if (report.front.points().empty()) return;
  const Generator& first = report.front.points().front().generator;
  if (first.kind != "anchor") return;  // a single-run recipe does not visit the accuracy optimum
  const Vector& raw = report.front.points().front().evaluation.at("train").objectives;
  for (Eigen::Index i = 0; i < raw.size(); ++i) {
    const ObjectiveInfo& objective = report.front.objectives()[static_cast<std::size_t>(i)];
    if (objective.kind == ObjectiveKind::penalty && raw(i) < objective.resolution) {
      report.notes.push_back("'" + objective.name +
                             "' is met at the accuracy optimum already: along its axis the front "
                             "trades little but weight decay");
    }
  }
}

/// How much of the front survives off the training data, in the metrics people read.
HeldOut held_out(const Experiment& experiment, const Front& front) {
  HeldOut result;
  const auto count = static_cast<Eigen::Index>(experiment.headline.size());
  result.reference.resize(count);
  for (Eigen::Index i = 0; i < count; ++i) {
    const HeadlineMetric& headline = experiment.headline[static_cast<std::size_t>(i)];
    result.metrics.push_back(headline.metric);
    result.reference(i) = headline.reference;
  }
  const std::vector<int> indices = front.nondominated();
  for (const auto& [split, evaluation] : front.points().front().evaluation) {
    Matrix columns(count, static_cast<Eigen::Index>(indices.size()));
    for (std::size_t k = 0; k < indices.size(); ++k) {
      const auto& metrics =
          front.points()[static_cast<std::size_t>(indices[k])].evaluation.at(split).metrics;
      for (Eigen::Index i = 0; i < count; ++i) {
        columns(i, static_cast<Eigen::Index>(k)) =
            metrics.at(result.metrics[static_cast<std::size_t>(i)]);
      }
    }
    result.hypervolume[split] = hypervolume(columns, result.reference);
  }
  return result;
}

std::vector<TensorLayout> layout_of(const Network& network) {
  std::vector<TensorLayout> layout;
  for (const TensorInfo& tensor : network.tensors()) {
    layout.push_back({tensor.name, tensor.offset, tensor.rows, tensor.cols});
  }
  return layout;
}

/// A cell of a CSV file, in quotes where it needs them.
std::string csv_cell(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string cell = "\"";
  for (const char c : text) cell += c == '"' ? "\"\"" : std::string(1, c);
  return cell + "\"";
}

/// Predictions of three points spread over the front for every row of the table, for audits and for
/// checking that the parameters file reproduces the model.
std::string predictions_csv(const Experiment& experiment, const Front& front) {
  std::string text = "row,split";
  std::vector<Matrix> predictions;
  char cell[40];
  for (const int k : spread_points(front)) {
    std::snprintf(cell, sizeof cell, ",point_%03d", k);
    if (experiment.output_names.empty()) text += cell;
    for (const std::string& output : experiment.output_names) {
      text += "," + csv_cell(&cell[1] + ("_" + output));
    }
    predictions.push_back(
        experiment.all_rows->predictions(front.points()[static_cast<std::size_t>(k)].parameters));
  }
  text += "\n";
  for (std::size_t row = 0; row < experiment.split_of_row.size(); ++row) {
    text += std::to_string(experiment.row_of_file.empty() ? static_cast<int>(row)
                                                          : experiment.row_of_file[row]) +
            "," + experiment.split_of_row[row];
    for (const Matrix& p : predictions) {
      for (const double value : p.col(static_cast<Eigen::Index>(row))) {
        std::snprintf(cell, sizeof cell, ",%.17g", value);
        text += cell;
      }
    }
    text += "\n";
  }
  return text;
}

/// What the file says about the model and its rules, and its predictions as text.
std::string describe_training(const Experiment& experiment, const std::string& influence,
                              const Workforce& workforce, FrontDocument& document) {
  const TrainingProblem& problem = *experiment.splits.front().problem;
  find_influence(problem, influence, workforce, document.report.front);
  document.model = experiment.model;
  document.groups = describe_groups(problem, experiment.automatic_scales);
  document.layout = layout_of(problem.setup().network);
  return predictions_csv(experiment, document.report.front);
}

/// A run whose call has been found to be in order.
struct Prepared {
  SolverRegistry registry;
  std::unique_ptr<Solver> solver;
  Experiment experiment;
  Request request;

  /// Everything that can be wrong with the call is found here, before anything is written.
  Prepared(const Driver& driver, const DriverFlags& flags)
      : registry(known_solvers(flags.plugins)),
        solver(registry.create(flags.solver, flags.solver_options)),
        experiment(driver.prepare(flags)),
        request{.seed = flags.seed,
                .kkt_tolerance = flags.kkt_tolerance,
                .max_gradients = flags.max_gradients,
                .max_seconds = flags.max_seconds} {
    require_solvable(problem(), *solver, request);
  }
  [[nodiscard]] const Problem& problem() const { return *experiment.problem(); }
};

Report solve_logged(const Prepared& run, const DriverFlags& flags,
                    const std::filesystem::path& log_path, Workforce& workforce) {
  JsonLinesObserver log(log_path);
  ConsoleObserver console(std::stoi(flags.solver_options.at("points")));
  ObserverList observers;
  observers.add(console);
  observers.add(log);
  return workforce.solve(run.problem(), *run.solver, run.request, observers);
}

/// Judges the front and describes everything about it.
FrontDocument judge(const Prepared& run, const RunContext& context, const Workforce& workforce,
                    Report report) {
  const Experiment& experiment = run.experiment;
  FrontDocument document;
  document.report = std::move(report);
  std::vector<ParetoPoint>& points = document.report.front.points();
  workforce.for_each(points.size(), [&](std::size_t k) { evaluate_point(experiment, points[k]); });
  note_free_rules(document.report);
  document.context = context;
  if (!experiment.data.file.empty()) document.data = experiment.data;
  if (!document.report.front.points().empty()) {
    document.held_out = held_out(experiment, document.report.front);
  }
  if (experiment.plain) document.layout = experiment.plain->layout;
  return document;
}

void print_summary(const Report& report, const std::filesystem::path& file) {
  double worst = 0.0;
  for (const int k : report.front.nondominated()) {
    worst = std::max(worst, report.front.points()[static_cast<std::size_t>(k)].kkt_residual);
  }
  for (const std::string& note : report.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
  std::printf(
      "%s: %zu points, %zu non-dominated, hypervolume %.4f, worst KKT residual %.1e, "
      "%ld gradients, %.2f s\n%s\n",
      report.solver.c_str(), report.front.points().size(), report.front.nondominated().size(),
      scaled_hypervolume(report.front), worst, report.totals.gradients, report.totals.seconds,
      file.c_str());
}

}  // namespace

std::shared_ptr<const Problem> Experiment::problem() const {
  if (plain) return plain->problem;
  return splits.front().problem;
}

std::optional<FrontDocument> run_once(const Driver& driver, const DriverFlags& flags,
                                      const RunContext& context) {
  Workforce workforce(flags);
  std::optional<Prepared> run;
  const bool ready = workforce.prepare([&] {
    run.emplace(driver, flags);
    if (workforce.leads()) require_writable_folder(flags.out);
  });
  if (!ready) return std::nullopt;
  const auto& [registry, solver, experiment, request] = *run;
  if (!workforce.leads()) {
    workforce.serve(run->problem(), *solver, request);
    return std::nullopt;
  }
  workforce.open_journals(run->problem(), *solver, request);
  for (const std::string& remark : experiment.remarks) std::fprintf(stderr, "%s\n", remark.c_str());

  const std::string stem = workforce.stem(solver->id()).string();
  FrontDocument document;
  std::vector<std::filesystem::path> side_files;
  try {
    Report report = solve_logged(*run, flags, stem + ".log.jsonl", workforce);
    if (!workforce.remark().empty()) std::fprintf(stderr, "%s\n", workforce.remark().c_str());
    if (flags.shard) return std::nullopt;  // the front is merge's to write
    document = judge(*run, context, workforce, std::move(report));
    if (!experiment.plain) {
      write_file_atomically(stem + ".predictions.csv",
                            describe_training(experiment, flags.influence, workforce, document));
    }
    if (experiment.side_files) {
      for (const auto& [suffix, text] : experiment.side_files(experiment, document.report.front)) {
        side_files.emplace_back(stem + suffix);
        write_file_atomically(side_files.back(), text);
      }
    }
    write_front(stem + ".json", document);
  } catch (...) {
    std::error_code ignored;
    std::filesystem::remove(stem + ".log.jsonl", ignored);
    std::filesystem::remove(stem + ".predictions.csv", ignored);
    for (const std::filesystem::path& file : side_files) std::filesystem::remove(file, ignored);
    throw;
  }
  print_summary(document.report, stem + ".json");
  return document;
}

void require_all_objectives(const Driver& driver, const DriverFlags& flags) {
  if (flags.objectives.size() == driver.objectives().size()) return;
  throw InvalidArgument({"--objectives", driver.name() + " has no part of its problem to leave out",
                         "all of them", join_names(flags.objectives), ""});
}

std::vector<int> spread_points(const Front& front) {
  std::vector<int> indices = front.nondominated();
  if (indices.size() > 3) indices = {indices.front(), indices[indices.size() / 2], indices.back()};
  return indices;
}

SolverRegistry known_solvers(const std::vector<std::filesystem::path>& plugins) {
  SolverRegistry registry;
  register_builtin_solvers(registry);
  for (const std::filesystem::path& plugin : plugins) load_plugin(plugin, registry);
  return registry;
}

void print_solvers(const std::vector<std::filesystem::path>& plugins) {
  std::printf("%s", solvers_text(known_solvers(plugins)).c_str());
}

DriverFlags Driver::default_flags() const {
  DriverFlags flags;
  flags.solver_options["points"] = "20";
  flags.out = std::filesystem::path("fronts") / name();
  return flags;
}

DriverFlags Driver::quick_flags() const {
  DriverFlags flags = default_flags();
  flags.solver_options["points"] = "6";
  if (trains_network()) flags.hidden = {8};
  const auto names = objectives();
  flags.objectives = {names[0].first, names[1].first};
  return flags;
}

namespace {

/// Keeps freed memory for the next iteration, of whatever thread. glibc gives large blocks back to the
/// system at once, and every thread has blocks of its own: fetching them again was a sixth of the
/// time of a front with 6,000 parameters, and a tenth more with two threads.
void keep_freed_memory() {
#ifdef __GLIBC__
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 1 << 25);  // the most that it takes
  mallopt(M_ARENA_MAX, 1);
#endif
}

}  // namespace

int run_driver(const Driver& driver, int argc, const char* const* argv) {
  keep_freed_memory();
  silence_ceres();
  try {
    const CommandLine line = parse_command_line(driver, argc, argv);
    switch (line.command) {
      case Command::help:
        std::printf("%s", help_text(driver).c_str());
        return 0;
      case Command::list_solvers:
        print_solvers(line.flags.plugins);
        return 0;
      case Command::run:
        run_all_seeds(driver, line, argc, argv);
        return 0;
    }
  } catch (const std::exception& error) {
    if (!speaks(argc, argv)) return 0;  // ending with 2 might end rank 0 before it has said why
    std::fprintf(stderr, "%s\n", error.what());
  }
  return 2;
}

std::filesystem::path find_data(const std::string& relative, const char* program) {
  const std::filesystem::path in_source = std::filesystem::path(LIBMOO_SOURCE_DATA_DIR) / relative;
  std::error_code error;
  if (std::filesystem::exists(in_source, error)) return in_source;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", error);
  const std::filesystem::path installed =
      (error ? std::filesystem::path(program) : self).parent_path() / LIBMOO_INSTALLED_DATA_DIR /
      relative;
  if (std::filesystem::exists(installed, error)) return installed.lexically_normal();
  throw FileError(
      {relative, "the table is missing", in_source.string() + " or " + installed.string(), "",
       "run: experiments/data/prepare " + std::filesystem::path(relative).begin()->string() +
           " (in the sources), or name a file with --data"});
}

}  // namespace moo
