#include "libmoo/problem/reference/curve_pieces.hpp"

#include <algorithm>
#include <limits>
#include <numeric>
#include <tuple>

#include "libmoo/problem/reference/bisection.hpp"

namespace moo {
namespace {

constexpr int kSamples = 20001;

class PieceFinder {
 public:
  PieceFinder(const PlaneCurve& curve, double from, double to)
      : curve_(curve), from_(from), to_(to), inwards_(1e-11 * (to - from)) {}

  std::vector<Bounds> pieces() {
    const std::vector<std::pair<int, int>> runs = nondominated_runs();
    std::vector<Bounds> result;
    double begin = runs.front().first == 0 ? from_ : minimum(0, runs.front().first);
    for (std::size_t r = 0; r < runs.size(); ++r) {
      const int last = runs[r].second;
      double end = to_;
      double next_begin = to_;
      if (r + 1 == runs.size()) {
        if (last < kSamples - 1) end = minimum(1, last);
      } else {
        std::tie(end, next_begin) = gap(last, runs[r + 1].first);
      }
      result.push_back({Vector::Constant(1, begin), Vector::Constant(1, end)});
      begin = next_begin;
    }
    return result;
  }

 private:
  [[nodiscard]] double at(int sample) const {
    const double share = std::clamp(sample, 0, kSamples - 1) / (kSamples - 1.0);
    return (1.0 - share) * from_ + share * to_;
  }
  [[nodiscard]] Tangent objective(int i, double t) const {
    const auto [first, second] = curve_(Tangent(t, 1.0));
    return i == 0 ? first : second;
  }
  [[nodiscard]] bool has_minimum(int i, int sample) const {
    return objective(i, at(sample - 1)).slope < 0.0 && objective(i, at(sample + 1)).slope > 0.0;
  }
  /// Where objective i has the minimum that the samples place at `sample`.
  [[nodiscard]] double minimum(int i, int sample) const {
    return bisect([&](double t) { return objective(i, t).slope; }, at(sample - 1), at(sample + 1));
  }
  /// Where objective i has the given value, near `sample`.
  [[nodiscard]] double level(int i, double value, int low, int high) const {
    return bisect([&](double t) { return objective(i, t).value - value; }, at(low), at(high));
  }

  /// End of a part whose last sample is `last`, and begin of the next one, first sample `first`.
  [[nodiscard]] std::pair<double, double> gap(int last, int first) const {
    if (has_minimum(1, last)) {
      const double end = minimum(1, last);
      return {end, level(1, objective(1, end).value, first - 1, first) + inwards_};
    }
    const double begin = minimum(0, first);
    return {level(0, objective(0, begin).value, last, last + 1) - inwards_, begin};
  }

  /// First and last samples of the runs that no other sample dominates, along the curve.
  [[nodiscard]] std::vector<std::pair<int, int>> nondominated_runs() const {
    std::vector<std::pair<double, double>> points;
    for (int k = 0; k < kSamples; ++k) {
      const auto [first, second] = curve_(Tangent(at(k), 1.0));
      points.emplace_back(first.value, second.value);
    }
    std::vector<int> order(kSamples);
    std::iota(order.begin(), order.end(), 0);
    std::sort(order.begin(), order.end(), [&](int a, int b) { return points[a] < points[b]; });
    std::vector<bool> kept(kSamples, false);
    double lowest = std::numeric_limits<double>::infinity();
    for (const int k : order) {
      if (!(points[k].second < lowest)) continue;
      lowest = points[k].second;
      kept[k] = true;
    }
    std::vector<std::pair<int, int>> runs;
    for (int k = 0; k < kSamples; ++k) {
      if (!kept[k]) continue;
      if (k == 0 || !kept[k - 1]) runs.emplace_back(k, k);
      runs.back().second = k;
    }
    return runs;
  }

  const PlaneCurve& curve_;
  double from_;
  double to_;
  double inwards_;
};

}  // namespace

std::vector<Bounds> nondominated_pieces(const PlaneCurve& curve, double from, double to) {
  return PieceFinder(curve, from, to).pieces();
}

}  // namespace moo
