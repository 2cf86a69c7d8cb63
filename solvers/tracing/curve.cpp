#include "solvers/tracing/curve.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace moo {
namespace {

constexpr int highest_order = 3;
/// A step counts when it is that many times as long as intended. Short ones are harmless: what is
/// left of the distance is filled in.
constexpr double shortest_step = 0.2;
constexpr double longest_step = 1.5;

/// Unit vector orthogonal to the multipliers, with f_1 falling for direction +1, f_0 for -1.
Vector along_front(const Vector& multipliers, double direction) {
  Vector along(2);
  along << multipliers(1), -multipliers(0);
  return direction * along.normalized();
}

double log_odds(const Vector& multipliers) {
  const Vector inside = multipliers.cwiseMax(1e-9);
  return std::log(inside(1) / inside(0));
}

}  // namespace

std::string_view to_string(CurveEnd end) {
  switch (end) {
    case CurveEnd::arrived:
      return "arrived";
    case CurveEnd::passed:
      return "passed";
    case CurveEnd::edge:
      return "edge";
    case CurveEnd::vanished:
      return "vanished";
    case CurveEnd::joined:
      return "joined";
    case CurveEnd::stopped:
      return "stopped";
    case CurveEnd::too_long:
      return "too long";
  }
  return "unknown";
}

void CurvePath::add(const Station& station) {
  const auto after =
      std::upper_bound(stations_.begin(), stations_.end(), station,
                       [](const Station& a, const Station& b) { return a.position < b.position; });
  stations_.insert(after, station);
}

Vector CurvePath::combine(double position, int order,
                          const std::function<Vector(const Station&)>& value) const {
  // The window of order + 1 neighbours whose farthest one is nearest.
  const auto count = std::min(static_cast<std::size_t>(order) + 1, stations_.size());
  std::size_t first = 0;
  const auto reach = [&](std::size_t k) {
    return std::max(std::abs(stations_[k].position - position),
                    std::abs(stations_[k + count - 1].position - position));
  };
  for (std::size_t k = 1; k + count <= stations_.size(); ++k) {
    if (reach(k) <= reach(first)) first = k;
  }
  Vector sum;
  for (std::size_t i = first; i < first + count; ++i) {
    double coefficient = 1.0;
    for (std::size_t j = first; j < first + count; ++j) {
      if (j == i) continue;
      coefficient *=
          (position - stations_[j].position) / (stations_[i].position - stations_[j].position);
    }
    if (sum.size() == 0) {
      sum = coefficient * value(stations_[i]);
    } else {
      sum += coefficient * value(stations_[i]);
    }
  }
  return sum;
}

Vector CurvePath::parameters(double position, int order) const {
  return combine(position, order, [](const Station& station) { return station.theta; });
}

Vector CurvePath::objectives(double position, int order) const {
  return combine(position, order, [](const Station& station) { return station.fh; });
}

Vector CurvePath::multipliers(double position, int order) const {
  const double odds = combine(position, order, [](const Station& station) {
    return Vector(Vector::Constant(1, log_odds(station.multipliers)));
  })(0);
  Vector multipliers(2);
  multipliers << 1.0 / (1.0 + std::exp(odds)), 1.0 / (1.0 + std::exp(-odds));
  return multipliers;
}

int CurvePath::best_order(double position, const Vector& found, int largest) const {
  int best = 0;
  double smallest = -1.0;
  for (int order = 0; order <= largest && order < static_cast<int>(stations_.size()); ++order) {
    const double error = (parameters(position, order) - found).norm();
    // A higher order has to be clearly better: it amplifies what the correctors left.
    if (smallest >= 0.0 && error > 0.8 * smallest) continue;
    smallest = error;
    best = order;
  }
  return best;
}

Aim CurveTracer::aim_beyond(double length) const {
  Aim aim;
  const double position = current_.position + length;
  aim.near = current_.theta;
  aim.theta = order_ == 0 ? current_.theta : path_.parameters(position, order_);
  aim.normal = current_.multipliers.normalized();
  aim.along = along_front(current_.multipliers, direction_);
  aim.fh = current_.fh + length * aim.along;
  aim.multipliers = path_.multipliers(position, 1);
  aim.rows = current_.rows;
  return aim;
}

bool CurveTracer::advance(Station next, double moved) {
  next.position = current_.position + moved;
  if (next.jump) {
    ++jumps_;
    path_.clear();
    order_ = 0;
  } else {
    order_ = path_.best_order(next.position, next.theta, highest_order);
    // One station predicts none: the next prediction is the line through both.
    if (path_.stations().size() == 1) order_ = 1;
  }
  path_.add(next);
  route_.push_back(next);
  current_ = std::move(next);
  stopped_ = stopped_ || !arrived_(current_);
  return !stopped_;
}

