#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/io/front_document.hpp"
#include "libmoo/run/journal_folder.hpp"
#include "libmoo/solver/registry.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo {

/// What a run does with the journals in its folder.
enum class JournalUse {
  anew,    ///< forget the last one
  resume,  ///< take from them what is known
  merge    ///< take everything from them, and solve nothing
};

/// What every driver's `run` takes on its command line.
struct DriverFlags {
  std::vector<std::filesystem::path> plugins;  ///< modules with further solvers
  std::string solver = "weighted_sum";
  std::map<std::string, std::string> solver_options;
  std::uint64_t seed = 1;
  std::vector<std::string> objectives;  ///< names, in the order asked for
  std::vector<int> hidden = {16, 16};   ///< widths of the hidden layers
  std::string activation = "tanh";
  double weight_decay = 1e-2;
  std::filesystem::path data;  ///< empty: the driver's own table
  int sample = 0;              ///< how many of Driver::sampled() take part; 0: all
  std::filesystem::path out = "fronts";
  std::string executor = "threads";  ///< or inline, or mpi
  int threads = 0;
  std::optional<Shard> shard;  ///< this process solves a share of the tasks
  JournalUse journals = JournalUse::anew;
  double kkt_tolerance = 1e-5;
  long max_gradients = 0;
  double max_seconds = 0.0;
  std::string influence = "none";  ///< of every rule at every point: none, estimate, resolve
};

/// The number of the field that a driver reports beside an objective on every split.
struct HeadlineMetric {
  std::string metric;  ///< its name among the metrics
  double reference;    ///< worst value that counts, for the held-out hypervolume
};

/// One part of the data as a problem to evaluate on.
struct SplitProblem {
  std::string name;
  std::shared_ptr<const TrainingProblem>
      problem;                                   ///< with the groups that are objectives of the run
  std::shared_ptr<const TrainingProblem> audit;  ///< with every group, also those left out of it
};

/// A problem that trains no network, such as the weights of a portfolio: what is solved, and what a
/// point of it is worth on every part of the data.
struct PlainProblem {
  std::shared_ptr<const Problem> problem;
  std::vector<std::string> splits;  ///< names, train first
  /// Raw objectives, metrics of the field and true violation rates on the split of that name.
  std::function<SplitEvaluation(const std::string&, ConstVectorRef)> evaluate;
  std::vector<TensorLayout> layout;  ///< names of its variables in the parameters file
};

/// A driver's work, ready to be solved and judged: the training of a network on `splits`, or
/// `plain`, which leaves everything about networks and rows empty.
struct Experiment {
  std::optional<PlainProblem> plain;
  std::vector<SplitProblem> splits;                 ///< the first one, train, is what is solved
  std::shared_ptr<const TrainingProblem> all_rows;  ///< every row in file order, for predictions
  std::vector<std::string> split_of_row;            ///< per row of `all_rows`
  std::vector<int> row_of_file;  ///< the same rows' numbers in the file, from 0; empty: all rows
  std::vector<std::string> output_names;  ///< of a model with several outputs, such as classes
  /// Metrics of the field for a parameter vector on the data of an audit problem.
  std::function<std::map<std::string, double>(const TrainingProblem&, ConstVectorRef)> metrics;
  /// More files beside the front, from what was found: suffix (".doses.csv") and text. May be
  /// empty.
  std::function<std::map<std::string, std::string>(const Experiment&, const Front&)> side_files;
  std::vector<HeadlineMetric> headline;  ///< one per objective, in their order
  DataInfo data;
  ModelInfo model;
  std::set<std::string> automatic_scales;  ///< groups whose penalty's scale was not given
  std::vector<std::string> remarks;        ///< what the user should know before the run

  [[nodiscard]] std::shared_ptr<const Problem> problem() const;  ///< what is solved
};

/// A program for one problem of one domain; everything common is run_driver's.
class Driver {
 public:
  virtual ~Driver() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::string summary() const = 0;  ///< one sentence for --help
  /// Name and meaning of every objective on offer; the first is the accuracy and always takes part.
  [[nodiscard]] virtual std::vector<std::pair<std::string, std::string>> objectives() const = 0;
  [[nodiscard]] virtual Experiment prepare(const DriverFlags& flags) const = 0;

  /// What `run` does where the command line is silent. `solver_options` should have "points".
  [[nodiscard]] virtual DriverFlags default_flags() const;

  /// The same for `run --quick`: a run of a few seconds that shows the whole path.
  [[nodiscard]] virtual DriverFlags quick_flags() const;

  /// What --sample counts, such as "people"; empty: the driver has no such flag.
  [[nodiscard]] virtual std::string sampled() const { return {}; }

  /// False for problems without a network, which have no --hidden, --activation and the like.
  [[nodiscard]] virtual bool trains_network() const { return true; }
};

/// `NAME run ...`, `NAME merge ...`, `NAME solvers`, `NAME --help`. Returns the exit code: 0, or 2 after one clear
/// line on standard error when something was wrong with the call, its data or its output folder.
int run_driver(const Driver& driver, int argc, const char* const* argv);

/// What `run` does once its flags are known: prepares, solves, judges, and writes the front's files
/// into flags.out, and returns what is in them. A shard writes its journal and its log only; under
/// MPI rank 0 alone judges and writes: what the others return is empty.
/// Throws: moo::Error before anything is written when something is wrong.
std::optional<FrontDocument> run_once(const Driver& driver, const DriverFlags& flags,
                                      const RunContext& context);

/// For drivers whose problem is one piece. Throws: InvalidArgument unless the run has all the
/// driver's objectives.
void require_all_objectives(const Driver& driver, const DriverFlags& flags);

/// The solvers that come with libmoo, and those of the modules.
/// Throws: as load_plugin.
SolverRegistry known_solvers(const std::vector<std::filesystem::path>& plugins);

/// Prints all of them with their options.
void print_solvers(const std::vector<std::filesystem::path>& plugins);

/// Three points spread over the front, or all of fewer: first, middle and last of the
/// non-dominated.
std::vector<int> spread_points(const Front& front);

/// A file of experiments/data, as NAME/FILE: in the source tree, or beside the installed program.
/// Throws: FileError naming the command that prepares table NAME.
std::filesystem::path find_data(const std::string& relative, const char* program);

}  // namespace moo
