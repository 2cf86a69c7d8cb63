#pragma once

#include <functional>
#include <vector>

#include "solvers/tracing/curve_corrector.hpp"

namespace moo {

/// Polynomials in arc length through the stations of a curve.
///
/// Extrapolation takes the order that would have predicted the last station best, which costs no
/// evaluation; interpolation the four nearest stations.
class CurvePath {
 public:
  void clear() { stations_.clear(); }
  /// Inserts by position.
  void add(const Station& station);
  [[nodiscard]] const std::vector<Station>& stations() const { return stations_; }

  /// theta at a position, from stations near it; order 0 is the nearest station.
  [[nodiscard]] Vector parameters(double position, int order) const;
  /// Likewise scaled objectives and multipliers, the latter in log-odds and in the simplex.
  [[nodiscard]] Vector objectives(double position, int order) const;
  [[nodiscard]] Vector multipliers(double position, int order) const;

  /// The order, at most `largest`, whose prediction of `found` at `position` comes closest.
  [[nodiscard]] int best_order(double position, const Vector& found, int largest) const;

 private:
  /// sum_k coefficient_k value(station_k): Lagrange's form through the nearest order + 1 stations.
  [[nodiscard]] Vector combine(double position, int order,
                               const std::function<Vector(const Station&)>& value) const;
  std::vector<Station> stations_;  ///< ascending in position
};

/// How a trace ended.
enum class CurveEnd {
  arrived,   ///< at the point it was to arrive at
  passed,    ///< beyond it in objective space, on another branch
  edge,      ///< a multiplier turned negative: the front ends here
  vanished,  ///< steps lead nowhere
  joined,    ///< what is already known lies here
  stopped,   ///< told to
  too_long   ///< more stations than any front has
};
std::string_view to_string(CurveEnd end);

/// Predictor and corrector along a front of two objectives, then stations in between.
///
/// trace() goes in steps of equal length in scaled objectives. A step counts when it is 0.2 to 1.5
/// times as long as intended; otherwise the chart is made stiffer (the front was lost), then the
/// step is halved. What stays too long is a jump: it is kept and marked.
/// fill() puts further stations between those, predicted by interpolation, so that neighbours are
/// equally far apart; this is cheaper than steps of that length, because interpolation is more
/// exact than extrapolation, and leaves a whole front whenever it is interrupted.
class CurveTracer {
 public:
  /// @param direction +1: the second objective falls; -1: the first does
  /// @param arrived receives every station in the order it is found; false: stop
  CurveTracer(CurveCorrector& corrector, const CurveSettings& settings, double direction,
              std::function<bool(const Station&)> arrived)
      : corrector_(corrector),
        settings_(settings),
        direction_(direction),
        arrived_(std::move(arrived)) {}

  /// From a point of the front towards another one, in steps of about `length`.
  /// @param known whether a station lies on what is known already: the trace has joined it
  CurveEnd trace(const Station& from, const Station& towards, double length,
                 const std::function<bool(const Station&)>& known = {});

  /// Stations in between, for neighbours about `spacing` apart.
  void fill(double spacing);

  /// For as many stations as there are to be between the ends, when the trace has arrived.
  void fill_to(int count);

  [[nodiscard]] const CurvePath& path() const { return path_; }
  [[nodiscard]] double length() const;
  [[nodiscard]] const Station& last() const { return current_; }
  [[nodiscard]] int jumps() const { return jumps_; }

 private:
  enum class Step { done, end, vanished, stopped };
  Step step(double length);
  [[nodiscard]] Aim aim_beyond(double length) const;
  [[nodiscard]] Aim aim_between(const Station& left, const Station& right, double position) const;
  [[nodiscard]] CurveCorrection lengthened(const Aim& aim, CurveCorrection correction);
  bool advance(Station next, double moved);
  bool finish_at_edge(double length);
  [[nodiscard]] std::vector<double> even_positions(const Station& left, const Station& right,
                                                   int parts) const;
  /// A station between two, within `allowed` of its place where a second try achieves it.
  CurveCorrection correct_between(const Station& left, const Station& right, double position,
                                  double allowed);
  [[nodiscard]] static double off_target(const Aim& aim, const Station& station);
  void fill_interval(const Station& left, const Station& right, int parts);
  void fill_intervals(const std::vector<int>& parts);

  CurveCorrector& corrector_;
  const CurveSettings& settings_;
  double direction_;
  std::function<bool(const Station&)> arrived_;
  Station current_;
  CurvePath path_;              ///< since the last jump
  std::vector<Station> route_;  ///< everything, in order
  int order_ = 0;
  int jumps_ = 0;
  bool stopped_ = false;
};

}  // namespace moo
