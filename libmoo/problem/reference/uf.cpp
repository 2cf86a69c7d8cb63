#include "libmoo/problem/reference/uf.hpp"

#include <array>
#include <cmath>
#include <numbers>

#include "libmoo/problem/reference/differentiated_problem.hpp"
#include "libmoo/problem/reference/dtlz_forms.hpp"
#include "libmoo/problem/reference/extended_power.hpp"
#include "libmoo/problem/reference/simplex_front.hpp"

namespace moo {
namespace {

using std::numbers::pi;

/// The sum over one index set of x_j - t_j under a penalty; `value` divides by the number of terms.
template <class Number>
class SquareSum {
 public:
  void add(const Number& away, int) {
    sum_ += away * away;
    ++count_;
  }
  [[nodiscard]] Number value() const { return 2.0 / count_ * sum_; }

 private:
  Number sum_ = 0.0;
  int count_ = 0;
};

/// 4 sum y^2 - 2 prod cos(20 pi y / sqrt(j)) + 2.
template <class Number>
class ProductOfWaves {
 public:
  void add(const Number& away, int j) {
    using std::cos;
    sum_ += away * away;
    product_ = product_ * cos(20.0 * pi / std::sqrt(j) * away);
    ++count_;
  }
  [[nodiscard]] Number value() const { return 2.0 / count_ * (4.0 * sum_ - 2.0 * product_ + 2.0); }

 private:
  Number sum_ = 0.0;
  Number product_ = 1.0;
  int count_ = 0;
};

/// sum of 4 y^2 - cos(8 pi y) + 1.
template <class Number>
class SumOfWaves {
 public:
  void add(const Number& away, int) {
    using std::cos;
    sum_ += 4.0 * away * away - cos(8.0 * pi * away) + 1.0;
    ++count_;
  }
  [[nodiscard]] Number value() const { return 2.0 / count_ * sum_; }

 private:
  Number sum_ = 0.0;
  int count_ = 0;
};

// Forms of two objectives. Indices j count from 1, as in the paper: x_1 is the position.

struct RootFront {
  static constexpr bool kLocalFronts = false;
  static constexpr double kLeast = 1e-3;
  template <class Number>
  static Number head(const Number& x) {
    return x;
  }
  template <class Number>
  static Number second(const Number& f) {
    return 1.0 - extended_power(f, 0.5, kLeast);
  }
  /// The front's parameter is sqrt(x_1).
  static double parameter(double x) { return std::sqrt(x); }
  static double position(double u) { return u * u; }
  static Vector front(double u) { return Eigen::Vector2d(u * u, 1.0 - u); }
};

struct Uf1 : RootFront {
  static constexpr const char* kName = "uf1";
  static constexpr FrontShape kShape = FrontShape::convex;
  static constexpr double kLower = -1.0;
  template <class Number>
  using Penalty = SquareSum<Number>;
  template <class Number>
  static Number target(const Number& x, int j, int n) {
    using std::sin;
    return sin(6.0 * pi * x + j * pi / n);
  }
};

struct Uf2 : RootFront {
  static constexpr const char* kName = "uf2";
  static constexpr FrontShape kShape = FrontShape::convex;
  static constexpr double kLower = -1.0;
  template <class Number>
  using Penalty = SquareSum<Number>;
  template <class Number>
  static Number target(const Number& x, int j, int n) {
    using std::cos;
    using std::sin;
    const double shift = j * pi / n;
    const Number height = 0.3 * x * x * cos(24.0 * pi * x + 4.0 * shift) + 0.6 * x;
    const Number angle = 6.0 * pi * x + shift;
    return j % 2 == 1 ? height * cos(angle) : height * sin(angle);
  }
};

struct Uf3 : RootFront {
  static constexpr const char* kName = "uf3";
  static constexpr FrontShape kShape = FrontShape::convex;
  static constexpr double kLower = 0.0;
  static constexpr bool kLocalFronts = true;
  template <class Number>
  using Penalty = ProductOfWaves<Number>;
  template <class Number>
  static Number target(const Number& x, int j, int n) {
    return extended_power(x, 0.5 * (1.0 + 3.0 * (j - 2.0) / (n - 2.0)), kLeast);
  }
};

struct Uf7 : Uf1 {
  static constexpr const char* kName = "uf7";
  static constexpr FrontShape kShape = FrontShape::linear;
  static constexpr double kLeast = 1e-2;
  template <class Number>
  static Number head(const Number& x) {
    return extended_power(x, 0.2, kLeast);
  }
  template <class Number>
  static Number second(const Number& f) {
    return 1.0 - f;
  }
  /// The front's parameter is f_0.
  static double parameter(double x) { return std::pow(x, 0.2); }
  static double position(double u) { return std::pow(u, 5.0); }
  static Vector front(double u) { return Eigen::Vector2d(u, 1.0 - u); }
};

template <class Form>
class TwoUf final : public DifferentiatedProblem<TwoUf<Form>> {
 public:
  explicit TwoUf(int n)
      : DifferentiatedProblem<TwoUf>(facts_of(n),
                                     curve_front(Form::parameter(Form::kLeast), 1.0,
                                                 [](double u) { return Form::front(u); })) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const int n = static_cast<int>(x.size());
    typename Form::template Penalty<Number> odd;
    typename Form::template Penalty<Number> even;
    for (int j = 2; j <= n; ++j) {
      (j % 2 == 1 ? odd : even).add(x[j - 1] - Form::target(x[0], j, n), j);
    }
    const Number head = Form::head(x[0]);
    values[0] = head + odd.value();
    values[1] = Form::second(head) + even.value();
  }

