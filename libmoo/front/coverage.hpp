#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libmoo/front/front.hpp"
#include "libmoo/front/gaps.hpp"

namespace moo {

/// What is known about the part of a front between two neighbours.
enum class SegmentKind {
  supported,     ///< convex as far as the points tell: a minimum of weighted sums
  nonconvex,     ///< there is a front, and no weighted sum finds it
  jump,          ///< the path of optima leaps from one basin to another
  disconnected,  ///< there is no front in between
  unresolved     ///< nobody looked
};

/// A part of a front of two objectives, between neighbours along the first one.
struct Segment {
  int left = 0;  ///< index of the point with the lower first objective
  int right = 0;
  double length = 0.0;  ///< distance between them in scaled objectives
  SegmentKind kind = SegmentKind::unresolved;
  /// How it was found out: "spacing" (it is as short as others, or too long for them),
  /// "multipliers" (tangents at its ends), "weight" (a weighted sum solved there), "epsilon" (a
  /// bound on an objective that led out of it), "probe" (see GapProbe).
  std::string decided_by;
};

using Coverage = std::vector<Segment>;

std::string_view to_string(SegmentKind kind);

/// Segments of a front of two objectives by what every point knows: one more than three times as
/// long as the middle one (and than 0.05) is unresolved; in others the tangents of the ends, from
/// their multipliers, tell convex from concave. Empty without scaling, and for other than two
/// objectives.
Coverage coverage_by_spacing(const Front& front);

/// A look into a gap of a front of two objectives: one objective minimised while the other one is
/// held at or below a level in the middle of the gap, from both ends of it.
struct GapProbe {
  Vector left;                ///< 2, scaled objectives of the gap's ends
  Vector right;               ///< 2
  int bounded = 0;            ///< the objective that was held
  double level = 0.0;         ///< at or below this, scaled
  std::vector<Vector> found;  ///< scaled objectives of what was found, one or two

  /// The numbers of a point's generator of kind "probe" that say all this but `found`.
  [[nodiscard]] std::map<std::string, double> numbers() const;
};

/// The probes whose results are in the front, among points and scouts.
std::vector<GapProbe> probes_in(const Front& front);

/// Whether fh (2, scaled) could be a point of the front between the gap's ends: neither dominates
/// it, nor it them, by more than a thousandth of the gap's length.
bool lies_within(const GapProbe& probe, ConstVectorRef fh);

/// What a probe says about a segment within its gap, with ends a and b (scaled):
/// two minima at one level, both within the gap: a jump between their basins;
/// nothing found at a level that the segment encloses: disconnected;
/// a minimum above the gap's chord: nonconvex; below it: jump, a better branch; on it: supported.
/// "The same" means within a hundredth of the gap's length, "on it" within a thousandth.
SegmentKind judge(const GapProbe& probe, ConstVectorRef a, ConstVectorRef b);

/// The narrowest probed gap that holds this one; null when there is none.
const GapProbe* probe_over(const Front& front, const Gap& gap, const std::vector<GapProbe>& probes);

/// Says of unresolved segments within probed gaps what the narrowest probe found.
void apply_probes(const Front& front, Coverage& coverage);

}  // namespace moo
