#include "solvers/tracing/surface.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/front/dominance.hpp"
#include "libmoo/problem/scalarization.hpp"
#include "libmoo/solver/front_solver.hpp"
#include "solvers/tracing/chart.hpp"

namespace moo {
namespace {

constexpr double shortest_step = 0.5;    ///< of a spacing
constexpr double longest_step = 1.6;     ///< of a spacing
constexpr double clear_of_others = 0.7;  ///< of a spacing
constexpr double clear_on_edge = 0.6;    ///< of a spacing: for targets moved onto an edge
constexpr double near_target = 0.3;      ///< of a spacing

/// What became of a target.
enum class Outcome {
  recorded,
  out_of_reach,  ///< beyond an edge, or too near to another point
  failed,        ///< the corrector did not get to the front
  stopped
};

/// A point of the front as a corrector hands it over.
struct Found {
  Vector theta;
  Vector fh;           ///< m
  Vector multipliers;  ///< m + p, objectives' in the simplex
  double steps = 0.0;
  double on_edge = 0.0;  ///< 1: moved onto an edge of the surface
};

/// Works on the targets around one point.
class Expansion {
 public:
  Expansion(const Problem& problem, const Task& task, const SurfaceOptions& options,
            const ConstrainedMinimizer& minimizer, Recorder& recorder)
      : problem_(problem),
        task_(task),
        options_(options),
        minimizer_(minimizer),
        recorder_(recorder),
        m_(problem.num_objectives()),
        spacing_(task.number("spacing")),
        fh_(task.vector("objectives")),
        guess_(problem.num_values()),
        chart_(problem, task.scaling, {.tolerance = options.tolerance}) {
    const Vector& normal = task.vector("normal");
    guess_.setZero();
    guess_.head(m_) = normal / normal.sum();
    const Vector rows = row_multipliers(task);
    if (rows.size() > 0) guess_.tail(rows.size()) = rows;
    const Vector& nearby = task.vector("nearby");
    for (Eigen::Index k = 0; k < nearby.size(); k += m_)
      others_.emplace_back(nearby.segment(k, m_));
  }

  void run() {
    const Vector& targets = task_.vector("targets");
    const bool may_minimize =
        options_.corrector == "augmented" ||
        (options_.corrector == "automatic" && !(task_.number("newton_works") > 0.0));
    if (options_.corrector != "augmented" && task_.number("newton_failed") == 0.0) prepare_chart();
    for (Eigen::Index k = 0; k < targets.size(); k += m_) {
      const Vector move = targets.segment(k, m_);
      Outcome outcome = parent_   ? by_newton(move)
                        : closed_ ? Outcome::out_of_reach
                                  : Outcome::failed;
      if (outcome == Outcome::failed && may_minimize) {
        outcome = by_minimizer(move);
      }
      if (outcome == Outcome::stopped) return;
      const Vector place = task_.vector("objectives") + move;
      const bool hit =
          outcome == Outcome::recorded && (others_.back() - place).norm() < near_target * spacing_;
      if (!hit) miss(place);
    }
  }

 private:
  /// The chart at the task's point; none where it is no regular local minimum.
  void prepare_chart() {
    Correction correction = chart_.correct(task_.start, guess_, recorder_.callback());
    if (correction.status != CorrectionStatus::converged) return;
    std::optional<ChartTangents> least;
    if (task_.number("least_length") > 0.0) least = least_length_tangents(correction.point);
    ChartTangents tangents = least ? *least : chart_.tangents(correction.point);
    closed_ = tangents.directions.cols() == 0;
    if (tangents.negative_curvature || closed_) return;
    parent_ = std::move(correction.point);
    tangents_ = std::move(tangents);
    fh_ = parent_->fh;
    if (!least && tangents_.directions.cols() > 0) {
      const Matrix shortest = chart_.cheap_tangents(*parent_).directions;
      bend_ = (tangents_.directions - shortest).norm() / shortest.norm();
    }
  }

  /// Tangents without Hessian products; how lambda turns is read off the points around. None when
  /// those do not tell.
  [[nodiscard]] std::optional<ChartTangents> least_length_tangents(const ChartPoint& point) const {
    ChartTangents tangents = chart_.cheap_tangents(point);
    const Eigen::Index open = tangents.across.cols();
    if (open == 0) return tangents;
    const Vector& normals = task_.vector("nearby_normals");
    Matrix moments = Matrix::Zero(open, open);
    Matrix turned = Matrix::Zero(m_, open);
    for (Eigen::Index k = 0; k < normals.size(); k += m_) {
      const Vector& there = others_[static_cast<std::size_t>(k / m_)];
      const Vector normal = normals.segment(k, m_);
      const Vector along = tangents.across.transpose() * (there - point.fh);
      if (along.norm() > 2.5 * spacing_) continue;
      moments += along * along.transpose();
      turned += (normal / normal.sum() - point.lambda()) * along.transpose();
    }
    const Eigen::SelfAdjointEigenSolver<Matrix> eigen(moments);
    if (eigen.eigenvalues()(0) < 0.5 * spacing_ * spacing_) return {};
    tangents.turning = moments.ldlt().solve(turned.transpose()).transpose();
    return tangents;
  }