 private:
  static ReferenceFacts facts_of(int n) {
    ReferenceFacts facts{.name = Form::kName, .num_variables = n};
    facts.bounds = equal_bounds(n, Form::kLower, 1.0);
    facts.bounds.lower(0) = Form::kLeast;
    facts.shape = Form::kShape;
    facts.has_local_fronts = Form::kLocalFronts;
    return facts;
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    const int n = this->num_variables();
    Vector x(n);
    x(0) = Form::position(u(0));
    for (int j = 2; j <= n; ++j) x(j - 1) = Form::target(x(0), j, n);
    return x;
  }
};

struct Uf8 {
  static constexpr const char* kName = "uf8";
  template <class Number>
  using Penalty = SquareSum<Number>;
};

struct Uf10 {
  static constexpr const char* kName = "uf10";
  template <class Number>
  using Penalty = SumOfWaves<Number>;
};

template <class Form>
class ThreeUf final : public DifferentiatedProblem<ThreeUf<Form>> {
 public:
  explicit ThreeUf(int n)
      : DifferentiatedProblem<ThreeUf>(facts_of(n), std::make_unique<SphereFront>(3)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const int n = static_cast<int>(x.size());
    std::array<typename Form::template Penalty<Number>, 3> penalties;
    for (int j = 3; j <= n; ++j) {
      penalties[static_cast<std::size_t>((j - 1) % 3)].add(x[j - 1] - target(x[0], x[1], j, n), j);
    }
    sphere_position(x.first(2), values);
    for (std::size_t i = 0; i < 3; ++i) values[i] += penalties[i].value();
  }

 private:
  template <class Number>
  static Number target(const Number& x1, const Number& x2, int j, int n) {
    using std::sin;
    return 2.0 * x2 * sin(2.0 * pi * x1 + j * pi / n);
  }
  static ReferenceFacts facts_of(int n) {
    ReferenceFacts facts{.name = Form::kName, .num_variables = n, .num_objectives = 3};
    facts.bounds = equal_bounds(n, -2.0, 2.0);
    facts.bounds.lower.head(2).setZero();
    facts.bounds.upper.head(2).setOnes();
    facts.shape = FrontShape::concave;
    facts.has_local_fronts = std::is_same_v<Form, Uf10>;
    facts.ideal = Vector::Zero(3);
    facts.nadir = Vector::Ones(3);
    return facts;
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    const int n = this->num_variables();
    Vector x(n);
    x.head(2) = sphere_variables(u);
    for (int j = 3; j <= n; ++j) x(j - 1) = target(x(0), x(1), j, n);
    return x;
  }
};

template <class Form>
ReferenceEntry two() {
  return {Form::kName, two_objectives(), variables_from(3, 30),
          [](int n, int) { return std::make_shared<TwoUf<Form>>(n); }};
}

template <class Form>
ReferenceEntry three() {
  return {Form::kName, exactly(3), variables_from(5, 30),
          [](int n, int) { return std::make_shared<ThreeUf<Form>>(n); }};
}

}  // namespace

std::vector<ReferenceEntry> uf_problems() {
  return {two<Uf1>(), two<Uf2>(), two<Uf3>(), two<Uf7>(), three<Uf8>(), three<Uf10>()};
}

}  // namespace moo
