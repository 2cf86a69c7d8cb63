#include "libmoo/front/minimum_norm.hpp"

#include <Eigen/QR>
#include <algorithm>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

using Indices = std::vector<int>;

/// The state of one active-set solve.
class ActiveSet {
 public:
  ActiveSet(ConstMatrixRef columns, int num_simplex, int num_nonnegative)
      : factor_(columns),
        num_simplex_(num_simplex),
        signed_count_(num_simplex + num_nonnegative),
        in_use_(static_cast<std::size_t>(columns.cols()), false) {
    if (columns.rows() > columns.cols()) {
      factor_ = Eigen::HouseholderQR<Matrix>(columns)
                    .matrixQR()
                    .topRows(columns.cols())
                    .triangularView<Eigen::Upper>();
    }
    norms_ = factor_.colwise().norm();
  }

  Vector run(ConstVectorRef guess) {
    begin(guess);
    while (settle(-1)) {
    }
    const int size = static_cast<int>(factor_.cols());
    for (int iteration = 0; iteration < 20 * size; ++iteration) {
      const int entering = price();
      if (entering < 0) break;
      const double before = (factor_ * z_).squaredNorm();
      use(entering);
      while (settle(entering)) {
      }
      // A newcomer may leave again with something gained; without, the rest is rounding.
      const bool left = !in_use_[static_cast<std::size_t>(entering)];
      if (left && !((factor_ * z_).squaredNorm() < before)) break;
    }
    return z_;
  }

 private:
  void use(int i) {
    in_use_[static_cast<std::size_t>(i)] = true;
    free_.push_back(i);
    // The pivot, the first of them, must be a simplex entry.
    std::stable_partition(free_.begin(), free_.end(), [&](int k) { return k < num_simplex_; });
  }

  void begin(ConstVectorRef guess) {
    z_ = Vector::Zero(factor_.cols());
    const double total = guess.size() > 0 ? guess.head(num_simplex_).cwiseMax(0.0).sum() : 0.0;
    if (total > 0.0 && guess.allFinite()) {
      for (int i = 0; i < signed_count_; ++i) {
        if (!(guess(i) > 0.0)) continue;
        z_(i) = guess(i) / total;
        use(i);
      }
    } else {
      int smallest = 0;
      norms_.head(num_simplex_).minCoeff(&smallest);
      use(smallest);
      z_(smallest) = 1.0;
    }
    for (int i = signed_count_; i < static_cast<int>(z_.size()); ++i) use(i);
  }

  /// argmin |R z|, z zero outside the entries in use, its simplex part summing to 1, signs ignored.
  [[nodiscard]] Vector target() const {
    Vector z = Vector::Zero(factor_.cols());
    const int pivot = free_.front();
    Matrix basis(factor_.rows(), static_cast<Eigen::Index>(free_.size()) - 1);
    for (std::size_t k = 1; k < free_.size(); ++k) {
      auto column = basis.col(static_cast<Eigen::Index>(k) - 1);
      column = factor_.col(free_[k]);
      if (free_[k] < num_simplex_) column -= factor_.col(pivot);
    }
    z(pivot) = 1.0;
    if (basis.cols() == 0) return z;
    const Vector y = basis.completeOrthogonalDecomposition().solve(-factor_.col(pivot));
    for (std::size_t k = 1; k < free_.size(); ++k) {
      z(free_[k]) = y(static_cast<Eigen::Index>(k) - 1);
      if (free_[k] < num_simplex_) z(pivot) -= z(free_[k]);
    }
    return z;
  }

  /// Moves towards the target until an entry reaches zero, and drops what did. False: arrived, or
  /// the entry that has just come in leaves at once.
  bool settle(int entering) {
    const Vector aim = target();
    const auto limit = [&](int i) {
      return i < signed_count_ && aim(i) < 0.0 ? z_(i) / (z_(i) - aim(i)) : 1.0;
    };
    double step = 1.0;
    for (const int i : free_) step = std::min(step, limit(i));
    Indices leaving;
    std::copy_if(free_.begin(), free_.end(), std::back_inserter(leaving),
                 [&](int i) { return step < 1.0 && limit(i) == step; });
    z_ += step * (aim - z_);
    // One at a time, as a rule; together only what has no part in z, the newcomer last.
    if (leaving.size() > 1) {
      const auto newcomer = std::find(leaving.begin(), leaving.end(), entering);
      if (newcomer != leaving.end()) leaving.erase(newcomer);
      if (step > 0.0) leaving.resize(1);
    }
    bool came_in_vain = false;
    for (const int i : leaving) {
      z_(i) = 0.0;
      in_use_[static_cast<std::size_t>(i)] = false;
      free_.erase(std::find(free_.begin(), free_.end(), i));
      came_in_vain = came_in_vain || (i == entering && step == 0.0);
    }
    return !leaving.empty() && !came_in_vain;
  }

  /// The entry at zero that lowers the norm most steeply; -1 when none does. The simplex multiplier
  /// is the gradient common to its entries in use. A slope counts beyond the rounding of the
  /// products it is made of, whatever the columns' sizes.
  [[nodiscard]] int price() const {
    const Vector gradient = factor_.transpose() * (factor_ * z_);
    const double level = gradient(free_.front());
    double steepest = -1e-14 * norms_.dot(z_.cwiseAbs());
    int entering = -1;
    for (int i = 0; i < signed_count_; ++i) {
      if (in_use_[static_cast<std::size_t>(i)]) continue;
      const bool simplex = i < num_simplex_;
      const double slope = gradient(i) - (simplex ? level : 0.0);
      const double magnitude = norms_(i) + (simplex ? norms_(free_.front()) : 0.0);
      if (slope < steepest * magnitude) {
        steepest = slope / magnitude;
        entering = i;
      }
    }
    return entering;
  }

  Matrix factor_;
  Vector norms_;
  int num_simplex_;
  int signed_count_;
  std::vector<bool> in_use_;
  Indices free_;
  Vector z_;
};

}  // namespace

Vector minimum_norm_multipliers(ConstMatrixRef columns, int num_simplex, int num_nonnegative,
                                ConstVectorRef guess) {
  if (num_simplex < 1) {
    throw InvalidArgument({"minimum_norm_multipliers", "no objective", "num_simplex >= 1",
                           std::to_string(num_simplex), ""});
  }
  if (guess.size() > 0) {
    require_size("minimum_norm_multipliers", "the guess", columns.cols(), guess.size());
  }
  return ActiveSet(columns, num_simplex, num_nonnegative).run(guess);
}

}  // namespace moo
