// Problems in two variables: 1 to 24 and 59.
#include <cmath>

#include "tests/minimize/hock_schittkowski.hpp"

namespace moo::test {
namespace {

using X = Variables;
using R = std::vector<Dual>;

Dual square(const Dual& a) { return a * a; }
Dual cube(const Dual& a) { return a * a * a; }
Dual banana(const X& x) { return 100 * square(x[2] - square(x[1])) + square(1 - x[1]); }

const double root3 = std::sqrt(3.0);
const double root7 = std::sqrt(7.0);
const double pi = std::acos(-1.0);

std::vector<HockSchittkowski> bounded() {
  const double a = std::sqrt(598.0 / 1200.0);
  const double at2 = 2 * a * std::cos(std::acos(1 / (400 * a * a * a)) / 3);
  return {
      book("HS1", {-2, 1}, {{-unbounded, -1.5}, {unbounded, unbounded}}, 0, 0, 0.0, {1, 1},
           [](const X& x) -> R { return {banana(x)}; }),
      book("HS2", {-2, 1}, {{-unbounded, 1.5}, {unbounded, unbounded}}, 0, 0, 0.0504261879,
           {at2, 1.5}, [](const X& x) -> R { return {banana(x)}; }),
      book("HS3", {10, 1}, {{-unbounded, 0}, {unbounded, unbounded}}, 0, 0, 0.0, {0, 0},
           [](const X& x) -> R { return {x[2] + 1e-5 * square(x[2] - x[1])}; }),
      book("HS4", {1.125, 0.125}, {{1, 0}, {unbounded, unbounded}}, 0, 0, 8.0 / 3.0, {1, 0},
           [](const X& x) -> R { return {cube(x[1] + 1) / 3 + x[2]}; }),
      book("HS5", {0, 0}, {{-1.5, -3}, {4, 3}}, 0, 0, -root3 / 2 - pi / 3,
           {-pi / 3 + 0.5, -pi / 3 - 0.5},
           [](const X& x) -> R {
             return {sin(x[1] + x[2]) + square(x[1] - x[2]) - 1.5 * x[1] + 2.5 * x[2] + 1};
           }),
  };
}

std::vector<HockSchittkowski> equalities() {
  return {
      book("HS6", {-1.2, 1}, {}, 0, 1, 0.0, {1, 1},
           [](const X& x) -> R {
             return {square(1 - x[1]), 10 * (x[2] - square(x[1]))};
           }),
      book("HS7", {2, 2}, {}, 0, 1, -root3, {0, root3},
           [](const X& x) -> R {
             return {log(1 + square(x[1])) - x[2], square(1 + square(x[1])) + square(x[2]) - 4};
           }),
      book("HS8", {2, 1}, {}, 0, 2, -1.0, {},
           [](const X& x) -> R {
             return {-1, square(x[1]) + square(x[2]) - 25, x[1] * x[2] - 9};
           }),
      book("HS9", {0, 0}, {}, 0, 1, -0.5, {},
           [](const X& x) -> R {
             return {sin(pi / 12 * x[1]) * cos(pi / 16 * x[2]), 4 * x[1] - 3 * x[2]};
           }),
  };
}

std::vector<HockSchittkowski> inequalities() {
  const double root = std::cbrt(7.5 * std::sqrt(6.0) + std::sqrt(338.5));
  return {
      book("HS10", {-10, 10}, {}, 1, 0, -1.0, {0, 1},
           [](const X& x) -> R {
             return {x[1] - x[2], -3 * square(x[1]) + 2 * x[1] * x[2] - square(x[2]) + 1};
           }),
      book("HS11", {4.9, 0.1}, {}, 1, 0, -8.498464223,
           {(root - 1 / root) / std::sqrt(6.0), (root * root - 2 + 1 / (root * root)) / 6},
           [](const X& x) -> R {
             return {square(x[1] - 5) + square(x[2]) - 25, x[2] - square(x[1])};
           }),
      book("HS12", {0, 0}, {}, 1, 0, -30.0, {2, 3},
           [](const X& x) -> R {
             return {0.5 * square(x[1]) + square(x[2]) - x[1] * x[2] - 7 * x[1] - 7 * x[2],
                     25 - 4 * square(x[1]) - square(x[2])};
           }),
      book("HS13", {-2, -2}, {{0, 0}, {unbounded, unbounded}}, 1, 0, 1.0, {1, 0},
           [](const X& x) -> R {
             return {square(x[1] - 2) + square(x[2]), cube(1 - x[1]) - x[2]};
           }),
      book("HS14", {2, 2}, {}, 1, 1, 9 - 2.875 * root7, {0.5 * (root7 - 1), 0.25 * (root7 + 1)},
           [](const X& x) -> R {
             return {square(x[1] - 2) + square(x[2] - 1), 1 - 0.25 * square(x[1]) - square(x[2]),
                     x[1] - 2 * x[2] + 1};
           }),
      book("HS15", {-2, 1}, {{-unbounded, -unbounded}, {0.5, unbounded}}, 2, 0, 306.5, {0.5, 2},
           [](const X& x) -> R {
             return {banana(x), x[1] * x[2] - 1, x[1] + square(x[2])};
           }),
      book("HS16", {-2, 1}, {{-0.5, -unbounded}, {0.5, 1}}, 2, 0, 0.25, {0.5, 0.25},
           [](const X& x) -> R {
             return {banana(x), x[1] + square(x[2]), square(x[1]) + x[2]};
           }),
      book("HS17", {-2, 1}, {{-0.5, -unbounded}, {0.5, 1}}, 2, 0, 1.0, {0, 0},
           [](const X& x) -> R {
             return {banana(x), square(x[2]) - x[1], square(x[1]) - x[2]};
           }),
      book("HS18", {2, 2}, {{2, 0}, {50, 50}}, 2, 0, 5.0, {std::sqrt(250.0), std::sqrt(2.5)},
           [](const X& x) -> R {
             return {0.01 * square(x[1]) + square(x[2]), x[1] * x[2] - 25,
                     square(x[1]) + square(x[2]) - 25};
           }),
      book("HS19", {20.1, 5.84}, {{13, 0}, {100, 100}}, 2, 0, -6961.81381, {14.095, 0.84296079},
           [](const X& x) -> R {
             return {cube(x[1] - 10) + cube(x[2] - 20), square(x[1] - 5) + square(x[2] - 5) - 100,
                     82.81 - square(x[2] - 5) - square(x[1] - 6)};
           }),
      book("HS20", {-2, 1}, {{-0.5, -unbounded}, {0.5, unbounded}}, 3, 0, 81.5 - 25 * root3,
           {0.5, root3 / 2},
           [](const X& x) -> R {
             return {banana(x), x[1] + square(x[2]), square(x[1]) + x[2],
                     square(x[1]) + square(x[2]) - 1};
           }),
      book("HS21", {-1, -1}, {{2, -50}, {50, 50}}, 1, 0, -99.96, {2, 0},
           [](const X& x) -> R {
             return {0.01 * square(x[1]) + square(x[2]) - 100, 10 * x[1] - x[2] - 10};
           }),
      book("HS22", {2, 2}, {}, 2, 0, 1.0, {1, 1},
           [](const X& x) -> R {
             return {square(x[1] - 2) + square(x[2] - 1), 2 - x[1] - x[2], x[2] - square(x[1])};
           }),
      book("HS23", {3, 1}, {{-50, -50}, {50, 50}}, 5, 0, 2.0, {1, 1},
           [](const X& x) -> R {
             return {square(x[1]) + square(x[2]),
                     x[1] + x[2] - 1,
                     square(x[1]) + square(x[2]) - 1,
                     9 * square(x[1]) + square(x[2]) - 9,
                     square(x[1]) - x[2],
                     square(x[2]) - x[1]};
           }),
      book("HS24", {1, 0.5}, {{0, 0}, {unbounded, unbounded}}, 3, 0, -1.0, {3, root3},
           [](const X& x) -> R {
             return {(square(x[1] - 3) - 9) * cube(x[2]) / (27 * root3), x[1] / root3 - x[2],
                     x[1] + root3 * x[2], 6 - x[1] - root3 * x[2]};
           }),
      book("HS59", {90, 10}, {{0, 0}, {75, 65}}, 3, 0, -7.80278947, {},
           [](const X& x) -> R {
             const Dual& a = x[1];
             const Dual& b = x[2];
             return {-75.196 + 3.8112 * a + 0.0020567 * cube(a) - 1.0345e-5 * pow(a, 4) +
                         6.8306 * b - 0.030234 * a * b + 1.28134e-3 * b * a * a +
                         2.266e-7 * pow(a, 4) * b - 0.25645 * b * b + 0.0034604 * cube(b) -
                         1.3514e-5 * pow(b, 4) + 28.106 / (b + 1) - 0.12694 * a * a +
                         5.2375e-6 * a * a * b * b + 6.3e-8 * cube(a) * b * b -
                         7e-10 * cube(a) * cube(b) - 3.405e-4 * a * b * b +
                         1.6638e-6 * a * cube(b) + 2.8673 * exp(0.0005 * a * b) -
                         3.5256e-5 * cube(a) * b,
                     a * b - 700, b - a * a / 125, square(b - 50) - 5 * (a - 55)};
           }),
  };
}

}  // namespace

std::vector<HockSchittkowski> small_hock_schittkowski() {
  std::vector<HockSchittkowski> problems = bounded();
  for (const auto& more : {equalities(), inequalities()}) {
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

}  // namespace moo::test
