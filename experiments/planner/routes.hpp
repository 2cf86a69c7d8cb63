#pragma once

#include <map>
#include <string>

#include "experiments/driver.hpp"
#include "experiments/planner/robot_map.hpp"
#include "libmoo/constraint/path_frame.hpp"

namespace moo {

/// A path closer to anything than this, in m, is a collision.
inline constexpr double robot_radius = 0.15;

/// What the predicted paths of a problem's routes are worth, over 101 places each: length_ratio to
/// the straight line, goal_error m, collision_rate, least_clearance m (mean over paths),
/// acceleration m / duration^2 (root mean square).
std::map<std::string, double> route_metrics(const RobotMap& map, const PathFrame& frame,
                                            const TrainingProblem& problem, ConstVectorRef theta);

/// The map, and the paths of some routes of every part at points spread over the front, as JSON for
/// analysis/plot_paths.py.
std::string paths_json(const RobotMap& map, const PathFrame& frame, const Experiment& experiment,
                       const Front& front);

}  // namespace moo
