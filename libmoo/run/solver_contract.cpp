#include "libmoo/run/solver_contract.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <cmath>
#include <exception>
#include <functional>
#include <memory>
#include <sstream>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/front/dominance.hpp"
#include "libmoo/front/indicators.hpp"
#include "libmoo/problem/affine_values.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/solve.hpp"

namespace moo {
namespace {

std::string text(double number) {
  std::ostringstream stream;
  stream << number;
  return stream.str();
}

/// Asks a run to stop at its n-th iteration, counts what comes after that and the points that had
/// been found by then.
class StopAt final : public Observer {
 public:
  explicit StopAt(long iteration) : iteration_(iteration) {}
  Verdict on_iteration(const std::string&, const Iterate&) override {
    ++seen_;
    return seen_ >= iteration_ ? Verdict::stop : Verdict::proceed;
  }
  Verdict on_point(const ParetoPoint&, const Progress&) override {
    if (seen_ < iteration_) ++points_;
    return Verdict::proceed;
  }
  [[nodiscard]] long seen() const { return seen_; }
  [[nodiscard]] long after() const { return std::max(0L, seen_ - iteration_); }
  [[nodiscard]] long points() const { return points_; }

 private:
  long iteration_;
  long seen_ = 0;
  long points_ = 0;
};

int points_for(const ContractSettings& settings, int num_objectives) {
  if (num_objectives <= 2) return settings.points;
  return num_objectives == 3 ? 100 : 300;
}

std::unique_ptr<Solver> make(const SolverRegistry& registry, const std::string& id,
                             const Problem& problem, const ContractSettings& settings) {
  std::unique_ptr<Solver> solver = registry.create(id);
  const std::vector<std::string> options = solver->options().names();
  if (std::count(options.begin(), options.end(), "points") > 0) {
    solver->options().set("points", std::to_string(points_for(settings, problem.num_objectives())));
  }
  return solver;
}

/// |J_s^T lambda + C^T mu|_inf of a point, without what its bounds hold back.
double residual_of(const Problem& problem, const Scaling& scaling, const ParetoPoint& point) {
  const int m = problem.num_objectives();
  Vector weights = point.multipliers;
  weights.head(m) = weights.head(m).cwiseQuotient(scaling.range());
  Vector gradient =
      problem.linearize(point.parameters)->transposed_jacobian(problem.num_variables()) * weights;
  const Bounds bounds = problem.bounds();
  for (Eigen::Index j = 0; !bounds.empty() && j < gradient.size(); ++j) {
    const double theta = point.parameters(j);
    const double slack = 1e-9 * std::max(1.0, std::abs(theta));
    if (theta <= bounds.lower(j) + slack) gradient(j) = std::min(gradient(j), 0.0);
    if (theta >= bounds.upper(j) - slack) gradient(j) = std::max(gradient(j), 0.0);
  }
  return gradient.lpNorm<Eigen::Infinity>();
}

/// Largest violation of hard rows beyond their tolerance, and of bounds.
double violation_of(const Problem& problem, const ParetoPoint& point) {
  double worst = 0.0;
  for (int i = 0; i < problem.num_hard_rows(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    const double c = point.constraints(i);
    const double beyond = row.sense == Sense::equality ? std::abs(c) : c;
    worst = std::max(worst, beyond - row.tolerance);
  }
  const Bounds bounds = problem.bounds();
  if (!bounds.empty()) {
    worst = std::max({worst, (bounds.lower - point.parameters).maxCoeff(),
                      (point.parameters - bounds.upper).maxCoeff()});
  }
  return worst;
}

/// One solver on one problem.
class ContractCheck {
 public:
  ContractCheck(const SolverRegistry& registry, std::string id, const Problem& problem,
                const ContractSettings& settings, bool may_fail)
      : registry_(registry),
        id_(std::move(id)),
        problem_(problem),
        may_fail_(may_fail),
        settings_(settings),
        claims_(registry.claims(id_)) {
    request_.seed = settings.seed;
    request_.kkt_tolerance = std::min(claims_.kkt_residual, 1e-5);
  }

  [[nodiscard]] Report run(const Problem& problem, const Request& request) const {
    return moo::solve(problem, *make(registry_, id_, problem, settings_), request);
  }
  [[nodiscard]] const Request& request() const { return request_; }
  [[nodiscard]] const SolverClaims& claims() const { return claims_; }

  void breach(const std::string& clause, const std::string& detail) {
    breaches_.push_back({clause, problem_.name(), detail});
  }
  [[nodiscard]] std::vector<Breach> take() { return std::move(breaches_); }

  void check_points(const Report& report) {
    const Front& front = report.front;
    if (report.status == RunStatus::failed && may_fail_) return;
    if (report.status != RunStatus::complete) {
      std::string why;
      for (const Failure& failure : report.failures) why += "; " + failure.reason;
      breach("the run ends complete", std::string(to_string(report.status)) + why);
    }
    if (front.nondominated().empty()) breach("there is a feasible point", "none");
    const Scaling scaling = front.scaling().value_or(Scaling::identity(front.num_objectives()));
    int rough = 0;
    for (const ParetoPoint& point : front.points()) {
      check_dominance(front, point);
      const std::string who = "point " + std::to_string(point.id);
      const Vector values = problem_.linearize(point.parameters)->values();
      if (values.head(front.num_objectives()) != point.objectives ||
          values.tail(problem_.num_hard_rows()) != point.constraints) {
        breach("points re-evaluate to their objectives", who);
      }
      const double residual = residual_of(problem_, scaling, point);
      if (!(std::abs(residual - point.kkt_residual) <= 1e-9 * (1.0 + residual))) {
        breach("certificates pass an independent check",
               who + ": " + text(point.kkt_residual) + " in the file, " + text(residual));
      }
      const auto simplex = point.multipliers.head(front.num_objectives());
      if (!(simplex.minCoeff() >= 0.0) || !(std::abs(simplex.sum() - 1.0) <= 1e-9)) {
        breach("multipliers lie in the simplex", who);
      }
      if (point.feasible && violation_of(problem_, point) > 1e-9) {
        breach("feasible points keep bounds and hard rows",
               who + ": violation " + text(violation_of(problem_, point)));
      }
      if (point.dominated || !point.feasible) continue;
      if (point.kkt_residual <= claims_.kkt_residual) continue;
      ++rough;
      const double hard = point.multipliers.tail(problem_.num_hard_rows()).cwiseAbs().sum();
      if (point.converged && point.kkt_residual > claims_.kkt_residual * (1.0 + hard)) {
        breach("points called converged are", who + ": " + text(residual));
      }
    }
    // Some minimisations end early; their points say so.
    if (rough > static_cast<int>(front.points().size()) / 10) {
      breach("points are stationary to the claimed residual",
             std::to_string(rough) + " of " + std::to_string(front.points().size()) + " are not");
    }
  }

  void check_determinism(const Report& once) {
    ThreadExecutor threads(3);
    Observer nobody;
    const Report again =
        moo::solve(problem_, *make(registry_, id_, problem_, settings_), request_, threads, nobody);
    const std::string clause = "the same seed gives the same front on any number of threads";
    if (once.front.points().size() != again.front.points().size()) {
      breach(clause, std::to_string(once.front.points().size()) + " and " +
                         std::to_string(again.front.points().size()) + " points");
      return;
    }
    for (std::size_t k = 0; k < once.front.points().size(); ++k) {
      if (once.front.points()[k].parameters != again.front.points()[k].parameters ||
          once.front.points()[k].multipliers != again.front.points()[k].multipliers) {
        breach(clause, "point " + std::to_string(k));
        return;
      }
    }
  }

  void check_budget(const Report& whole) {
    Request request = request_;
    request.max_gradients = whole.totals.gradients / 2;
    if (request.max_gradients < 1) return;
    const Report half = run(problem_, request);
    const long together =
        claims_.moves_all_points ? points_for(settings_, problem_.num_objectives()) : 1;
    const long allowed =
        request.max_gradients + together * (settings_.in_flight + problem_.num_values());
    if (half.totals.gradients > allowed) {
      breach("a budget is respected", std::to_string(half.totals.gradients) + " gradients of " +
                                          std::to_string(request.max_gradients));
    }
    if (half.status != RunStatus::budget_exhausted) {
      breach("a budget is respected", "status " + std::string(to_string(half.status)));
    }
  }

  void check_stop() {
    StopAt counting(std::numeric_limits<long>::max());
    InlineExecutor inline_executor;
    const auto solver = make(registry_, id_, problem_, settings_);
    moo::solve(problem_, *solver, request_, inline_executor, counting);
    if (counting.seen() < 4) return;  // too short to be stopped
    StopAt stopping(3 * counting.seen() / 4);
    const Report part = moo::solve(problem_, *solver, request_, inline_executor, stopping);
    if (part.status != RunStatus::stopped) {
      breach("a stop is honoured", "status " + std::string(to_string(part.status)));
    }
    if (stopping.after() > 1) {
      breach("a stop is honoured within one iteration",
             std::to_string(stopping.after()) + " iterations more");
    }
    if (static_cast<long>(part.front.points().size()) < stopping.points()) {
      breach("a stopped run keeps what it found", std::to_string(part.front.points().size()) +
                                                      " points of " +
                                                      std::to_string(stopping.points()));
    }
  }

 private:
  void check_dominance(const Front& front, const ParetoPoint& point) {
    if (!point.feasible) return;
    const bool dominated =
        std::any_of(front.points().begin(), front.points().end(), [&](const ParetoPoint& other) {
          return other.feasible && dominates(other.objectives, point.objectives);
        });
    if (dominated != point.dominated) {
      breach("points not marked dominated are mutually non-dominated",
             "point " + std::to_string(point.id));
    }
  }

  const SolverRegistry& registry_;
  std::string id_;
  const Problem& problem_;
  bool may_fail_;
  const ContractSettings& settings_;
  const SolverClaims& claims_;
  Request request_;
  std::vector<Breach> breaches_;
};

/// Hypervolume of found objectives in units of the analytic front, 1.1 being the reference.
class AgainstTheFront {
 public:
  explicit AgainstTheFront(const ReferenceProblem& problem)
      : scaling_{problem.ideal(), problem.nadir()},
        sample_(scaled(problem.front(problem.num_objectives() == 2 ? 4000 : 3000))),
        reference_(Vector::Constant(problem.num_objectives(), 1.1)) {}

  [[nodiscard]] double volume(const Matrix& objectives) const {
    return hypervolume(scaled(objectives), reference_);
  }
  [[nodiscard]] double analytic() const { return hypervolume(sample_, reference_); }

  /// The largest amount by which a point of the analytic front is improved in every objective.
  [[nodiscard]] double beyond(const Matrix& objectives) const {
    const Matrix found = scaled(objectives);
    double largest = 0.0;
    for (const auto& point : found.colwise()) {
      largest = std::max(largest, (sample_.colwise() - point).colwise().minCoeff().maxCoeff());
    }
    return largest;
  }

 private:
  [[nodiscard]] Matrix scaled(const Matrix& objectives) const {
    const Vector range = (scaling_.nadir - scaling_.ideal).cwiseMax(1e-12);
    return range.cwiseInverse().asDiagonal() * (objectives.colwise() - scaling_.ideal);
  }

  Scaling scaling_;
  Matrix sample_;
  Vector reference_;
};

Matrix found_objectives(const Report& report) {
  return report.front.objectives_of(report.front.nondominated());
}

/// The problem with its objectives in another order and other units: objective i of it is factors_i
/// f_{order_i}.
AffineMap rearranged(const Problem& problem, const std::vector<int>& order, const Vector& factors) {
  const int m = problem.num_objectives();
  AffineMap map{{},
                problem.hard_rows(),
                Matrix::Identity(problem.num_values(), problem.num_values()),
                Matrix(problem.num_values(), 0),
                Vector::Zero(problem.num_values()),
                Vector()};
  map.values.topRows(m).setZero();
  for (int i = 0; i < m; ++i) {
    const int from = order[static_cast<std::size_t>(i)];
    map.objectives.push_back(problem.objectives()[static_cast<std::size_t>(from)]);
    map.objectives.back().resolution *= factors(i);
    map.values(i, from) = factors(i);
  }
  return map;
}

/// Whether the front stays in place, as far as hypervolume tells.
void check_rearranged(const ReferenceProblem& problem, const AgainstTheFront& known,
                      const Report& plain, const AffineMap& map, const std::string& clause,
                      ContractCheck& check) {
  const int m = problem.num_objectives();
  const AffineValues other(problem, map);
  const Matrix there = found_objectives(check.run(other, check.request()));
  const Matrix here = map.values.topLeftCorner(m, m).inverse() * there;
  const double expected = known.volume(found_objectives(plain));
  const double found = known.volume(here);
  const bool one_piece = m == 2 && problem.shape() != FrontShape::disconnected;
  const double margin = one_piece ? check.claims().same_front : check.claims().same_surface;
  if (std::abs(found - expected) > margin * std::max(expected, 1e-3)) {
    check.breach(clause, "hypervolume " + text(expected) + " becomes " + text(found));
  }
}

double claimed_share(const SolverClaims& claims, const ReferenceProblem& problem) {
  if (problem.has_local_fronts()) return 0.0;
  const bool surface = problem.num_objectives() > 2;
  switch (problem.shape()) {
    case FrontShape::disconnected:
      return surface ? 0.0 : claims.disconnected_share;
    case FrontShape::degenerate:
      return surface ? claims.concave_surface_share : claims.convex_share;
    case FrontShape::convex:
      return surface ? claims.convex_surface_share : claims.convex_share;
    default:
      return surface ? claims.concave_surface_share : claims.concave_share;
  }
}

void check_share(const ReferenceProblem& problem, const AgainstTheFront& known,
                 const Report& report, ContractCheck& check) {
  const double share = known.volume(found_objectives(report)) / known.analytic();
  const double claimed = claimed_share(check.claims(), problem);
  if (share < claimed) {
    check.breach("the claimed share of the hypervolume is found",
                 text(share) + " of the analytic one, " + text(claimed) + " is claimed");
  }
  if (known.beyond(found_objectives(report)) > 1e-6) {
    check.breach("nothing lies beyond the analytic front",
                 text(known.beyond(found_objectives(report))) + " (scaled)");
  }
}

void check_invariance(const ReferenceProblem& problem, const AgainstTheFront& known,
                      const Report& report, ContractCheck& check) {
  const int m = problem.num_objectives();
  std::vector<int> order(static_cast<std::size_t>(m));
  for (int i = 0; i < m; ++i) order[static_cast<std::size_t>(i)] = (i + 1) % m;
  check_rearranged(problem, known, report, rearranged(problem, order, Vector::Ones(m)),
                   "permuting objectives permutes the front", check);
  if (!check.claims().scale_free) return;
  for (int i = 0; i < m; ++i) order[static_cast<std::size_t>(i)] = i;
  Vector factors = Vector::Ones(m);
  factors(m - 1) = 1000.0;
  check_rearranged(problem, known, report, rearranged(problem, order, factors),
                   "the unit of an objective does not matter", check);
}

}  // namespace

bool fits(const SolverRegistry& registry, const std::string& id, const Problem& problem) {
  const SolverClaims& claims = registry.claims(id);
  return problem.num_objectives() <= claims.most_objectives &&
         (problem.num_hard_rows() == 0 || claims.keeps_hard_rows) &&
         (problem.bounds().empty() || claims.keeps_bounds) &&
         registry.create(id)->explain_unsupported(problem).empty();
}

std::vector<Breach> check_contract(const SolverRegistry& registry, const std::string& id,
                                   const ReferenceProblem& problem,
                                   const ContractSettings& settings) {
  // A minimisation may end where hard rows are violated least in its neighbourhood.
  const bool may_fail = problem.has_local_fronts() && problem.num_hard_rows() > 0;
  ContractCheck check(registry, id, problem, settings, may_fail);
  try {
    const Report report = check.run(problem, check.request());
    check.check_points(report);
    check.check_determinism(report);
    check.check_budget(report);
    check.check_stop();
    if (report.front.nondominated().empty()) return check.take();
    const AgainstTheFront known(problem);
    check_share(problem, known, report, check);
    // Which of several local fronts is found is a matter of luck.
    if (!problem.has_local_fronts()) check_invariance(problem, known, report, check);
  } catch (const std::exception& error) {
    check.breach("runs do not throw", error.what());
  }
  return check.take();
}

std::string to_text(const std::vector<Breach>& breaches) {
  std::string lines;
  for (const Breach& breach : breaches) {
    lines += breach.problem + ": " + breach.clause + ": " + breach.detail + "\n";
  }
  return lines;
}

}  // namespace moo
