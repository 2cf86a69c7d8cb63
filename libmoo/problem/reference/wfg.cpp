#include "libmoo/problem/reference/wfg.hpp"

#include <cmath>
#include <numbers>

#include "libmoo/problem/reference/curve_pieces.hpp"
#include "libmoo/problem/reference/dtlz_forms.hpp"

namespace moo {
namespace {

using std::numbers::pi;

struct Wfg1 {
  static constexpr const char* kName = "wfg1";
  static constexpr FrontShape kShape = FrontShape::mixed;
  template <class Number>
  static Number last(const Number& t) {
    using std::sin;
    return 1.0 - t + sin(10.0 * pi * t) / (10.0 * pi);
  }
};

struct Wfg2 {
  static constexpr const char* kName = "wfg2";
  static constexpr FrontShape kShape = FrontShape::disconnected;
  template <class Number>
  static Number last(const Number& t) {
    using std::cos;
    const Number wave = cos(5.0 * pi * t);
    return 1.0 - t * wave * wave;
  }
};

/// 2 (i + 1) h_i at a position.
template <class Form, class Number>
void shape_position(std::span<const Number> x, std::span<Number> f) {
  using std::cos;
  using std::sin;
  const std::size_t m = f.size();
  Number product = 1.0;
  for (std::size_t i = 0; i + 1 < m; ++i) {
    if (i > 0)
      f[m - 1 - i] = 2.0 * static_cast<double>(m - i) * product * (1.0 - sin(0.5 * pi * x[i]));
    product = product * (1.0 - cos(0.5 * pi * x[i]));
  }
  f[0] = 2.0 * product;
  f[m - 1] = 2.0 * static_cast<double>(m) * Form::last(x[0]);
}

/// All positions whose x_0 is not dominated at equal x_1, ..., x_{m-2}: h_{m-1} is lower than for
/// any smaller x_0, while the other shapes grow with it.
template <class Form>
std::unique_ptr<const KnownFront> front_of(int m) {
  const PlaneCurve curve = [](const Tangent& t) { return std::make_pair(t, Form::last(t)); };
  std::vector<Bounds> pieces;
  for (const Bounds& part : nondominated_pieces(curve, 0.0, 1.0)) {
    Bounds piece = equal_bounds(m - 1, 0.0, 1.0);
    piece.lower(0) = part.lower(0);
    piece.upper(0) = part.upper(0);
    pieces.push_back(piece);
  }
  return std::make_unique<ParametricFront>(pieces, [m](ConstVectorRef u) {
    Vector f(m);
    shape_position<Form, double>({u.data(), static_cast<std::size_t>(m - 1)},
                                 {f.data(), static_cast<std::size_t>(m)});
    return f;
  });
}

template <class Form>
class Wfg final : public DifferentiatedProblem<Wfg<Form>> {
 public:
  Wfg(int n, int m) : DifferentiatedProblem<Wfg>(facts_of(n, m), front_of<Form>(m)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const auto [position, tail] = split_variables(x, values.size());
    shape_position<Form, Number>(position, values);
    Number d = 0.0;
    for (const Number& one : tail) d += 4.0 * (one - 0.35) * (one - 0.35);
    for (Number& f : values) f += d;
  }

 private:
  static ReferenceFacts facts_of(int n, int m) {
    ReferenceFacts facts = unit_box_facts(Form::kName, n, m, Form::kShape);
    facts.nadir = Vector::LinSpaced(m, 2.0, 2.0 * m);
    // Plateaus of the first (b_flat), waves of the second (disc).
    facts.has_local_fronts = true;
    return facts;
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(u, this->num_variables(), 0.35);
  }
};

template <class Form>
ReferenceEntry entry() {
  return {Form::kName, {3, 2, 4}, with_distance_variables(10), [](int n, int m) {
            return std::make_shared<Wfg<Form>>(n, m);
          }};
}

}  // namespace

std::vector<ReferenceEntry> wfg_problems() { return {entry<Wfg1>(), entry<Wfg2>()}; }

}  // namespace moo
