// Problems in three and four variables: 26 to 44 and 60 to 76.
#include <cmath>

#include "tests/minimize/hock_schittkowski.hpp"

namespace moo::test {
namespace {

using X = Variables;
using R = std::vector<Dual>;

Dual square(const Dual& a) { return a * a; }
Dual cube(const Dual& a) { return a * a * a; }
const double root2 = std::sqrt(2.0);

std::vector<HockSchittkowski> three() {
  const double ln10 = std::log(10.0);
  return {
      book("HS26", {-2.6, 2, 2}, {}, 0, 1, 0.0, {1, 1, 1},
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + pow(x[2] - x[3], 4),
                     (1 + square(x[2])) * x[1] + pow(x[3], 4) - 3};
           }),
      book(
          "HS27", {2, 2, 2}, {}, 0, 1, 0.04, {-1, 1, 0},
          [](const X& x) -> R {
            return {0.01 * square(x[1] - 1) + square(x[2] - square(x[1])), x[1] + square(x[3]) + 1};
          }),
      book("HS28", {-4, 1, 1}, {}, 0, 1, 0.0, {0.5, -0.5, 0.5},
           [](const X& x) -> R {
             return {square(x[1] + x[2]) + square(x[2] + x[3]), x[1] + 2 * x[2] + 3 * x[3] - 1};
           }),
      book(
          "HS29", {1, 1, 1}, {}, 1, 0, -16 * root2, {},
          [](const X& x) -> R {
            return {-(x[1] * x[2] * x[3]), 48 - square(x[1]) - 2 * square(x[2]) - 4 * square(x[3])};
          }),
      book("HS30", {1, 1, 1}, {{1, -10, -10}, {10, 10, 10}}, 1, 0, 1.0, {1, 0, 0},
           [](const X& x) -> R {
             return {square(x[1]) + square(x[2]) + square(x[3]), square(x[1]) + square(x[2]) - 1};
           }),
      book("HS31", {1, 1, 1}, {{-10, 1, -10}, {10, 10, 1}}, 1, 0, 6.0,
           {1 / std::sqrt(3.0), std::sqrt(3.0), 0},
           [](const X& x) -> R {
             return {9 * square(x[1]) + square(x[2]) + 9 * square(x[3]), x[1] * x[2] - 1};
           }),
      book("HS32", {0.1, 0.7, 0.2}, {all(3, 0), all(3, unbounded)}, 1, 1, 1.0, {0, 0, 1},
           [](const X& x) -> R {
             return {square(x[1] + 3 * x[2] + x[3]) + 4 * square(x[1] - x[2]),
                     6 * x[2] + 4 * x[3] - cube(x[1]) - 3, 1 - x[1] - x[2] - x[3]};
           }),
      book("HS33", {0, 0, 3}, {all(3, 0), {unbounded, unbounded, 5}}, 2, 0, root2 - 6,
           {0, root2, root2},
           [](const X& x) -> R {
             return {(x[1] - 1) * (x[1] - 2) * (x[1] - 3) + x[3],
                     square(x[3]) - square(x[2]) - square(x[1]),
                     square(x[1]) + square(x[2]) + square(x[3]) - 4};
           }),
      book("HS34", {0, 1.05, 2.9}, {all(3, 0), {100, 100, 10}}, 2, 0, -std::log(ln10),
           {std::log(ln10), ln10, 10},
           [](const X& x) -> R {
             return {-x[1], x[2] - exp(x[1]), x[3] - exp(x[2])};
           }),
      book("HS35", all(3, 0.5), {all(3, 0), all(3, unbounded)}, 1, 0, 1.0 / 9.0,
           {4.0 / 3.0, 7.0 / 9.0, 4.0 / 9.0},
           [](const X& x) -> R {
             return {9 - 8 * x[1] - 6 * x[2] - 4 * x[3] + 2 * square(x[1]) + 2 * square(x[2]) +
                         square(x[3]) + 2 * x[1] * x[2] + 2 * x[1] * x[3],
                     3 - x[1] - x[2] - 2 * x[3]};
           }),
      book("HS36", all(3, 10), {all(3, 0), {20, 11, 42}}, 1, 0, -3300.0, {20, 11, 15},
           [](const X& x) -> R {
             return {-(x[1] * x[2] * x[3]), 72 - x[1] - 2 * x[2] - 2 * x[3]};
           }),
      book("HS37", all(3, 10), {all(3, 0), all(3, 42)}, 2, 0, -3456.0, {24, 12, 12},
           [](const X& x) -> R {
             return {-(x[1] * x[2] * x[3]), 72 - x[1] - 2 * x[2] - 2 * x[3],
                     x[1] + 2 * x[2] + 2 * x[3]};
           }),
  };
}

