// Problems in five and more variables: 45 to 56, 77 to 86, and those after.
#include <cmath>

#include "tests/minimize/hock_schittkowski.hpp"

namespace moo::test {

std::vector<HockSchittkowski> larger_hock_schittkowski();

namespace {

using X = Variables;
using R = std::vector<Dual>;

Dual square(const Dual& a) { return a * a; }
Dual cube(const Dual& a) { return a * a * a; }
const double root2 = std::sqrt(2.0);

std::vector<HockSchittkowski> forties() {
  return {
      book("HS45", all(5, 2), {all(5, 0), {1, 2, 3, 4, 5}}, 0, 0, 1.0, {1, 2, 3, 4, 5},
           [](const X& x) -> R { return {2 - x[1] * x[2] * x[3] * x[4] * x[5] / 120}; }),
      book("HS46", {0.5 * root2, 1.75, 0.5, 2, 2}, {}, 0, 2, 0.0, all(5, 1),
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + square(x[3] - 1) + pow(x[4] - 1, 4) + pow(x[5] - 1, 6),
                     square(x[1]) * x[4] + sin(x[4] - x[5]) - 1,
                     x[2] + pow(x[3], 4) * square(x[4]) - 2};
           }),
      book("HS47", {2, root2, -1, 2 - root2, 0.5}, {}, 0, 3, 0.0, all(5, 1),
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + cube(x[2] - x[3]) + pow(x[3] - x[4], 4) +
                         pow(x[4] - x[5], 4),
                     x[1] + square(x[2]) + cube(x[3]) - 3, x[2] - square(x[3]) + x[4] - 1,
                     x[1] * x[5] - 1};
           }),
      book("HS48", {3, 5, -3, 2, -2}, {}, 0, 2, 0.0, all(5, 1),
           [](const X& x) -> R {
             return {square(x[1] - 1) + square(x[2] - x[3]) + square(x[4] - x[5]),
                     x[1] + x[2] + x[3] + x[4] + x[5] - 5, x[3] - 2 * (x[4] + x[5]) + 3};
           }),
      book("HS49", {10, 7, 2, -3, 0.8}, {}, 0, 2, 0.0, all(5, 1),
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + square(x[3] - 1) + pow(x[4] - 1, 4) + pow(x[5] - 1, 6),
                     x[1] + x[2] + x[3] + 4 * x[4] - 7, x[3] + 5 * x[5] - 6};
           }),
      book("HS50", {35, -31, 11, 5, -5}, {}, 0, 3, 0.0, all(5, 1),
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + square(x[2] - x[3]) + pow(x[3] - x[4], 4) +
                         square(x[4] - x[5]),
                     x[1] + 2 * x[2] + 3 * x[3] - 6, x[2] + 2 * x[3] + 3 * x[4] - 6,
                     x[3] + 2 * x[4] + 3 * x[5] - 6};
           }),
      book("HS51", {2.5, 0.5, 2, -1, 0.5}, {}, 0, 3, 0.0, all(5, 1),
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + square(x[2] + x[3] - 2) + square(x[4] - 1) +
                         square(x[5] - 1),
                     x[1] + 3 * x[2] - 4, x[3] + x[4] - 2 * x[5], x[2] - x[5]};
           }),
      book("HS52", all(5, 2), {}, 0, 3, 1859.0 / 349.0,
           {-33 / 349.0, 11 / 349.0, 180 / 349.0, -158 / 349.0, 11 / 349.0},
           [](const X& x) -> R {
             return {square(4 * x[1] - x[2]) + square(x[2] + x[3] - 2) + square(x[4] - 1) +
                         square(x[5] - 1),
                     x[1] + 3 * x[2], x[3] + x[4] - 2 * x[5], x[2] - x[5]};
           }),
      book("HS53", all(5, 2), {all(5, -10), all(5, 10)}, 0, 3, 176.0 / 43.0,
           {-33 / 43.0, 11 / 43.0, 27 / 43.0, -5 / 43.0, 11 / 43.0},
           [](const X& x) -> R {
             return {square(x[1] - x[2]) + square(x[2] + x[3] - 2) + square(x[4] - 1) +
                         square(x[5] - 1),
                     x[1] + 3 * x[2], x[3] + x[4] - 2 * x[5], x[2] - x[5]};
           }),
  };
}

