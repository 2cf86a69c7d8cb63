#include "solvers/tracing/curve_corrector.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/problem/scalarization.hpp"

namespace moo {
namespace {

constexpr double product_work = 2.0;
constexpr double never = std::numeric_limits<double>::infinity();

/// Negative multipliers up to this are rounding.
constexpr double multiplier_noise = 1e-6;

/// A station from multipliers of any positive scale.
Station station_of(Vector theta, Vector fh, const Vector& multipliers, const Vector& rows) {
  const Vector positive = multipliers.cwiseMax(0.0);
  Station station;
  station.theta = std::move(theta);
  station.fh = std::move(fh);
  station.multipliers = positive / positive.sum();
  station.rows = rows / positive.sum();
  return station;
}

}  // namespace

std::string_view to_string(CurveMethod method) {
  switch (method) {
    case CurveMethod::newton:
      return "newton";
    case CurveMethod::augmented:
      return "augmented";
    case CurveMethod::weights:
      return "weights";
  }
  return "unknown";
}

CurveCorrector::CurveCorrector(const Problem& problem, const Scaling& scaling,
                               const ConstrainedMinimizer& minimizer, const CurveSettings& settings,
                               IterationCallback callback)
    : problem_(problem),
      scaling_(scaling),
      minimizer_(minimizer),
      settings_(settings),
      callback_(std::move(callback)),
      rho_(settings.rho) {}

CurveMethod CurveCorrector::choose() const {
  if (settings_.corrector == "newton") return CurveMethod::newton;
  if (settings_.corrector == "augmented") return CurveMethod::augmented;
  if (first_order_work_ < 0.0) return CurveMethod::augmented;
  if (settings_.corrector == "weights") return CurveMethod::weights;
  if (newton_work_ < 0.0) return CurveMethod::newton;
  return newton_work_ <= first_order_work_ ? CurveMethod::newton : CurveMethod::augmented;
}

void CurveCorrector::learn(CurveMethod method, const CurveCorrection& correction) {
  if (correction.status == CurveStatus::stopped) return;
  const bool found = correction.status == CurveStatus::found;
  if (method == CurveMethod::newton) {
    if (correction.status == CurveStatus::beyond_end) return;
    newton_work_ = found && correction.work <= 2.0 * first_order_work_ ? correction.work : never;
  } else if (found) {
    first_order_work_ = correction.work;
  }
}

CurveCorrection CurveCorrector::correct(const Aim& aim) {
  const CurveMethod method = choose();
  if (method == CurveMethod::weights) return by_weights(aim);
  if (method == CurveMethod::augmented) {
    CurveCorrection correction = by_augmentation(aim, rho_);
    learn(method, correction);
    return correction;
  }
  CurveCorrection correction = by_newton(aim);
  learn(method, correction);
  if (correction.status != CurveStatus::lost || settings_.corrector == "newton") return correction;
  const double wasted = correction.work;
  correction = by_augmentation(aim, rho_);
  learn(CurveMethod::augmented, correction);
  correction.work += wasted;
  return correction;
}

double CurveCorrector::work_so_far() const {
  return static_cast<double>(problem_.evaluations() + 2 * problem_.gradients() +
                             6 * problem_.hessian_products()) /
         3.0;
}

CurveCorrection CurveCorrector::by_newton(const Aim& aim) {
  const double before = work_so_far();
  CurveCorrection correction;
  if (!chart_) {
    ChartSettings settings;
    settings.tolerance = 0.9 * settings_.tolerance;  // certify() rounds otherwise
    if (settings_.corrector == "automatic" && first_order_work_ > 0.0) {
      settings.max_products = std::max(10, static_cast<int>(first_order_work_ / product_work));
    }
    chart_.emplace(problem_, scaling_, settings);
  }
  Vector guess(problem_.num_values());
  guess << aim.multipliers, aim.rows;
  Correction corrected = chart_->correct(aim.theta, guess, callback_);
  correction.work = work_so_far() - before;
  if (corrected.status == CorrectionStatus::stopped) correction.status = CurveStatus::stopped;
  if (corrected.status != CorrectionStatus::converged) return correction;
  ChartPoint& point = corrected.point;
  if (point.lambda().minCoeff() < -multiplier_noise) {
    correction.status = CurveStatus::beyond_end;
    return correction;
  }
  correction.status = CurveStatus::found;
  correction.station = station_of(std::move(point.theta), point.fh, point.lambda(),
                                  point.multipliers.tail(problem_.num_hard_rows()));
  correction.station->method = CurveMethod::newton;
  correction.station->work = correction.work;
  return correction;
}

CurveCorrection CurveCorrector::by_augmentation(const Aim& aim, double rho) {
  // The chart spans the complement of its normal with a sign of its own.
  const double sign = ChartScalarization::complement(aim.normal).col(0).dot(aim.along);
  const Vector target = Vector::Constant(1, sign * aim.along.dot(aim.fh));
  const ChartScalarization chart(aim.normal, target, rho, scaling_);
  CurveCorrection correction = minimise(aim, chart, aim.normal.sum());
  if (!correction.station) return correction;
  // minimise() leaves the values' multipliers to the scalarization.
  const Vector multipliers = chart.multipliers(scaling_.unscaled(correction.station->fh));
  if (multipliers.minCoeff() < -multiplier_noise) correction.status = CurveStatus::beyond_end;
  const double work = correction.work;
  correction.station = station_of(std::move(correction.station->theta), correction.station->fh,
                                  multipliers, correction.station->rows);
  correction.station->method = CurveMethod::augmented;
  correction.station->rho = rho;
  correction.station->work = work;
  return correction;
}

CurveCorrection CurveCorrector::by_weights(const Aim& aim) {
  const WeightedSum phi(aim.multipliers, scaling_);
  CurveCorrection correction = minimise(aim, phi, 1.0);
  if (!correction.station) return correction;
  correction.station->multipliers = aim.multipliers;
  correction.station->method = CurveMethod::weights;
  return correction;
}

/// @param multiplier_norm sum of the objectives' multipliers, for the units of the rows' guess
CurveCorrection CurveCorrector::minimise(const Aim& aim, const Scalarization& phi,
                                         double multiplier_norm) {
  CurveCorrection correction;
  const double before = work_so_far();
  const ConstrainedMinimum minimum = minimizer_.minimize(
      problem_, phi, better_start(aim, phi), {}, Vector(aim.rows * multiplier_norm), callback_);
  correction.work = work_so_far() - before;
  if (minimum.status == MinimizerStatus::stopped) correction.status = CurveStatus::stopped;
  if (minimum.status == MinimizerStatus::stopped || minimum.status == MinimizerStatus::failed ||
      !minimum.feasible) {
    return correction;
  }
  correction.status = CurveStatus::found;
  correction.station.emplace();
  correction.station->theta = minimum.theta;
  correction.station->fh = scaling_.scaled(minimum.values.head(2));
  correction.station->rows = minimum.hard_rows;
  correction.station->work = correction.work;
  return correction;
}

/// The prediction, or the point close by where that is better. Cost: two forward passes.
Vector CurveCorrector::better_start(const Aim& aim, const Scalarization& phi) const {
  if (aim.theta == aim.near) return aim.near;
  const double predicted = phi.value(problem_.linearize(aim.theta)->values());
  const double near = phi.value(problem_.linearize(aim.near)->values());
  return std::isfinite(predicted) && predicted < near ? aim.theta : aim.near;
}

bool CurveCorrector::stiffen() {
  if (settings_.corrector == "weights" || rho_ >= settings_.largest_rho) return false;
  rho_ = std::min(4.0 * rho_, settings_.largest_rho);
  return true;
}

void CurveCorrector::relax() { rho_ = std::max(settings_.rho, 0.25 * rho_); }

}  // namespace moo