std::vector<HockSchittkowski> four() {
  return {
      book("HS38", {-3, -1, -3, -1}, {all(4, -10), all(4, 10)}, 0, 0, 0.0, all(4, 1),
           [](const X& x) -> R {
             return {100 * square(x[2] - square(x[1])) + square(1 - x[1]) +
                     90 * square(x[4] - square(x[3])) + square(1 - x[3]) +
                     10.1 * (square(x[2] - 1) + square(x[4] - 1)) + 19.8 * (x[2] - 1) * (x[4] - 1)};
           }),
      book("HS39", all(4, 2), {}, 0, 2, -1.0, {1, 1, 0, 0},
           [](const X& x) -> R {
             return {-x[1], x[2] - cube(x[1]) - square(x[3]), square(x[1]) - x[2] - square(x[4])};
           }),
      book("HS40", all(4, 0.8), {}, 0, 3, -0.25, {},
           [](const X& x) -> R {
             return {-(x[1] * x[2] * x[3] * x[4]), cube(x[1]) + square(x[2]) - 1,
                     square(x[1]) * x[4] - x[3], square(x[4]) - x[2]};
           }),
      book("HS41", all(4, 2), {all(4, 0), {1, 1, 1, 2}}, 0, 1, 52.0 / 27.0,
           {2.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0, 2},
           [](const X& x) -> R {
             return {2 - x[1] * x[2] * x[3], x[1] + 2 * x[2] + 2 * x[3] - x[4]};
           }),
      book("HS42", all(4, 1), {}, 0, 2, 28 - 10 * root2, {2, 2, 0.6 * root2, 0.8 * root2},
           [](const X& x) -> R {
             return {square(x[1] - 1) + square(x[2] - 2) + square(x[3] - 3) + square(x[4] - 4),
                     x[1] - 2, square(x[3]) + square(x[4]) - 2};
           }),
      book("HS43", all(4, 0), {}, 3, 0, -44.0, {0, 1, 2, -1},
           [](const X& x) -> R {
             const Dual a = square(x[1]);
             const Dual b = square(x[2]);
             const Dual c = square(x[3]);
             const Dual d = square(x[4]);
             return {a + b + 2 * c + d - 5 * x[1] - 5 * x[2] - 21 * x[3] + 7 * x[4],
                     8 - a - b - c - d - x[1] + x[2] - x[3] + x[4],
                     10 - a - 2 * b - c - 2 * d + x[1] + x[4],
                     5 - 2 * a - b - c - 2 * x[1] + x[2] + x[4]};
           }),
      book("HS44", all(4, 0), {all(4, 0), all(4, unbounded)}, 6, 0, -15.0, {0, 3, 0, 4},
           [](const X& x) -> R {
             return {x[1] - x[2] - x[3] - x[1] * x[3] + x[1] * x[4] + x[2] * x[3] - x[2] * x[4],
                     8 - x[1] - 2 * x[2],
                     12 - 4 * x[1] - x[2],
                     12 - 3 * x[1] - 4 * x[2],
                     8 - 2 * x[3] - x[4],
                     8 - x[3] - 2 * x[4],
                     5 - x[3] - x[4]};
           }),
  };
}

