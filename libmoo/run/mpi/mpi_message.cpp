#include "libmoo/run/mpi/mpi_message.hpp"

#include <nlohmann/json.hpp>

#include "libmoo/io/exact_json.hpp"

namespace moo {

using Json = nlohmann::ordered_json;

Json encode_iteration(const Iterate& iterate, long gradients) {
  return {{"iteration", iterate.iteration},
          {"values", exact_json(iterate.values)},
          {"scalarized", exact_json(iterate.scalarized)},
          {"gradient_norm", exact_json(iterate.gradient_norm)},
          {"step_norm", exact_json(iterate.step_norm)},
          {"violation_rates", exact_json(iterate.violation_rates())},
          {"gradients", gradients}};
}

void ReceivedIteration::Remembered::pullback(ConstMatrixRef, MatrixRef) const {
  throw InvalidArgument({"Iterate", "was sent by another process and has no gradients",
                         "its values and violation rates", "", ""});
}

ReceivedIteration::ReceivedIteration(const JsonNode& node)
    : linearization_(exact_vector(node.at("values")), exact_vector(node.at("violation_rates"))),
      iteration_(static_cast<int>(node.at("iteration").whole())),
      scalarized_(exact_number(node.at("scalarized"))),
      gradient_norm_(exact_number(node.at("gradient_norm"))),
      step_norm_(exact_number(node.at("step_norm"))),
      gradients_(node.at("gradients").whole()) {}

Iterate ReceivedIteration::iterate() const {
  return {iteration_, linearization_.values(), scalarized_, gradient_norm_,
          step_norm_, &linearization_};
}

Json encode_mistake(const std::exception& error) {
  if (const auto* known = dynamic_cast<const InvalidArgument*>(&error)) {
    const Complaint& complaint = known->complaint();
    return {{"who", complaint.who},
            {"what", complaint.what},
            {"expected", complaint.expected},
            {"got", complaint.got},
            {"hint", complaint.hint}};
  }
  return {{"error", error.what()}};
}

void rethrow_mistake(const JsonNode& node, int rank) {
  if (const auto error = node.find("error")) {
    throw Error({"rank " + std::to_string(rank), error->text(), "", "", ""});
  }
  throw InvalidArgument({node.at("who").text(), node.at("what").text(), node.at("expected").text(),
                         node.at("got").text(), node.at("hint").text()});
}

}  // namespace moo
