#include "libmoo/problem/reference/constrained_dtlz.hpp"

#include <algorithm>
#include <cmath>

#include "libmoo/problem/reference/cap_front.hpp"
#include "libmoo/problem/reference/dtlz_forms.hpp"
#include "libmoo/problem/reference/simplex_front.hpp"

namespace moo {
namespace {

ReferenceFacts facts_of(const std::string& name, int n, int m, int rows, FrontShape shape) {
  ReferenceFacts facts = unit_box_facts(name, n, m, shape);
  facts.hard_rows = inequality_rows(rows);
  return facts;
}

template <class Number>
Number sum_of_squares(std::span<const Number> f) {
  Number sum = 0.0;
  for (const Number& one : f) sum += one * one;
  return sum;
}

class C1Dtlz1 final : public DifferentiatedProblem<C1Dtlz1> {
 public:
  C1Dtlz1(int n, int m)
      : DifferentiatedProblem(halved(facts_of("c1_dtlz1", n, m, 1, FrontShape::linear)),
                              std::make_unique<SimplexFront>(m, 0.0, 0.5)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const std::size_t m = values.size() - 1;
    const auto [position, tail] = split_variables(x, m);
    simplex_position(position, values.first(m));
    const Number g = waves_about_half(tail);
    values[m] = -1.0;
    for (std::size_t i = 0; i < m; ++i) {
      values[i] = 0.5 * (1.0 + g) * values[i];
      values[m] += values[i] / (i + 1 == m ? 0.6 : 0.5);
    }
  }

 private:
  static ReferenceFacts halved(ReferenceFacts facts) {
    facts.has_local_fronts = true;
    facts.nadir *= 0.5;
    return facts;
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(simplex_variables(u), num_variables(), 0.5);
  }
};

/// The objectives of dtlz2 for m of them, into the head of values.
template <class Number>
void dtlz2_objectives(std::span<const Number> x, std::span<Number> f) {
  const auto [position, tail] = split_variables(x, f.size());
  sphere_position(position, f);
  const Number g = squares_about_half(tail);
  for (Number& one : f) one = (1.0 + g) * one;
}

class C2Dtlz2 final : public DifferentiatedProblem<C2Dtlz2> {
 public:
  static constexpr double kRadius = 0.4;

  explicit C2Dtlz2(int n)
      : DifferentiatedProblem(facts_of("c2_dtlz2", n, 3, 1, FrontShape::disconnected),
                              std::make_unique<CapFront>(kRadius)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const std::span<Number> f = values.first(3);
    dtlz2_objectives(x, f);
    // |f - c|^2 = |f|^2 + 1 - 2 f.c for a centre c on the sphere: the nearest has the largest f.c.
    Number product = (f[0] + f[1] + f[2]) * std::sqrt(1.0 / 3.0);
    for (const Number& one : f) {
      if (value_of(one) > value_of(product)) product = one;
    }
    const Number square = sum_of_squares<Number>(f) + 1.0 - 2.0 * product;
    values[3] = square / (kRadius * kRadius) - 1.0;
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(sphere_variables(u), num_variables(), 0.5);
  }
};

class C3Dtlz2 final : public DifferentiatedProblem<C3Dtlz2> {
 public:
  C3Dtlz2(int n, int m)
      : DifferentiatedProblem(doubled(facts_of("c3_dtlz2", n, m, m, FrontShape::mixed)),
                              front_of(m)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const std::size_t m = values.size() / 2;
    dtlz2_objectives(x, values.first(m));
    const Number squares = sum_of_squares<Number>(values.first(m));
    for (std::size_t j = 0; j < m; ++j) {
      values[m + j] = 1.0 - squares + 0.75 * values[j] * values[j];
    }
  }

 private:
  static ReferenceFacts doubled(ReferenceFacts facts) {
    facts.nadir *= 2.0;
    return facts;
  }

  /// The point of the front in the direction u (m, >= 0): the outermost ellipsoid there is that of
  /// the largest coordinate.
  static Vector in_direction(ConstVectorRef u) {
    const Vector y = u.normalized();
    const double largest = y.maxCoeff();
    return y / std::sqrt(1.0 - 0.75 * largest * largest);
  }

  /// One piece for every ellipsoid: directions with its coordinate 1 and the others at most 1.
  static std::unique_ptr<const KnownFront> front_of(int m) {
    std::vector<Bounds> pieces;
    for (int j = 0; j < m; ++j) {
      pieces.push_back(equal_bounds(m, 0.0, 1.0));
      pieces.back().lower(j) = 1.0;
    }
    return std::make_unique<ParametricFront>(pieces, in_direction);
  }

  /// At |f| = 1 + g all distance variables are equally far from 1/2.
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    const int k = num_variables() - num_objectives() + 1;
    const double g = in_direction(u).norm() - 1.0;
    return with_tail(sphere_variables(u), num_variables(), 0.5 + std::sqrt(g / k));
  }
};

}  // namespace

std::vector<ReferenceEntry> constrained_dtlz_problems() {
  return {
      {"c1_dtlz1",
       {3, 2, 10},
       with_distance_variables(5),
       [](int n, int m) { return std::make_shared<C1Dtlz1>(n, m); }},
      {"c2_dtlz2", exactly(3), with_distance_variables(10),
       [](int n, int) { return std::make_shared<C2Dtlz2>(n); }},
      {"c3_dtlz2",
       {3, 2, 5},
       [](int m) {
         return SizeRange{m + 9, m + 3, kAnySize};
       },
       [](int n, int m) { return std::make_shared<C3Dtlz2>(n, m); }},
  };
}

}  // namespace moo