std::vector<HockSchittkowski> fifties() {
  const double a = std::asin(std::sqrt(1 / 4.2));
  const double b = std::asin(std::sqrt(5 / 7.2));
  const double c = std::asin(std::sqrt(2.0 / 7.0));
  return {
      book("HS55", {1, 2, 0, 0, 0, 2},
           {all(6, 0), {1, unbounded, unbounded, 1, unbounded, unbounded}}, 0, 6, 19.0 / 3.0,
           {0, 4.0 / 3.0, 5.0 / 3.0, 1, 2.0 / 3.0, 1.0 / 3.0},
           [](const X& x) -> R {
             return {x[1] + 2 * x[2] + 4 * x[5] + exp(x[1] * x[4]),
                     x[1] + 2 * x[2] + 5 * x[5] - 6,
                     x[1] + x[2] + x[3] - 3,
                     x[4] + x[5] + x[6] - 2,
                     x[1] + x[4] - 1,
                     x[2] + x[5] - 2,
                     x[3] + x[6] - 2};
           }),
      book("HS56", {1, 1, 1, a, a, a, b}, {}, 0, 4, -3.456,
           {2.4, 1.2, 1.2, std::asin(std::sqrt(4.0 / 7.0)), c, c, std::acos(0.0)},
           [](const X& x) -> R {
             return {-(x[1] * x[2] * x[3]), x[1] - 4.2 * square(sin(x[4])),
                     x[2] - 4.2 * square(sin(x[5])), x[3] - 4.2 * square(sin(x[6])),
                     x[1] + 2 * x[2] + 2 * x[3] - 7.2 * square(sin(x[7]))};
           }),
  };
}

/// The constraints of problems 78, 80 and 81 after their objective.
R with_three_rows(const Dual& objective, const X& x) {
  return {objective, square(x[1]) + square(x[2]) + square(x[3]) + square(x[4]) + square(x[5]) - 10,
          x[2] * x[3] - 5 * x[4] * x[5], cube(x[1]) + cube(x[2]) + 1};
}

std::vector<HockSchittkowski> seventies() {
  const Box box = {{-2.3, -2.3, -3.2, -3.2, -3.2}, {2.3, 2.3, 3.2, 3.2, 3.2}};
  const auto product = [](const X& x) { return x[1] * x[2] * x[3] * x[4] * x[5]; };
  return {
      book("HS77", all(5, 2), {}, 0, 2, 0.24150513,
           {1.166172, 1.182111, 1.380257, 1.506036, 0.6109203},
           [](const X& x) -> R {
             return {square(x[1] - 1) + square(x[1] - x[2]) + square(x[3] - 1) + pow(x[4] - 1, 4) +
                         pow(x[5] - 1, 6),
                     square(x[1]) * x[4] + sin(x[4] - x[5]) - 2 * root2,
                     x[2] + pow(x[3], 4) * square(x[4]) - 8 - root2};
           }),
      book("HS78", {-2, 1.5, 2, -1, -1}, {}, 0, 3, -2.91970041,
           {-1.717142, 1.595708, 1.827248, -0.7636429, -0.7636435},
           [=](const X& x) -> R { return with_three_rows(product(x), x); }),
      book("HS79", all(5, 2), {}, 0, 3, 0.0787768209,
           {1.191127, 1.362603, 1.472818, 1.635017, 1.679081},
           [](const X& x) -> R {
             return {square(x[1] - 1) + square(x[1] - x[2]) + square(x[2] - x[3]) +
                         pow(x[3] - x[4], 4) + pow(x[4] - x[5], 4),
                     x[1] + square(x[2]) + cube(x[3]) - 2 - 3 * root2,
                     x[2] - square(x[3]) + x[4] + 2 - 2 * root2, x[1] * x[5] - 2};
           }),
      book("HS80", {-2, 2, 2, -1, -1}, box, 0, 3, 0.0539498478,
           {-1.717143, 1.595709, 1.827247, -0.7636413, -0.7636450},
           [=](const X& x) -> R { return with_three_rows(exp(product(x)), x); }),
      book("HS81", {-2, 2, 2, -1, -1}, box, 0, 3, 0.0539498478,
           {-1.717142, 1.595709, 1.827248, -0.7636474, -0.7636390},
           [=](const X& x) -> R {
             return with_three_rows(exp(product(x)) - 0.5 * square(cube(x[1]) + cube(x[2]) + 1), x);
           }),
  };
}

