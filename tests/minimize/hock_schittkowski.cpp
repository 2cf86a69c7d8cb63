#include "tests/minimize/hock_schittkowski.hpp"

#include <cmath>
#include <limits>

namespace moo::test {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr Sense inequality = Sense::inequality;
constexpr Sense equality = Sense::equality;

Bounds at_least_zero(int n) { return {Vector::Zero(n), Vector::Constant(n, infinity)}; }

HockSchittkowski hs6() {
  return {{.name = "HS6",
           .values =
               [](const Vector& x) {
                 return vector({(1 - x(0)) * (1 - x(0)), 10 * (x(1) - x(0) * x(0))});
               },
           .gradients =
               [](const Vector& x) {
                 return columns({vector({-2 * (1 - x(0)), 0}), vector({-20 * x(0), 10})});
               },
           .senses = {equality},
           .start = vector({-1.2, 1})},
          0.0,
          vector({1, 1})};
}

HockSchittkowski hs7() {
  return {{.name = "HS7",
           .values =
               [](const Vector& x) {
                 const double a = 1 + x(0) * x(0);
                 return vector({std::log(a) - x(1), a * a + x(1) * x(1) - 4});
               },
           .gradients =
               [](const Vector& x) {
                 const double a = 1 + x(0) * x(0);
                 return columns({vector({2 * x(0) / a, -1}), vector({4 * x(0) * a, 2 * x(1)})});
               },
           .senses = {equality},
           .start = vector({2, 2})},
          -std::sqrt(3.0),
          vector({0, std::sqrt(3.0)})};
}

HockSchittkowski hs21() {
  return {{.name = "HS21",
           .values =
               [](const Vector& x) {
                 return vector({0.01 * x(0) * x(0) + x(1) * x(1) - 100, 10 - 10 * x(0) + x(1)});
               },
           .gradients =
               [](const Vector& x) {
                 return columns({vector({0.02 * x(0), 2 * x(1)}), vector({-10, 1})});
               },
           .senses = {inequality},
           .bounds = {vector({2, -50}), vector({50, 50})},
           .start = vector({-1, -1})},
          -99.96,
          vector({2, 0})};
}

HockSchittkowski hs28() {
  return {{.name = "HS28",
           .values =
               [](const Vector& x) {
                 return vector({std::pow(x(0) + x(1), 2) + std::pow(x(1) + x(2), 2),
                                x(0) + 2 * x(1) + 3 * x(2) - 1});
               },
           .gradients =
               [](const Vector& x) {
                 const double a = 2 * (x(0) + x(1));
                 const double b = 2 * (x(1) + x(2));
                 return columns({vector({a, a + b, b}), vector({1, 2, 3})});
               },
           .senses = {equality},
           .start = vector({-4, 1, 1})},
          0.0,
          vector({0.5, -0.5, 0.5})};
}

HockSchittkowski hs35() {
  return {
      {.name = "HS35",
       .values =
           [](const Vector& x) {
             return vector({9 - 8 * x(0) - 6 * x(1) - 4 * x(2) + 2 * x(0) * x(0) + 2 * x(1) * x(1) +
                                x(2) * x(2) + 2 * x(0) * x(1) + 2 * x(0) * x(2),
                            x(0) + x(1) + 2 * x(2) - 3});
           },
       .gradients =
           [](const Vector& x) {
             return columns({vector({-8 + 4 * x(0) + 2 * x(1) + 2 * x(2), -6 + 4 * x(1) + 2 * x(0),
                                     -4 + 2 * x(2) + 2 * x(0)}),
                             vector({1, 1, 2})});
           },
       .senses = {inequality},
       .bounds = at_least_zero(3),
       .start = vector({0.5, 0.5, 0.5})},
      1.0 / 9.0,
      vector({4.0 / 3.0, 7.0 / 9.0, 4.0 / 9.0})};
}

HockSchittkowski hs39() {
  return {{.name = "HS39",
           .values =
               [](const Vector& x) {
                 return vector({-x(0), x(1) - std::pow(x(0), 3) - x(2) * x(2),
                                x(0) * x(0) - x(1) - x(3) * x(3)});
               },
           .gradients =
               [](const Vector& x) {
                 return columns({vector({-1, 0, 0, 0}), vector({-3 * x(0) * x(0), 1, -2 * x(2), 0}),
                                 vector({2 * x(0), -1, 0, -2 * x(3)})});
               },
           .senses = {equality, equality},
           .start = vector({2, 2, 2, 2})},
          -1.0,
          vector({1, 1, 0, 0})};
}

HockSchittkowski hs43() {
  return {{.name = "HS43",
           .values =
               [](const Vector& x) {
                 const Vector s = x.cwiseAbs2();
                 return vector(
                     {s(0) + s(1) + 2 * s(2) + s(3) - 5 * x(0) - 5 * x(1) - 21 * x(2) + 7 * x(3),
                      s.sum() + x(0) - x(1) + x(2) - x(3) - 8,
                      s(0) + 2 * s(1) + s(2) + 2 * s(3) - x(0) - x(3) - 10,
                      2 * s(0) + s(1) + s(2) + 2 * x(0) - x(1) - x(3) - 5});
               },
           .gradients =
               [](const Vector& x) {
                 return columns({vector({2 * x(0) - 5, 2 * x(1) - 5, 4 * x(2) - 21, 2 * x(3) + 7}),
                                 vector({2 * x(0) + 1, 2 * x(1) - 1, 2 * x(2) + 1, 2 * x(3) - 1}),
                                 vector({2 * x(0) - 1, 4 * x(1), 2 * x(2), 4 * x(3) - 1}),
                                 vector({4 * x(0) + 2, 2 * x(1) - 1, 2 * x(2), -1})});
               },
           .senses = {inequality, inequality, inequality},
           .start = vector({0, 0, 0, 0})},
          -44.0,
          vector({0, 1, 2, -1})};
}

HockSchittkowski hs48() {
  return {{.name = "HS48",
           .values =
               [](const Vector& x) {
                 return vector(
                     {std::pow(x(0) - 1, 2) + std::pow(x(1) - x(2), 2) + std::pow(x(3) - x(4), 2),
                      x.sum() - 5, x(2) - 2 * (x(3) + x(4)) + 3});
               },
           .gradients =
               [](const Vector& x) {
                 const double a = 2 * (x(1) - x(2));
                 const double b = 2 * (x(3) - x(4));
                 return columns({vector({2 * (x(0) - 1), a, -a, b, -b}), vector({1, 1, 1, 1, 1}),
                                 vector({0, 0, 1, -2, -2})});
               },
           .senses = {equality, equality},
           .start = vector({3, 5, -3, 2, -2})},
          0.0,
          vector({1, 1, 1, 1, 1})};
}

HockSchittkowski hs71() {
  return {{.name = "HS71",
           .values =
               [](const Vector& x) {
                 return vector({x(0) * x(3) * (x(0) + x(1) + x(2)) + x(2), 25 - x.prod(),
                                x.squaredNorm() - 40});
               },
           .gradients =
               [](const Vector& x) {
                 const double a = x(0) * x(3);
                 const double sum = x(0) + x(1) + x(2);
                 return columns({vector({x(3) * sum + a, a, a + 1, x(0) * sum}),
                                 -vector({x(1) * x(2) * x(3), x(0) * x(2) * x(3),
                                          x(0) * x(1) * x(3), x(0) * x(1) * x(2)}),
                                 2 * x});
               },
           .senses = {inequality, equality},
           .bounds = {Vector::Ones(4), Vector::Constant(4, 5)},
           .start = vector({1, 5, 5, 1})},
          17.0140173,
          vector({1, 4.7429994, 3.8211503, 1.3794082})};
}

HockSchittkowski hs76() {
  return {
      {.name = "HS76",
       .values =
           [](const Vector& x) {
             return vector({x(0) * x(0) + 0.5 * x(1) * x(1) + x(2) * x(2) + 0.5 * x(3) * x(3) -
                                x(0) * x(2) + x(2) * x(3) - x(0) - 3 * x(1) + x(2) - x(3),
                            x(0) + 2 * x(1) + x(2) + x(3) - 5,
                            3 * x(0) + x(1) + 2 * x(2) - x(3) - 4, 1.5 - x(1) - 4 * x(2)});
           },
       .gradients =
           [](const Vector& x) {
             return columns({vector({2 * x(0) - x(2) - 1, x(1) - 3, 2 * x(2) - x(0) + x(3) + 1,
                                     x(3) + x(2) - 1}),
                             vector({1, 2, 1, 1}), vector({3, 1, 2, -1}), vector({0, -1, -4, 0})});
           },
       .senses = {inequality, inequality, inequality},
       .bounds = at_least_zero(4),
       .start = vector({0.5, 0.5, 0.5, 0.5})},
      -4.681818181,
      vector({0.2727273, 2.090909, 0, 0.5454545})};
}

}  // namespace

std::vector<HockSchittkowski> hock_schittkowski() {
  return {hs6(), hs7(), hs21(), hs28(), hs35(), hs39(), hs43(), hs48(), hs71(), hs76()};
}

}  // namespace moo::test
