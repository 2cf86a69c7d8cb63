#include "solvers/hypervolume_ascent.hpp"

#include <limits>
#include <string>
#include <utility>

#include "libmoo/front/hypervolume.hpp"
#include "libmoo/problem/chebyshev.hpp"
#include "libmoo/problem/problem_copies.hpp"
#include "solvers/rays.hpp"

namespace moo {
namespace {

constexpr double rough_tolerance = 1e-3;  ///< of the points along rays
constexpr double polish_rho = 30.0;       ///< of the charts that finish the points

RayBundle bundle() { return rays_from_below("ray"); }

/// Minus the hypervolume of k copies' scaled objectives together with some fixed points. Of its
/// second order nothing is said: for L-BFGS.
class NegativeHypervolume final : public Scalarization {
 public:
  /// @param fixed m x j, scaled
  NegativeHypervolume(Matrix fixed, int count, double reference, const Scaling& scaling)
      : fixed_(std::move(fixed)),
        count_(count),
        reference_(Vector::Constant(fixed_.rows(), reference)),
        scaling_(scaling) {}

  double value(ConstVectorRef values) const override {
    const Matrix all = columns(values);
    if (!all.allFinite()) return std::numeric_limits<double>::quiet_NaN();
    const Matrix slopes = hypervolume_gradient(all, reference_);
    double drawn = 0.0;
    for (Eigen::Index k = 0; k < count_; ++k) {
      if (slopes.col(k).isZero(0.0)) drawn += all.col(k).mean();
    }
    return drawn - hypervolume(all, reference_);
  }

  void weights(ConstVectorRef values, VectorRef weights) const override {
    const Matrix slopes = own_slopes(values);
    weights.setZero();
    for (Eigen::Index k = 0; k < count_; ++k) {
      weights.segment(k * slopes.rows(), slopes.rows()) =
          slopes.col(k).cwiseQuotient(scaling_.range());
    }
  }

  void curvature(ConstVectorRef, MatrixRef curvature) const override { curvature.setZero(); }

  /// d phi / d fh of every copy, m x k: the faces of the volume it adds, or even weights.
  [[nodiscard]] Matrix own_slopes(ConstVectorRef values) const {
    Matrix slopes = -hypervolume_gradient(columns(values), reference_).leftCols(count_);
    for (auto column : slopes.colwise()) {
      if (column.isZero(0.0)) column.setConstant(1.0 / static_cast<double>(slopes.rows()));
    }
    return slopes;
  }

 private:
  /// Copies, then fixed points; m x (k + j), scaled.
  [[nodiscard]] Matrix columns(ConstVectorRef values) const {
    const Eigen::Index m = fixed_.rows();
    Matrix all(m, count_ + fixed_.cols());
    for (Eigen::Index k = 0; k < count_; ++k) {
      all.col(k) = scaling_.scaled(values.segment(k * m, m));
    }
    all.rightCols(fixed_.cols()) = fixed_;
    return all;
  }

