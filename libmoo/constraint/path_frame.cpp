#include "libmoo/constraint/path_frame.hpp"

#include "libmoo/base/error.hpp"

namespace moo {

std::vector<PathLine> path_lines(const std::string& rule, const PathFrame& frame,
                                 const Dataset& data) {
  require_size(rule, "the outputs of a path", 2 * frame.path.modes(), data.targets.rows());
  std::array<const Vector*, 4> columns{};
  for (std::size_t i = 0; i < 4; ++i) columns[i] = &data.column(frame.columns[i]);
  std::vector<PathLine> lines;
  for (Eigen::Index b = 0; b < data.num_rows(); ++b) {
    PathLine line{
        {(*columns[0])(b), (*columns[1])(b)}, {(*columns[2])(b), (*columns[3])(b)}, {}, {}};
    const Eigen::Vector2d way = line.goal - line.start;
    if (!(way.norm() > 0.0)) {
      throw InvalidArgument({rule, "a path without a direction", "a goal away from the start",
                             "the same point in row " + std::to_string(b), ""});
    }
    line.along = way.normalized();
    line.across = {-line.along.y(), line.along.x()};
    lines.push_back(line);
  }
  return lines;
}

Matrix path_positions(const PathFrame& frame, const Matrix& modes, const PathLine& line,
                      ConstVectorRef outputs) {
  const Eigen::Index k = frame.path.modes();
  const Eigen::Vector2d way = line.goal - line.start;
  Matrix positions = (line.start.replicate(1, modes.rows()) + way * frame.places.transpose());
  positions += line.along * (modes * outputs.head(k)).transpose();
  positions += line.across * (modes * outputs.tail(k)).transpose();
  return positions;
}

}  // namespace moo
