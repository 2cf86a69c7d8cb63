#include "experiments/seed_study.hpp"

#include <algorithm>
#include <boost/math/distributions/students_t.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "libmoo/front/indicators.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

Json numbers(const Vector& vector) { return std::vector<double>(vector.begin(), vector.end()); }

/// Numbers of a run that are worth a mean over the seeds.
std::map<std::string, double> figures_of(const FrontDocument& document) {
  const Front& front = document.report.front;
  double worst = 0.0;
  for (const int k : front.nondominated()) {
    worst = std::max(worst, front.points()[static_cast<std::size_t>(k)].kkt_residual);
  }
  std::map<std::string, double> figures = {
      {"points", static_cast<double>(front.nondominated().size())},
      {"hypervolume", scaled_hypervolume(front)},
      {"worst_kkt_residual", worst},
      {"gradients", static_cast<double>(document.report.totals.gradients)},
      {"seconds", document.report.totals.seconds}};
  if (document.held_out) {
    for (const auto& [split, volume] : document.held_out->hypervolume) {
      figures["hypervolume_" + split] = volume;
    }
  }
  return figures;
}

Json point_of(const ParetoPoint& point) {
  Json splits = Json::object();
  for (const auto& [split, evaluation] : point.evaluation) {
    splits[split] = {{"objectives", numbers(evaluation.objectives)},
                     {"metrics", evaluation.metrics}};
  }
  return {{"id", point.id},
          {"objectives", numbers(point.objectives)},
          {"kkt_residual", point.kkt_residual},
          {"evaluation", splits}};
}

Json run_of(std::uint64_t seed, const std::string& file, const FrontDocument& document) {
  Json points = Json::array();
  for (const int k : document.report.front.nondominated()) {
    points.push_back(point_of(document.report.front.points()[static_cast<std::size_t>(k)]));
  }
  return {{"seed", seed},
          {"file", file},
          {"status", to_string(document.report.status)},
          {"figures", figures_of(document)},
          {"front", points}};
}

/// Mean, deviation and the 95 % interval of the mean.
Json summary_of(const std::vector<double>& values) {
  const auto count = static_cast<double>(values.size());
  const Eigen::Map<const Vector> v(values.data(), static_cast<Eigen::Index>(values.size()));
  const double mean = v.mean();
  Json json = {{"mean", mean}, {"minimum", v.minCoeff()}, {"maximum", v.maxCoeff()}};
  if (values.size() < 2) return json;
  const double deviation = std::sqrt((v.array() - mean).square().sum() / (count - 1.0));
  const double t = boost::math::quantile(boost::math::students_t(count - 1.0), 0.975);
  const double half = t * deviation / std::sqrt(count);
  json["deviation"] = deviation;
  json["lower"] = mean - half;
  json["upper"] = mean + half;
  return json;
}

Json summaries_of(const Json& runs) {
  Json summary = Json::object();
  for (const auto& [name, value] : runs.front()["figures"].items()) {
    std::vector<double> values;
    for (const Json& run : runs) {
      if (run["figures"].contains(name)) values.push_back(run["figures"][name].get<double>());
    }
    summary[name] = summary_of(values);
  }
  return summary;
}

}  // namespace

void run_all_seeds(const Driver& driver, const CommandLine& line, int argc,
                   const char* const* argv) {
  if (line.seeds.empty()) {
    run_once(driver, line.flags, current_context(argc, argv, line.flags.seed));
    return;
  }
  DriverFlags flags = line.flags;
  for (const std::uint64_t seed : line.seeds) {  // no front is written when another seed cannot be
    flags.seed = seed;
    static_cast<void>(driver.prepare(flags));
  }
  Json runs = Json::array();
  Json objectives = Json::array();
  std::string solver;
  for (const std::uint64_t seed : line.seeds) {
    const std::string folder = "seed_" + std::to_string(seed);
    flags.seed = seed;
    flags.out = line.flags.out / folder;
    const auto document = run_once(driver, flags, current_context(argc, argv, seed));
    if (!document) continue;
    solver = document->report.solver;
    if (objectives.empty()) {
      for (const ObjectiveInfo& o : document->report.front.objectives())
        objectives.push_back(o.name);
    }
    runs.push_back(run_of(seed, folder + "/" + solver + ".json", *document));
  }
  if (runs.empty()) return;  // this process only solved tasks: another one reports
  const RunContext context = current_context(argc, argv, line.seeds.front());
  const Json json = {{"format", "libmoo-seeds"},
                     {"version", 1},
                     {"context",
                      {{"created", context.created},
                       {"libmoo", context.version},
                       {"commit", context.commit},
                       {"command_line", context.command_line}}},
                     {"problem", driver.name()},
                     {"solver", solver},
                     {"objectives", objectives},
                     {"seeds", line.seeds},
                     {"summary", summaries_of(runs)},
                     {"runs", runs}};
  require_finite("run_all_seeds", json);
  const std::filesystem::path path = line.flags.out / (solver + ".seeds.json");
  write_file_atomically(path, readable_json(json));
  std::printf("%s\n", path.c_str());
}

}  // namespace moo
