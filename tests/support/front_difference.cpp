#include "tests/support/front_difference.hpp"

#include <tuple>

namespace moo {
namespace {

bool same(const Vector& a, const Vector& b) { return a.size() == b.size() && a == b; }

bool same(const Cost& a, const Cost& b) {
  return std::tie(a.evaluations, a.gradients, a.hessian_products) ==
         std::tie(b.evaluations, b.gradients, b.hessian_products);
}

std::string difference(const ParetoPoint& a, const ParetoPoint& b) {
  if (a.task != b.task) return "task " + a.task + " and " + b.task;
  if (!same(a.parameters, b.parameters)) return "parameters";
  if (!same(a.objectives, b.objectives)) return "objectives";
  if (!same(a.constraints, b.constraints)) return "constraints";
  if (!same(a.weights, b.weights)) return "weights";
  if (!same(a.multipliers, b.multipliers)) return "multipliers";
  if (a.kkt_residual != b.kkt_residual) return "kkt_residual";
  if (std::tie(a.id, a.converged, a.feasible, a.dominated) !=
      std::tie(b.id, b.converged, b.feasible, b.dominated)) {
    return "flags";
  }
  if (a.generator.kind != b.generator.kind || a.generator.numbers != b.generator.numbers) {
    return "generator";
  }
  return same(a.cost, b.cost) ? "" : "cost";
}

std::string difference(const std::vector<ParetoPoint>& a, const std::vector<ParetoPoint>& b,
                       const std::string& what) {
  if (a.size() != b.size()) {
    return std::to_string(a.size()) + " and " + std::to_string(b.size()) + " " + what + "s";
  }
  for (std::size_t k = 0; k < a.size(); ++k) {
    const std::string found = difference(a[k], b[k]);
    if (!found.empty()) return what + " " + std::to_string(k) + ": " + found;
  }
  return "";
}

}  // namespace

std::string front_difference(const Report& a, const Report& b) {
  if (a.status != b.status) {
    return "status " + std::string(to_string(a.status)) + " and " +
           std::string(to_string(b.status));
  }
  std::string found = difference(a.front.points(), b.front.points(), "point");
  if (found.empty()) found = difference(a.front.scouts(), b.front.scouts(), "scout");
  if (!found.empty()) return found;
  if (a.failures.size() != b.failures.size()) return "failures";
  for (std::size_t k = 0; k < a.failures.size(); ++k) {
    if (std::tie(a.failures[k].task, a.failures[k].reason) !=
        std::tie(b.failures[k].task, b.failures[k].reason)) {
      return "failure " + std::to_string(k);
    }
  }
  if (a.notes != b.notes) return "notes";
  return same(a.totals, b.totals) ? "" : "totals";
}

}  // namespace moo