/// A step that fell short because the multipliers turn fast here: the same target in the chart that
/// belongs to the multipliers it found, as a method of multipliers would go on.
CurveCorrection CurveTracer::lengthened(const Aim& aim, CurveCorrection correction) {
  Aim again = aim;
  again.theta = again.near = correction.station->theta;
  again.normal = correction.station->multipliers.normalized();
  again.along = along_front(correction.station->multipliers, direction_);
  CurveCorrection longer = corrector_.by_augmentation(again, corrector_.rho());
  const auto moved = [&](const CurveCorrection& each) {
    return (each.station->fh - current_.fh).norm();
  };
  if (longer.status == CurveStatus::stopped) return longer;
  return longer.status == CurveStatus::found && moved(longer) > moved(correction) ? longer
                                                                                  : correction;
}

CurveTracer::Step CurveTracer::step(double length) {
  const double intended = length;
  corrector_.relax();
  std::optional<Station> too_far;
  for (int halvings = 0; halvings <= settings_.halvings;) {
    Aim aim = aim_beyond(length);
    CurveCorrection correction = corrector_.correct(aim);
    const auto moved = [&] { return (correction.station->fh - current_.fh).norm(); };
    if (correction.status == CurveStatus::found &&
        correction.station->method == CurveMethod::newton &&
        (moved() < shortest_step * length || moved() > longest_step * length)) {
      correction = corrector_.by_augmentation(aim, corrector_.rho());
    }
    if (correction.status == CurveStatus::stopped) return Step::stopped;
    if (correction.status == CurveStatus::found && moved() < 0.5 * length) {
      correction = lengthened(aim, std::move(correction));
    }
    if (correction.status == CurveStatus::found) {
      if (moved() >= shortest_step * length && moved() <= longest_step * length) {
        correction.station->order = order_;
        return advance(*correction.station, moved()) ? Step::done : Step::stopped;
      }
      if (moved() < 0.02 * intended && halvings > 0) return Step::vanished;
      if (moved() > longest_step * length) too_far = correction.station;
      if (corrector_.stiffen()) continue;
    }
    if (correction.status == CurveStatus::beyond_end && halvings >= 2) return Step::end;
    length *= 0.5;
    ++halvings;
  }
  if (!too_far) return Step::vanished;
  too_far->jump = true;
  return advance(*too_far, (too_far->fh - current_.fh).norm()) ? Step::done : Step::stopped;
}

/// Where the front ends, one objective is at its (local) minimum: one solve finds the place.
bool CurveTracer::finish_at_edge(double length) {
  Aim aim = aim_beyond(0.0);
  aim.theta = current_.theta;
  const double rest = settings_.extreme_weight;
  aim.multipliers << (direction_ > 0.0 ? rest : 1.0 - rest), (direction_ > 0.0 ? 1.0 - rest : rest);
  CurveCorrection correction = corrector_.by_weights(aim);
  if (correction.status == CurveStatus::stopped) return false;
  if (correction.status != CurveStatus::found) return true;
  const Vector moved = correction.station->fh - current_.fh;
  const bool ahead = direction_ * moved(0) > 0.0 && direction_ * moved(1) < 0.0;
  if (!ahead || moved.norm() < 0.05 * length || moved.norm() > 2.0 * length) return true;
  return advance(*correction.station, moved.norm());
}

CurveEnd CurveTracer::trace(const Station& from, const Station& towards, double length,
                            const std::function<bool(const Station&)>& known) {
  current_ = from;
  path_.add(from);
  route_.push_back(from);
  constexpr int most_steps = 20000;
  for (int steps = 0; steps < most_steps; ++steps) {
    const Vector ahead = towards.fh - current_.fh;
    const double remaining = ahead.norm();
    if (direction_ * ahead(0) < 0.0 || direction_ * ahead(1) > 0.0) return CurveEnd::passed;
    // Even steps up to the end rather than a short one at last.
    const double steps_left = std::round(remaining / length);
    if (steps_left <= 1.0) {
      Station last = towards;
      last.position = current_.position + remaining;
      path_.add(last);
      route_.push_back(last);
      return CurveEnd::arrived;
    }
    const Step step = this->step(steps_left < 7.0 ? remaining / steps_left : length);
    if (step == Step::stopped) return CurveEnd::stopped;
    if (step == Step::end) return finish_at_edge(length) ? CurveEnd::edge : CurveEnd::stopped;
    if (step == Step::vanished) return CurveEnd::vanished;
    if (known && known(current_)) return CurveEnd::joined;
  }
  return CurveEnd::too_long;
}

double CurveTracer::length() const {
  return route_.empty() ? 0.0 : route_.back().position - route_.front().position;
}

