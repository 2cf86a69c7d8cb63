#include <gtest/gtest.h>

#include <array>
#include <string>
#include <vector>

#include "libmoo/model/kernels/elementwise.hpp"
#include "libmoo/model/kernels/instruction_set.hpp"
#include "libmoo/model/kernels/products.hpp"
#include "tests/model/differences.hpp"
#include "tests/model/kernel_reference.hpp"

namespace {

using moo::Activation;
using moo::Matrix;
using moo::RandomStream;
using moo::Vector;
using moo::kernels::Factor;
using moo::kernels::Update;

template <class Scalar>
constexpr double rounding = sizeof(Scalar) == 8 ? 1e-14 : 1e-5;

template <class Scalar>
Eigen::MatrixX<Scalar> normal(RandomStream& random, int rows, int columns) {
  return moo::test::normal_matrix(random, rows, columns).template cast<Scalar>();
}

template <class Derived>
Matrix in_double(const Eigen::MatrixBase<Derived>& numbers) {
  return numbers.template cast<double>();
}

/// Products of every shape that has an edge somewhere: below, at and above tiles and blocks.
std::vector<std::array<int, 3>> shapes() {
  std::vector<std::array<int, 3>> result = {{300, 70, 600}, {600, 290, 30}, {40, 600, 530}};
  for (const int m : {1, 2, 7, 16, 33}) {
    for (const int n : {1, 3, 5, 9, 12, 25}) {
      for (const int k : {1, 4, 11, 64}) result.push_back({m, n, k});
    }
  }
  return result;
}

class Products : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { moo::kernels::use_instruction_set(GetParam()); }
  void TearDown() override { moo::kernels::use_best_instruction_set(); }

  template <class Scalar>
  void expect_products() {
    using Numbers = Eigen::MatrixX<Scalar>;
    RandomStream random(31);
    for (const auto& [m, n, k] : shapes()) {
      SCOPED_TRACE(std::to_string(m) + " x " + std::to_string(n) + ", " + std::to_string(k));
      const Numbers a = normal<Scalar>(random, m, k);
      const Numbers b = normal<Scalar>(random, k, n);
      const Numbers at = a.transpose();
      const Numbers bt = b.transpose();
      const Matrix exact = in_double(a) * in_double(b);
      const double size = a.norm() * b.norm();
      const auto expect = [&](const Factor<Scalar>& left, const Factor<Scalar>& right) {
        Numbers wide = Numbers::Constant(m + 3, n + 1, Scalar(7));  // a block of more rows
        moo::kernels::multiply(left, right, wide.data(), wide.rows(), Update::assign);
        EXPECT_LE((in_double(wide.topLeftCorner(m, n)) - exact).norm(), rounding<Scalar> * size);
        moo::kernels::multiply(left, right, wide.data(), wide.rows(), Update::add);
        EXPECT_LE((in_double(wide.topLeftCorner(m, n)) - 2.0 * exact).norm(),
                  2.0 * rounding<Scalar> * size);
        EXPECT_TRUE((wide.bottomRows(3).array() == Scalar(7)).all());
        EXPECT_TRUE((wide.rightCols(1).array() == Scalar(7)).all());
      };
      const Factor<Scalar> from_a(a);
      const Factor<Scalar> from_b(b);
      const Factor<Scalar> from_at = Factor<Scalar>(at).transposed();
      const Factor<Scalar> from_bt = Factor<Scalar>(bt).transposed();
      expect(from_a, from_b);
      expect(from_at, from_b);
      expect(from_a, from_bt);
      expect(from_at, from_bt);
    }
  }