/// With constants of applications.
std::vector<HockSchittkowski> sixties() {
  return {
      book("HS60", all(3, 2), {all(3, -10), all(3, 10)}, 0, 1, 0.03256820025,
           {1.104859024, 1.196674194, 1.535262257},
           [](const X& x) -> R {
             return {square(x[1] - 1) + square(x[1] - x[2]) + pow(x[2] - x[3], 4),
                     x[1] * (1 + square(x[2])) + pow(x[3], 4) - 4 - 3 * root2};
           }),
      book("HS61", all(3, 0), {}, 0, 2, -143.6461422, {5.326770157, -2.118998639, 3.210464239},
           [](const X& x) -> R {
             return {4 * square(x[1]) + 2 * square(x[2]) + 2 * square(x[3]) - 33 * x[1] +
                         16 * x[2] - 24 * x[3],
                     3 * x[1] - 2 * square(x[2]) - 7, 4 * x[1] - square(x[3]) - 11};
           }),
      book("HS62", {0.7, 0.2, 0.1}, {all(3, 0), all(3, 1)}, 0, 1, -26272.51448,
           {0.6178126908, 0.328202223, 0.5398508606e-1},
           [](const X& x) -> R {
             const Dual a = x[3] + 0.03;
             const Dual b = x[2] + a;
             return {
                 -32.174 * (255 * log((x[1] + b) / (0.09 * x[1] + b)) +
                            280 * log(b / (0.07 * x[2] + a)) + 290 * log(a / (0.13 * x[3] + 0.03))),
                 x[1] + x[2] + x[3] - 1};
           }),
      book("HS63", all(3, 2), {all(3, 0), all(3, unbounded)}, 0, 2, 961.7151721,
           {3.512118414, 0.2169881741, 3.552174034},
           [](const X& x) -> R {
             return {
                 1000 - square(x[1]) - 2 * square(x[2]) - square(x[3]) - x[1] * x[2] - x[1] * x[3],
                 8 * x[1] + 14 * x[2] + 7 * x[3] - 56,
                 square(x[1]) + square(x[2]) + square(x[3]) - 25};
           }),
      book("HS64", all(3, 1), {all(3, 1e-5), all(3, unbounded)}, 1, 0, 6299.842428,
           {108.7347175, 85.12613942, 204.3247078},
           [](const X& x) -> R {
             return {5 * x[1] + 50000 / x[1] + 20 * x[2] + 72000 / x[2] + 10 * x[3] + 144000 / x[3],
                     1 - 4 / x[1] - 32 / x[2] - 120 / x[3]};
           }),
      book("HS65", {-5, 5, 0}, {{-4.5, -4.5, -5}, {4.5, 4.5, 5}}, 1, 0, 0.9535288567,
           {3.650461821, 3.65046182, 4.6204170507},
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + square(x[1] + x[2] - 10) / 9 + square(x[3] - 5),
                     48 - square(x[1]) - square(x[2]) - square(x[3])};
           }),
      book("HS66", {0, 1.05, 2.9}, {all(3, 0), {100, 100, 10}}, 2, 0, 0.5181632741,
           {0.1841264879, 1.202167873, 3.327322322},
           [](const X& x) -> R {
             return {0.2 * x[3] - 0.8 * x[1], x[2] - exp(x[1]), x[3] - exp(x[2])};
           }),
  };
}

/// Cost-optimal inspection plan: a, b, d, n are the book's.
Formula inspection(double a, double b, double d, double n) {
  return [=](const X& x) -> R {
    const Dual e = exp(x[1]) - 1;
    return {(a * n - (b * e - x[3]) * x[4] / (e + x[4])) / x[1],
            x[3] - 2 * normal_probability(-x[2]),
            x[4] - normal_probability(-x[2] + d * std::sqrt(n)) -
                normal_probability(-x[2] - d * std::sqrt(n))};
  };
}

Formula power_flow(double a) {
  return [=](const X& x) -> R {
    return {3 * x[1] + 1e-6 * cube(x[1]) + 2 * x[2] + 2e-6 / 3 * cube(x[2]),
            x[4] - x[3] + a,
            x[3] - x[4] + a,
            1000 * sin(-x[3] - 0.25) + 1000 * sin(-x[4] - 0.25) + 894.8 - x[1],
            1000 * sin(x[3] - 0.25) + 1000 * sin(x[3] - x[4] - 0.25) + 894.8 - x[2],
            1000 * sin(x[4] - 0.25) + 1000 * sin(x[4] - x[3] - 0.25) + 1294.8};
  };
}

