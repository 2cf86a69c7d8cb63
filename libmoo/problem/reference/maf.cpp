#include "libmoo/problem/reference/maf.hpp"

#include "libmoo/problem/reference/dtlz_forms.hpp"
#include "libmoo/problem/reference/simplex_front.hpp"

namespace moo {
namespace {

class Maf1 final : public DifferentiatedProblem<Maf1> {
 public:
  Maf1(int n, int m)
      : DifferentiatedProblem(unit_box_facts("maf1", n, m, FrontShape::linear),
                              std::make_unique<SimplexFront>(m, 1.0, -1.0)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const auto [position, tail] = split_variables(x, values.size());
    simplex_position(position, values);
    const Number g = squares_about_half(tail);
    for (Number& f : values) f = (1.0 + g) * (1.0 - f);
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(simplex_variables(u), num_variables(), 0.5);
  }
};

enum class Distance { waves, squares };

template <Distance kDistance>
class ConvexSphere final : public DifferentiatedProblem<ConvexSphere<kDistance>> {
 public:
  ConvexSphere(int n, int m) : DifferentiatedProblem<ConvexSphere>(facts_of(n, m), front_of(m)) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    const auto [position, tail] = split_variables(x, values.size());
    sphere_position(position, values);
    const Number g =
        kDistance == Distance::waves ? waves_about_half(tail) : squares_about_half(tail);
    for (Number& f : values) f = (1.0 + g) * (1.0 + g) * f * f;
    for (Number& f : values.first(values.size() - 1)) f = f * f;
  }

 private:
  static ReferenceFacts facts_of(int n, int m) {
    constexpr bool waves = kDistance == Distance::waves;
    ReferenceFacts facts =
        unit_box_facts(waves ? "maf3" : "convex_dtlz2", n, m, FrontShape::convex);
    facts.has_local_fronts = waves;
    return facts;
  }

  /// The squares p of a point of the sphere, at parameters u in [0, 1]^(m-1); m.
  static Vector squares(ConstVectorRef u) {
    Vector p(u.size() + 1);
    simplex_position<double>({u.data(), static_cast<std::size_t>(u.size())},
                             {p.data(), static_cast<std::size_t>(p.size())});
    return p;
  }
  static std::unique_ptr<const KnownFront> front_of(int m) {
    return std::make_unique<ParametricFront>(std::vector<Bounds>{equal_bounds(m - 1, 0.0, 1.0)},
                                             [](ConstVectorRef u) {
                                               Vector f = squares(u);
                                               f.head(u.size()) = f.head(u.size()).array().square();
                                               return f;
                                             });
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return with_tail(sphere_variables(squares(u).cwiseSqrt()), this->num_variables(), 0.5);
  }
};

}  // namespace

std::vector<ReferenceEntry> maf_problems() {
  const SizeRange objectives{3, 2, 10};
  return {
      {"maf1", objectives, with_distance_variables(10),
       [](int n, int m) { return std::make_shared<Maf1>(n, m); }},
      {"maf3",
       {3, 2, 5},
       with_distance_variables(10),
       [](int n, int m) { return std::make_shared<ConvexSphere<Distance::waves>>(n, m); }},
      {"convex_dtlz2",
       {3, 2, 5},
       with_distance_variables(10),
       [](int n, int m) { return std::make_shared<ConvexSphere<Distance::squares>>(n, m); }},
  };
}

}  // namespace moo