  Matrix fixed_;
  Eigen::Index count_;
  Vector reference_;
  Scaling scaling_;
};

}  // namespace

HypervolumeAscentSolver::HypervolumeAscentSolver() : FrontSolver("hypervolume_ascent") {
  table_.add("reference", "scaled reference point of the hypervolume", &options_.reference,
             {1.0, 100.0});
  table_.add("max_ascent_iterations", "of the whole set, before the points are finished",
             &options_.max_ascent_iterations, {1, 1000000});
}

std::vector<Task> HypervolumeAscentSolver::plan_front(const Front& so_far) const {
  if (so_far.num_objectives() < 2 || !so_far.generated_by("ascent").empty()) return {};
  std::vector<Task> rays = plan_rays(so_far, bundle(), common_.points);
  if (!rays.empty()) return rays;

  std::vector<const ParetoPoint*> rough;
  for (const ParetoPoint& scout : so_far.scouts()) {
    if (scout.generator.kind == "ray") rough.push_back(&scout);
  }
  if (rough.empty()) return {};
  const Eigen::Index n = so_far.num_variables();
  const Eigen::Index m = so_far.num_objectives();
  const Eigen::Index p = rough.front()->constraints.size();
  const auto count = static_cast<Eigen::Index>(rough.size());
  Vector stack(count * n);
  Vector rows(count * p);
  for (Eigen::Index k = 0; k < count; ++k) {
    const ParetoPoint& point = *rough[static_cast<std::size_t>(k)];
    stack.segment(k * n, n) = point.parameters;
    rows.segment(k * p, p) = point.multipliers.tail(p);
  }
  const std::vector<const ParetoPoint*> anchors = so_far.generated_by("anchor");
  Vector fixed(m * static_cast<Eigen::Index>(anchors.size()));
  for (std::size_t k = 0; k < anchors.size(); ++k) {
    fixed.segment(static_cast<Eigen::Index>(k) * m, m) =
        so_far.scaling()->scaled(anchors[k]->objectives);
  }
  return {{"ascend",
           "ascend",
           Vector(),
           *so_far.scaling(),
           {{"stack", stack}, {"fixed", fixed}, {"row_multipliers", rows}}}};
}

void HypervolumeAscentSolver::solve_task(const Problem& problem, const Task& task,
                                         Recorder& recorder) const {
  if (task.kind == "ascend") return ascend(problem, task, recorder);
  const Vector ray = task.vector("ray").cwiseMax(0.01);
  const SmoothChebyshev phi(ray.maxCoeff() * ray.cwiseInverse(),
                            Vector::Constant(ray.size(), -below_ideal), 0.02, 1e-3, task.scaling);
  const ConstrainedMinimum minimum = minimizer(rough_tolerance)
                                         .minimize(problem, phi, ray_start(problem, task, bundle()),
                                                   {}, row_multipliers(task), recorder.callback());
  if (minimum.status == MinimizerStatus::failed) {
    recorder.fail("the objectives are not finite along a ray");
    return;
  }
  Vector multipliers(problem.num_values());
  multipliers << phi.multipliers(minimum.values), minimum.hard_rows;
  recorder.record(
      {minimum.theta, Vector(), multipliers, ray_generator(task), Candidate::Role::scout});
}

void HypervolumeAscentSolver::ascend(const Problem& problem, const Task& task,
                                     Recorder& recorder) const {
  const Eigen::Index n = problem.num_variables();
  const Eigen::Index m = problem.num_objectives();
  const Eigen::Index p = problem.num_hard_rows();
  const auto count = static_cast<int>(task.vector("stack").size() / n);
  const Vector& flat = task.vector("fixed");
  const ProblemCopies copies(problem, count);
  const NegativeHypervolume volume(Eigen::Map<const Matrix>(flat.data(), m, flat.size() / m), count,
                                   options_.reference, task.scaling);
  // A point's share of the gradient is small where points are dense.
  const double tolerance = 0.1 * common_.tolerance / count;
  // Under hard rows too no more iterations than that: the points are finished one by one
  // afterwards, and a joint ascent to the last digit costs ten times as much.
  const ConstrainedMinimizer whole("lbfgs",
                                   {tolerance, options_.max_ascent_iterations, common_.memory},
                                   {.iteration_factor = 1});
  const ConstrainedMinimum set = whole.minimize(
      copies, volume, task.vector("stack"), {}, row_multipliers(task), [&](const Iterate& iterate) {
        Vector values = Vector::Constant(m + p, std::numeric_limits<double>::quiet_NaN());
        values.head(m) = iterate.values.head(m);  // the rows of one copy are not those of another
        return recorder.proceed({iterate.iteration, values, iterate.scalarized,
                                 iterate.gradient_norm, iterate.step_norm});
      });
  if (set.status == MinimizerStatus::failed) {
    recorder.fail("the objectives of the set are not finite");
    return;
  }
  const Matrix slopes = volume.own_slopes(set.values);
  for (Eigen::Index k = 0; k < count; ++k) {
    const Vector weights = slopes.col(k) / slopes.col(k).sum();
    const Vector target = ChartScalarization::complement(weights).transpose() *
                          task.scaling.scaled(set.values.segment(k * m, m));
    const ChartScalarization chart(weights, target, polish_rho, task.scaling);
    const Vector rows = set.hard_rows.segment(k * p, p) / slopes.col(k).sum();
    const ConstrainedMinimum minimum =
        minimizer().minimize(problem, chart, set.theta.segment(k * n, n), {},
                             Vector(rows / weights.norm()), recorder.callback());
    Vector multipliers(problem.num_values());
    if (minimum.status == MinimizerStatus::failed) continue;
    multipliers << chart.multipliers(minimum.values).cwiseMax(0.0), minimum.hard_rows;
    multipliers /= multipliers.head(m).sum();
    record(problem, minimum, weights, multipliers, {"ascent", {}}, recorder);
    if (minimum.status == MinimizerStatus::stopped) return;
  }
}

}  // namespace moo
