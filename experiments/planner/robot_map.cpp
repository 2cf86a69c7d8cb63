#include "experiments/planner/robot_map.hpp"

#include <cstdio>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"
#include "libmoo/data/pgm.hpp"

namespace moo {
namespace {

constexpr double surely_free = 170.0;   // log-odds + 128
constexpr double narrowest_way = 0.35;  // m to either side of a robot
constexpr int most_tries = 200;         // per pair

using Cell = std::pair<Eigen::Index, Eigen::Index>;

/// The free cells reached from one, by steps along rows and columns; they are marked in `region`.
int flood(const Matrix& blocked, Cell from, int mark, Eigen::MatrixXi& region) {
  std::vector<Cell> open = {from};
  region(from.first, from.second) = mark;
  int size = 0;
  while (!open.empty()) {
    const auto [r, c] = open.back();
    open.pop_back();
    ++size;
    for (const auto& [dr, dc] : {Cell{1, 0}, {-1, 0}, {0, 1}, {0, -1}}) {
      const Eigen::Index row = r + dr;
      const Eigen::Index col = c + dc;
      if (row < 0 || col < 0 || row >= blocked.rows() || col >= blocked.cols()) continue;
      if (blocked(row, col) != 0.0 || region(row, col) != 0) continue;
      region(row, col) = mark;
      open.push_back({row, col});
    }
  }
  return size;
}

/// 1 for cells outside the largest free region.
Matrix outside_largest_region(const Matrix& blocked) {
  Eigen::MatrixXi region = Eigen::MatrixXi::Zero(blocked.rows(), blocked.cols());
  int marks = 0;
  int largest = 0;
  int best = 0;
  for (Eigen::Index c = 0; c < blocked.cols(); ++c) {
    for (Eigen::Index r = 0; r < blocked.rows(); ++r) {
      if (blocked(r, c) != 0.0 || region(r, c) != 0) continue;
      const int size = flood(blocked, {r, c}, ++marks, region);
      if (size > best) {
        best = size;
        largest = marks;
      }
    }
  }
  return (region.array() != largest).cast<double>();
}

/// Blocks what a robot of that radius cannot get to from the largest free region: it is kept to the
/// region's middle lines first, and what lies within its radius of these is free again.
void block_unreachable(double radius, double cell, Matrix& blocked) {
  const Matrix narrow = (signed_distances(blocked, cell).array() < radius).cast<double>();
  const Matrix to_middle = signed_distances(1.0 - outside_largest_region(narrow).array(), cell);
  blocked = (blocked.array() > 0.0 || to_middle.array() > radius + cell).cast<double>();
}

/// Input names and numbers of one route.
Vector scan(const RobotMap& map, const Eigen::Vector2d& start, const Eigen::Vector2d& goal) {
  const Eigen::Vector2d along = (goal - start).normalized();
  const Eigen::Vector2d across(-along.y(), along.x());
  Vector seen(1 + scan_along * scan_across);
  seen(0) = (goal - start).norm();
  Eigen::Index next = 1;
  for (int i = 0; i < scan_along; ++i) {
    const double s = static_cast<double>(i) / (scan_along - 1);
    for (int j = 0; j < scan_across; ++j) {
      const double aside = scan_step * (j - scan_across / 2);
      const Eigen::Vector2d at = start + s * (goal - start) + aside * across;
      seen(next++) = map.distance_at(at.x(), at.y());
    }
  }
  return seen;
}

std::vector<std::string> scan_names() {
  std::vector<std::string> names = {"length"};
  for (int i = 0; i < scan_along; ++i) {
    for (int j = 0; j < scan_across; ++j) {
      names.push_back("free_" + std::to_string(i) + "_" + std::to_string(j));
    }
  }
  return names;
}

}  // namespace

double RobotMap::distance_at(double x, double y) const {
  const double point[2] = {x, y};
  return distance->expand(point).value;
}

RobotMap read_robot_map(const std::filesystem::path& path) {
  const GreyImage image = read_pgm(path);
  RobotMap map;
  if (std::sscanf(image.comment.c_str(), " origin_x=%lf origin_y=%lf resolution=%lf", &map.place.x,
                  &map.place.y, &map.place.cell) != 3) {
    throw FileError({path.string(), "no place in the world",
                     "a comment '# origin_x=... origin_y=... resolution=...'", image.comment, ""});
  }
  map.place.x += 0.5 * map.place.cell;  // of the first cell's centre
  map.place.y += 0.5 * map.place.cell;
  map.blocked = (image.pixels.array() < surely_free).cast<double>().colwise().reverse();
  block_unreachable(narrowest_way, map.place.cell, map.blocked);
  map.distance = std::make_shared<const GridDistance>(signed_distances(map.blocked, map.place.cell),
                                                      map.place);
  return map;
}

Dataset sample_routes(const RobotMap& map, const RouteOptions& options, int num_outputs,
                      RandomStream random) {
  Dataset data;
  data.input_names = scan_names();
  data.inputs.resize(std::ssize(data.input_names), options.count);
  data.targets = Matrix::Zero(num_outputs, options.count);
  for (const char* column : {"start_x", "start_y", "goal_x", "goal_y"}) {
    data.columns[column].resize(options.count);
  }
  const auto place = [&]() -> Eigen::Vector2d {
    for (int tries = 0; tries < most_tries * 100; ++tries) {
      const double x = random.uniform(options.x_low, options.x_high);
      const double y = random.uniform(options.y_low, options.y_high);
      if (map.distance_at(x, y) >= options.clearance) return {x, y};
    }
    throw InvalidArgument({"sample_routes", "no free place", "places of the clearance asked for",
                           "none in the part", ""});
  };
  int tries = 0;
  for (int k = 0; k < options.count;) {
    const Eigen::Vector2d start = place();
    const Eigen::Vector2d goal = place();
    const double length = (goal - start).norm();
    if (length < options.shortest || length > options.longest) {
      if (++tries > most_tries * options.count) {
        throw InvalidArgument({"sample_routes", "too few routes", "pairs of the lengths asked for",
                               std::to_string(k) + " found", ""});
      }
      continue;
    }
    data.inputs.col(k) = scan(map, start, goal);
    data.columns["start_x"](k) = start.x();
    data.columns["start_y"](k) = start.y();
    data.columns["goal_x"](k) = goal.x();
    data.columns["goal_y"](k) = goal.y();
    ++k;
  }
  return data;
}

}  // namespace moo