/// Tables of Colville's problems 1 and 2, printed for 86 and 117.
constexpr double colville_a[10][5] = {
    {-16, 2, 0, 1, 0},    {0, -2, 0, 0.4, 2}, {-3.5, 0, 2, 0, 0},   {0, -2, 0, -4, -1},
    {0, -9, -2, 1, -2.8}, {2, 0, -4, 0, 0},   {-1, -1, -1, -1, -1}, {-1, -2, -3, -2, -1},
    {1, 2, 3, 4, 5},      {1, 1, 1, 1, 1}};
constexpr double colville_b[10] = {-40, -2, -0.25, -4, -4, -1, -40, -60, 5, 1};
constexpr double colville_c[5][5] = {{30, -20, -10, 32, -10},
                                     {-20, 39, -6, -31, 32},
                                     {-10, -6, 10, -6, -10},
                                     {32, -31, -6, 39, -20},
                                     {-10, 32, -10, -20, 30}};
constexpr double colville_d[5] = {4, 8, 10, 6, 2};
constexpr double colville_e[5] = {-15, -27, -36, -18, -12};

R colville_1(const X& x) {
  R results(11);
  for (std::size_t j = 0; j < 5; ++j) {
    results[0] = results[0] + colville_e[j] * x[j + 1] + colville_d[j] * cube(x[j + 1]);
    for (std::size_t k = 0; k < 5; ++k) {
      results[0] = results[0] + colville_c[k][j] * x[k + 1] * x[j + 1];
    }
  }
  for (std::size_t i = 0; i < 10; ++i) {
    results[i + 1] = -colville_b[i];
    for (std::size_t j = 0; j < 5; ++j) {
      results[i + 1] = results[i + 1] + colville_a[i][j] * x[j + 1];
    }
  }
  return results;
}

R colville_2(const X& x) {
  R results(6);
  for (std::size_t j = 0; j < 10; ++j) results[0] = results[0] - colville_b[j] * x[j + 1];
  for (std::size_t j = 0; j < 5; ++j) {
    const Dual& y = x[11 + j];
    results[0] = results[0] + 2 * colville_d[j] * cube(y);
    results[1 + j] = 3 * colville_d[j] * square(y) + colville_e[j];
    for (std::size_t k = 0; k < 5; ++k) {
      results[0] = results[0] + colville_c[k][j] * x[11 + k] * y;
      results[1 + j] = results[1 + j] + 2 * colville_c[k][j] * x[11 + k];
    }
    for (std::size_t k = 0; k < 10; ++k) {
      results[1 + j] = results[1 + j] - colville_a[k][j] * x[k + 1];
    }
  }
  return results;
}

std::vector<HockSchittkowski> colville() {
  std::vector<double> start = all(15, 0.001);
  start[6] = 60;
  return {
      book("HS83", {78, 33, 27, 27, 27}, {{78, 33, 27, 27, 27}, {102, 45, 45, 45, 45}}, 6, 0,
           -30665.53867, {78, 33, 29.99526, 45, 36.77581},
           [](const X& x) -> R {
             const Dual a = 85.334407 + 0.0056858 * x[2] * x[5] + 0.0006262 * x[1] * x[4] -
                            0.0022053 * x[3] * x[5];
             const Dual b = 80.51249 + 0.0071317 * x[2] * x[5] + 0.0029955 * x[1] * x[2] +
                            0.0021813 * square(x[3]);
             const Dual c = 9.300961 + 0.0047026 * x[3] * x[5] + 0.0012547 * x[1] * x[3] +
                            0.0019085 * x[3] * x[4];
             return {
                 5.3578547 * square(x[3]) + 0.8356891 * x[1] * x[5] + 37.293239 * x[1] - 40792.141,
                 a,
                 92 - a,
                 b - 90,
                 110 - b,
                 c - 20,
                 25 - c};
           }),
      book("HS86", {0, 0, 0, 0, 1}, {all(5, 0), all(5, unbounded)}, 10, 0, -32.34867897,
           {0.3, 0.33346761, 0.4, 0.42831010, 0.22396487}, colville_1),
      book("HS117", start, {all(15, 0), all(15, unbounded)}, 5, 0, 32.348679, {}, colville_2),
  };
}

