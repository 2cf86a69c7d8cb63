// Problems 101 to 118.
#include <cmath>

#include "tests/minimize/hock_schittkowski.hpp"

namespace moo::test {

std::vector<HockSchittkowski> larger_hock_schittkowski();

namespace {

using X = Variables;
using R = std::vector<Dual>;

Dual square(const Dual& a) { return a * a; }

/// factor x_1^e_1 x_2^e_2 ...
Dual monomial(const X& x, double factor, const std::vector<double>& exponents) {
  Dual product = factor;
  for (std::size_t j = 0; j < exponents.size(); ++j) {
    if (exponents[j] != 0.0) product = product * pow(x[j + 1], exponents[j]);
  }
  return product;
}

/// Geometric programming: problems 101 to 103 differ in one exponent.
HockSchittkowski geometric(const std::string& name, double a, double minimum,
                           const std::vector<double>& minimiser) {
  std::vector<double> lower = all(7, 0.1);
  lower[6] = 0.01;
  const double third = 1.0 / 3.0;
  return book(name, all(7, 6), {lower, all(7, 10)}, 6, 0, minimum, minimiser, [=](const X& x) -> R {
    const auto m = [&](double factor, const std::vector<double>& e) {
      return monomial(x, factor, e);
    };
    const Dual f = m(10, {1, -1, 0, 2, 0, -3, a}) + m(15, {-1, -2, 1, 1, -1, 0, -0.5}) +
                   m(20, {-2, 1, 0, -1, -2, 1, 0}) + m(25, {2, 2, -1, 0, 0.5, -2, 1});
    return {f,
            1 - m(0.5, {0.5, 0, -1, 0, 0, -2, 1}) - m(0.7, {3, 1, -2, 0, 0, 1, 0.5}) -
                m(0.2, {0, -1, 1, -0.5, 0, 2 * third, 0.25}),
            1 - m(1.3, {-0.5, 1, -1, 0, -1, 1, 0}) - m(0.8, {0, 0, 1, -1, -1, 2, 0}) -
                m(3.1, {-1, 0.5, 0, -2, -1, third, 0}),
            1 - m(2, {1, 0, -1.5, 0, 1, -1, third}) - m(0.1, {0, 1, -0.5, 0, 1, -1, -0.5}) -
                m(1, {-1, 1, 0.5, 0, 1, 0, 0}) - m(0.65, {0, -2, 1, 0, 1, -1, 1}),
            1 - m(0.2, {-2, 1, 0, -1, 0.5, 0, third}) -
                m(0.3, {0.5, 2, 1, third, -2 * third, 0, 0.25}) -
                m(0.4, {-3, -2, 1, 0, 1, 0, 0.75}) - m(0.5, {0, 0, -2, 1, 0, 0, 0.5}),
            f - 100,
            3000 - f};
  });
}

std::vector<HockSchittkowski> eight() {
  return {
      book(
          "HS104", {6, 3, 0.4, 0.2, 6, 6, 1, 0.5}, {all(8, 0.1), all(8, 10)}, 6, 0, 3.9511634396,
          {6.465114, 2.232709, 0.6673975, 0.5957564, 5.932676, 5.527235, 1.013322, 0.4006682},
          [](const X& x) -> R {
            const Dual f = 0.4 * pow(x[1], 0.67) * pow(x[7], -0.67) +
                           0.4 * pow(x[2], 0.67) * pow(x[8], -0.67) + 10 - x[1] - x[2];
            return {
                f,
                1 - 0.0588 * x[5] * x[7] - 0.1 * x[1],
                1 - 0.0588 * x[6] * x[8] - 0.1 * x[1] - 0.1 * x[2],
                1 - 4 * x[3] / x[5] - 2 * pow(x[3], -0.71) / x[5] - 0.0588 * pow(x[3], -1.3) * x[7],
                1 - 4 * x[4] / x[6] - 2 * pow(x[4], -0.71) / x[6] - 0.0588 * pow(x[4], -1.3) * x[8],
                f - 1,
                4.2 - f};
          }),
      book("HS106", {5000, 5000, 5000, 200, 350, 150, 225, 425},
           {{100, 1000, 1000, 10, 10, 10, 10, 10},
            {10000, 10000, 10000, 1000, 1000, 1000, 1000, 1000}},
           6, 0, 7049.2480205,
           {579.3067, 1359.9707, 5109.9707, 182.0177, 295.6012, 217.9823, 286.4165, 395.6012},
           [](const X& x) -> R {
             return {x[1] + x[2] + x[3],
                     1 - 0.0025 * (x[4] + x[6]),
                     1 - 0.0025 * (x[5] + x[7] - x[4]),
                     1 - 0.01 * (x[8] - x[5]),
                     x[1] * x[6] - 833.33252 * x[4] - 100 * x[1] + 83333.333,
                     x[2] * x[7] - 1250 * x[5] - x[2] * x[4] + 1250 * x[4],
                     x[3] * x[8] - 1250000 - x[3] * x[5] + 2500 * x[5]};
           }),
  };
}

std::vector<HockSchittkowski> nine() {
  const double infinite = unbounded;
  const double c = 48.4 / 50.176 * std::sin(0.25);
  const double d = 48.4 / 50.176 * std::cos(0.25);
  return {
      book("HS107", {0.8, 0.8, 0.2, 0.2, 1.0454, 1.0454, 1.0454, 0, 0},
           {{0, 0, -infinite, -infinite, 0.90909, 0.90909, 0.90909, -infinite, -infinite},
            {infinite, infinite, infinite, infinite, 1.0909, 1.0909, 1.0909, infinite, infinite}},
           0, 6, 5055.011803,
           {0.6670095, 1.022388, 0.2282879, 0.1848217, 1.090900, 1.090900, 1.069036, 0.1066126,
            -0.3387867},
           [=](const X& x) -> R {
             const Dual y1 = sin(x[8]);
             const Dual y2 = cos(x[8]);
             const Dual y3 = sin(x[9]);
             const Dual y4 = cos(x[9]);
             const Dual y5 = sin(x[8] - x[9]);
             const Dual y6 = cos(x[8] - x[9]);
             const Dual a = x[5] * x[6];
             const Dual b = x[5] * x[7];
             const Dual e = x[6] * x[7];
             return {
                 3000 * x[1] + 1000 * pow(x[1], 3) + 2000 * x[2] + 666.667 * pow(x[2], 3),
                 0.4 - x[1] + 2 * c * square(x[5]) - a * (d * y1 + c * y2) - b * (d * y3 + c * y4),
                 0.4 - x[2] + 2 * c * square(x[6]) + a * (d * y1 - c * y2) + e * (d * y5 - c * y6),
                 0.8 + 2 * c * square(x[7]) + b * (d * y3 - c * y4) - e * (d * y5 + c * y6),
                 0.2 - x[3] + 2 * d * square(x[5]) + a * (c * y1 - d * y2) + b * (c * y3 - d * y4),
                 0.2 - x[4] + 2 * d * square(x[6]) - a * (c * y1 + d * y2) - e * (c * y5 + d * y6),
                 -0.337 + 2 * d * square(x[7]) - b * (c * y3 + d * y4) + e * (c * y5 - d * y6)};
           }),
      book("HS108", all(9, 1),
           {{-infinite, -infinite, -infinite, -infinite, -infinite, -infinite, -infinite, -infinite,
             0},
            all(9, infinite)},
           13, 0, -0.8660254038, {},
           [](const X& x) -> R {
             return {-0.5 * (x[1] * x[4] - x[2] * x[3] + x[3] * x[9] - x[5] * x[9] + x[5] * x[8] -
                             x[6] * x[7]),
                     1 - square(x[3]) - square(x[4]),
                     1 - square(x[9]),
                     1 - square(x[5]) - square(x[6]),
                     1 - square(x[1]) - square(x[2] - x[9]),
                     1 - square(x[1] - x[5]) - square(x[2] - x[6]),
                     1 - square(x[1] - x[7]) - square(x[2] - x[8]),
                     1 - square(x[3] - x[5]) - square(x[4] - x[6]),
                     1 - square(x[3] - x[7]) - square(x[4] - x[8]),
                     1 - square(x[7]) - square(x[8] - x[9]),
                     x[1] * x[4] - x[2] * x[3],
                     x[3] * x[9],
                     -(x[5] * x[9]),
                     x[5] * x[8] - x[6] * x[7]};
           }),
  };
}

constexpr double gibbs[10] = {-6.089,  -17.164, -34.054, -5.914,  -24.721,
                              -14.986, -24.100, -10.708, -26.662, -22.179};

/// Free energy of the amounts x[1..10] and their element balances.
R equilibrium(const X& x) {
  Dual sum;
  for (std::size_t j = 1; j <= 10; ++j) sum = sum + x[j];
  Dual energy;
  for (std::size_t j = 1; j <= 10; ++j) energy = energy + x[j] * (gibbs[j - 1] + log(x[j] / sum));
  return {energy, x[1] + 2 * x[2] + 2 * x[3] + x[6] + x[10] - 2, x[4] + 2 * x[5] + x[6] + x[7] - 1,
          x[3] + x[7] + x[8] + 2 * x[9] + x[10] - 1};
}

std::vector<HockSchittkowski> ten() {
  return {
      book("HS110", all(10, 9), {all(10, 2.001), all(10, 9.999)}, 0, 0, -45.77846971,
           all(10, 9.35025655),
           [](const X& x) -> R {
             Dual sum;
             Dual product = 1;
             for (std::size_t j = 1; j <= 10; ++j) {
               sum = sum + square(log(x[j] - 2)) + square(log(10 - x[j]));
               product = product * x[j];
             }
             return {sum - pow(product, 0.2)};
           }),
      book("HS111", all(10, -2.3), {all(10, -100), all(10, 100)}, 0, 3, -47.76109026, {},
           [](const X& x) -> R {
             X amounts = x;
             for (std::size_t j = 1; j <= 10; ++j) amounts[j] = exp(x[j]);
             return equilibrium(amounts);
           }),
      book("HS112", all(10, 0.1), {all(10, 1e-6), all(10, unbounded)}, 0, 3, -47.76109026, {},
           equilibrium),
      book("HS113", {2, 3, 5, 5, 1, 2, 7, 3, 6, 10}, {}, 8, 0, 24.3062091,
           {2.171996, 2.363683, 8.773926, 5.095984, 0.9906548, 1.430574, 1.321644, 9.828726,
            8.280092, 8.375927},
           [](const X& x) -> R {
             return {
                 square(x[1]) + square(x[2]) + x[1] * x[2] - 14 * x[1] - 16 * x[2] +
                     square(x[3] - 10) + 4 * square(x[4] - 5) + square(x[5] - 3) +
                     2 * square(x[6] - 1) + 5 * square(x[7]) + 7 * square(x[8] - 11) +
                     2 * square(x[9] - 10) + square(x[10] - 7) + 45,
                 105 - 4 * x[1] - 5 * x[2] + 3 * x[7] - 9 * x[8],
                 -10 * x[1] + 8 * x[2] + 17 * x[7] - 2 * x[8],
                 8 * x[1] - 2 * x[2] - 5 * x[9] + 2 * x[10] + 12,
                 -3 * square(x[1] - 2) - 4 * square(x[2] - 3) - 2 * square(x[3]) + 7 * x[4] + 120,
                 -5 * square(x[1]) - 8 * x[2] - square(x[3] - 6) + 2 * x[4] + 40,
                 -0.5 * square(x[1] - 8) - 2 * square(x[2] - 4) - 3 * square(x[5]) + x[6] + 30,
                 -square(x[1]) - 2 * square(x[2] - 2) + 2 * x[1] * x[2] - 14 * x[5] + 6 * x[6],
                 3 * x[1] - 6 * x[2] - 12 * square(x[9] - 8) + 7 * x[10]};
           }),
      book("HS114", {1745, 12000, 110, 3048, 1974, 89.2, 92.8, 8, 3.6, 145},
           {{1e-5, 1e-5, 1e-5, 1e-5, 1e-5, 85, 90, 3, 1.2, 145},
            {2000, 16000, 120, 5000, 2000, 93, 95, 12, 4, 162}},
           8, 3, -1768.80696,
           {1698.096, 15818.73, 54.10228, 3031.226, 2000, 90.11537, 95, 10.49336, 1.561636,
            153.53535},
           [](const X& x) -> R {
             constexpr double a = 0.99;
             constexpr double b = 0.9;
             const Dual g1 = 35.82 - 0.222 * x[10] - b * x[9];
             const Dual g2 = -133 + 3 * x[7] - a * x[10];
             const Dual g5 =
                 1.12 * x[1] + 0.13167 * x[1] * x[8] - 0.00667 * x[1] * square(x[8]) - a * x[4];
             const Dual g6 = 57.425 + 1.098 * x[8] - 0.038 * square(x[8]) + 0.325 * x[6] - a * x[7];
             return {5.04 * x[1] + 0.035 * x[2] + 10 * x[3] + 3.36 * x[5] - 0.063 * x[4] * x[7],
                     g1,
                     g2,
                     -g1 + x[9] * (1 / b - b),
                     -g2 + (1 / a - a) * x[10],
                     g5,
                     g6,
                     -g5 + (1 / a - a) * x[4],
                     -g6 + (1 / a - a) * x[7],
                     1.22 * x[4] - x[1] - x[5],
                     98000 * x[3] / (x[4] * x[9] + 1000 * x[3]) - x[6],
                     (x[2] + x[5]) / x[1] - x[8]};
           }),
  };
}

/// Production over five quarters.
R quarters(const X& x) {
  R results(1 + 6 * 4 + 5);
  std::size_t next = 1;
  for (std::size_t k = 0; k < 5; ++k) {
    const Dual& a = x[3 * k + 1];
    const Dual& b = x[3 * k + 2];
    const Dual& c = x[3 * k + 3];
    results[0] = results[0] + 2.3 * a + 0.0001 * square(a) + 1.7 * b + 0.0001 * square(b) +
                 2.2 * c + 0.00015 * square(c);
    constexpr double demand[5] = {60, 50, 70, 85, 100};
    results[next++] = a + b + c - demand[k];
    for (std::size_t l = 1; k > 0 && l <= 3; ++l) {
      const Dual change = x[3 * k + l] - x[3 * (k - 1) + l] + 7;
      results[next++] = change;
      results[next++] = (l == 2 ? 14.0 : 13.0) - change;
    }
  }
  return results;
}

std::vector<HockSchittkowski> thirteen_and_more() {
  std::vector<double> start = {20, 55, 15};
  std::vector<double> lower = {8, 43, 3};
  std::vector<double> upper = {21, 57, 16};
  for (int k = 1; k < 5; ++k) {
    start.insert(start.end(), {20, 60, 20});
    lower.insert(lower.end(), {0, 0, 0});
    upper.insert(upper.end(), {90, 120, 60});
  }
  return {
      book("HS116", {0.5, 0.8, 0.9, 0.1, 0.14, 0.5, 489, 80, 650, 450, 150, 150, 150},
           {{0.1, 0.1, 0.1, 0.0001, 0.1, 0.1, 0.1, 0.1, 500, 0.1, 1, 0.0001, 0.0001},
            {1, 1, 1, 0.1, 0.9, 0.9, 1000, 1000, 1000, 500, 150, 150, 150}},
           15, 0, 97.5875096,
           {0.8037703, 0.8999860, 0.9709724, 0.1, 0.1908154, 0.4605717, 574.0803, 74.08043,
            500.0162, 0.1, 20.23413, 77.34755, 0.00673039},
           [](const X& x) -> R {
             const Dual sum = x[11] + x[12] + x[13];
             return {
                 sum,
                 x[3] - x[2],
                 x[2] - x[1],
                 1 - 0.002 * x[7] + 0.002 * x[8],
                 sum - 50,
                 250 - sum,
                 x[13] - 1.262626 * x[10] + 1.231059 * x[3] * x[10],
                 x[5] - 0.03475 * x[2] - 0.975 * x[2] * x[5] + 0.00975 * square(x[2]),
                 x[6] - 0.03475 * x[3] - 0.975 * x[3] * x[6] + 0.00975 * square(x[3]),
                 x[5] * x[7] - x[1] * x[8] - x[4] * x[7] + x[4] * x[8],
                 1 - 0.002 * (x[2] * x[9] + x[5] * x[8] - x[1] * x[8] - x[6] * x[9]) - x[5] - x[6],
                 x[2] * x[9] - x[3] * x[10] - x[6] * x[9] - 500 * x[2] + 500 * x[6] + x[2] * x[10],
                 x[2] - 0.9 - 0.002 * (x[2] * x[10] - x[3] * x[10]),
                 x[4] - 0.03475 * x[1] - 0.975 * x[1] * x[4] + 0.00975 * square(x[1]),
                 x[11] - 1.262626 * x[8] + 1.231059 * x[1] * x[8],
                 x[12] - 1.262626 * x[9] + 1.231059 * x[2] * x[9]};
           }),
      book("HS118", start, {lower, upper}, 29, 0, 664.82045, {}, quarters),
  };
}

}  // namespace

std::vector<HockSchittkowski> larger_hock_schittkowski() {
  std::vector<HockSchittkowski> problems = {
      geometric("HS101", -0.25, 1809.76476,
                {2.856159, 0.6108230, 2.150813, 4.712874, 0.9994875, 1.347508, 0.03165277}),
      geometric("HS102", 0.125, 911.880571,
                {3.896253, 0.8093588, 2.664386, 4.300913, 0.8535549, 1.095287, 0.02731046}),
      geometric("HS103", 0.5, 543.667958,
                {4.394105, 0.8544687, 2.843230, 3.399979, 0.7229261, 0.8704064, 0.02463883}),
  };
  for (const auto& more : {eight(), nine(), ten(), thirteen_and_more()}) {
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

}  // namespace moo::test
