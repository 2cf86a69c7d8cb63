#include <cmath>
#include <exception>
#include <limits>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/dense_problem.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/run/solver_contract.hpp"

namespace moo {
namespace {

/// Quadratics f_i = 1/2 |theta - c_i|^2 around given centres, undefined outside a ball.
class Quadratics final : public DenseProblem {
 public:
  Quadratics(std::string name, Matrix centres, double start,
             double radius = std::numeric_limits<double>::infinity())
      : name_(std::move(name)), centres_(std::move(centres)), start_(start), radius_(radius) {
    for (Eigen::Index i = 0; i < centres_.cols(); ++i) {
      const std::string label = "f" + std::to_string(i);
      objectives_.push_back({.name = label, .group = label});
    }
  }

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] int num_variables() const override { return static_cast<int>(centres_.rows()); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] Vector start(RandomStream&) const override {
    return Vector::Constant(centres_.rows(), start_);
  }
  [[nodiscard]] Vector values(ConstVectorRef theta) const override {
    if (theta.norm() > radius_) return Vector::Constant(centres_.cols(), std::nan(""));
    return 0.5 * (centres_.colwise() - theta).colwise().squaredNorm().transpose();
  }
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override {
    return -(centres_.colwise() - theta);
  }

 private:
  std::string name_;
  Matrix centres_;  ///< n x m
  double start_;
  double radius_;
  std::vector<ObjectiveInfo> objectives_;
};

Matrix two_centres(double first, double second) {
  Matrix centres(2, 2);
  centres.col(0).setConstant(first);
  centres.col(1).setConstant(second);
  return centres;
}

/// The general clauses of one solver.
class GeneralCheck {
 public:
  GeneralCheck(const SolverRegistry& registry, std::string id, const ContractSettings& settings)
      : registry_(registry), id_(std::move(id)), settings_(settings) {}

  void breach(const std::string& clause, const std::string& problem, const std::string& detail) {
    breaches.push_back({clause, problem, detail});
  }

  [[nodiscard]] bool fits(const Problem& problem) const {
    return moo::fits(registry_, id_, problem);
  }

  /// A run, after which no number of the front may fail to be finite.
  Report run(const Problem& problem) {
    Request request;
    request.seed = settings_.seed;
    request.max_gradients = 200'000;  // a run that does not end would say nothing
    Report report;
    try {
      report = solve(problem, *registry_.create(id_), request);
    } catch (const std::exception& error) {
      breach("runs do not throw", problem.name(), error.what());
      return report;
    }
    for (const ParetoPoint& point : report.front.points()) {
      if (!point.objectives.allFinite() || !point.parameters.allFinite() ||
          !std::isfinite(point.kkt_residual)) {
        breach("every point is finite", problem.name(), "point " + std::to_string(point.id));
      }
    }
    if (report.status == RunStatus::budget_exhausted) {
      breach("runs end", problem.name(), "200000 gradients were not enough");
    }
    return report;
  }

  template <typename Call>
  void expect_refusal(const std::string& what, const Call& call) {
    try {
      call();
      breach("unknown options and values are refused", "any", what + " was accepted");
    } catch (const InvalidArgument&) {  // as it should
    }
  }

  std::vector<Breach> breaches;

 private:
  const SolverRegistry& registry_;
  std::string id_;
  const ContractSettings& settings_;
};

}  // namespace

std::vector<Breach> check_general_contract(const SolverRegistry& registry, const std::string& id,
                                           const ContractSettings& settings) {
  GeneralCheck check(registry, id, settings);
  check.expect_refusal("an unknown option", [&] {
    static_cast<void>(registry.create(id, {{"no_such_option", "1"}}));
  });
  for (const std::string& option : registry.create(id)->options().names()) {
    check.expect_refusal("'?' for " + option, [&] {
      static_cast<void>(registry.create(id, {{option, "?"}}));
    });
  }

  const Quadratics alone("one_objective", Matrix::Ones(3, 1), 0.0);
  if (check.fits(alone)) {
    const Report report = check.run(alone);
    const std::vector<int> best = report.front.nondominated();
    if (best.size() != 1) {
      check.breach("one objective gives one point", alone.name(),
                   std::to_string(best.size()) + " points");
    } else if (std::isfinite(registry.claims(id).kkt_residual) &&
               !(report.front.points()[static_cast<std::size_t>(best[0])].objectives(0) < 1e-3)) {
      check.breach("one objective gives its minimum", alone.name(),
                   std::to_string(report.front.points()[0].objectives(0)) + " instead of 0");
    }
  }

  const Quadratics in_a_ball("undefined_outside_a_ball", two_centres(0.0, 1.0), 0.9, 2.0);
  const Quadratics hopeless("undefined_at_the_start", two_centres(0.0, 1.0), 5.0, 2.0);
  const Quadratics agreed("identical_objectives", two_centres(1.0, 1.0), 0.3);
  if (!check.fits(agreed)) return check.breaches;
  if (check.run(in_a_ball).status != RunStatus::complete) {
    check.breach("what is undefined elsewhere does no harm", in_a_ball.name(), "no complete run");
  }
  const Report failed = check.run(hopeless);
  if (failed.status != RunStatus::failed || failed.failures.empty()) {
    check.breach("a start that is undefined is a status with a reason", hopeless.name(),
                 std::string(to_string(failed.status)));
  }
  const Report same = check.run(agreed);
  if (same.front.nondominated().empty() || same.status != RunStatus::complete) {
    check.breach("identical objectives give a front", agreed.name(), "none");
  }
  return check.breaches;
}

}  // namespace moo
