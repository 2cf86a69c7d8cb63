// The matrix products of a network's layers: this library's, Eigen's as compiled for any x86-64,
// and OpenBLAS's. Names: product/WHO/KIND/M/N/K/PRECISION, KIND being forward (W A), backward (W'
// D) or gradient (D A'). Counter "rate" is floating-point operations per second.
#include <benchmark/benchmark.h>

#include <string>

#include "libmoo/base/random.hpp"
#include "libmoo/model/kernels/products.hpp"

#ifdef MOO_BENCHMARK_OPENBLAS
#include <cblas.h>
#endif

namespace {

using Eigen::Index;

/// C = op(A) op(B), M x N with K in the middle.
template <class Scalar>
struct Task {
  using Numbers = Eigen::MatrixX<Scalar>;
  bool transposed_a;
  bool transposed_b;
  Numbers a;
  Numbers b;
  Numbers c;

  Task(const std::string& kind, Index m, Index n, Index k)
      : transposed_a(kind == "backward"),
        transposed_b(kind == "gradient"),
        a(Numbers::Random(transposed_a ? k : m, transposed_a ? m : k)),
        b(Numbers::Random(transposed_b ? n : k, transposed_b ? k : n)),
        c(m, n) {}

  void libmoo() {
    const moo::kernels::Factor<Scalar> fa(a);
    const moo::kernels::Factor<Scalar> fb(b);
    moo::kernels::multiply(transposed_a ? fa.transposed() : fa, transposed_b ? fb.transposed() : fb,
                           c.data(), c.rows());
  }

  void eigen() {
    if (transposed_a) {
      c.noalias() = a.transpose() * b;
    } else if (transposed_b) {
      c.noalias() = a * b.transpose();
    } else {
      c.noalias() = a * b;
    }
  }

#ifdef MOO_BENCHMARK_OPENBLAS
  void openblas() {
    const auto m = static_cast<int>(c.rows());
    const auto n = static_cast<int>(c.cols());
    const auto k = static_cast<int>(transposed_a ? a.rows() : a.cols());
    const auto lda = static_cast<int>(a.rows());
    const auto ldb = static_cast<int>(b.rows());
    const auto op_a = transposed_a ? CblasTrans : CblasNoTrans;
    const auto op_b = transposed_b ? CblasTrans : CblasNoTrans;
    if constexpr (sizeof(Scalar) == sizeof(double)) {
      cblas_dgemm(CblasColMajor, op_a, op_b, m, n, k, 1.0, a.data(), lda, b.data(), ldb, 0.0,
                  c.data(), m);
    } else {
      cblas_sgemm(CblasColMajor, op_a, op_b, m, n, k, 1.0F, a.data(), lda, b.data(), ldb, 0.0F,
                  c.data(), m);
    }
  }
#endif
};

template <class Scalar>
void add(const std::string& kind, Index m, Index n, Index k) {
  const std::string size = "/" + kind + "/" + std::to_string(m) + "/" + std::to_string(n) + "/" +
                           std::to_string(k) + (sizeof(Scalar) == 8 ? "/double" : "/single");
  const auto add_one = [&](const std::string& who, auto run) {
    benchmark::RegisterBenchmark(("product/" + who + size).c_str(), [=](benchmark::State& state) {
      Task<Scalar> task(kind, m, n, k);
      for (auto _ : state) {
        run(task);
        benchmark::ClobberMemory();
      }
      state.counters["rate"] = benchmark::Counter(2.0 * static_cast<double>(m * n * k),
                                                  benchmark::Counter::kIsIterationInvariantRate);
    })->Unit(benchmark::kMicrosecond);
  };
  add_one("libmoo", [](Task<Scalar>& task) { task.libmoo(); });
  add_one("eigen", [](Task<Scalar>& task) { task.eigen(); });
#ifdef MOO_BENCHMARK_OPENBLAS
  add_one("openblas", [](Task<Scalar>& task) { task.openblas(); });
#endif
}

}  // namespace

int main(int argc, char** argv) {
  add<double>("forward", 768, 768, 768);
  add<float>("forward", 768, 768, 768);
  for (const auto& [in, out] :
       {std::pair<Index, Index>{64, 64}, {64, 1}, {256, 256}, {256, 10}, {784, 512}, {512, 512}}) {
    for (const Index batch : {32, 256}) {
      add<double>("forward", out, batch, in);
      add<double>("backward", in, batch, out);
      add<double>("gradient", out, in, batch);
    }
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