  Outcome by_newton(const Vector& move) {
    const Vector along = tangents_.across.transpose() * move;
    if (along.norm() < 0.7 * move.norm()) return Outcome::out_of_reach;  // no room that way
    const Vector step = tangents_.directions * along.normalized();
    const Vector turning = tangents_.turning * along.normalized();
    const Vector lambda = parent_->lambda();
    // Where a multiplier would turn negative the surface ends: on the face without that objective.
    double reach = move.norm();
    int ending = -1;
    for (int i = 0; i < m_; ++i) {
      const double length = lambda(i) > 0.0 ? -lambda(i) / turning(i) : 0.0;
      if (turning(i) < 0.0 && length < reach) {
        reach = length;
        ending = i;
      }
    }
    if (reach < clear_on_edge * spacing_) return Outcome::out_of_reach;
    Vector theta = parent_->theta + reach * step;
    const Bounds bounds = problem_.bounds();
    if (!bounds.empty()) theta = theta.cwiseMax(bounds.lower).cwiseMin(bounds.upper);
    const Vector moved = parent_->gradients.leftCols(m_).transpose() * (theta - parent_->theta);
    // Not worth an evaluation where even the prediction is crowded.
    if (nearest_other(parent_->fh + moved) < 0.9 * clear_on_edge * spacing_) {
      return Outcome::out_of_reach;
    }
    Vector guess = parent_->multipliers;
    guess.head(m_) += reach * turning;
    return land(theta, guess, ending);
  }

  /// Corrects towards the surface, or towards its face without objective `ending` >= 0.
  Outcome land(const Vector& theta, Vector guess, int ending) {
    Correction correction;
    if (ending < 0) {
      correction = chart_.correct(theta, guess, recorder_.callback());
    } else {
      guess(ending) = 0.0;
      std::vector<int> face;
      for (int i = 0; i < m_; ++i) {
        if (i != ending) face.push_back(i);
      }
      Chart edge = chart_.on_face(face);
      correction = edge.correct(theta, guess, recorder_.callback());
    }
    if (correction.status == CorrectionStatus::stopped) return Outcome::stopped;
    if (correction.status != CorrectionStatus::converged) {
      return ending < 0 ? Outcome::failed : Outcome::out_of_reach;
    }
    const ChartPoint& point = correction.point;
    Eigen::Index lowest = 0;
    const double lambda = point.lambda().minCoeff(&lowest);
    if (lambda < -1e-8) {
      const double before = parent_->multipliers(lowest);
      const double part = before / (before - lambda);
      if (ending >= 0 || part * (point.fh - fh_).norm() < clear_on_edge * spacing_) {
        return Outcome::out_of_reach;
      }
      return land(parent_->theta + part * (point.theta - parent_->theta), point.multipliers,
                  static_cast<int>(lowest));
    }
    return accept({point.theta, point.fh, point.multipliers, 1.0 * correction.steps,
                   ending >= 0 || is_cut(point.theta) ? 1.0 : 0.0},
                  SurfaceCorrector::newton);
  }

  /// Minimises d . fh + rho/2 |C^T fh - t|^2 with the target one spacing away.
  Outcome by_minimizer(const Vector& move) {
    const Vector direction = move.normalized();
    const Vector d = guess_.head(m_).normalized();
    const Matrix complement = ChartScalarization::complement(d);
    double length = move.norm();
    double rho = options_.rho;
    for (int attempt = 0; attempt < 3; ++attempt) {
      const Vector target = complement.transpose() * (fh_ + length * direction);
      const ChartScalarization scalarization(d, target, rho, task_.scaling);
      const ConstrainedMinimum minimum = minimizer_.minimize(
          problem_, scalarization, start_for(scalarization, direction, length), {},
          Vector(guess_.tail(problem_.num_hard_rows()) / d.sum()), recorder_.callback());
      if (minimum.status == MinimizerStatus::stopped) return Outcome::stopped;
      if (minimum.status == MinimizerStatus::failed || !minimum.feasible) return Outcome::failed;
      const Vector lambda = scalarization.multipliers(minimum.values);
      Eigen::Index lowest = 0;
      if (lambda.minCoeff(&lowest) < -1e-6 * lambda.sum()) {  // beyond an edge: aim at the edge
        const double before = d(lowest);
        length *= before / (before - lambda(lowest));
        if (length < clear_on_edge * spacing_) return Outcome::out_of_reach;
        continue;
      }
      const Vector fh = task_.scaling.scaled(minimum.values.head(m_));
      if ((fh - fh_).norm() > longest_step * spacing_) {  // the front was lost
        rho *= 4.0;
        continue;
      }
      Vector multipliers(problem_.num_values());
      multipliers << lambda, minimum.hard_rows;
      multipliers /= lambda.sum();
      return accept({minimum.theta, fh, multipliers, 1.0 * minimum.iterations, 0.0},
                    SurfaceCorrector::augmented);
    }
    return Outcome::failed;
  }

