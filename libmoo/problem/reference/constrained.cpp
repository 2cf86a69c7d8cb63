#include "libmoo/problem/reference/constrained.hpp"

#include <cmath>
#include <numbers>

#include "libmoo/problem/reference/bisection.hpp"
#include "libmoo/problem/reference/curve_pieces.hpp"
#include "libmoo/problem/reference/differentiated_problem.hpp"

namespace moo {
namespace {

using std::numbers::pi;

/// A problem of two variables. Form gives its facts, formulas and front.
template <class Form>
class PlaneProblem final : public DifferentiatedProblem<PlaneProblem<Form>> {
 public:
  PlaneProblem() : DifferentiatedProblem<PlaneProblem>(facts_of(), front_of()) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    Form::evaluate(x[0], x[1], values);
  }

 private:
  static ReferenceFacts facts_of() {
    ReferenceFacts facts{.name = Form::kName, .num_variables = 2};
    facts.hard_rows = inequality_rows(2);
    facts.bounds = Form::box();
    facts.shape = Form::kShape;
    facts.has_local_fronts = Form::kLocalFronts;
    return facts;
  }
  static std::unique_ptr<const KnownFront> front_of() {
    return std::make_unique<ParametricFront>(Form::pieces(), [](ConstVectorRef u) -> Vector {
      const Vector x = Form::optimum(u(0));
      Vector values(4);
      Form::evaluate(x(0), x(1), std::span<double>(values.data(), 4));
      return values.head(2);
    });
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override { return Form::optimum(u(0)); }
};

struct Bnh {
  static constexpr const char* kName = "bnh";
  static constexpr FrontShape kShape = FrontShape::convex;
  static constexpr bool kLocalFronts = false;
  static Bounds box() { return {Eigen::Vector2d(0.0, 0.0), Eigen::Vector2d(5.0, 3.0)}; }

  template <class Number>
  static void evaluate(const Number& x, const Number& y, std::span<Number> values) {
    values[0] = 4.0 * (x * x + y * y);
    values[1] = (x - 5.0) * (x - 5.0) + (y - 5.0) * (y - 5.0);
    values[2] = ((x - 5.0) * (x - 5.0) + y * y) / 25.0 - 1.0;
    values[3] = 1.0 - ((x - 8.0) * (x - 8.0) + (y + 3.0) * (y + 3.0)) / 7.7;
  }
  static std::vector<Bounds> pieces() { return unit_pieces(2); }
  /// On the line between both centres up to the bound y = 3, then along it.
  static Vector optimum(double u) {
    if (u < 1.0) return Eigen::Vector2d(3.0 * u, 3.0 * u);
    return Eigen::Vector2d(3.0 + 2.0 * (u - 1.0), 3.0);
  }
};

struct Srn {
  static constexpr const char* kName = "srn";
  static constexpr FrontShape kShape = FrontShape::convex;
  static constexpr bool kLocalFronts = true;
  static Bounds box() { return equal_bounds(2, -20.0, 20.0); }

  template <class Number>
  static void evaluate(const Number& x, const Number& y, std::span<Number> values) {
    values[0] = 2.0 + (x - 2.0) * (x - 2.0) + (y - 1.0) * (y - 1.0);
    values[1] = 9.0 * x - (y - 1.0) * (y - 1.0);
    values[2] = (x * x + y * y) / 225.0 - 1.0;
    values[3] = (x - 3.0 * y) / 10.0 + 1.0;
  }
  static std::vector<Bounds> pieces() { return unit_pieces(3); }
  /// From the row x - 3 y + 10 = 0 (first point: the one nearest to (2, 1), where f_0 is smallest)
  /// up the line x = -5/2, on which the gradients of both objectives are opposite, to the circle
  /// and along it to the smallest f_1.
  static Vector optimum(double u) {
    if (u < 1.0) {
      const double y = 3.7 - 1.2 * u;
      return Eigen::Vector2d(3.0 * y - 10.0, y);
    }
    const double top = std::sqrt(225.0 - 6.25);
    if (u < 2.0) return Eigen::Vector2d(-2.5, 2.5 + (u - 1.0) * (top - 2.5));
    static const double end = bisect(
        [](double a) {
          return -135.0 * std::sin(a) - 30.0 * (15.0 * std::sin(a) - 1.0) * std::cos(a);
        },
        0.5 * pi, 0.75 * pi);
    const double begin = std::atan2(top, -2.5);
    const double angle = begin + (u - 2.0) * (end - begin);
    return Eigen::Vector2d(15.0 * std::cos(angle), 15.0 * std::sin(angle));
  }
};

struct Tnk {
  static constexpr const char* kName = "tnk";
  static constexpr FrontShape kShape = FrontShape::disconnected;
  static constexpr bool kLocalFronts = false;
  static Bounds box() { return equal_bounds(2, 0.0, pi); }

  template <class Number>
  static void evaluate(const Number& x, const Number& y, std::span<Number> values) {
    using std::atan2;
    using std::cos;
    values[0] = x;
    values[1] = y;
    values[2] = 1.0 + 0.1 * cos(16.0 * atan2(x, y)) - x * x - y * y;
    values[3] = 2.0 * ((x - 0.5) * (x - 0.5) + (y - 0.5) * (y - 0.5)) - 1.0;
  }
  /// The row c_0 = 0 at the angle u from the second axis.
  template <class Number>
  static std::pair<Number, Number> on_row(const Number& u) {
    using std::cos;
    using std::sin;
    using std::sqrt;
    const Number radius = sqrt(1.0 + 0.1 * cos(16.0 * u));
    return {radius * sin(u), radius * cos(u)};
  }
  /// The parts of that row, between its crossings with the circle c_1 = 0, that nothing dominates.
  static std::vector<Bounds> pieces() {
    const double crossing = bisect(
        [](double u) {
          return std::sqrt(1.0 + 0.1 * std::cos(16.0 * u)) - std::sin(u) - std::cos(u);
        },
        0.0, 0.1);
    return nondominated_pieces([](const Tangent& u) { return on_row(u); }, crossing,
                               0.5 * pi - crossing);
  }
  static Vector optimum(double u) {
    const auto [x, y] = on_row(u);
    return Eigen::Vector2d(x, y);
  }
};

template <class Form>
ReferenceEntry entry() {
  return {Form::kName, two_objectives(), fixed_variables(2),
          [](int, int) { return std::make_shared<PlaneProblem<Form>>(); }};
}

}  // namespace

std::vector<ReferenceEntry> constrained_problems() {
  return {entry<Bnh>(), entry<Srn>(), entry<Tnk>(), osy_problem()};
}

}  // namespace moo
