// Gradients of four objectives, and how much of the machine an evaluation uses.
// Names:
//   gradients/WHO/LAYERS/BATCH   loss and three penalties on shared data: one forward pass, the
//                                gradients of all four; counter "difference" between the two sides
//   own_probes/WHO/LAYERS/BATCH  the same number of probes, a quarter of them for each objective;
//                                "four": all four gradients, "one": one gradient on all probes
//   evaluation/WHO/LAYERS/BATCH  forward and backward; counter "rate" in operations per second
#include <benchmark/benchmark.h>

#include "benchmarks/training/sample_task.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace {

using moo::Matrix;
using moo::TrainingProblem;
using moo::benchmarks::PeerTask;

/// mean (p - 0.4)_+^2 of the first output on inputs of its own.
class OwnProbes final : public moo::Constraint {
 public:
  explicit OwnProbes(Matrix inputs) : inputs_(std::move(inputs)) {}
  [[nodiscard]] std::string name() const override { return "own probes"; }
  [[nodiscard]] std::string unit() const override { return "probability"; }
  [[nodiscard]] std::unique_ptr<moo::BoundConstraint> bind(const moo::Dataset& data,
                                                           moo::ProbeBatch& batch) const override {
    const int first = batch.append(inputs_);
    moo::LinearRows rows(data);
    for (int b = 0; b < inputs_.cols(); ++b) {
      rows.add_term(1.0, 0, first + b);
      rows.end_residual(-0.4);
    }
    return rows.bind(batch);
  }

 private:
  Matrix inputs_;
};

/// linearize, then the gradients of `weights`' columns; returns the last ones.
Matrix run(benchmark::State& state, const TrainingProblem& problem, const PeerTask& task,
           const Matrix& weights) {
  Matrix gradients(task.theta.size(), weights.cols());
  moo::benchmarks::time_warm(state, [&] {
    const moo::LinearizationPtr at = problem.linearize(task.theta);
    at->pullback(weights, gradients);
    benchmark::ClobberMemory();
  });
  return gradients;
}

void shared(benchmark::State& state, PeerTask task) {
  task.ceilings = {0.3, 0.5, 0.7};
  const TrainingProblem problem(moo::benchmarks::setup_of(task));
  const Matrix found = run(state, problem, task, Matrix::Identity(4, 4));
#ifdef MOO_BENCHMARK_TORCH
  const Matrix theirs = moo::benchmarks::TorchPeer(task).gradients();
  state.counters["difference"] = (found - theirs).norm() / theirs.norm();
#endif
}

#ifdef MOO_BENCHMARK_TORCH
void shared_with_torch(benchmark::State& state, PeerTask task) {
  task.ceilings = {0.3, 0.5, 0.7};
  moo::benchmarks::TorchPeer peer(task);
  moo::benchmarks::time_warm(state, [&] { peer.compute_gradients(); });
}
#endif

void own_probes(benchmark::State& state, const PeerTask& task) {
  const Eigen::Index each = task.inputs.cols() / 4;
  PeerTask quarter = task;
  quarter.inputs = task.inputs.leftCols(each);
  quarter.targets = task.targets.leftCols(each);
  moo::TrainingSetup setup = moo::benchmarks::setup_of(quarter);
  for (int i = 1; i < 4; ++i) {
    moo::ConstraintGroup group;
    group.name = "probes " + std::to_string(i);
    group.constraints = {std::make_shared<OwnProbes>(task.inputs.middleCols(i * each, each))};
    setup.groups.push_back(group);
  }
  run(state, TrainingProblem(setup), task, Matrix::Identity(4, 4));
}

void one_gradient(benchmark::State& state, const PeerTask& task) {
  run(state, TrainingProblem(moo::benchmarks::setup_of(task)), task, Matrix::Ones(1, 1));
}

void evaluation(benchmark::State& state, const PeerTask& task) {
  one_gradient(state, task);
  double operations = 0.0;  // forward and gradient in every layer, backward in all but the first
  for (std::size_t l = 0; l + 1 < task.layers.size(); ++l) {
    operations += (l == 0 ? 4.0 : 6.0) * task.layers[l] * task.layers[l + 1];
  }
  state.counters["rate"] = benchmark::Counter(operations * static_cast<double>(task.inputs.cols()),
                                              benchmark::Counter::kIsIterationInvariantRate);
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::vector<int>& layers : moo::benchmarks::network_shapes()) {
    constexpr int batch = 256;
    const PeerTask task = moo::benchmarks::sample_task(layers, batch);
    const std::string size =
        "/" + moo::benchmarks::shape_name(layers) + "/" + std::to_string(batch);
    const auto add = [&](const std::string& name, auto work) {
      benchmark::RegisterBenchmark((name + size).c_str(), work, task)
          ->Unit(benchmark::kMicrosecond);
    };
    add("gradients/libmoo", shared);
#ifdef MOO_BENCHMARK_TORCH
    add("gradients/libtorch", shared_with_torch);
#endif
    add("own_probes/four", own_probes);
    add("own_probes/one", one_gradient);
    add("evaluation/libmoo", evaluation);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
