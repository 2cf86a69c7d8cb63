#include "libmoo/constraint/output_order.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {

OutputOrder::OutputOrder(OutputOrderOptions options) : options_(std::move(options)) {
  if (options_.outputs.size() < 2 || !std::isfinite(options_.gap)) {
    throw InvalidArgument(
        {"OutputOrder", "nothing to order", "at least two outputs and a finite gap",
         std::to_string(options_.outputs.size()) + " outputs, gap " + number_text(options_.gap),
         ""});
  }
}

std::string OutputOrder::name() const {
  std::string text;
  for (const int output : options_.outputs) {
    text += (text.empty() ? "output " : " <= output ") + std::to_string(output);
  }
  return options_.gap == 0.0 ? text : text + " with gap " + number_text(options_.gap);
}

std::unique_ptr<BoundConstraint> OutputOrder::bind(const Dataset& data, ProbeBatch& batch) const {
  const std::vector<int> outputs = chosen_outputs(name(), options_.outputs, data);
  LinearRows rows(data);
  for (std::size_t k = 0; k + 1 < outputs.size(); ++k) {
    for (int b = 0; b < data.num_rows(); ++b) {
      rows.add_term(1.0, outputs[k], b);
      rows.add_term(-1.0, outputs[k + 1], b);
      rows.end_residual(options_.gap);
    }
  }
  return rows.bind(batch);
}

}  // namespace moo
