#include "experiments/planner/routes.hpp"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace moo {
namespace {

constexpr int fine_places = 101;
constexpr int drawn_routes = 12;  // of every part
constexpr int drawn_points = 6;   // of the front, from the shortest paths on

PathFrame finely(PathFrame frame) {
  frame.places = Vector::LinSpaced(fine_places, 0.0, 1.0);
  return frame;
}

double length_of(const Matrix& positions) {
  const Eigen::Index last = positions.cols() - 1;
  return (positions.rightCols(last) - positions.leftCols(last)).colwise().norm().sum();
}

nlohmann::json drawn(const Matrix& positions) {
  nlohmann::json points = nlohmann::json::array();
  for (Eigen::Index i = 0; i < positions.cols(); i += 2) {  // to the millimetre
    points.push_back(
        {std::round(positions(0, i) * 1e3) / 1e3, std::round(positions(1, i) * 1e3) / 1e3});
  }
  return points;
}

nlohmann::json drawn(const RobotMap& map) {
  nlohmann::json rows = nlohmann::json::array();
  for (Eigen::Index r = 0; r < map.blocked.rows(); ++r) {
    std::string row;
    for (Eigen::Index c = 0; c < map.blocked.cols(); ++c)
      row += map.blocked(r, c) != 0.0 ? '#' : '.';
    rows.push_back(row);
  }
  return {{"x", map.place.x}, {"y", map.place.y}, {"cell", map.place.cell}, {"rows", rows}};
}

/// Indices spread evenly over the non-dominated points.
std::vector<int> drawn_indices(const Front& front) {
  std::vector<int> all = front.nondominated();
  std::sort(all.begin(), all.end(), [&](int a, int b) {
    return front.points()[static_cast<std::size_t>(a)].objectives(0) <
           front.points()[static_cast<std::size_t>(b)].objectives(0);
  });
  if (std::ssize(all) <= drawn_points) return all;
  std::vector<int> chosen;
  for (int k = 0; k < drawn_points; ++k) {
    chosen.push_back(all[static_cast<std::size_t>(k * (std::ssize(all) - 1) / (drawn_points - 1))]);
  }
  return chosen;
}

}  // namespace

std::map<std::string, double> route_metrics(const RobotMap& map, const PathFrame& coarse,
                                            const TrainingProblem& problem, ConstVectorRef theta) {
  const PathFrame frame = finely(coarse);
  const Dataset& data = problem.setup().data;
  const std::vector<PathLine> lines = path_lines("route_metrics", frame, data);
  const Matrix modes = frame.path.derivatives(frame.places, 0);
  const Matrix bends = frame.path.derivatives(frame.places, 2);
  const Matrix outputs = problem.predictions(theta);
  const Eigen::Index k = frame.path.modes();
  double ratio = 0.0;
  double goal_error = 0.0;
  double collisions = 0.0;
  double clearance = 0.0;
  double squared_acceleration = 0.0;
  for (Eigen::Index b = 0; b < data.num_rows(); ++b) {
    const PathLine& line = lines[static_cast<std::size_t>(b)];
    const Matrix positions = path_positions(frame, modes, line, outputs.col(b));
    double least = 1e300;
    for (Eigen::Index i = 0; i < positions.cols(); ++i) {
      least = std::min(least, map.distance_at(positions(0, i), positions(1, i)));
    }
    ratio += length_of(positions) / (line.goal - line.start).norm();
    goal_error += std::hypot(outputs(0, b), outputs(k, b));
    collisions += least < robot_radius ? 1.0 : 0.0;
    clearance += least;
    squared_acceleration += ((bends * outputs.col(b).head(k)).squaredNorm() +
                             (bends * outputs.col(b).tail(k)).squaredNorm()) /
                            fine_places;
  }
  const double n = data.num_rows();
  return {{"length_ratio", ratio / n},
          {"goal_error", goal_error / n},
          {"collision_rate", collisions / n},
          {"least_clearance", clearance / n},
          {"acceleration", std::sqrt(squared_acceleration / n)}};
}

std::string paths_json(const RobotMap& map, const PathFrame& coarse, const Experiment& experiment,
                       const Front& front) {
  const PathFrame frame = finely(coarse);
  const Matrix modes = frame.path.derivatives(frame.places, 0);
  nlohmann::json document = {{"map", drawn(map)}, {"robot_radius", robot_radius}};
  for (const int k : drawn_indices(front)) {
    const ParetoPoint& point = front.points()[static_cast<std::size_t>(k)];
    nlohmann::json parts = nlohmann::json::object();
    for (const SplitProblem& split : experiment.splits) {
      const std::vector<PathLine> lines = path_lines("paths", frame, split.problem->setup().data);
      const Matrix outputs = split.problem->predictions(point.parameters);
      for (Eigen::Index b = 0; b < std::min<Eigen::Index>(drawn_routes, outputs.cols()); ++b) {
        parts[split.name].push_back(drawn(
            path_positions(frame, modes, lines[static_cast<std::size_t>(b)], outputs.col(b))));
      }
    }
    document["points"].push_back(
        {{"id", point.id},
         {"collision_rate", point.evaluation.at("train").metrics.at("collision_rate")},
         {"length_ratio", point.evaluation.at("train").metrics.at("length_ratio")},
         {"paths", parts}});
  }
  return document.dump() + "\n";
}

}  // namespace moo
