#include "benchmarks/peers/torch_front.hpp"

#include <torch/torch.h>

namespace moo::benchmarks {
namespace {

/// Samples become rows.
torch::Tensor samples(const Matrix& columns) {
  return torch::from_blob(const_cast<double*>(columns.data()), {columns.cols(), columns.rows()},
                          torch::kDouble)
      .to(torch::kFloat);
}

torch::nn::Sequential make_network(Eigen::Index inputs, const std::vector<int>& hidden) {
  torch::nn::Sequential network;
  auto width = static_cast<int64_t>(inputs);
  for (const int next : hidden) {
    network->push_back(torch::nn::Linear(width, next));
    network->push_back(torch::nn::Tanh());
    width = next;
  }
  network->push_back(torch::nn::Linear(width, 1));
  return network;
}

torch::Tensor mean_over(const torch::Tensor& p, const torch::Tensor& members) {
  return (p * members).sum() / members.sum().clamp_min(1.0);
}

}  // namespace

std::vector<std::vector<Vector>> torch_weighted_sum_front(
    const ParityRows& train, const std::vector<const ParityRows*>& sets,
    const TorchFrontSettings& settings) {
  at::set_num_threads(1);
  torch::manual_seed(settings.seed);
  const torch::Tensor inputs = samples(train.inputs);
  const torch::Tensor targets = samples(train.targets.transpose());
  const torch::Tensor group = samples(train.group.transpose());
  std::vector<std::vector<Vector>> fronts;
  for (int k = 0; k < settings.points; ++k) {
    const double weight = (k + 0.5) / settings.points;
    torch::nn::Sequential network = make_network(train.inputs.rows(), settings.hidden);
    torch::optim::Adam adam(network->parameters(),
                            torch::optim::AdamOptions(settings.learning_rate));
    for (int epoch = 0; epoch < settings.epochs; ++epoch) {
      const torch::Tensor order = torch::randperm(inputs.size(0));
      for (const torch::Tensor& rows : order.split(settings.batch)) {
        const torch::Tensor members = group.index_select(0, rows);
        const torch::Tensor logits = network->forward(inputs.index_select(0, rows));
        const torch::Tensor p = torch::sigmoid(logits);
        const torch::Tensor gap = (mean_over(p, members) - mean_over(p, 1.0 - members)).abs();
        const torch::Tensor entropy =
            torch::binary_cross_entropy_with_logits(logits, targets.index_select(0, rows));
        adam.zero_grad();
        (weight * entropy + (1.0 - weight) * gap).backward();
        adam.step();
      }
    }
    const torch::NoGradGuard fixed;
    std::vector<Vector> found;
    for (const ParityRows* set : sets) {
      const torch::Tensor p =
          torch::sigmoid(network->forward(samples(set->inputs))).to(torch::kDouble).contiguous();
      found.emplace_back(Eigen::Map<const Vector>(p.data_ptr<double>(), p.numel()));
    }
    fronts.push_back(found);
  }
  return fronts;
}

}  // namespace moo::benchmarks
