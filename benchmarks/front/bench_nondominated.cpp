// Non-dominated columns against pagmo2's fast_non_dominated_sorting (all it offers above two
// objectives) and its non_dominated_front_2d, in the same run.
// Arguments of every benchmark: m, N, shape (a FrontShape: 0 convex, 1 linear,
// 2 concave, 3 degenerate, 4 uniform cloud, 5 coarse).
// Counter "kept" lets a reader see that both computed the same.
#include <benchmark/benchmark.h>

#include "libmoo/front/dominance.hpp"
#include "tests/front/random_fronts.hpp"

#ifdef MOO_BENCHMARK_PAGMO
#include <pagmo/utils/multi_objective.hpp>
#endif

namespace {

using moo::Matrix;
using moo::RandomStream;
using moo::test::FrontShape;
using moo::test::random_front;

Matrix front_of(const benchmark::State& state) {
  const int m = static_cast<int>(state.range(0));
  const int count = static_cast<int>(state.range(1));
  RandomStream random(static_cast<std::uint64_t>(1000 * m + count));
  return random_front(static_cast<FrontShape>(state.range(2)), random, m, count);
}

void sizes(benchmark::internal::Benchmark* benchmark) {
  benchmark->Unit(benchmark::kMicrosecond)->ArgNames({"m", "N", "shape"});
  for (const long shape : {1, 4}) {
    for (const long m : {2, 3, 4, 5, 7}) {
      for (const long count : {1000, 10000}) benchmark->Args({m, count, shape});
    }
  }
}

void libmoo_nondominated(benchmark::State& state) {
  const Matrix f = front_of(state);
  std::size_t kept = 0;
  for (auto _ : state) benchmark::DoNotOptimize(kept = moo::nondominated_columns(f).size());
  state.counters["kept"] = static_cast<double>(kept);
}
BENCHMARK(libmoo_nondominated)->Apply(sizes);

#ifdef MOO_BENCHMARK_PAGMO
/// The columns as pagmo wants them.
std::vector<std::vector<double>> as_lists(const Matrix& f) {
  std::vector<std::vector<double>> lists;
  for (Eigen::Index k = 0; k < f.cols(); ++k) {
    lists.emplace_back(f.col(k).data(), f.col(k).data() + f.rows());
  }
  return lists;
}

void pagmo_nondominated(benchmark::State& state) {
  const auto f = as_lists(front_of(state));
  std::size_t kept = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(kept = std::get<0>(pagmo::fast_non_dominated_sorting(f))[0].size());
  }
  state.counters["kept"] = static_cast<double>(kept);
}
BENCHMARK(pagmo_nondominated)->Apply(sizes);

void pagmo_nondominated_2d(benchmark::State& state) {
  const auto f = as_lists(front_of(state));
  std::size_t kept = 0;
  for (auto _ : state) benchmark::DoNotOptimize(kept = pagmo::non_dominated_front_2d(f).size());
  state.counters["kept"] = static_cast<double>(kept);
}
BENCHMARK(pagmo_nondominated_2d)
    ->Unit(benchmark::kMicrosecond)
    ->Args({2, 10000, 1})
    ->Args({2, 10000, 4});
#endif

}  // namespace

BENCHMARK_MAIN();
