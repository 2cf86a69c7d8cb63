#pragma once

#include <filesystem>
#include <memory>

#include "libmoo/base/random.hpp"
#include "libmoo/constraint/distance_field.hpp"
#include "libmoo/data/dataset.hpp"

namespace moo {

/// Where a robot may drive.
struct RobotMap {
  Matrix blocked;  ///< rows x columns, 1 or 0; the first row has the smallest y
  GridPlace place;
  std::shared_ptr<const GridDistance> distance;  ///< in metres to what is blocked; < 0 inside

  [[nodiscard]] double distance_at(double x, double y) const;
};

/// Reads an occupancy map of experiments/data/robot_maps. Cells that are not known to be free are
/// blocked, and so are free ones that a robot which needs 0.35 m to either side cannot reach from
/// the largest free region, such as the inside of a pillar. Throws: FileError for an unreadable
/// map, or one whose comment lacks origin and resolution.
RobotMap read_robot_map(const std::filesystem::path& path);

/// What the routes of a data set have in common.
struct RouteOptions {
  int count = 100;
  double x_low = 0.0;  ///< both ends lie in this part of the map
  double x_high = 1.0;
  double y_low = 0.0;
  double y_high = 1.0;
  double clearance = 0.4;  ///< of both ends, m
  double shortest = 2.0;   ///< from start to goal, m
  double longest = 6.0;
};

/// Pairs of start and goal, drawn uniformly from those that fit. Inputs are what a robot sees along
/// the straight line between them: its length, and the distance to what is blocked at scan_along x
/// scan_across places in the line's own frame, so that a network knows nothing of where in the
/// map it is. Side columns start_x, start_y, goal_x, goal_y.
/// Throws: InvalidArgument when the map has too few such pairs.
Dataset sample_routes(const RobotMap& map, const RouteOptions& options, int num_outputs,
                      RandomStream random);

inline constexpr int scan_along = 11;
inline constexpr int scan_across = 5;
inline constexpr double scan_step = 0.8;  ///< m between the lines of places

}  // namespace moo
