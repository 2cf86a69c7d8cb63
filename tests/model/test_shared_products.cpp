// Large products are cut where threads are idle; nobody may see it in the results.
#include <gtest/gtest.h>

#include <array>
#include <string>
#include <thread>
#include <vector>

#include "libmoo/base/thread_pool.hpp"
#include "libmoo/model/kernels/instruction_set.hpp"
#include "libmoo/model/kernels/products.hpp"
#include "tests/model/differences.hpp"

namespace {

using moo::Activation;
using moo::Matrix;
using moo::RandomStream;
using moo::kernels::Factor;
using moo::kernels::Update;

template <class Scalar>
using Numbers = Eigen::MatrixX<Scalar>;

template <class Scalar>
Numbers<Scalar> normal(RandomStream& random, Eigen::Index rows, Eigen::Index columns) {
  return moo::test::normal_matrix(random, static_cast<int>(rows), static_cast<int>(columns))
      .template cast<Scalar>();
}

class SharedProducts : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { moo::kernels::use_instruction_set(GetParam()); }
  void TearDown() override { moo::kernels::use_best_instruction_set(); }

  /// What `product` makes alone and what it makes where two more threads are idle.
  template <class Scalar, class Product>
  void expect_same_bits(Eigen::Index rows, Eigen::Index columns, const Product& product) {
    Numbers<Scalar> alone = Numbers<Scalar>::Constant(rows, columns, Scalar(3));
    Numbers<Scalar> shared = alone;
    product(alone);
    pool_.run(1, [&](std::size_t) {
      while (moo::idle_threads() < 2) std::this_thread::yield();
      product(shared);
    });
    EXPECT_EQ(alone, shared);
  }

  template <class Scalar>
  void expect_products() {
    RandomStream random(41);
    for (const auto& [m, n, k] : std::vector<std::array<int, 3>>{{1, 61, 20000},
                                                                 {1, 2000, 600},
                                                                 {5, 700, 300},
                                                                 {11, 13, 8000},
                                                                 {25, 60, 1904},
                                                                 {60, 25, 1904},
                                                                 {96, 1904, 48},
                                                                 {300, 530, 600}}) {
      SCOPED_TRACE(std::to_string(m) + " x " + std::to_string(n) + ", " + std::to_string(k));
      const Numbers<Scalar> a = normal<Scalar>(random, m, k);
      const Numbers<Scalar> b = normal<Scalar>(random, k, n);
      const Numbers<Scalar> bt = b.transpose();
      for (const Update update : {Update::assign, Update::add}) {
        expect_same_bits<Scalar>(m, n, [&](Numbers<Scalar>& c) {
          moo::kernels::multiply(Factor<Scalar>(a), Factor<Scalar>(b), c.data(), m, update);
        });
        expect_same_bits<Scalar>(m, n, [&](Numbers<Scalar>& c) {
          moo::kernels::multiply(Factor<Scalar>(a), Factor<Scalar>(bt).transposed(), c.data(), m,
                                 update);
        });
      }
    }
  }

  template <class Scalar>
  void expect_layers() {
    RandomStream random(42);
    constexpr Eigen::Index rows = 33;
    constexpr Eigen::Index inner = 40;
    constexpr Eigen::Index columns = 1009;
    const Numbers<Scalar> w = normal<Scalar>(random, rows, inner);
    const Numbers<Scalar> a = normal<Scalar>(random, inner, columns);
    const Numbers<Scalar> bias = normal<Scalar>(random, rows, 1);
    const Numbers<Scalar> up = normal<Scalar>(random, inner, rows);
    const Numbers<Scalar> d = normal<Scalar>(random, inner, columns);
    const Numbers<Scalar> more = normal<Scalar>(random, rows, columns);
    Numbers<Scalar> pre(rows, columns);
    Numbers<Scalar> post(rows, columns);
    moo::kernels::forward<Scalar>({w, a, bias.data(), Activation::tanh, pre.data(), post.data()});
    expect_same_bits<Scalar>(2 * rows, columns, [&](Numbers<Scalar>& both) {
      Numbers<Scalar> before(rows, columns);
      Numbers<Scalar> after(rows, columns);
      moo::kernels::forward<Scalar>(
          {w, a, bias.data(), Activation::tanh, before.data(), after.data()});
      both << before, after;
    });
    expect_same_bits<Scalar>(2 * rows, columns, [&](Numbers<Scalar>& both) {
      Numbers<Scalar> below(rows, columns);
      Numbers<Scalar> above(rows, columns);
      moo::kernels::backward<Scalar>({up, d, more.data(), Activation::tanh, pre.data(), post.data(),
                                      below.data(), above.data()});
      both << below, above;
    });
  }

 private:
  moo::ThreadPool pool_{3};
};

TEST_P(SharedProducts, InDoubleHaveTheSameBits) { expect_products<double>(); }
TEST_P(SharedProducts, InSingleHaveTheSameBits) { expect_products<float>(); }
TEST_P(SharedProducts, LayersInDoubleHaveTheSameBits) { expect_layers<double>(); }
TEST_P(SharedProducts, LayersInSingleHaveTheSameBits) { expect_layers<float>(); }

TEST_P(SharedProducts, TangentsHaveTheSameBits) {
  RandomStream random(43);
  constexpr Eigen::Index rows = 33;
  constexpr Eigen::Index inner = 40;
  constexpr Eigen::Index columns = 1009;
  const Matrix w = normal<double>(random, rows, inner);
  const Matrix v = normal<double>(random, rows, inner);
  const Matrix a = normal<double>(random, inner, columns);
  const Matrix da = normal<double>(random, inner, columns);
  const Matrix bias = normal<double>(random, rows, 1);
  const Matrix pre = normal<double>(random, rows, columns);
  const Matrix post = pre.array().tanh();
  for (const Factor<double>& moved : {Factor<double>(), Factor<double>(da)}) {
    expect_same_bits<double>(rows, columns, [&](Matrix& tangents) {
      Matrix before(rows, columns);
      moo::kernels::tangent({w, v, a, moved, bias.data(), Activation::tanh, pre.data(), post.data(),
                             before.data(), tangents.data()});
    });
  }
  const Matrix up = normal<double>(random, inner, rows);
  const Matrix dup = normal<double>(random, inner, rows);
  for (const double* more : {pre.data(), static_cast<const double*>(nullptr)}) {
    expect_same_bits<double>(rows, columns, [&](Matrix& below) {
      moo::kernels::backward_tangent({up, dup, a, da, more, Activation::tanh, pre.data(),
                                      post.data(), post.data(), pre.data(), below.data()});
    });
  }
}

TEST_P(SharedProducts, GramsHaveTheSameBits) {
  RandomStream random(44);
  const Matrix j = normal<double>(random, 50, 700);
  expect_same_bits<double>(
      700, 700, [&](Matrix& gram) { moo::kernels::add_gram(j, gram.data(), gram.rows()); });
}

INSTANTIATE_TEST_SUITE_P(Kernels, SharedProducts,
                         testing::ValuesIn(moo::kernels::available_instruction_sets()),
                         [](const auto& set) { return set.param; });

}  // namespace
