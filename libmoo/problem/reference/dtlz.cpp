#include "libmoo/problem/reference/dtlz.hpp"

#include "libmoo/problem/reference/curve_pieces.hpp"
#include "libmoo/problem/reference/dtlz_forms.hpp"
#include "libmoo/problem/reference/simplex_front.hpp"

namespace moo {
namespace {

using std::numbers::pi;

enum class Distance { waves, squares };

template <Distance kDistance>
class Dtlz1 final : public DifferentiatedProblem<Dtlz1<kDistance>> {
 public:
  Dtlz1(int n, int m)
      : DifferentiatedProblem<Dtlz1>(facts_of(n, m), std::make_unique<SimplexFront>(m, 0.0, 0.5)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const auto [position, tail] = split_variables(x, values.size());
    simplex_position(position, values);
    const Number g =
        kDistance == Distance::waves ? waves_about_half(tail) : 100.0 * squares_about_half(tail);
    for (Number& f : values) f = 0.5 * (1.0 + g) * f;
  }

 private:
  static ReferenceFacts facts_of(int n, int m) {
    constexpr bool waves = kDistance == Distance::waves;
    ReferenceFacts facts =
        unit_box_facts(waves ? "dtlz1" : "dtlz1_convex", n, m, FrontShape::linear);
    facts.has_local_fronts = waves;
    facts.nadir = Vector::Constant(m, 0.5);
    return facts;
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(simplex_variables(u), this->num_variables(), 0.5);
  }
};

class Dtlz2 final : public DifferentiatedProblem<Dtlz2> {
 public:
  Dtlz2(int n, int m)
      : DifferentiatedProblem(unit_box_facts("dtlz2", n, m, FrontShape::concave),
                              std::make_unique<SphereFront>(m)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const auto [position, tail] = split_variables(x, values.size());
    sphere_position(position, values);
    const Number g = squares_about_half(tail);
    for (Number& f : values) f = (1.0 + g) * f;
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(sphere_variables(u), num_variables(), 0.5);
  }
};

/// The angles behind the first one shrink to pi/4 on the front, which is a curve.
class Dtlz5 final : public DifferentiatedProblem<Dtlz5> {
 public:
  explicit Dtlz5(int n) : DifferentiatedProblem(facts_of(n), front_of()) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const auto [position, tail] = split_variables(x, values.size());
    const Number g = squares_about_half(tail);
    const Number shares[2] = {position[0], (1.0 + 2.0 * g * position[1]) / (2.0 + 2.0 * g)};
    sphere_position<Number>(shares, values);
    for (Number& f : values) f = (1.0 + g) * f;
  }

 private:
  static ReferenceFacts facts_of(int n) {
    ReferenceFacts facts = unit_box_facts("dtlz5", n, 3, FrontShape::degenerate);
    facts.nadir << std::sqrt(0.5), std::sqrt(0.5), 1.0;
    return facts;
  }
  static std::unique_ptr<const KnownFront> front_of() {
    return curve_front(0.0, 1.0, [](double u) -> Vector {
      const double side = std::cos(0.5 * pi * u) * std::sqrt(0.5);
      return Eigen::Vector3d(side, side, std::sin(0.5 * pi * u));
    });
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(Eigen::Vector2d(u(0), 0.5), num_variables(), 0.5);
  }
};

/// What a position variable takes off the last objective of dtlz7.
template <class Number>
Number dtlz7_gain(const Number& t) {
  using std::sin;
  return t * (1.0 + sin(3.0 * pi * t));
}

class Dtlz7 final : public DifferentiatedProblem<Dtlz7> {
 public:
  Dtlz7(int n, int m) : DifferentiatedProblem(facts_of(n, m), front_of(m)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const std::size_t m = values.size();
    const auto [position, tail] = split_variables(x, m);
    Number sum = 0.0;
    for (const Number& one : tail) sum += one;
    const Number scale = 2.0 + 9.0 / static_cast<double>(tail.size()) * sum;
    Number last = static_cast<double>(m) * scale;
    for (std::size_t i = 0; i + 1 < m; ++i) {
      values[i] = position[i];
      last = last - dtlz7_gain(position[i]);
    }
    values[m - 1] = last;
  }

 private:
  /// The two parts of [0, 1] where the gain exceeds all it was before.
  static std::vector<Bounds> records() {
    return nondominated_pieces([](const Tangent& t) { return std::make_pair(t, -dtlz7_gain(t)); },
                               0.0, 1.0);
  }
  static ReferenceFacts facts_of(int n, int m) {
    const std::vector<Bounds> parts = records();
    ReferenceFacts facts = unit_box_facts("dtlz7", n, m, FrontShape::disconnected);
    const double best = parts.back().upper(0);
    facts.nadir.setConstant(best);
    facts.nadir(m - 1) = 2.0 * m;
    facts.ideal(m - 1) = 2.0 * m - (m - 1) * dtlz7_gain(best);
    return facts;
  }
  static std::unique_ptr<const KnownFront> front_of(int m) {
    const std::vector<Bounds> parts = records();
    std::vector<Bounds> pieces;
    for (unsigned choice = 0; choice < (1U << (m - 1)); ++choice) {
      Bounds piece{Vector(m - 1), Vector(m - 1)};
      for (int i = 0; i < m - 1; ++i) {
        const Bounds& part = parts[(choice >> i) & 1U];
        piece.lower(i) = part.lower(0);
        piece.upper(i) = part.upper(0);
      }
      pieces.push_back(piece);
    }
    return std::make_unique<ParametricFront>(pieces, [m](ConstVectorRef u) {
      Vector f(m);
      f.head(m - 1) = u;
      f(m - 1) = 2.0 * m;
      for (const double t : u) f(m - 1) -= dtlz7_gain(t);
      return f;
    });
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(u, num_variables(), 0.0);
  }
};

}  // namespace

std::vector<ReferenceEntry> dtlz_problems() {
  const SizeRange objectives{3, 2, 10};
  return {
      {"dtlz1", objectives, with_distance_variables(5),
       [](int n, int m) { return std::make_shared<Dtlz1<Distance::waves>>(n, m); }},
      {"dtlz1_convex", objectives, with_distance_variables(5),
       [](int n, int m) { return std::make_shared<Dtlz1<Distance::squares>>(n, m); }},
      {"dtlz2", objectives, with_distance_variables(10),
       [](int n, int m) { return std::make_shared<Dtlz2>(n, m); }},
      {"dtlz5", exactly(3), with_distance_variables(10),
       [](int n, int) { return std::make_shared<Dtlz5>(n); }},
      {"dtlz7",
       {3, 2, 5},
       with_distance_variables(20),
       [](int n, int m) { return std::make_shared<Dtlz7>(n, m); }},
  };
}

}  // namespace moo
