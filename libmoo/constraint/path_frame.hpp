#pragma once

#include <array>
#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"
#include "libmoo/model/spline_path.hpp"

namespace moo {

/// How a model's outputs describe one planar path per data row: K coefficients of SplinePath along
/// the straight line from start to goal, then K across it (to the left), in the unit of the
/// positions. Start and goal are side columns.
struct PathFrame {
  SplinePath path{6};
  Vector places = Vector::LinSpaced(25, 0.0, 1.0);  ///< s at which rules look, M
  std::array<std::string, 4> columns = {"start_x", "start_y", "goal_x", "goal_y"};
};

/// The straight line of one row.
struct PathLine {
  Eigen::Vector2d start;
  Eigen::Vector2d goal;
  Eigen::Vector2d along;   ///< unit vector from start to goal
  Eigen::Vector2d across;  ///< to its left
};

/// Throws: InvalidArgument in the name of `rule` for a missing column, a row whose goal is its
/// start, or a model that has not 2K outputs.
std::vector<PathLine> path_lines(const std::string& rule, const PathFrame& frame,
                                 const Dataset& data);

/// Positions of one path, 2 x M.
/// @param modes M x K, SplinePath::derivatives(places, 0)   @param outputs 2K
Matrix path_positions(const PathFrame& frame, const Matrix& modes, const PathLine& line,
                      ConstVectorRef outputs);

}  // namespace moo
