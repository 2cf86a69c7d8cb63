#pragma once

#include <memory>
#include <vector>

#include "libmoo/base/precision.hpp"
#include "libmoo/base/vector.hpp"

namespace moo::benchmarks {

/// A network and its data, as both sides of a comparison get them.
struct PeerTask {
  std::vector<int> layers;  ///< tanh between them; one output: binary, else categorical targets
  Matrix inputs;            ///< d x B
  Matrix targets;           ///< q x B
  Vector theta;             ///< n, as Network lays it out
  Precision precision = Precision::full;
  std::vector<double> ceilings;  ///< of the penalties mean (p - c)_+^2, one objective each
};

/// The same work with libtorch, on one thread, as its documentation does it. Objective 0 is the
/// mean cross-entropy; each ceiling c adds the mean of (p - c)_+^2 over the first row of
/// predictions p.
class TorchPeer {
 public:
  explicit TorchPeer(const PeerTask& task);
  ~TorchPeer();

  /// Forward, backward and one step of torch::optim::Adam.   Returns the loss.
  double training_step();

  /// One forward pass and a backward pass per objective.   Returns n x m, laid out as theta.
  Matrix gradients();

  /// The same without handing anything out.
  void compute_gradients();

  /// Forward, backward with a graph, and backward again.   @param direction n
  /// Returns the Hessian of objective 0 times the direction, laid out as theta.
  Vector hessian_product(const Vector& direction);

  /// A further product at the same theta: keeps the graph of `hessian_product`.
  void compute_hessian_product(const Vector& direction);
  void repeat_hessian_product(const Vector& direction);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace moo::benchmarks
