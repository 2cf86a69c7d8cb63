// Peak memory of training a network of 1e6 parameters on minibatches of 60,000 x 784 inputs: the
// parameters, their minibatches, and looks at all rows. Name: minibatch_memory/libmoo; counter
// "peak_gib", of the whole process.
#include <benchmark/benchmark.h>
#include <sys/resource.h>

#include "benchmarks/training/sample_task.hpp"
#include "libmoo/minimize/adam.hpp"
#include "libmoo/problem/scalarization.hpp"

namespace {

void train(benchmark::State& state) {
  const std::vector<int> layers = {784, 900, 320, 10};  // 998,030 parameters
  moo::MinimizerSettings settings;
  settings.max_iterations = 60;  // looks at all rows before, on the way and after
  for (auto _ : state) {
    const moo::TrainingProblem problem([&] {
      moo::benchmarks::PeerTask task = moo::benchmarks::sample_task(layers, 60000);
      task.ceilings = {0.9};
      moo::TrainingSetup setup = moo::benchmarks::setup_of(task);
      setup.batch_rows = 256;
      return setup;
    }());
    moo::RandomStream random(1);
    const moo::WeightedSum sum(moo::Vector::Constant(2, 0.5), moo::Scaling::identity(2));
    const moo::Minimum found =
        moo::Adam(settings, settings.adam).minimize(problem, sum, problem.start(random));
    state.counters["loss"] = found.values(0);
  }
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  state.counters["peak_gib"] = static_cast<double>(usage.ru_maxrss) / (1024.0 * 1024.0);
}
BENCHMARK(train)->Name("minibatch_memory/libmoo")->Iterations(1)->Unit(benchmark::kSecond);

}  // namespace

BENCHMARK_MAIN();