  template <class Scalar>
  void expect_layers() {
    using Numbers = Eigen::MatrixX<Scalar>;
    RandomStream random(32);
    for (const Activation activation : moo::test::all_activations) {
      for (const auto& [rows, columns, inner] :
           std::vector<std::array<int, 3>>{{5, 7, 3}, {1, 40, 9}, {33, 300, 20}}) {
        SCOPED_TRACE(std::string(to_string(activation)) + " " + std::to_string(rows));
        const Numbers w = normal<Scalar>(random, rows, inner);
        const Numbers a = normal<Scalar>(random, inner, columns);
        const Numbers bias = normal<Scalar>(random, rows, 1);
        Numbers pre(rows, columns);
        Numbers post(rows, columns);
        moo::kernels::forward<Scalar>({w, a, bias.data(), activation, pre.data(), post.data()});
        const Matrix exact = (in_double(w) * in_double(a)).colwise() + in_double(bias).col(0);
        EXPECT_LE((in_double(pre) - exact).norm(), rounding<Scalar> * exact.norm());
        const Matrix at = in_double(pre);
        Matrix values(rows, columns);
        Matrix slopes(rows, columns);
        moo::kernels::activate(activation, at, values);
        moo::kernels::first_derivative(activation, at, values, slopes);
        EXPECT_LE((in_double(post) - values).norm(), rounding<Scalar> * values.norm());

        const Numbers up = normal<Scalar>(random, 4, rows);
        const Numbers d = normal<Scalar>(random, 4, columns);
        const Numbers more = normal<Scalar>(random, rows, columns);
        for (const Scalar* added : {more.data(), static_cast<const Scalar*>(nullptr)}) {
          Numbers below(rows, columns);
          moo::kernels::backward<Scalar>(
              {up, d, added, activation, pre.data(), post.data(), below.data()});
          Matrix expected = in_double(up).transpose() * in_double(d);
          if (added != nullptr) expected += in_double(more);
          expected.array() *= slopes.array();
          EXPECT_LE((in_double(below) - expected).norm(),
                    rounding<Scalar> * expected.norm() + rounding<Scalar>);
        }
      }
    }
  }
};

TEST_P(Products, InDoubleAreThoseOfEigen) { expect_products<double>(); }
TEST_P(Products, InSingleAreThoseOfEigen) { expect_products<float>(); }
TEST_P(Products, LayersInDoubleAreTheirFormulas) { expect_layers<double>(); }
TEST_P(Products, LayersInSingleAreTheirFormulas) { expect_layers<float>(); }

TEST_P(Products, ASampleGetsTheSameBitsInEveryBatch) {
  RandomStream random(33);
  const Matrix w = moo::test::normal_matrix(random, 30, 20);
  const Matrix a = moo::test::normal_matrix(random, 20, 600);
  Matrix all(30, 600);
  moo::kernels::multiply<double>(w, a, all.data(), 30);
  for (const int first : {0, 1, 13, 290}) {
    for (const int count : {1, 2, 5, 31, 310}) {
      Matrix part(30, count);
      moo::kernels::multiply<double>(w, a.middleCols(first, count), part.data(), 30);
      EXPECT_EQ(part, all.middleCols(first, count)) << first << " " << count;
    }
  }
}

TEST_P(Products, GramsAreSymmetricAndAdded) {
  RandomStream random(34);
  for (const auto& [rows, n] :
       std::vector<std::array<int, 2>>{{5, 3}, {40, 37}, {300, 290}, {7, 600}}) {
    const Matrix j = moo::test::normal_matrix(random, rows, n);
    const Matrix before = Matrix::Constant(n + 2, n, 2.0);
    Matrix after = before;
    moo::kernels::add_gram(j, after.data(), after.rows());
    const Matrix exact = before.topRows(n) + j.transpose() * j;
    EXPECT_LE((after.topRows(n) - exact).norm(), 1e-14 * exact.norm());
    EXPECT_EQ(after.topRows(n), Matrix(after.topRows(n).transpose()));
    EXPECT_EQ(after.bottomRows(2), before.bottomRows(2));
  }
}

TEST_P(Products, RowSumsAreSums) {
  RandomStream random(35);
  for (const int rows : {1, 3, 8, 15, 48, 61, 96, 200}) {
    for (const int columns : {0, 1, 5, 700}) {
      const Matrix a = moo::test::normal_matrix(random, rows, columns);
      Vector sums = Vector::Constant(rows, 7.0);
      moo::kernels::row_sums<double>(a, sums.data());
      EXPECT_LE((sums - a.rowwise().sum()).lpNorm<Eigen::Infinity>(), 1e-13 * (1 + columns));
      const Eigen::MatrixXf in_single = a.cast<float>();
      Eigen::VectorXf single_sums(rows);
      moo::kernels::row_sums<float>(in_single, single_sums.data());
      EXPECT_LE((single_sums.cast<double>() - sums).lpNorm<Eigen::Infinity>(),
                1e-5 * (1 + columns));
    }
  }
}

TEST_P(Products, WithNothingToSumAreZero) {
  for (const int rows : {3, 30}) {
    Matrix result = Matrix::Constant(rows, 2, 5.0);
    moo::kernels::multiply<double>(Matrix(rows, 0), Matrix(0, 2), result.data(), rows);
    EXPECT_EQ(result, Matrix::Zero(rows, 2));
  }
}

INSTANTIATE_TEST_SUITE_P(Kernels, Products,
                         testing::ValuesIn(moo::kernels::available_instruction_sets()),
                         [](const auto& set) { return set.param; });

}  // namespace
