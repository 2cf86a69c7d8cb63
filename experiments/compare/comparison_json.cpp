#include "experiments/compare/comparison_json.hpp"

#include <cmath>
#include <nlohmann/json.hpp>
#include <variant>

namespace moo::compare {
namespace {

using Json = nlohmann::ordered_json;

Json numbers(const Vector& vector) {
  Json list = Json::array();
  for (const double number : vector) list.push_back(number);
  return list;
}

Json claims_of(const SolverClaims& claims) {
  return {{"most_objectives", claims.most_objectives},
          {"kkt_residual", std::isfinite(claims.kkt_residual) ? Json(claims.kkt_residual) : Json()},
          {"convex_share", claims.convex_share},
          {"concave_share", claims.concave_share},
          {"convex_surface_share", claims.convex_surface_share},
          {"concave_surface_share", claims.concave_surface_share},
          {"scale_free", claims.scale_free},
          {"keeps_hard_rows", claims.keeps_hard_rows},
          {"keeps_bounds", claims.keeps_bounds},
          {"follows_preference", claims.follows_preference}};
}

Json contestant_of(const Contestant& contestant, const SolverRegistry& registry) {
  Json options = Json::object();
  for (const auto& [name, value] : contestant.options) options[name] = value;
  return {{"name", contestant.name},
          {"solver", contestant.solver},
          {"summary", registry.summary(contestant.solver)},
          {"options", options},
          {"claims", claims_of(registry.claims(contestant.solver))}};
}

std::string shape_of(const Contest& contest) {
  return contest.reference == nullptr ? "unknown"
                                      : std::string(to_string(contest.reference->shape()));
}

Json contest_of(const Contest& contest, const ContestUnits& units, std::uint64_t seed) {
  const std::shared_ptr<const Problem> problem = contest.make(seed);
  Json names = Json::array();
  for (const ObjectiveInfo& objective : problem->objectives()) names.push_back(objective.name);
  return {{"name", contest.name},
          {"variables", problem->num_variables()},
          {"objectives", names},
          {"hard_rows", problem->num_hard_rows()},
          {"bounded", !problem->bounds().empty()},
          {"shape", shape_of(contest)},
          {"local_fronts", contest.reference != nullptr && contest.reference->has_local_fronts()},
          {"ideal", numbers(units.ideal)},
          {"nadir", numbers(units.nadir)},
          {"hypervolume", units.hypervolume},
          {"analytic", units.analytic}};
}

Json run_of(const ComparedRun& run) {
  Json json = {{"contestant", run.contestant}, {"contest", run.contest}, {"seed", run.seed}};
  if (!run.unsupported.empty()) {
    json["unsupported"] = run.unsupported;
    return json;
  }
  const Front& front = run.report.front;
  const Cost& cost = run.report.totals;
  json["status"] = to_string(run.report.status);
  json["points"] = front.points().size();
  json["hypervolume"] = run.hypervolume;
  json["worst_kkt_residual"] = run.worst_kkt_residual;
  json["evaluations"] = cost.evaluations;
  json["gradients"] = cost.gradients;
  json["hessian_products"] = cost.hessian_products;
  json["gradient_equivalents"] = cost.gradient_equivalents();
  json["seconds"] = cost.seconds;
  json["front"] = Json::array();
  for (const int k : front.nondominated()) {
    json["front"].push_back(numbers(front.points()[static_cast<std::size_t>(k)].objectives));
  }
  json["progress"] = Json::array();
  for (const auto& [work, hypervolume] : run.progress) {
    json["progress"].push_back({work, hypervolume});
  }
  json["notes"] = run.report.notes;
  json["failures"] = Json::array();
  for (const Failure& failure : run.report.failures) {
    json["failures"].push_back({{"task", failure.task}, {"reason", failure.reason}});
  }
  return json;
}

}  // namespace

Json to_json(const Comparison& comparison, const SolverRegistry& registry,
             const RunContext& context) {
  Json json = {{"format", "libmoo-comparison"}, {"version", 1}};
  json["context"] = {{"created", context.created},
                     {"libmoo", context.version},
                     {"commit", context.commit},
                     {"compiler", context.compiler},
                     {"build_type", context.build_type},
                     {"command_line", context.command_line},
                     {"cores", context.cores}};
  json["settings"] = {{"points", comparison.settings.points},
                      {"seeds", comparison.settings.seeds},
                      {"max_gradients", comparison.settings.max_gradients},
                      {"max_seconds", comparison.settings.max_seconds}};
  for (const Contestant& contestant : comparison.contestants) {
    json["contestants"].push_back(contestant_of(contestant, registry));
  }
  for (std::size_t k = 0; k < comparison.contests.size(); ++k) {
    json["contests"].push_back(
        contest_of(comparison.contests[k], comparison.units[k], comparison.settings.seeds.front()));
  }
  for (const ComparedRun& run : comparison.runs) json["runs"].push_back(run_of(run));
  return json;
}

}  // namespace moo::compare
