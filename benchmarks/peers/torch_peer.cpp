#include "benchmarks/peers/torch_peer.hpp"

#include <torch/torch.h>

namespace moo::benchmarks {
namespace {

/// A column-major matrix is the row-major tensor of its transpose: samples become rows.
torch::Tensor transposed(const Matrix& matrix, torch::Dtype dtype) {
  return torch::from_blob(const_cast<double*>(matrix.data()), {matrix.cols(), matrix.rows()},
                          torch::kDouble)
      .clone()
      .to(dtype);
}

}  // namespace

struct TorchPeer::State {
  torch::Dtype dtype;
  torch::nn::Sequential network;
  torch::Tensor inputs;
  torch::Tensor targets;
  std::vector<double> ceilings;
  std::vector<torch::Tensor> parameters;
  std::unique_ptr<torch::optim::Adam> adam;
  std::vector<torch::Tensor> objectives;  ///< of the last forward pass
  std::vector<torch::Tensor> found;       ///< gradients, m per parameter
  std::vector<torch::Tensor> slopes;      ///< with a graph, for Hessian products
  std::vector<torch::Tensor> products;

  torch::Tensor loss(const torch::Tensor& logits) const {
    return logits.size(1) == 1 ? torch::binary_cross_entropy_with_logits(logits, targets)
                               : torch::cross_entropy_loss(logits, targets);
  }

  void forward() {
    const torch::Tensor logits = network->forward(inputs);
    objectives = {loss(logits)};
    if (ceilings.empty()) return;
    const torch::Tensor p =
        logits.size(1) == 1 ? torch::sigmoid(logits) : torch::softmax(logits, 1).select(1, 0);
    for (const double c : ceilings) objectives.push_back((p - c).clamp_min(0).square().mean());
  }

  /// Tensors of all parameters as one vector laid out like theta: a weight's transpose is
  /// column-major.
  Vector flat(const std::vector<torch::Tensor>& tensors, std::size_t first) const {
    std::vector<torch::Tensor> parts;
    for (std::size_t k = 0; k < parameters.size(); ++k) {
      const torch::Tensor t = tensors[first + k];
      parts.push_back((t.dim() == 2 ? t.t() : t).reshape({-1}));
    }
    const torch::Tensor all = torch::cat(parts).to(torch::kDouble).contiguous();
    return Eigen::Map<const Vector>(all.data_ptr<double>(), all.numel());
  }

  /// The reverse: a vector laid out like theta as tensors of the parameters' shapes.
  std::vector<torch::Tensor> tensors(const Vector& theta) const {
    std::vector<torch::Tensor> result;
    const double* next = theta.data();
    for (const torch::Tensor& parameter : parameters) {
      const bool weight = parameter.dim() == 2;
      torch::Tensor t =
          torch::from_blob(const_cast<double*>(next),
                           weight ? std::vector<int64_t>{parameter.size(1), parameter.size(0)}
                                  : std::vector<int64_t>{parameter.size(0)},
                           torch::kDouble);
      result.push_back((weight ? t.t() : t).contiguous().clone().to(dtype));
      next += parameter.numel();
    }
    return result;
  }
};

TorchPeer::TorchPeer(const PeerTask& task) : state_(std::make_unique<State>()) {
  at::set_num_threads(1);
  State& s = *state_;
  s.dtype = task.precision == Precision::single ? torch::kFloat : torch::kDouble;
  s.inputs = transposed(task.inputs, s.dtype);
  s.targets = transposed(task.targets, s.dtype);
  s.ceilings = task.ceilings;
  for (std::size_t l = 0; l + 1 < task.layers.size(); ++l) {
    s.network->push_back(torch::nn::Linear(task.layers[l], task.layers[l + 1]));
    if (l + 2 < task.layers.size()) s.network->push_back(torch::nn::Tanh());
  }
  s.network->to(s.dtype);
  s.parameters = s.network->parameters();
  const torch::NoGradGuard fixed;
  const std::vector<torch::Tensor> start = s.tensors(task.theta);
  for (std::size_t k = 0; k < start.size(); ++k) s.parameters[k].copy_(start[k]);
  s.adam = std::make_unique<torch::optim::Adam>(s.parameters, torch::optim::AdamOptions(1e-3));
}

TorchPeer::~TorchPeer() = default;

double TorchPeer::training_step() {
  State& s = *state_;
  s.adam->zero_grad();
  const torch::Tensor loss = s.loss(s.network->forward(s.inputs));
  loss.backward();
  s.adam->step();
  return loss.item<double>();
}

void TorchPeer::compute_gradients() {
  State& s = *state_;
  s.forward();
  s.found.clear();
  for (std::size_t i = 0; i < s.objectives.size(); ++i) {
    const bool more = i + 1 < s.objectives.size();
    for (const torch::Tensor& part :
         torch::autograd::grad({s.objectives[i]}, s.parameters, {}, more)) {
      s.found.push_back(part);
    }
  }
}

Matrix TorchPeer::gradients() {
  compute_gradients();
  const State& s = *state_;
  Matrix result;
  for (std::size_t i = 0; i < s.objectives.size(); ++i) {
    const Vector column = s.flat(s.found, i * s.parameters.size());
    result.conservativeResize(column.size(), static_cast<Eigen::Index>(i) + 1);
    result.col(static_cast<Eigen::Index>(i)) = column;
  }
  return result;
}

void TorchPeer::compute_hessian_product(const Vector& direction) {
  State& s = *state_;
  const torch::Tensor loss = s.loss(s.network->forward(s.inputs));
  s.slopes = torch::autograd::grad({loss}, s.parameters, {}, true, true);
  repeat_hessian_product(direction);
}

void TorchPeer::repeat_hessian_product(const Vector& direction) {
  State& s = *state_;
  s.products = torch::autograd::grad(s.slopes, s.parameters, s.tensors(direction), true);
}

Vector TorchPeer::hessian_product(const Vector& direction) {
  compute_hessian_product(direction);
  return state_->flat(state_->products, 0);
}

}  // namespace moo::benchmarks
