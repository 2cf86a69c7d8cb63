// A full training step: forward, backward, Adam. Against libtorch's, in the same run.
// Names: training_step/WHO/LAYERS/BATCH/PRECISION.
#include <benchmark/benchmark.h>

#include "benchmarks/training/sample_task.hpp"
#include "libmoo/minimize/adam.hpp"

namespace {

using moo::Precision;
using moo::Vector;
using moo::benchmarks::PeerTask;

void libmoo_step(benchmark::State& state, const PeerTask& task) {
  const moo::TrainingProblem in_full(moo::benchmarks::setup_of(task));
  const std::shared_ptr<const moo::Problem> in_single = in_full.in_single_precision();
  const moo::Problem& problem = task.precision == Precision::full ? in_full : *in_single;
  moo::AdamSettings settings;
  settings.largest_norm = 0.0;
  moo::AdamMoments moments(problem.num_variables(), settings);
  Vector theta = task.theta;
  moo::Matrix gradient(theta.size(), 1);
  const moo::Matrix weight = moo::Matrix::Ones(1, 1);
  double first = 0.0;
  double loss = 0.0;
  moo::benchmarks::time_warm(state, [&] {
    const moo::LinearizationPtr at = problem.linearize(theta);
    loss = at->values()(0);
    at->pullback(weight, gradient);
    moments.step(gradient.col(0), 1e-3, theta);
    if (first == 0.0) first = loss;
  });
  state.counters["first_loss"] = first;
}

#ifdef MOO_BENCHMARK_TORCH
void libtorch_step(benchmark::State& state, const PeerTask& task) {
  moo::benchmarks::TorchPeer peer(task);
  double first = 0.0;
  double loss = 0.0;
  moo::benchmarks::time_warm(state, [&] {
    loss = peer.training_step();
    if (first == 0.0) first = loss;
  });
  state.counters["first_loss"] = first;
}
#endif

void register_size(const std::vector<int>& layers, int batch, Precision precision) {
  PeerTask task = moo::benchmarks::sample_task(layers, batch);
  task.precision = precision;
  const std::string size = "/" + moo::benchmarks::shape_name(layers) + "/" + std::to_string(batch) +
                           "/" + (precision == Precision::full ? "double" : "single");
  const auto add = [&](const std::string& who, auto step) {
    benchmark::RegisterBenchmark(("training_step/" + who + size).c_str(), step, task)
        ->Unit(benchmark::kMicrosecond);
  };
  add("libmoo", libmoo_step);
#ifdef MOO_BENCHMARK_TORCH
  add("libtorch", libtorch_step);
#endif
}

}  // namespace

int main(int argc, char** argv) {
  for (const Precision precision : {Precision::full, Precision::single}) {
    for (const std::vector<int>& layers : moo::benchmarks::network_shapes()) {
      for (const int batch : {32, 256, 2048}) {
        if (layers.front() < 784 || batch < 2048) register_size(layers, batch, precision);
      }
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
