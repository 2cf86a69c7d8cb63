#include "libmoo/front/coverage.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "libmoo/front/gaps.hpp"

namespace moo {
namespace {

const ParetoPoint& point_at(const Front& front, int index) {
  return front.points()[static_cast<std::size_t>(index)];
}

Vector scaled_at(const Front& front, int index) {
  return front.scaling()->scaled(point_at(front, index).objectives);
}

/// How far `other` lies above the tangent of the front at a point (negative: below), by the point's
/// multipliers.
double above_tangent(const Front& front, int index, int other) {
  const Vector normal = point_at(front, index).multipliers.head(2);
  return normal.dot(scaled_at(front, other) - scaled_at(front, index)) / normal.norm();
}

/// How far fh lies above the chord of a gap.
double above_chord(const GapProbe& probe, const Vector& fh) {
  Vector normal(2);
  normal << probe.left(1) - probe.right(1), probe.right(0) - probe.left(0);
  return normal.dot(fh - probe.left) / normal.norm();
}

constexpr double same_share = 0.01;  // of a gap's length

}  // namespace

std::string_view to_string(SegmentKind kind) {
  switch (kind) {
    case SegmentKind::supported:
      return "supported";
    case SegmentKind::nonconvex:
      return "nonconvex";
    case SegmentKind::jump:
      return "jump";
    case SegmentKind::disconnected:
      return "disconnected";
    case SegmentKind::unresolved:
      return "unresolved";
  }
  return "unresolved";
}

Coverage coverage_by_spacing(const Front& front) {
  if (front.num_objectives() != 2 || !front.scaling()) return {};
  const std::vector<Gap> gaps = gaps_along(front);
  const double usual = middle_length(gaps);
  Coverage coverage;
  for (const Gap& gap : gaps) {
    Segment segment{gap.left, gap.right, gap.length, SegmentKind::unresolved, "spacing"};
    if (gap.length <= std::max(0.05, 3.0 * usual)) {
      const double lowest = std::min(above_tangent(front, gap.left, gap.right),
                                     above_tangent(front, gap.right, gap.left));
      // Tangents are as exact as the certificates behind them.
      const bool convex = lowest >= -1e-3 * gap.length - 1e-6;
      segment.kind = convex ? SegmentKind::supported : SegmentKind::nonconvex;
      segment.decided_by = "multipliers";
    }
    coverage.push_back(std::move(segment));
  }
  return coverage;
}

std::map<std::string, double> GapProbe::numbers() const {
  return {{"left_0", left(0)},   {"left_1", left(1)}, {"right_0", right(0)},
          {"right_1", right(1)}, {"level", level},    {"bounded", static_cast<double>(bounded)}};
}

std::vector<GapProbe> probes_in(const Front& front) {
  std::map<std::string, GapProbe> by_task;
  const auto collect = [&](const ParetoPoint& point) {
    if (point.generator.kind != "probe") return;
    const auto& numbers = point.generator.numbers;
    GapProbe& probe = by_task[point.task];
    probe.left = (Vector(2) << numbers.at("left_0"), numbers.at("left_1")).finished();
    probe.right = (Vector(2) << numbers.at("right_0"), numbers.at("right_1")).finished();
    probe.level = numbers.at("level");
    probe.bounded = static_cast<int>(numbers.at("bounded"));
    probe.found.push_back(front.scaling()->scaled(point.objectives));
  };
  for (const ParetoPoint& point : front.points()) collect(point);
  for (const ParetoPoint& scout : front.scouts()) collect(scout);
  std::vector<GapProbe> probes;
  for (auto& [task, probe] : by_task) probes.push_back(std::move(probe));
  return probes;
}

bool lies_within(const GapProbe& probe, ConstVectorRef fh) {
  const double margin = 1e-3 * (probe.right - probe.left).norm();
  return fh(0) > probe.left(0) + margin && fh(0) < probe.right(0) - margin &&
         fh(1) > probe.right(1) + margin && fh(1) < probe.left(1) - margin;
}

SegmentKind judge(const GapProbe& probe, ConstVectorRef a, ConstVectorRef b) {
  const double same = same_share * (probe.right - probe.left).norm();
  std::vector<Vector> inside;
  std::copy_if(probe.found.begin(), probe.found.end(), std::back_inserter(inside),
               [&](const Vector& fh) { return lies_within(probe, fh); });
  const auto at_level = [&](double value) { return std::abs(value - probe.level) <= same; };
  if (inside.size() > 1 && (inside[0] - inside[1]).norm() > same &&
      at_level(inside[0](probe.bounded)) && at_level(inside[1](probe.bounded))) {
    return SegmentKind::jump;
  }
  const double low = std::min(a(probe.bounded), b(probe.bounded));
  const double high = std::max(a(probe.bounded), b(probe.bounded));
  if (inside.empty() || (low < probe.level - same && high > probe.level + same)) {
    return SegmentKind::disconnected;
  }
  double height = above_chord(probe, inside.front());
  for (const Vector& fh : inside) height = std::min(height, above_chord(probe, fh));
  const double on_chord = 0.1 * same;
  if (height > on_chord) return SegmentKind::nonconvex;
  return height < -on_chord ? SegmentKind::jump : SegmentKind::supported;
}

const GapProbe* probe_over(const Front& front, const Gap& gap,
                           const std::vector<GapProbe>& probes) {
  const double from = scaled_at(front, gap.left)(0);
  const double to = scaled_at(front, gap.right)(0);
  constexpr double rounding = 1e-9;
  const GapProbe* narrowest = nullptr;
  double width = INFINITY;
  for (const GapProbe& probe : probes) {
    if (probe.left(0) > from + rounding || probe.right(0) < to - rounding) continue;
    if (probe.right(0) - probe.left(0) >= width) continue;
    width = probe.right(0) - probe.left(0);
    narrowest = &probe;
  }
  return narrowest;
}

void apply_probes(const Front& front, Coverage& coverage) {
  const std::vector<GapProbe> probes = probes_in(front);
  for (Segment& segment : coverage) {
    if (segment.kind != SegmentKind::unresolved) continue;
    const GapProbe* probe =
        probe_over(front, {segment.left, segment.right, segment.length}, probes);
    if (probe == nullptr) continue;
    segment.kind = judge(*probe, scaled_at(front, segment.left), scaled_at(front, segment.right));
    segment.decided_by = "probe";
  }
}

}  // namespace moo
