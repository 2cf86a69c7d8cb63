// Planner: what does it cost a robot to keep its distance, when a network plans every way at once?
//
// Data      an occupancy map of an office hall with two round pillars (mrpt-common, BSD-3; kept in
//           experiments/data/robot_maps), turned into signed distances to what is not known to be
//           free. Routes are pairs of start and goal, drawn at random in the left half of the hall;
//           validation and test are other pairs there, and other_part is the right half, which no
//           route of the training has seen.
// Inputs    the length of the straight line, and the distances a robot sees along it and beside it,
//           in the line's own frame: the network knows nothing of where it is.
// Model     a fully connected network; its outputs are the coefficients of a spline path around the
//           straight line (libmoo/model/spline_path.hpp). All zero is the straight line.
// Accuracy  what paths are longer than the straight line (in squared length), and the error at the
//           goal, which counts 16 times as much.
// Groups    clearance: 0.35 m at 25 places of every path;
//           energy: the mean squared acceleration;
//           smoothness: the mean squared jerk.
// Front     nearly half of the straight lines hit something; five per cent of length buy them off.
//           What is bought carries over to other routes and, less, to the pillar the network has
//           never seen. Energy and smoothness cost where curves are tight.

#include <map>
#include <utility>

#include "experiments/data_parts.hpp"
#include "experiments/planner/robot_map.hpp"
#include "experiments/planner/routes.hpp"
#include "libmoo/constraint/path_clearance.hpp"
#include "libmoo/constraint/path_motion.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {
namespace {

constexpr double pillars_between = 5.0;  // x between the two halves of the hall, m
constexpr double goal_scale = 0.25;      // m, an error at the goal that counts as one
constexpr double margin = 0.35;          // m

/// Parts of the data, their routes and where these lie.
struct Part {
  const char* name;
  int routes;
  double x_low;
  double x_high;
};
const std::vector<Part> hall = {{"train", 400, -3.0, pillars_between},
                                {"validation", 150, -3.0, pillars_between},
                                {"test", 300, -3.0, pillars_between},
                                {"other_part", 300, pillars_between, 11.0}};
constexpr double hall_low = -4.7;  // y of its walls, m
constexpr double hall_high = 1.6;

std::vector<ConstraintGroup> groups(const RobotMap& map, const PathFrame& frame) {
  return {{.name = "clearance",
           .penalty = {.scale = 0.1},
           .tolerance = 0.02,
           .constraints = {std::make_shared<PathClearance>(frame, map.distance, margin, "m")}},
          {.name = "energy",
           .penalty = {.scale = 4.0},
           .tolerance = 4.0,
           .constraints = {std::make_shared<PathMotion>(frame, 2, "m")}},
          {.name = "smoothness",
           .penalty = {.scale = 60.0},
           .tolerance = 60.0,
           .constraints = {std::make_shared<PathMotion>(frame, 3, "m")}}};
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "clearance") return {"collision_rate", 1.0};
  if (objective == "energy") return {"acceleration", 30.0};
  if (objective == "smoothness") return {"acceleration", 30.0};
  return {"length_ratio", 2.0};
}

class Planner final : public Driver {
 public:
  std::string name() const override { return "planner"; }

  std::string summary() const override {
    return "a network that plans paths of a robot: length against clearance, energy and smoothness";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"length", "squared length beyond the straight line, and the error at the goal"},
            {"clearance", "places of the paths nearer than 0.35 m to what is blocked"},
            {"energy", "mean squared acceleration"},
            {"smoothness", "mean squared jerk"}};
  }

  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.hidden = {32};
    flags.weight_decay = 1e-3;  // largest validation hypervolume, see docs/domains.md
    flags.objectives = {"length", "clearance"};
    return flags;
  }

  DriverFlags quick_flags() const override {
    DriverFlags flags = Driver::quick_flags();
    flags.weight_decay = 3e-3;  // converges sooner
    flags.solver_options["points"] = "4";
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("robot_maps/office_0.20m.pgm", name().c_str()) : flags.data;
    const RobotMap map = read_robot_map(path);
    const PathFrame frame;
    const int modes = frame.path.modes();
    const RandomStream random(flags.seed);
    std::vector<Dataset> routes;
    std::vector<DataPart> parts;
    int first = 0;
    for (const Part& part : hall) {
      routes.push_back(sample_routes(map,
                                     {.count = part.routes,
                                      .x_low = part.x_low,
                                      .x_high = part.x_high,
                                      .y_low = hall_low,
                                      .y_high = hall_high},
                                     2 * modes, random.substream(part.name)));
      parts.push_back({part.name, {}});
      for (int k = 0; k < part.routes; ++k) parts.back().rows.push_back(first++);
    }
    const Standardizer standardizer = Standardizer::fit(routes.front().inputs);
    Dataset all = joined(routes);
    all.inputs = standardizer.apply(all.inputs);

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, all.num_inputs(), 2 * modes);
    setup.loss = Loss(LossKind::squared_error);
    setup.accuracy_name = "length";
    setup.weight_decay = flags.weight_decay;
    setup.output_shift = Vector::Zero(2 * modes);
    setup.output_factor = Vector::Ones(2 * modes);
    setup.output_factor(0) = setup.output_factor(modes) = goal_scale;

    Experiment experiment = experiment_on(setup, all, parts, groups(map, frame), flags.objectives);
    experiment.metrics = [map, frame](const TrainingProblem& problem, ConstVectorRef theta) {
      return route_metrics(map, frame, problem, theta);
    };
    experiment.side_files = [map, frame](const Experiment& of, const Front& front) {
      return std::map<std::string, std::string>{{".paths.json", paths_json(map, frame, of, front)}};
    };
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    for (int k = 0; k < 2 * modes; ++k) {
      experiment.output_names.push_back((k < modes ? "along_" : "across_") +
                                        std::to_string(k % modes));
    }
    describe_table(path, "spline path", standardizer, experiment);
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Planner(), argc, argv); }
