#pragma once

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "benchmarks/peers/torch_peer.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo::benchmarks {

/// Times `work` once it has its memory: what runs for hours should be compared as it runs for hours.
template <class Work>
void time_warm(benchmark::State& state, const Work& work) {
  work();
  for (auto _ : state) work();
}

/// Networks of the comparison.
inline const std::vector<std::vector<int>>& network_shapes() {
  static const std::vector<std::vector<int>> shapes = {
      {20, 64, 64, 1}, {100, 256, 256, 10}, {784, 512, 512, 10}};
  return shapes;
}

/// "20-64-64-1"
inline std::string shape_name(const std::vector<int>& layers) {
  std::string name;
  for (const int width : layers) name += (name.empty() ? "" : "-") + std::to_string(width);
  return name;
}

/// Normal inputs, random classes, random parameters; the same for the same arguments.
inline PeerTask sample_task(const std::vector<int>& layers, int batch) {
  RandomStream random(20240101);
  PeerTask task;
  task.layers = layers;
  task.inputs = random.normal_vector(layers.front() * batch).reshaped(layers.front(), batch);
  task.targets = Matrix::Zero(layers.back(), batch);
  for (int b = 0; b < batch; ++b) {
    if (layers.back() == 1) {
      task.targets(0, b) = random.index(2);
    } else {
      task.targets(random.index(layers.back()), b) = 1.0;
    }
  }
  const Network network(layers, Activation::tanh);
  task.theta = network.start(random, Initialization::glorot);
  return task;
}

/// The task as the library trains it, without weight decay.
inline TrainingSetup setup_of(const PeerTask& task) {
  TrainingSetup setup;
  setup.network = Network(task.layers, Activation::tanh);
  setup.loss =
      Loss(task.layers.back() == 1 ? LossKind::binary_cross_entropy : LossKind::cross_entropy);
  setup.data.inputs = task.inputs;
  setup.data.targets = task.targets;
  for (int i = 0; i < task.layers.front(); ++i) {
    setup.data.input_names.push_back("x" + std::to_string(i));
  }
  setup.weight_decay = 0.0;
  for (const double ceiling : task.ceilings) {
    ConstraintGroup group;
    group.name = "below " + std::to_string(ceiling);
    group.constraints = {
        std::make_shared<OutputRange>(OutputRangeOptions{.high = ceiling, .outputs = {0}})};
    setup.groups.push_back(group);
  }
  return setup;
}

}  // namespace moo::benchmarks