Aim CurveTracer::aim_between(const Station& left, const Station& right, double position) const {
  Aim aim;
  const double share = (position - left.position) / (right.position - left.position);
  aim.near = share < 0.5 ? left.theta : right.theta;
  aim.theta = path_.parameters(position, highest_order);
  aim.fh = path_.objectives(position, highest_order);
  aim.multipliers = path_.multipliers(position, 1);
  aim.normal = aim.multipliers.normalized();
  aim.along = along_front(aim.multipliers, direction_);
  aim.rows = (1.0 - share) * left.rows + share * right.rows;
  return aim;
}

/// Positions that cut the interpolated curve between two stations into parts of equal length.
std::vector<double> CurveTracer::even_positions(const Station& left, const Station& right,
                                                int parts) const {
  constexpr int samples = 32;
  std::vector<double> length(samples + 1, 0.0);
  const auto position = [&](double k) {
    return left.position + (right.position - left.position) * k / samples;
  };
  Vector before = left.fh;
  for (int k = 1; k <= samples; ++k) {
    const Vector here = path_.objectives(position(k), highest_order);
    const auto at = static_cast<std::size_t>(k);
    length[at] = length[at - 1] + (here - before).norm();
    before = here;
  }
  std::vector<double> positions;
  for (int k = 1; k < parts; ++k) {
    const double wanted = length.back() * k / parts;
    const auto above = std::lower_bound(length.begin() + 1, length.end(), wanted);
    const double share = (wanted - *(above - 1)) / std::max(*above - *(above - 1), 1e-300);
    positions.push_back(position(static_cast<double>(above - 1 - length.begin()) + share));
  }
  return positions;
}

/// Where a station lies on the curve, judged from where it was aimed at.
double CurveTracer::off_target(const Aim& aim, const Station& station) {
  return aim.along.dot(station.fh - aim.fh);
}

CurveCorrection CurveTracer::correct_between(const Station& left, const Station& right,
                                             double position, double allowed) {
  const auto misplaced = [&](const Aim& aim, const CurveCorrection& correction) {
    return correction.status == CurveStatus::found &&
           std::abs(off_target(aim, *correction.station)) > allowed;
  };
  const Aim aim = aim_between(left, right, position);
  CurveCorrection correction = corrector_.correct(aim);
  if (!misplaced(aim, correction)) return correction;
  // It is on the curve all the same: with it, the interpolation knows better.
  Station known = *correction.station;
  known.position = position + off_target(aim, known);
  if (known.position <= left.position || known.position >= right.position) return correction;
  path_.add(known);
  const Aim again = aim_between(left, right, position);
  CurveCorrection next = corrector_.correct(again);
  if (misplaced(again, next) && next.station->method == CurveMethod::newton) {
    next = corrector_.by_augmentation(again, corrector_.rho());
  }
  return next.status == CurveStatus::found ? next : correction;
}

void CurveTracer::fill_interval(const Station& left, const Station& right, int parts) {
  const double part = (right.position - left.position) / parts;
  for (const double position : even_positions(left, right, parts)) {
    CurveCorrection correction = correct_between(left, right, position, 0.15 * part);
    stopped_ = stopped_ || correction.status == CurveStatus::stopped;
    if (stopped_) return;
    if (correction.status != CurveStatus::found) continue;
    correction.station->order = highest_order;
    stopped_ = !arrived_(*correction.station);
  }
}

void CurveTracer::fill_intervals(const std::vector<int>& parts) {
  path_.clear();
  std::size_t begin = 0;
  for (std::size_t k = 0; k + 1 < route_.size() && !stopped_; ++k) {
    if (k == begin) {  // a stretch without jumps: interpolation does not go across one
      path_.clear();
      std::size_t end = begin;
      path_.add(route_[end++]);
      while (end < route_.size() && !route_[end].jump) path_.add(route_[end++]);
      begin = end;
    }
    if (!route_[k + 1].jump) fill_interval(route_[k], route_[k + 1], parts[k]);
  }
}

void CurveTracer::fill(double spacing) {
  std::vector<int> parts;
  for (std::size_t k = 0; k + 1 < route_.size(); ++k) {
    const double distance = route_[k + 1].position - route_[k].position;
    parts.push_back(std::max(1, static_cast<int>(std::round(distance / spacing))));
  }
  fill_intervals(parts);
}

void CurveTracer::fill_to(int count) {
  // Shares by largest quotient: as even as whole numbers allow (Webster's method).
  const std::size_t intervals = route_.size() - 1;
  std::vector<int> parts(intervals, 1);
  for (int total = static_cast<int>(intervals) + 1; total < count; ++total) {
    std::size_t widest = 0;
    double largest = -1.0;
    for (std::size_t k = 0; k < intervals; ++k) {
      if (route_[k + 1].jump) continue;
      const double quotient = (route_[k + 1].position - route_[k].position) / (parts[k] + 0.5);
      if (quotient > largest) {
        largest = quotient;
        widest = k;
      }
    }
    if (largest < 0.0) break;
    ++parts[widest];
  }
  fill_intervals(parts);
}

}  // namespace moo
