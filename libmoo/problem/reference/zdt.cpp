#include "libmoo/problem/reference/zdt.hpp"

#include <cmath>
#include <numbers>

#include "libmoo/problem/reference/bisection.hpp"
#include "libmoo/problem/reference/curve_pieces.hpp"
#include "libmoo/problem/reference/differentiated_problem.hpp"
#include "libmoo/problem/reference/extended_power.hpp"

namespace moo {
namespace {

using std::numbers::pi;

constexpr double kLeastPosition = 1e-3;  ///< x_0 where its square root is taken

template <class Number>
Number mean_square(std::span<const Number> tail) {
  Number sum = 0.0;
  for (const Number& x : tail) sum += x * x;
  return sum / static_cast<double>(tail.size());
}

/// What zdt1, zdt2 and zdt3 share. A form maps the front's parameter u to x_0.
struct QuadraticTail {
  static constexpr int kVariables = 30;
  static constexpr double kBox = 1.0;
  static constexpr bool kLocalFronts = false;
  template <class Number>
  static Number distance(std::span<const Number> tail) {
    return 1.0 + 9.0 * mean_square(tail);
  }
  template <class Number>
  static Number first(const Number& position) {
    return position;
  }
};

/// u = sqrt(x_0) makes the front's formula smooth.
struct RootPosition {
  static constexpr double kFrom = kLeastPosition;
  static double parameter(double position) { return std::sqrt(position); }
  static double position(double u) { return u * u; }
  template <class Number>
  static Number square_root(const Number& x) {
    return extended_power(x, 0.5, kLeastPosition);
  }
};

struct PlainPosition {
  static constexpr double kFrom = 0.0;
  static double parameter(double position) { return position; }
  static double position(double u) { return u; }
};

struct Zdt1 : QuadraticTail, RootPosition {
  static constexpr const char* kName = "zdt1";
  static constexpr FrontShape kShape = FrontShape::convex;
  template <class Number>
  static Number second(const Number& f, const Number& g) {
    using std::sqrt;
    return g - sqrt(g) * square_root(f);
  }
};

struct Zdt2 : QuadraticTail, PlainPosition {
  static constexpr const char* kName = "zdt2";
  static constexpr FrontShape kShape = FrontShape::concave;
  template <class Number>
  static Number second(const Number& f, const Number& g) {
    return g - f * f / g;
  }
};

struct Zdt3 : QuadraticTail, RootPosition {
  static constexpr const char* kName = "zdt3";
  static constexpr FrontShape kShape = FrontShape::disconnected;
  template <class Number>
  static Number second(const Number& f, const Number& g) {
    using std::sin;
    using std::sqrt;
    return g - sqrt(g) * square_root(f) - f * sin(10.0 * pi * f);
  }
};

struct Zdt4 : Zdt1 {
  static constexpr const char* kName = "zdt4";
  static constexpr int kVariables = 10;
  static constexpr double kBox = 5.0;
  static constexpr bool kLocalFronts = true;
  template <class Number>
  static Number distance(std::span<const Number> tail) {
    using std::cos;
    Number sum = 1.0;
    for (const Number& x : tail) sum += 10.0 + x * x - 10.0 * cos(4.0 * pi * x);
    return sum;
  }
};

struct Zdt6 : Zdt2 {
  static constexpr const char* kName = "zdt6";
  static constexpr int kVariables = 10;
  static constexpr bool kLocalFronts = true;
  template <class Number>
  static Number distance(std::span<const Number> tail) {
    using std::pow;
    constexpr double shift = 0.01;
    const double least = std::pow(shift, 0.25);
    const double range = std::pow(1.0 + shift, 0.25) - least;
    return 1.0 + 9.0 / range * (pow(mean_square(tail) + shift, 0.25) - least);
  }
  template <class Number>
  static Number first(const Number& position) {
    using std::exp;
    using std::sin;
    const Number wave = sin(6.0 * pi * position);
    const Number square = wave * wave;
    return 1.0 - exp(-4.0 * position) * square * square * square;
  }
  /// Where f_0 is smallest: tan(6 pi x_0) = 9 pi. From there it grows to 1 at x_0 = 1/6.
  static double best_position() { return std::atan(9.0 * pi) / (6.0 * pi); }
  /// Here u is f_0 itself, because x_0 is flat at 1/6.
  static double position(double u) {
    return bisect([u](double x) { return first(x) - u; }, best_position(), 1.0 / 6.0);
  }
};

/// The front's point at u, for x_0 or (zdt6) f_0 as its abscissa.
template <class Form>
double abscissa(double u) {
  if constexpr (std::is_same_v<Form, Zdt6>) return u;
  return Form::position(u);
}

template <class Form>
std::unique_ptr<const KnownFront> front_of() {
  const auto formula = [](double u) -> Vector {
    const double f = abscissa<Form>(u);
    return Eigen::Vector2d(f, Form::second(f, 1.0));
  };
  if constexpr (std::is_same_v<Form, Zdt6>) {
    return curve_front(Form::first(Form::best_position()), 1.0, formula);
  }
  const double from = Form::parameter(Form::kFrom);
  if (Form::kShape != FrontShape::disconnected) return curve_front(from, 1.0, formula);
  const PlaneCurve curve = [](const Tangent& u) {
    const Tangent f = u * u;
    return std::make_pair(f, Form::second(f, Tangent(1.0)));
  };
  return std::make_unique<ParametricFront>(nondominated_pieces(curve, from, 1.0),
                                           [=](ConstVectorRef u) { return formula(u(0)); });
}

template <class Form>
class Zdt final : public DifferentiatedProblem<Zdt<Form>> {
 public:
  explicit Zdt(int num_variables)
      : DifferentiatedProblem<Zdt<Form>>(facts_of(num_variables), front_of<Form>()) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const Number g = Form::distance(x.subspan(1));
    values[0] = Form::first(x[0]);
    values[1] = Form::second(values[0], g);
  }

 private:
  static ReferenceFacts facts_of(int num_variables) {
    ReferenceFacts facts{.name = Form::kName, .num_variables = num_variables};
    facts.bounds = equal_bounds(num_variables, -Form::kBox, Form::kBox);
    facts.bounds.lower(0) = Form::kFrom;
    facts.bounds.upper(0) = 1.0;
    facts.shape = Form::kShape;
    facts.has_local_fronts = Form::kLocalFronts;
    return facts;
  }

  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    Vector x = Vector::Zero(this->num_variables());
    x(0) = Form::position(u(0));
    return x;
  }
};

template <class Form>
ReferenceEntry entry() {
  return {Form::kName, two_objectives(), variables_from(2, Form::kVariables),
          [](int n, int) { return std::make_shared<Zdt<Form>>(n); }};
}

}  // namespace

std::vector<ReferenceEntry> zdt_problems() {
  return {entry<Zdt1>(), entry<Zdt2>(), entry<Zdt3>(), entry<Zdt4>(), entry<Zdt6>()};
}

}  // namespace moo
