// A ten-point front of the lending problem beside the way it is usually made with PyTorch, and what
// both are worth on rows that neither has seen. Arguments: seed (split, start, order of the rows).
// Names:
//   lending_front/WHO/seed:S   counters "test" and "train": hypervolume of cross-entropy and absolute
//                              difference of the groups' mean probabilities, reference (1.0, 0.5)
#include <benchmark/benchmark.h>

#include <cmath>

#include "benchmarks/peers/torch_front.hpp"
#include "experiments/lending/loan_book.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/standardize.hpp"
#include "libmoo/front/hypervolume.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/training/training_problem.hpp"
#include "solvers/register_builtin.hpp"

namespace {

using moo::Dataset;
using moo::Matrix;
using moo::Vector;
using moo::benchmarks::ParityRows;

/// Four fifths of the applications to train on and the others, with standardised inputs.
struct Lending {
  Dataset train;
  Dataset test;
};

Lending split_loans(std::uint64_t seed) {
  moo::lending::LoanBook book =
      moo::lending::read_loans(std::string(LIBMOO_SOURCE_DATA_DIR) + "/hmda/hmda.csv");
  std::vector<int> strata;
  for (int i = 0; i < book.data.num_rows(); ++i) {
    strata.push_back(static_cast<int>(2 * book.data.targets(0, i) + book.data.column("afam")(i)));
  }
  const moo::Split split =
      moo::stratified_split(strata, 0.0, 0.2, moo::RandomStream(seed).substream("split"));
  Lending lending{book.data.subset(split.train), book.data.subset(split.test)};
  const moo::Standardizer standardizer = moo::Standardizer::fit(lending.train.inputs);
  lending.train.inputs = standardizer.apply(lending.train.inputs);
  lending.test.inputs = standardizer.apply(lending.test.inputs);
  return lending;
}

/// Cross-entropy and difference of the mean probabilities.
Vector worth(const Vector& p, const Dataset& rows) {
  Vector found(2);
  found << moo::binary_cross_entropy(p, rows.targets.row(0).transpose()),
      std::abs(moo::group_gap(p, rows.column("afam")));
  return found;
}

void count(benchmark::State& state, const char* name, const std::vector<Vector>& points) {
  Matrix front(2, static_cast<Eigen::Index>(points.size()));
  for (Eigen::Index k = 0; k < front.cols(); ++k) {
    front.col(k) = points[static_cast<std::size_t>(k)];
  }
  state.counters[name] = moo::hypervolume(front, Eigen::Vector2d(1.0, 0.5));
}

moo::TrainingSetup setup_of(const Dataset& train) {
  moo::TrainingSetup setup;
  setup.network = moo::Network({train.num_inputs(), 60, 25, 1}, moo::Activation::tanh);
  setup.loss = moo::Loss(moo::LossKind::binary_cross_entropy);
  setup.data = train;
  setup.weight_decay = 1e-2;
  const double rate = train.targets.mean();
  setup.null_bias = Vector::Constant(1, std::log(rate / (1.0 - rate)));
  setup.groups = {{.name = "parity",
                   .penalty = {.scale = 0.01},
                   .constraints = {std::make_shared<moo::DemographicParity>("afam")}}};
  return setup;
}

void with_libmoo(benchmark::State& state) {
  const auto seed = static_cast<std::uint64_t>(state.range(0));
  const Lending lending = split_loans(seed);
  moo::SolverRegistry solvers;
  moo::register_builtin_solvers(solvers);
  moo::Request request;
  request.seed = seed;
  moo::Report report;
  const moo::TrainingSetup setup = setup_of(lending.train);
  for (auto _ : state) {
    const moo::TrainingProblem problem(setup);
    // One start each, no second looks: ten minima, and no more.
    const auto solver = solvers.create("weighted_sum", {{"points", "10"},
                                                        {"tolerance", "1e-2"},
                                                        {"max_iterations", "5"},
                                                        {"memory", "20"},
                                                        {"scout_starts", "1"},
                                                        {"starts", "one"},
                                                        {"jump_tolerance", "1"},
                                                        {"probes", "0"}});
    report = moo::solve(problem, *solver, request);
  }
  moo::TrainingSetup held_out = setup;
  held_out.data = lending.test;
  const moo::TrainingProblem on_train(setup);
  const moo::TrainingProblem on_test(held_out);
  std::vector<Vector> train;
  std::vector<Vector> test;
  for (const moo::ParetoPoint& point : report.front.points()) {
    train.push_back(
        worth(on_train.predictions(point.parameters).row(0).transpose(), lending.train));
    test.push_back(worth(on_test.predictions(point.parameters).row(0).transpose(), lending.test));
  }
  count(state, "train", train);
  count(state, "test", test);
  state.counters["points"] = static_cast<double>(train.size());
  state.counters["gradients"] = static_cast<double>(report.totals.evaluations);
}

#ifdef MOO_BENCHMARK_TORCH
ParityRows rows_of(const Dataset& data) {
  return {data.inputs, data.targets.row(0).transpose(), data.column("afam")};
}

void with_libtorch(benchmark::State& state) {
  const Lending lending = split_loans(static_cast<std::uint64_t>(state.range(0)));
  const ParityRows train = rows_of(lending.train);
  const ParityRows test = rows_of(lending.test);
  moo::benchmarks::TorchFrontSettings settings;
  settings.seed = static_cast<std::uint64_t>(state.range(0));
  std::vector<std::vector<Vector>> predictions;
  for (auto _ : state) {
    predictions = moo::benchmarks::torch_weighted_sum_front(train, {&train, &test}, settings);
  }
  std::vector<Vector> on_train;
  std::vector<Vector> on_test;
  for (const std::vector<Vector>& network : predictions) {
    on_train.push_back(worth(network[0], lending.train));
    on_test.push_back(worth(network[1], lending.test));
  }
  count(state, "train", on_train);
  count(state, "test", on_test);
}
#endif

template <class Work>
void add(const std::string& name, Work work) {
  benchmark::RegisterBenchmark(name.c_str(), work)
      ->ArgName("seed")
      ->DenseRange(1, 5)
      ->Unit(benchmark::kMillisecond);
}

}  // namespace

int main(int argc, char** argv) {
  add("lending_front/libmoo", with_libmoo);
#ifdef MOO_BENCHMARK_TORCH
  add("lending_front/libtorch", with_libtorch);
#endif
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
