#include "libmoo/problem/reference/unconstrained.hpp"

#include "libmoo/problem/reference/differentiated_problem.hpp"
#include "libmoo/problem/reference/fonseca_fleming.hpp"
#include "libmoo/problem/reference/two_quadratics.hpp"

namespace moo {
namespace {

class Jos1 final : public DifferentiatedProblem<Jos1> {
 public:
  explicit Jos1(int num_variables)
      : DifferentiatedProblem({.name = "jos1",
                               .num_variables = num_variables,
                               .start = equal_bounds(num_variables, -2.0, 4.0),
                               .shape = FrontShape::convex},
                              curve_front(0.0, 2.0, [](double t) -> Vector {
                                return Eigen::Vector2d(t * t, (t - 2.0) * (t - 2.0));
                              })) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    Number first = 0.0;
    Number second = 0.0;
    for (const Number& one : x) {
      first += one * one;
      second += (one - 2.0) * (one - 2.0);
    }
    values[0] = first / static_cast<double>(x.size());
    values[1] = second / static_cast<double>(x.size());
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return Vector::Constant(num_variables(), u(0));
  }
};

}  // namespace

std::vector<ReferenceEntry> unconstrained_problems() {
  return {{"two_quadratics", two_objectives(), variables_from(1, 10),
           [](int n, int) { return std::make_shared<TwoQuadratics>(n); }},
          {"fonseca_fleming", two_objectives(), variables_from(1, 20),
           [](int n, int) { return std::make_shared<FonsecaFleming>(n); }},
          {"jos1", two_objectives(), variables_from(1, 100),
           [](int n, int) { return std::make_shared<Jos1>(n); }}};
}

}  // namespace moo