/// Problems 95 to 98 differ in their right-hand sides.
HockSchittkowski chemistry(const std::string& name, const std::vector<double>& b, double minimum) {
  return book(name, all(6, 0), {all(6, 0), {0.31, 0.046, 0.068, 0.042, 0.028, 0.0134}}, 4, 0,
              minimum, {}, [=](const X& x) -> R {
                return {
                    4.3 * x[1] + 31.8 * x[2] + 63.3 * x[3] + 15.8 * x[4] + 68.5 * x[5] + 4.7 * x[6],
                    17.1 * x[1] + 38.2 * x[2] + 204.2 * x[3] + 212.3 * x[4] + 623.4 * x[5] +
                        1495.5 * x[6] - 169 * x[1] * x[3] - 3580 * x[3] * x[5] -
                        3810 * x[4] * x[5] - 18500 * x[4] * x[6] - 24300 * x[5] * x[6] - b[0],
                    17.9 * x[1] + 36.8 * x[2] + 113.9 * x[3] + 169.7 * x[4] + 337.8 * x[5] +
                        1385.2 * x[6] - 139 * x[1] * x[3] - 2450 * x[4] * x[5] -
                        16600 * x[4] * x[6] - 17200 * x[5] * x[6] - b[1],
                    -273 * x[2] - 70 * x[4] - 819 * x[5] + 26000 * x[4] * x[5] - b[2],
                    159.9 * x[1] - 311 * x[2] + 587 * x[4] + 391 * x[5] + 2198 * x[6] -
                        14000 * x[1] * x[6] - b[3]};
              });
}

std::vector<HockSchittkowski> six_and_seven() {
  return {
      book("HS93", {5.54, 4.4, 12.02, 11.82, 0.702, 0.852}, {all(6, 0), all(6, unbounded)}, 2, 0,
           135.075961, {5.332666, 4.656744, 10.43299, 12.08230, 0.7526074, 0.87865084},
           [](const X& x) -> R {
             const Dual a = x[1] * x[4] * (x[1] + x[2] + x[3]);
             const Dual b = x[2] * x[3] * (x[1] + 1.57 * x[2] + x[4]);
             return {
                 0.0204 * a + 0.0187 * b + 0.0607 * a * square(x[5]) + 0.0437 * b * square(x[6]),
                 0.001 * x[1] * x[2] * x[3] * x[4] * x[5] * x[6] - 2.07,
                 1 - 0.00062 * a * square(x[5]) - 0.00058 * b * square(x[6])};
           }),
      chemistry("HS95", {4.97, -1.88, -29.08, -78.02}, 0.015619525),
      chemistry("HS96", {4.97, -1.88, -69.08, -118.02}, 0.015619525),
      chemistry("HS97", {32.97, 25.12, -29.08, -78.02}, 3.1358091),
      chemistry("HS98", {32.97, 25.12, -124.08, -173.02}, 3.1358091),
      book("HS100", {1, 2, 0, 4, 0, 1, 1}, {}, 4, 0, 680.6300573,
           {2.330499, 1.951372, -0.4775414, 4.365726, -0.6244870, 1.038131, 1.594227},
           [](const X& x) -> R {
             return {square(x[1] - 10) + 5 * square(x[2] - 12) + pow(x[3], 4) +
                         3 * square(x[4] - 11) + 10 * pow(x[5], 6) + 7 * square(x[6]) +
                         pow(x[7], 4) - 4 * x[6] * x[7] - 10 * x[6] - 8 * x[7],
                     127 - 2 * square(x[1]) - 3 * pow(x[2], 4) - x[3] - 4 * square(x[4]) - 5 * x[5],
                     282 - 7 * x[1] - 3 * x[2] - 10 * square(x[3]) - x[4] + x[5],
                     196 - 23 * x[1] - square(x[2]) - 6 * square(x[6]) + 8 * x[7],
                     -4 * square(x[1]) - square(x[2]) + 3 * x[1] * x[2] - 2 * square(x[3]) -
                         5 * x[6] + 11 * x[7]};
           }),
  };
}

}  // namespace

std::vector<HockSchittkowski> large_hock_schittkowski() {
  std::vector<HockSchittkowski> problems = forties();
  for (const auto& more :
       {fifties(), seventies(), colville(), six_and_seven(), larger_hock_schittkowski()}) {
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

}  // namespace moo::test