  /// The better of the point itself and the chart's prediction, where there is one.
  [[nodiscard]] Vector start_for(const Scalarization& scalarization, const Vector& direction,
                                 double length) const {
    if (!parent_) return task_.start;
    const Vector along = tangents_.across.transpose() * direction;
    const Vector ahead = parent_->theta + length * tangents_.directions * along;
    const double there = scalarization.value(problem_.linearize(ahead)->values());
    return there < scalarization.value(parent_->values) ? ahead : parent_->theta;
  }

  [[nodiscard]] double nearest_other(const Vector& fh) const {
    double distance = std::numeric_limits<double>::infinity();
    for (const Vector& other : others_) distance = std::min(distance, (fh - other).norm());
    return distance;
  }

  /// Whether a variable that is free at the task's point stands on a bound.
  [[nodiscard]] bool is_cut(const Vector& theta) const {
    const Bounds bounds = problem_.bounds();
    if (bounds.empty()) return false;
    const auto on_bound =
        theta.array() <= bounds.lower.array() || theta.array() >= bounds.upper.array();
    return (on_bound && parent_->free.array() > 0.0).any();
  }

  Outcome accept(Found found, SurfaceCorrector corrector) {
    const double moved = (found.fh - fh_).norm();
    if (moved < shortest_step * spacing_ || moved > longest_step * spacing_) {
      return moved > longest_step * spacing_ ? Outcome::failed : Outcome::out_of_reach;
    }
    const double clear = found.on_edge > 0.0 ? clear_on_edge : clear_of_others;
    if (nearest_other(found.fh) < clear * spacing_) return Outcome::out_of_reach;
    for (const Vector& other : others_) {
      if (dominates(other, found.fh)) return Outcome::out_of_reach;
    }
    others_.push_back(found.fh);
    found.multipliers.head(m_) = found.multipliers.head(m_).cwiseMax(0.0);
    const double open = parent_ ? static_cast<double>(tangents_.directions.cols()) : m_ - 1.0;
    recorder_.record({found.theta,
                      found.multipliers.head(m_),
                      found.multipliers,
                      {"trace",
                       {{"from", task_.number("from")},
                        {"spacing", spacing_},
                        {"corrector", static_cast<double>(corrector)},
                        {"step", found.steps},
                        {"edge", found.on_edge},
                        {"dimension", open},
                        {"bend", bend_}}},
                      Candidate::Role::front});
    return Outcome::recorded;
  }

  /// Leaves a note that this target led nowhere, or elsewhere, for the next plan.
  void miss(const Vector& place) {
    Generator generator{"missed", {{"from", task_.number("from")}, {"spacing", spacing_}}};
    for (Eigen::Index i = 0; i < m_; ++i) {
      generator.numbers["target_" + std::to_string(i)] = place(i);
    }
    recorder_.record(
        {task_.start, guess_.head(m_), Vector(), std::move(generator), Candidate::Role::scout});
  }

  const Problem& problem_;
  const Task& task_;
  const SurfaceOptions& options_;
  const ConstrainedMinimizer& minimizer_;
  Recorder& recorder_;
  const int m_;
  const double spacing_;
  Vector fh_;     ///< m, scaled objectives of the task's point
  Vector guess_;  ///< m + p, its multipliers
  Chart chart_;
  std::optional<ChartPoint> parent_;
  bool closed_ = false;  ///< no direction is open at the task's point: a corner
  ChartTangents tangents_;
  double bend_ = -1.0;  ///< relative difference of exact and least-length tangents; -1: unknown
  std::vector<Vector> others_;  ///< scaled objectives to keep clear of
};

}  // namespace

void solve_surface(const Problem& problem, const Task& task, const SurfaceOptions& options,
                   const ConstrainedMinimizer& minimizer, Recorder& recorder) {
  Expansion(problem, task, options, minimizer, recorder).run();
}

}  // namespace moo