std::vector<HockSchittkowski> seventies() {
  const Box plan = {{0.0001, 0, 0, 0}, {100, 100, 2, 2}};
  const auto power = [](double a) { return Box{{0, 0, -a, -a}, {1200, 1200, a, a}}; };
  return {
      book("HS68", all(4, 1), plan, 0, 2, -0.920425026,
           {0.06785874, 3.6461717, 0.00026617, 0.8948622}, inspection(0.0001, 1, 1, 24)),
      book("HS69", all(4, 1), plan, 0, 2, -956.71288,
           {0.02937141, 1.1902534, 0.23394676, 0.7916678}, inspection(0.1, 1000, 1, 4)),
      book("HS71", {1, 5, 5, 1}, {all(4, 1), all(4, 5)}, 1, 1, 17.0140173,
           {1, 4.7429994, 3.8211503, 1.3794082},
           [](const X& x) -> R {
             return {x[1] * x[4] * (x[1] + x[2] + x[3]) + x[3], x[1] * x[2] * x[3] * x[4] - 25,
                     square(x[1]) + square(x[2]) + square(x[3]) + square(x[4]) - 40};
           }),
      book("HS72", all(4, 1), {all(4, 0.001), {4e5, 3e5, 2e5, 1e5}}, 2, 0, 727.67937,
           {193.4071, 179.5475, 185.0186, 168.7062},
           [](const X& x) -> R {
             return {1 + x[1] + x[2] + x[3] + x[4],
                     0.0401 - 4 / x[1] - 2.25 / x[2] - 1 / x[3] - 0.25 / x[4],
                     0.010085 - 0.16 / x[1] - 0.36 / x[2] - 0.64 / x[3] - 0.64 / x[4]};
           }),
      book("HS73", all(4, 1), {all(4, 0), all(4, unbounded)}, 2, 1, 29.894378,
           {0.6355216, 0, 0.3127019, 0.05177655},
           [](const X& x) -> R {
             return {24.55 * x[1] + 26.75 * x[2] + 39 * x[3] + 40.5 * x[4],
                     2.3 * x[1] + 5.6 * x[2] + 11.1 * x[3] + 1.3 * x[4] - 5,
                     12 * x[1] + 11.9 * x[2] + 41.8 * x[3] + 52.1 * x[4] - 21 -
                         1.645 * sqrt(0.28 * square(x[1]) + 0.19 * square(x[2]) +
                                      20.5 * square(x[3]) + 0.62 * square(x[4])),
                     x[1] + x[2] + x[3] + x[4] - 1};
           }),
      book("HS74", all(4, 0), power(0.55), 2, 3, 5126.4981,
           {679.9453, 1026.067, 0.1188764, -0.3962336}, power_flow(0.55)),
      book("HS75", all(4, 0), power(0.48), 2, 3, 5174.4129,
           {776.1592, 925.1949, 0.05110879, -0.4288911}, power_flow(0.48)),
      book("HS76", all(4, 0.5), {all(4, 0), all(4, unbounded)}, 3, 0, -4.681818181,
           {0.2727273, 2.090909, 0, 0.5454545},
           [](const X& x) -> R {
             return {square(x[1]) + 0.5 * square(x[2]) + square(x[3]) + 0.5 * square(x[4]) -
                         x[1] * x[3] + x[3] * x[4] - x[1] - 3 * x[2] + x[3] - x[4],
                     5 - x[1] - 2 * x[2] - x[3] - x[4], 4 - 3 * x[1] - x[2] - 2 * x[3] + x[4],
                     x[2] + 4 * x[3] - 1.5};
           }),
  };
}

}  // namespace

std::vector<HockSchittkowski> medium_hock_schittkowski() {
  std::vector<HockSchittkowski> problems = three();
  for (const auto& more : {four(), sixties(), seventies()}) {
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

}  // namespace moo::test
