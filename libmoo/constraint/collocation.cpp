#include "libmoo/constraint/collocation.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

constexpr std::array<int, 16> primes = {2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53};
constexpr double most_points = 1e6;

/// The k-th number of van der Corput's sequence: the digits of k behind the point, reversed.
double radical_inverse(int k, int base) {
  double result = 0.0;
  double place = 1.0;
  for (; k > 0; k /= base) {
    place /= base;
    result += place * (k % base);
  }
  return result;
}

/// Points in the unit cube, ranges x K.
Matrix unit_points(const Collocation& collocation, int num_points) {
  const RandomStream seeded(collocation.seed);
  const int count = collocation.count;
  Matrix points(static_cast<Eigen::Index>(collocation.ranges.size()), num_points);
  int stride = 1;
  for (std::size_t r = 0; r < collocation.ranges.size(); ++r, stride *= count) {
    RandomStream random = seeded.substream("range " + collocation.ranges[r].input);
    const std::vector<int> slices = random.permutation(num_points);
    for (int k = 0; k < num_points; ++k) {
      double& x = points(static_cast<Eigen::Index>(r), k);
      switch (collocation.scheme) {
        case Collocation::Scheme::uniform:
          x = random.uniform();
          break;
        case Collocation::Scheme::latin_hypercube:
          x = (slices[static_cast<std::size_t>(k)] + random.uniform()) / num_points;
          break;
        case Collocation::Scheme::halton:
          x = radical_inverse(k + 1, primes[r]);
          break;
        case Collocation::Scheme::grid:
          x = static_cast<double>(k / stride % count) / (count - 1);
          break;
      }
    }
  }
  return points;
}

std::string text_of(const InputRange& range) {
  return range.input + " from " + number_text(range.low) + " to " + number_text(range.high);
}

int number_of_points(const std::string& rule, const Collocation& collocation) {
  const bool grid = collocation.scheme == Collocation::Scheme::grid;
  const double dimensions = grid ? static_cast<double>(collocation.ranges.size()) : 1.0;
  const double points = std::pow(static_cast<double>(collocation.count), dimensions);
  if (collocation.count < (grid ? 2 : 1) || points > most_points) {
    throw InvalidArgument(
        {rule, "no such number of points",
         grid ? "2 or more values per range, up to 1000000 combinations" : "1 to 1000000",
         number_text(collocation.count), ""});
  }
  return static_cast<int>(points);
}

void check_ranges(const std::string& rule, const Collocation& collocation) {
  std::vector<std::string> names;
  for (const InputRange& range : collocation.ranges) {
    names.push_back(range.input);
    if (std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high) continue;
    throw InvalidArgument(
        {rule, "a range without points", "finite ends, low < high", text_of(range), ""});
  }
  for (const InputValue& held : collocation.held) {
    names.push_back(held.input);
    if (std::isfinite(held.value)) continue;
    throw InvalidArgument({rule, "the value of '" + held.input + "' is no number", "a finite one",
                           number_text(held.value), ""});
  }
  for (auto name = names.begin(); name != names.end(); ++name) {
    if (std::find(names.begin(), name, *name) == name) continue;
    throw InvalidArgument({rule, "an input is there twice", "one range or value per input",
                           "'" + *name + "' twice", ""});
  }
  if (collocation.ranges.empty() && collocation.held.empty()) {
    throw InvalidArgument({rule, "collocation without ranges", "at least one range or held input",
                           "none", "without collocation the rule holds at the data rows"});
  }
  if (collocation.scheme == Collocation::Scheme::halton &&
      collocation.ranges.size() > primes.size()) {
    throw InvalidArgument({rule, "too many ranges for a Halton sequence", "up to 16",
                           std::to_string(collocation.ranges.size()), "use latin_hypercube"});
  }
}

}  // namespace

CollocationPoints sample_points(const std::string& rule, const Collocation& collocation,
                                const std::optional<Standardizer>& standardizer,
                                const Dataset& data) {
  check_ranges(rule, collocation);
  const int count = number_of_points(rule, collocation);
  if (data.num_rows() == 0) {
    throw InvalidArgument({rule, "no data", "a row for the inputs without a range", "none", ""});
  }
  const std::vector<int> drawn =
      RandomStream(collocation.seed).substream("rows").permutation(data.num_rows());
  CollocationPoints points{Matrix(data.inputs.rows(), count), {}};
  for (int k = 0; k < count; ++k) {
    const int row = drawn[static_cast<std::size_t>(k % data.num_rows())];
    points.inputs.col(k) = data.inputs.col(row);
    points.rows.push_back(row);
  }
  const auto as_seen = [&](const std::string& input, const auto& values) {
    const int i = data.input_index(input);
    points.inputs.row(i) = values;
    if (!standardizer) return;
    points.inputs.row(i).array() -= standardizer->mean(i);
    points.inputs.row(i).array() /= standardizer->scale(i);
  };
  const Matrix unit = unit_points(collocation, count);
  for (std::size_t r = 0; r < collocation.ranges.size(); ++r) {
    const auto& [input, low, high] = collocation.ranges[r];
    const auto u = unit.row(static_cast<Eigen::Index>(r)).array();
    as_seen(input, (low * (1.0 - u) + high * u).matrix());
  }
  for (const InputValue& held : collocation.held) {
    as_seen(held.input, Matrix::Constant(1, count, held.value));
  }
  return points;
}

}  // namespace moo
