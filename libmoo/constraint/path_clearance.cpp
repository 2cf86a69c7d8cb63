#include "libmoo/constraint/path_clearance.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// Rows of the data are the first columns of the predictions; residual b M + i is place i of row b.
class BoundPathClearance final : public BoundConstraint {
 public:
  BoundPathClearance(const PathFrame& frame, std::vector<PathLine> lines,
                     std::shared_ptr<const DistanceField> obstacles, double margin,
                     ResidualJacobian pattern)
      : lines_(std::move(lines)),
        obstacles_(std::move(obstacles)),
        margin_(margin),
        modes_(frame.path.derivatives(frame.places, 0)),
        places_(frame.places),
        pattern_(std::move(pattern)) {}

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(pattern_.rows()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    for (Eigen::Index r = 0; r < pattern_.rows(); ++r) {
      residuals(r) = margin_ - expand(predictions, r).value;
    }
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    const Eigen::Index k = modes_.cols();
    double* values = jacobian.valuePtr();
    for (Eigen::Index r = 0; r < pattern_.rows(); ++r, values += 2 * k) {
      const Eigen::Vector2d slopes = in_frame(r) * expand(predictions, r).gradient.head<2>();
      for (Eigen::Index j = 0; j < k; ++j) {
        values[j] = -slopes(0) * mode(r, j);
        values[k + j] = -slopes(1) * mode(r, j);
      }
    }
  }

  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    const Eigen::Index k = modes_.cols();
    for (Eigen::Index r = 0; r < pattern_.rows(); ++r) {
      if (weights(r) == 0.0) continue;
      const Eigen::Index b = row(r);
      const auto modes = modes_.row(place(r));
      const Eigen::Vector2d moved(modes.dot(tangents.col(b).head(k)),
                                  modes.dot(tangents.col(b).segment(k, k)));
      const Eigen::Matrix2d frame = in_frame(r);
      const Eigen::Vector2d bent =
          frame * expand(predictions, r).hessian.topLeftCorner<2, 2>() * frame.transpose() * moved;
      result.col(b).head(k) -= weights(r) * bent(0) * modes.transpose();
      result.col(b).segment(k, k) -= weights(r) * bent(1) * modes.transpose();
    }
  }

 private:
  [[nodiscard]] Eigen::Index row(Eigen::Index r) const { return r / modes_.rows(); }
  [[nodiscard]] Eigen::Index place(Eigen::Index r) const { return r % modes_.rows(); }
  [[nodiscard]] double mode(Eigen::Index r, Eigen::Index j) const { return modes_(place(r), j); }
  [[nodiscard]] const PathLine& line(Eigen::Index r) const {
    return lines_[static_cast<std::size_t>(row(r))];
  }

  /// Turns vectors of the plane into (along, across).
  [[nodiscard]] Eigen::Matrix2d in_frame(Eigen::Index r) const {
    Eigen::Matrix2d turn;
    turn << line(r).along.transpose(), line(r).across.transpose();
    return turn;
  }

  [[nodiscard]] DistanceExpansion expand(ConstMatrixRef predictions, Eigen::Index r) const {
    const Eigen::Index k = modes_.cols();
    const auto outputs = predictions.col(row(r));
    const auto modes = modes_.row(place(r));
    const PathLine& on = line(r);
    const Eigen::Vector2d position = on.start + places_(place(r)) * (on.goal - on.start) +
                                     modes.dot(outputs.head(k)) * on.along +
                                     modes.dot(outputs.segment(k, k)) * on.across;
    return obstacles_->expand(position.data());
  }

  std::vector<PathLine> lines_;
  std::shared_ptr<const DistanceField> obstacles_;
  double margin_;
  Matrix modes_;  ///< M x K
  Vector places_;
  ResidualJacobian pattern_;
};

}  // namespace

PathClearance::PathClearance(PathFrame frame, std::shared_ptr<const DistanceField> obstacles,
                             double margin, std::string unit)
    : frame_(std::move(frame)),
      obstacles_(std::move(obstacles)),
      margin_(margin),
      unit_(std::move(unit)) {
  if (!obstacles_ || obstacles_->dimensions() != 2 || !std::isfinite(margin)) {
    throw InvalidArgument(
        {"PathClearance", "nothing to keep clear of", "obstacles of the plane and a finite margin",
         std::string(obstacles_ ? "" : "no ") + "obstacles, margin " + number_text(margin), ""});
  }
}

std::unique_ptr<BoundConstraint> PathClearance::bind(const Dataset& data, ProbeBatch& batch) const {
  std::vector<PathLine> lines = path_lines(name(), frame_, data);
  const Eigen::Index q = data.targets.rows();
  const Eigen::Index places = frame_.places.size();
  ResidualJacobian pattern(data.num_rows() * places, q * batch.size());
  pattern.reserve(Eigen::VectorXi::Constant(pattern.rows(), static_cast<int>(q)));
  for (Eigen::Index r = 0; r < pattern.rows(); ++r) {
    for (Eigen::Index j = 0; j < q; ++j) pattern.insert(r, q * (r / places) + j) = 0.0;
  }
  pattern.makeCompressed();
  return std::make_unique<BoundPathClearance>(frame_, std::move(lines), obstacles_, margin_,
                                              std::move(pattern));
}

}  // namespace moo
