// Hessian products against libtorch's double backward, and dense Gauss-Newton matrices against a
// matrix product of as many operations.
// Names:
//   hessian_product/WHO/LAYERS/BATCH          from theta on; counter "difference" between the sides
//   further_hessian_product/WHO/LAYERS/BATCH  one more direction at the same theta
//   gauss_newton/WHO/N/1000                   n x n from 1000 rows: n^2 1000 operations, because it
//                                             is symmetric; the product: n x n/2 with 1000 between
#include <benchmark/benchmark.h>

#include "benchmarks/training/sample_task.hpp"
#include "libmoo/model/kernels/products.hpp"

#ifdef MOO_BENCHMARK_OPENBLAS
#include <cblas.h>
#endif

namespace {

using moo::Matrix;
using moo::TrainingProblem;
using moo::Vector;
using moo::benchmarks::PeerTask;

Vector direction_for(const PeerTask& task) {
  moo::RandomStream random(7);
  return random.normal_vector(static_cast<int>(task.theta.size()));
}

void hessian_product(benchmark::State& state, const PeerTask& task) {
  const TrainingProblem problem(moo::benchmarks::setup_of(task));
  const Matrix direction = direction_for(task);
  const Vector weight = Vector::Ones(1);
  Matrix product(direction.rows(), 1);
  moo::benchmarks::time_warm(
      state, [&] { problem.linearize(task.theta)->hessian_product(weight, direction, product); });
#ifdef MOO_BENCHMARK_TORCH
  const Vector theirs = moo::benchmarks::TorchPeer(task).hessian_product(direction.col(0));
  state.counters["difference"] = (product.col(0) - theirs).norm() / theirs.norm();
#endif
}

void further_product(benchmark::State& state, const PeerTask& task) {
  const TrainingProblem problem(moo::benchmarks::setup_of(task));
  const moo::LinearizationPtr at = problem.linearize(task.theta);
  const Matrix direction = direction_for(task);
  const Vector weight = Vector::Ones(1);
  Matrix product(direction.rows(), 1);
  moo::benchmarks::time_warm(state, [&] { at->hessian_product(weight, direction, product); });
}

#ifdef MOO_BENCHMARK_TORCH
void hessian_product_with_torch(benchmark::State& state, const PeerTask& task) {
  moo::benchmarks::TorchPeer peer(task);
  const Vector direction = direction_for(task);
  moo::benchmarks::time_warm(state, [&] { peer.compute_hessian_product(direction); });
}

void further_product_with_torch(benchmark::State& state, const PeerTask& task) {
  moo::benchmarks::TorchPeer peer(task);
  const Vector direction = direction_for(task);
  peer.compute_hessian_product(direction);
  moo::benchmarks::time_warm(state, [&] { peer.repeat_hessian_product(direction); });
}
#endif

void gauss_newton(benchmark::State& state, const PeerTask& task) {
  const TrainingProblem problem(moo::benchmarks::setup_of(task));
  const moo::LinearizationPtr at = problem.linearize(task.theta);
  const Vector weight = Vector::Ones(1);
  Matrix matrix(task.theta.size(), task.theta.size());
  moo::benchmarks::time_warm(state, [&] { at->gauss_newton(weight, matrix); });
}

void product(benchmark::State& state, const PeerTask& task) {
  const Eigen::Index n = task.theta.size();
  const Matrix jacobian = Matrix::Random(task.inputs.cols(), n);
  const moo::kernels::Factor<double> j(jacobian);
  Matrix result(n, n / 2);
  moo::benchmarks::time_warm(state, [&] {
    moo::kernels::multiply(j.transposed(), j.column_range(0, n / 2), result.data(), n);
  });
}

#ifdef MOO_BENCHMARK_OPENBLAS
void product_with_openblas(benchmark::State& state, const PeerTask& task) {
  const auto n = static_cast<int>(task.theta.size());
  const auto rows = static_cast<int>(task.inputs.cols());
  const Matrix jacobian = Matrix::Random(rows, n);
  Matrix result(n, n / 2);
  moo::benchmarks::time_warm(state, [&] {
    cblas_dgemm(CblasColMajor, CblasTrans, CblasNoTrans, n, n / 2, rows, 1.0, jacobian.data(), rows,
                jacobian.data(), rows, 0.0, result.data(), n);
  });
}
#endif

template <class Work>
void add(const std::string& name, Work work, const PeerTask& task) {
  benchmark::RegisterBenchmark(name.c_str(), work, task)->Unit(benchmark::kMicrosecond);
}

}  // namespace

int main(int argc, char** argv) {
  for (const std::vector<int>& layers : moo::benchmarks::network_shapes()) {
    const PeerTask task = moo::benchmarks::sample_task(layers, 256);
    const std::string size = "/" + moo::benchmarks::shape_name(layers) + "/256";
    add("hessian_product/libmoo" + size, hessian_product, task);
    add("further_hessian_product/libmoo" + size, further_product, task);
#ifdef MOO_BENCHMARK_TORCH
    add("hessian_product/libtorch" + size, hessian_product_with_torch, task);
    add("further_hessian_product/libtorch" + size, further_product_with_torch, task);
#endif
  }
  // 353, 1217 and 4500 parameters.
  for (const std::vector<int>& layers :
       {std::vector<int>{20, 16, 1}, {20, 32, 16, 1}, {21, 57, 55, 1}}) {
    const PeerTask task = moo::benchmarks::sample_task(layers, 1000);
    const std::string size = "/" + std::to_string(task.theta.size()) + "/1000";
    add("gauss_newton/libmoo" + size, gauss_newton, task);
    add("gauss_newton/product" + size, product, task);
#ifdef MOO_BENCHMARK_OPENBLAS
    add("gauss_newton/openblas" + size, product_with_openblas, task);
#endif
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
