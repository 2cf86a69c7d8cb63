#include "libmoo/constraint/clearance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

class BoundClearance final : public BoundConstraint {
 public:
  /// The first of as many probes as the pattern has rows, each with all coordinates.
  BoundClearance(const ClearanceOptions& options, std::vector<int> outputs, int first,
                 ResidualJacobian pattern)
      : obstacles_(options.obstacles),
        margin_(options.margin),
        outputs_(std::move(outputs)),
        first_(first),
        pattern_(std::move(pattern)) {
    std::vector<int> sorted = outputs_;
    std::sort(sorted.begin(), sorted.end());
    for (const int output : outputs_) {
      slots_.push_back(std::find(sorted.begin(), sorted.end(), output) - sorted.begin());
    }
  }

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(pattern_.rows()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    for (Eigen::Index k = 0; k < pattern_.rows(); ++k) {
      residuals(k) = margin_ - expand(predictions, k).value;
    }
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    double* values = jacobian.valuePtr();
    for (Eigen::Index k = 0; k < pattern_.rows(); ++k, values += outputs_.size()) {
      const DistanceExpansion found = expand(predictions, k);
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        values[slots_[i]] = -found.gradient(static_cast<Eigen::Index>(i));
      }
    }
  }

  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index k = 0; k < pattern_.rows(); ++k) {
      if (weights(k) == 0.0) continue;
      const DistanceExpansion found = expand(predictions, k);
      Eigen::Vector3d along = Eigen::Vector3d::Zero();
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        along(static_cast<Eigen::Index>(i)) = tangents(outputs_[i], first_ + k);
      }
      const Eigen::Vector3d product = found.hessian * along;
      for (std::size_t i = 0; i < outputs_.size(); ++i) {
        result(outputs_[i], first_ + k) -= weights(k) * product(static_cast<Eigen::Index>(i));
      }
    }
  }

 private:
  [[nodiscard]] DistanceExpansion expand(ConstMatrixRef predictions, Eigen::Index k) const {
    std::array<double, 3> position{};
    for (std::size_t i = 0; i < outputs_.size(); ++i) {
      position[i] = predictions(outputs_[i], first_ + k);
    }
    return obstacles_->expand(position.data());
  }

  std::shared_ptr<const DistanceField> obstacles_;
  double margin_;
  std::vector<int> outputs_;
  Eigen::Index first_;
  ResidualJacobian pattern_;
  std::vector<std::ptrdiff_t> slots_;  ///< of the coordinates in a row of the Jacobian
};

}  // namespace

Clearance::Clearance(ClearanceOptions options) : options_(std::move(options)) {
  if (!options_.obstacles || !std::isfinite(options_.margin)) {
    throw InvalidArgument({"Clearance", "nothing to keep clear of", "obstacles and a finite margin",
                           std::string(options_.obstacles ? "" : "no ") + "obstacles, margin " +
                               number_text(options_.margin),
                           ""});
  }
}

std::unique_ptr<BoundConstraint> Clearance::bind(const Dataset& data, ProbeBatch& batch) const {
  std::vector<int> outputs = chosen_outputs(name(), options_.outputs, data);
  require_size(name(), "a position", options_.obstacles->dimensions(),
               static_cast<long>(outputs.size()));
  const PlacedProbes places(name(), options_.where, data);
  const int first = options_.where.points ? batch.append(places.points()) : 0;
  const Eigen::Index q = data.targets.rows();
  ResidualJacobian pattern(places.size(), q * batch.size());
  for (int k = 0; k < places.size(); ++k) {
    for (const int output : outputs) pattern.insert(k, output + q * (first + k)) = 0.0;
  }
  pattern.makeCompressed();
  return std::make_unique<BoundClearance>(options_, std::move(outputs), first, std::move(pattern));
}

}  // namespace moo
