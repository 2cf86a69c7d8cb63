#include <cmath>

#include "libmoo/problem/reference/bisection.hpp"
#include "libmoo/problem/reference/constrained.hpp"
#include "libmoo/problem/reference/differentiated_problem.hpp"

namespace moo {
namespace {

template <class Number>
Number square(const Number& x) {
  return x * x;
}

Vector point(double x0, double x1, double x2, double x4) {
  Vector x(6);
  x << x0, x1, x2, 0.0, x4, 0.0;
  return x;
}

Vector on_third_part(double x0) { return point(x0, (x0 - 2.0) / 3.0, 1.0, 1.0); }
Vector on_fourth_part(double x2) { return point(0.0, 2.0, x2, 1.0); }

class Osy final : public DifferentiatedProblem<Osy> {
 public:
  Osy() : DifferentiatedProblem(facts_of(), front_of()) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    objectives_of(x, values);
    values[2] = 1.0 - (x[0] + x[1]) / 2.0;
    values[3] = (x[0] + x[1]) / 6.0 - 1.0;
    values[4] = (x[1] - x[0]) / 2.0 - 1.0;
    values[5] = (x[0] - 3.0 * x[1]) / 2.0 - 1.0;
    values[6] = (square(x[2] - 3.0) + x[3]) / 4.0 - 1.0;
    values[7] = 1.0 - (square(x[4] - 3.0) + x[5]) / 4.0;
  }

 private:
  template <class Number>
  static void objectives_of(std::span<const Number> x, std::span<Number> values) {
    values[0] = -(25.0 * square(x[0] - 2.0) + square(x[1] - 2.0) + square(x[2] - 1.0) +
                  square(x[3] - 4.0) + square(x[4] - 1.0));
    values[1] = 0.0;
    for (const Number& one : x) values[1] += one * one;
  }
  static Vector objectives_at(const Vector& x) {
    Vector f(2);
    objectives_of<double>({x.data(), 6}, {f.data(), 2});
    return f;
  }
  static ReferenceFacts facts_of() {
    ReferenceFacts facts{.name = "osy", .num_variables = 6};
    facts.hard_rows = inequality_rows(6);
    facts.bounds.lower = point(0.0, 0.0, 1.0, 1.0);
    facts.bounds.upper.resize(6);
    facts.bounds.upper << 10.0, 10.0, 5.0, 6.0, 5.0, 10.0;
    facts.shape = FrontShape::mixed;
    facts.has_local_fronts = true;
    return facts;
  }
  static std::unique_ptr<const KnownFront> front_of() {
    return std::make_unique<ParametricFront>(
        unit_pieces(5), [](ConstVectorRef u) { return objectives_at(at(u(0))); });
  }

  /// The x_2 of the fourth part whose f_1 is that of the third part at x_0.
  static double fourth_like(double x0) {
    return std::sqrt(objectives_at(on_third_part(x0))(1) - 5.0);
  }
  /// Where the third part crosses the fourth one in the plane of objectives.
  static double crossing() {
    static const double x0 = bisect(
        [](double x) {
          return objectives_at(on_third_part(x))(0) -
                 objectives_at(on_fourth_part(fourth_like(x)))(0);
        },
        3.5, 5.0);
    return x0;
  }

  /// The five parts, from the smallest f_0 to the smallest f_1; x_3 = x_5 = 0 on all of them.
  /// Rows active beside the bounds: 1, 3, 5 on the first two parts, 3, 4, 5 on the third, 0, 2, 5
  /// on the fourth and 0, 4, 5 on the fifth.
  static Vector at(double u) {
    const double share = u - std::min(4.0, std::floor(u));
    if (u < 1.0) return point(5.0, 1.0, 5.0 - 4.0 * share, 5.0);
    if (u < 2.0) return point(5.0, 1.0, 5.0 - 4.0 * share, 1.0);
    if (u < 3.0) return on_third_part((1.0 - share) * 5.0 + share * crossing());
    if (u < 4.0) return on_fourth_part((1.0 - share) * fourth_like(crossing()) + share);
    return point(share, 2.0 - share, 1.0, 1.0);
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override { return at(u(0)); }
};

}  // namespace

ReferenceEntry osy_problem() {
  return {"osy", two_objectives(), fixed_variables(6),
          [](int, int) { return std::make_shared<Osy>(); }};
}

}  // namespace moo
