#include "libmoo/constraint/hidden_layer.hpp"

#include "libmoo/base/error.hpp"

namespace moo {

int width_of_layer(const std::string& rule, int layer, const ProbeBatch& batch) {
  const std::vector<int>& widths = batch.hidden_widths();
  if (layer >= 0 && layer < static_cast<int>(widths.size())) {
    return widths[static_cast<std::size_t>(layer)];
  }
  throw InvalidArgument({rule, "no such hidden layer",
                         widths.empty() ? "a network with hidden layers"
                                        : "0 to " + std::to_string(widths.size() - 1),
                         "layer " + std::to_string(layer) + " of " + std::to_string(widths.size()),
                         "0 is the layer next to the inputs"});
}

}  // namespace moo
