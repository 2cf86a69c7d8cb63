// Hypervolume, contributions and gradient against pagmo2 in the same run.
// Arguments of every benchmark: m, N, shape (a FrontShape: 0 convex, 1 linear,
// 2 concave, 3 degenerate, 4 uniform cloud, 5 coarse).
// Counter "volume" lets a reader see that both computed the same.
#include <benchmark/benchmark.h>

#include "libmoo/front/hypervolume.hpp"
#include "tests/front/random_fronts.hpp"

#ifdef MOO_BENCHMARK_PAGMO
#include <pagmo/utils/hypervolume.hpp>
#endif

namespace {

using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::test::FrontShape;
using moo::test::random_front;

Matrix front_of(const benchmark::State& state) {
  const int m = static_cast<int>(state.range(0));
  const int count = static_cast<int>(state.range(1));
  RandomStream random(static_cast<std::uint64_t>(1000 * m + count));
  return random_front(static_cast<FrontShape>(state.range(2)), random, m, count);
}

Vector reference_of(const benchmark::State& state) { return Vector::Constant(state.range(0), 1.1); }

void libmoo_hypervolume(benchmark::State& state) {
  const Matrix f = front_of(state);
  const Vector reference = reference_of(state);
  double volume = 0.0;
  for (auto _ : state) benchmark::DoNotOptimize(volume = moo::hypervolume(f, reference));
  state.counters["volume"] = volume;
}

void libmoo_contributions(benchmark::State& state) {
  const Matrix f = front_of(state);
  const Vector reference = reference_of(state);
  double total = 0.0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(total = moo::hypervolume_contributions(f, reference).sum());
  }
  state.counters["total"] = total;
}

void libmoo_gradient(benchmark::State& state) {
  const Matrix f = front_of(state);
  const Vector reference = reference_of(state);
  double total = 0.0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(total = moo::hypervolume_gradient(f, reference).sum());
  }
  state.counters["total"] = total;
}

void hypervolume_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMicrosecond)->ArgNames({"m", "N", "shape"});
  for (const long shape : {0, 1, 2, 3, 4, 5}) {
    for (const long m : {2, 3, 4, 5}) {
      for (const long count : {100, 1000}) benchmark->Args({m, count, shape});
    }
    benchmark->Args({6, 100, shape})->Args({7, 100, shape})->Args({3, 10000, shape});
  }
}

void contribution_sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMicrosecond)->ArgNames({"m", "N", "shape"});
  for (const long m : {2, 3}) benchmark->Args({m, 100, 1})->Args({m, 1000, 1});
  for (const long m : {4, 5}) benchmark->Args({m, 100, 1});
}

BENCHMARK(libmoo_hypervolume)->Apply(hypervolume_sizes);
BENCHMARK(libmoo_contributions)->Apply(contribution_sizes);
BENCHMARK(libmoo_gradient)->Apply(contribution_sizes);

#ifdef MOO_BENCHMARK_PAGMO
/// The columns as pagmo wants them.
std::vector<std::vector<double>> as_lists(const Matrix& f) {
  std::vector<std::vector<double>> lists;
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    lists.emplace_back(f.col(k).data(), f.col(k).data() + f.rows());
  }
  return lists;
}

/// As a caller of pagmo uses it: the points are at hand as lists, nothing is verified.
void pagmo_hypervolume(benchmark::State& state) {
  const auto f = as_lists(front_of(state));
  const std::vector<double> reference(static_cast<std::size_t>(state.range(0)), 1.1);
  double volume = 0.0;
  for (auto _ : state) {
    const pagmo::hypervolume front(f, false);
    benchmark::DoNotOptimize(volume = front.compute(reference));
  }
  state.counters["volume"] = volume;
}

void pagmo_contributions(benchmark::State& state) {
  const auto f = as_lists(front_of(state));
  const std::vector<double> reference(static_cast<std::size_t>(state.range(0)), 1.1);
  double total = 0.0;
  for (auto _ : state) {
    const pagmo::hypervolume front(f, false);
    total = 0.0;
    for (const double volume : front.contributions(reference)) total += volume;
    benchmark::DoNotOptimize(total);
  }
  state.counters["total"] = total;
}

BENCHMARK(pagmo_hypervolume)->Apply(hypervolume_sizes);
BENCHMARK(pagmo_contributions)->Apply(contribution_sizes);
#endif

}  // namespace

BENCHMARK_MAIN();
