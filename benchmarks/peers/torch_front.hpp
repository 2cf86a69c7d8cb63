#pragma once

#include <cstdint>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo::benchmarks {

/// Rows of a binary decision, and who belongs to the group that parity is about.
struct ParityRows {
  Matrix inputs;   ///< d x N
  Vector targets;  ///< N, 0 or 1
  Vector group;    ///< N, 0 or 1
};

/// How fronts of two objectives, cross-entropy and the absolute difference of the groups' mean
/// probabilities, are usually made with PyTorch: one weight at a time, w cross-entropy +
/// (1 - w) difference, from a start of its own, by Adam on minibatches.
struct TorchFrontSettings {
  std::vector<int> hidden = {60, 25};  ///< tanh
  int points = 10;                     ///< weights (k + 1/2) / points
  int epochs = 60;
  int batch = 256;
  double learning_rate = 1e-3;
  std::uint64_t seed = 1;
};

/// A network per weight, trained on one thread with libtorch in single precision, PyTorch's default.
/// Returns the probabilities of each on further rows: for every network a matrix 1 x N per set.
std::vector<std::vector<Vector>> torch_weighted_sum_front(
    const ParityRows& train, const std::vector<const ParityRows*>& sets,
    const TorchFrontSettings& settings);

}  // namespace moo::benchmarks
