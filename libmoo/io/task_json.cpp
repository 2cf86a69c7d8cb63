#include "libmoo/io/task_json.hpp"

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "libmoo/io/exact_json.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

Json encode_cost(const Cost& cost) {
  return {{"evaluations", cost.evaluations},
          {"gradients", cost.gradients},
          {"hessian_products", cost.hessian_products},
          {"seconds", exact_json(cost.seconds)}};
}

Cost decode_cost(const JsonNode& node) {
  node.allow({"evaluations", "gradients", "hessian_products", "seconds"});
  return {node.at("evaluations").count(), node.at("gradients").count(),
          node.at("hessian_products").count(), exact_number(node.at("seconds"))};
}

template <typename Map>
Json encode_numbers(const Map& numbers) {
  Json json = Json::object();
  for (const auto& [name, value] : numbers) json[name] = exact_json(value);
  return json;
}

Json encode_points(const std::vector<ParetoPoint>& points) {
  Json json = Json::array();
  for (const ParetoPoint& point : points) json.push_back(encode_found_point(point));
  return json;
}

std::vector<ParetoPoint> decode_points(const JsonNode& node) {
  std::vector<ParetoPoint> points;
  for (const JsonNode& item : node.items()) points.push_back(decode_found_point(item));
  return points;
}

/// FNV-1a, 64 bits.
class Hash {
 public:
  void add(std::string_view bytes) {
    for (const char byte : bytes) add_byte(static_cast<unsigned char>(byte));
    add_byte(0);  // "ab" + "c" differs from "a" + "bc"
  }
  void add(const Vector& vector) {
    const auto size = static_cast<std::size_t>(vector.size()) * sizeof(double);
    add(std::to_string(vector.size()));
    add(std::string_view(reinterpret_cast<const char*>(vector.data()), size));
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  void add_byte(unsigned char byte) { value_ = (value_ ^ byte) * 0x100000001b3ULL; }
  std::uint64_t value_ = 0xcbf29ce484222325ULL;
};

}  // namespace

Json encode_task(const Task& task) {
  return {{"id", task.id},
          {"kind", task.kind},
          {"start", exact_json(task.start)},
          {"ideal", exact_json(task.scaling.ideal)},
          {"nadir", exact_json(task.scaling.nadir)},
          {"numbers", encode_numbers(task.numbers)}};
}

Task decode_task(const JsonNode& node) {
  node.allow({"id", "kind", "start", "ideal", "nadir", "numbers"});
  Task task;
  task.id = node.at("id").text();
  task.kind = node.at("kind").text();
  task.start = exact_vector(node.at("start"));
  task.scaling = {exact_vector(node.at("ideal")), exact_vector(node.at("nadir"))};
  for (const auto& [name, numbers] : node.at("numbers").members()) {
    task.numbers[name] = exact_vector(numbers);
  }
  return task;
}

Json encode_found_point(const ParetoPoint& point) {
  return {{"task", point.task},
          {"parameters", exact_json(point.parameters)},
          {"objectives", exact_json(point.objectives)},
          {"constraints", exact_json(point.constraints)},
          {"weights", exact_json(point.weights)},
          {"multipliers", exact_json(point.multipliers)},
          {"kkt_residual", exact_json(point.kkt_residual)},
          {"converged", point.converged},
          {"feasible", point.feasible},
          {"generator",
           {{"kind", point.generator.kind}, {"numbers", encode_numbers(point.generator.numbers)}}},
          {"cost", encode_cost(point.cost)}};
}

ParetoPoint decode_found_point(const JsonNode& node) {
  node.allow({"task", "parameters", "objectives", "constraints", "weights", "multipliers",
              "kkt_residual", "converged", "feasible", "generator", "cost"});
  ParetoPoint point;
  point.task = node.at("task").text();
  point.parameters = exact_vector(node.at("parameters"));
  point.objectives = exact_vector(node.at("objectives"));
  point.constraints = exact_vector(node.at("constraints"));
  point.weights = exact_vector(node.at("weights"));
  point.multipliers = exact_vector(node.at("multipliers"));
  point.kkt_residual = exact_number(node.at("kkt_residual"));
  point.converged = node.at("converged").flag();
  point.feasible = node.at("feasible").flag();
  const JsonNode generator = node.at("generator");
  generator.allow({"kind", "numbers"});
  point.generator.kind = generator.at("kind").text();
  for (const auto& [name, number] : generator.at("numbers").members()) {
    point.generator.numbers[name] = exact_number(number);
  }
  point.cost = decode_cost(node.at("cost"));
  return point;
}

Json encode_result(const TaskResult& result) {
  Json json{{"points", encode_points(result.points)},
            {"scouts", encode_points(result.scouts)},
            {"failures", Json::array()},
            {"cost", encode_cost(result.cost)},
            {"interrupted", result.interrupted}};
  for (const Failure& failure : result.failures) {
    json["failures"].push_back({{"task", failure.task}, {"reason", failure.reason}});
  }
  return json;
}

TaskResult decode_result(const JsonNode& node) {
  node.allow({"points", "scouts", "failures", "cost", "interrupted"});
  TaskResult result;
  result.points = decode_points(node.at("points"));
  result.scouts = decode_points(node.at("scouts"));
  for (const JsonNode& failure : node.at("failures").items()) {
    failure.allow({"task", "reason"});
    result.failures.push_back({failure.at("task").text(), failure.at("reason").text()});
  }
  result.cost = decode_cost(node.at("cost"));
  result.interrupted = node.at("interrupted").flag();
  return result;
}

std::uint64_t fingerprint(const Task& task) {
  Hash hash;
  hash.add(task.id);
  hash.add(task.kind);
  hash.add(task.start);
  hash.add(task.scaling.ideal);
  hash.add(task.scaling.nadir);
  for (const auto& [name, numbers] : task.numbers) {
    hash.add(name);
    hash.add(numbers);
  }
  return hash.value();
}

}  // namespace moo
