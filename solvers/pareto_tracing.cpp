#include "solvers/pareto_tracing.hpp"

#include "solvers/tracing/surface_centre.hpp"

namespace moo {

ParetoTracingSolver::ParetoTracingSolver() : FrontSolver("pareto_tracing") {
  CurveSettings& settings = curve_.settings;
  table_.add("corrector", "how predicted points are brought onto the front", &settings.corrector,
             {"automatic", "newton", "augmented", "weights"});
  table_.add("rho", "curvature of the chart across the front, in scaled units", &settings.rho,
             {0.1, 1e6});
  table_.add("largest_rho", "limit of its growth when a step loses the front",
             &settings.largest_rho, {0.1, 1e6});
  table_.add("halvings", "of a step before it counts as a jump", &settings.halvings, {0, 20});
  table_.add("gap_solves", "gaps to search for further parts of the front", &curve_.gap_solves,
             {0, 1000});
  table_.add("restarts", "cold starts that look for a lower branch; two objectives",
             &curve_.restarts, {0, 1000});
  table_.add("spacing",
             "of neighbours in scaled objectives, three objectives and more; 0: from `points`",
             &spacing_, {0.0, 1.0});
}

CurveOptions ParetoTracingSolver::curve() const {
  CurveOptions options = curve_;
  options.points = common_.points;
  options.settings.tolerance = common_.tolerance;
  options.settings.extreme_weight = common_.extreme_weight;
  return options;
}

SurfaceOptions ParetoTracingSolver::surface() const {
  const bool augmented = curve_.settings.corrector == "augmented";
  return {.points = common_.points,
          .spacing = spacing_,
          .tolerance = common_.tolerance,
          .rho = curve_.settings.rho,
          .corrector = augmented ? "augmented" : "automatic"};
}

std::vector<Task> ParetoTracingSolver::plan_front(const Front& so_far) const {
  if (so_far.num_objectives() < 2 || common_.points <= 2) return {};
  if (so_far.num_objectives() == 2) return plan_curve(so_far, curve());
  std::vector<Task> centre = plan_centre(so_far);
  return centre.empty() ? plan_surface(so_far, surface()) : centre;
}

void ParetoTracingSolver::solve_task(const Problem& problem, const Task& task,
                                     Recorder& recorder) const {
  constexpr double rough = 1e-3;  // enough to tell branches apart
  if (task.kind == "centre") {
    return solve_centre(problem, task, curve_.settings.rho, minimizer(), recorder);
  }
  if (problem.num_objectives() > 2) {
    return solve_surface(problem, task, surface(), minimizer(), recorder);
  }
  solve_curve(problem, task, curve(), minimizer(), minimizer(rough), recorder);
}

std::vector<std::string> ParetoTracingSolver::notes(const Front& front) const {
  if (front.num_objectives() < 2) return {};
  return front.num_objectives() == 2 ? curve_notes(front) : surface_notes(front);
}

Coverage ParetoTracingSolver::coverage(const Front& front) const {
  Coverage coverage = FrontSolver::coverage(front);
  for (Segment& segment : coverage) {
    if (segment.kind != SegmentKind::unresolved) continue;
    if (!searched_in_vain(front, segment.left, segment.right)) continue;
    segment.kind = SegmentKind::disconnected;
    segment.decided_by = "normal";
  }
  return coverage;
}

}  // namespace moo
