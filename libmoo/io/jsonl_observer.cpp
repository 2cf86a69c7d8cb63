#include "libmoo/io/jsonl_observer.hpp"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>
#include <variant>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

/// Iterations list hard rows one by one up to here; beyond, their groups' largest violations speak
/// for them: thousands of rows in every line would make a log of hundreds of megabytes.
constexpr Eigen::Index most_rows_per_line = 20;

Json encode(ConstVectorRef vector) {
  Json numbers = Json::array();
  for (const double number : vector) numbers.push_back(number);
  return numbers;
}

Json encode(const Cost& cost) {
  return {{"evaluations", cost.evaluations},
          {"gradients", cost.gradients},
          {"hessian_products", cost.hessian_products},
          {"seconds", cost.seconds}};
}

Json encode_progress(const Progress& progress) {
  return {{"points", progress.points},
          {"hypervolume", progress.hypervolume},
          {"seconds", progress.seconds},
          {"cost", encode(progress.cost)}};
}

Json encode_groups(const GroupWatch& groups, const Iterate& iterate) {
  const Vector rates = groups.violation_rates(iterate);
  Json json = Json::object();
  for (std::size_t k = 0; k < groups.names().size(); ++k) {
    Json& group = json[groups.names()[k]] = {{"penalty", groups.penalty(k, iterate.values)}};
    const double rate = rates(static_cast<Eigen::Index>(k));
    if (std::isfinite(rate)) group["violation_rate"] = rate;
  }
  return json;
}

Json encode_problem(const Problem& problem) {
  Json json{{"name", problem.name()},
            {"num_variables", problem.num_variables()},
            {"objectives", Json::array()},
            {"constraints", Json::array()}};
  for (const ObjectiveInfo& objective : problem.objectives()) {
    json["objectives"].push_back(objective.name);
  }
  for (const ConstraintRow& row : problem.hard_rows()) json["constraints"].push_back(row.name);
  return json;
}

Json encode_solver(const Solver& solver) {
  Json json{{"id", solver.id()}, {"options", Json::object()}};
  for (const auto& [name, value] : solver.options().values()) {
    std::visit([&json, &key = name](const auto& held) { json["options"][key] = held; }, value);
  }
  return json;
}

}  // namespace

JsonLinesObserver::JsonLinesObserver(const std::filesystem::path& path) {
  errno = 0;
  stream_.open(path, std::ios::binary | std::ios::trunc);
  if (stream_) return;
  const int reason = errno;
  throw FileError({path.string(), "cannot be written",
                   "the name of a file in a folder that exists and is writable",
                   std::generic_category().message(reason), ""});
}

void JsonLinesObserver::on_start(const Problem& problem, const Solver& solver) {
  num_objectives_ = problem.num_objectives();
  groups_ = GroupWatch(problem);
  const Json line{
      {"event", "start"}, {"problem", encode_problem(problem)}, {"solver", encode_solver(solver)}};
  stream_ << compact_json(line) << '\n' << std::flush;
}

Verdict JsonLinesObserver::on_iteration(const std::string& task, const Iterate& iterate) {
  const Eigen::Index size = iterate.values.size();
  const Eigen::Index m = num_objectives_ < 0 ? size : std::min<Eigen::Index>(num_objectives_, size);
  Json line{{"event", "iteration"},
            {"task", task},
            {"iteration", iterate.iteration},
            {"objectives", encode(iterate.values.head(m))}};
  if (size > m && size - m <= most_rows_per_line) {
    line["constraints"] = encode(iterate.values.tail(size - m));
  }
  if (!groups_.empty()) line["groups"] = encode_groups(groups_, iterate);
  line["scalarized"] = iterate.scalarized;
  line["gradient_norm"] = iterate.gradient_norm;
  line["step_norm"] = iterate.step_norm;
  stream_ << compact_json(line) << '\n';
  return Verdict::proceed;
}

Verdict JsonLinesObserver::on_point(const ParetoPoint& point, const Progress& progress) {
  const Json line{
      {"event", "point"},
      {"task", point.task},
      {"objectives", encode(point.objectives)},
      {"constraints", encode(point.constraints)},
      {"weights", encode(point.weights)},
      {"multipliers", encode(point.multipliers)},
      {"kkt_residual", point.kkt_residual},
      {"converged", point.converged},
      {"feasible", point.feasible},
      {"generator", {{"kind", point.generator.kind}, {"numbers", Json(point.generator.numbers)}}},
      {"cost", encode(point.cost)},
      {"progress", encode_progress(progress)}};
  stream_ << compact_json(line) << '\n' << std::flush;
  return Verdict::proceed;
}

void JsonLinesObserver::on_finish(const Report& report, const Progress& progress) {
  const Json line{{"event", "finish"},
                  {"status", to_string(report.status)},
                  {"points", report.front.points().size()},
                  {"nondominated", report.front.nondominated().size()},
                  {"failures", report.failures.size()},
                  {"totals", encode(report.totals)},
                  {"progress", encode_progress(progress)}};
  stream_ << compact_json(line) << '\n' << std::flush;
}

}  // namespace moo
