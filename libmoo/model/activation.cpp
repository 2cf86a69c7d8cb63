#include "libmoo/model/activation.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"

namespace moo {

const std::vector<std::string>& activation_names() {
  static const std::vector<std::string> names = {"tanh",    "softplus", "silu",
                                                 "sigmoid", "relu",     "identity"};
  return names;
}

std::string_view to_string(Activation activation) {
  return activation_names()[static_cast<std::size_t>(activation)];
}

std::string_view to_string(Link link) {
  switch (link) {
    case Link::identity:
      return "identity";
    case Link::sigmoid:
      return "sigmoid";
    case Link::softmax:
      return "softmax";
  }
  return "identity";
}

Activation activation_from(const std::string& name) {
  const auto& names = activation_names();
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) {
    const std::string near = nearest_name(name, names);
    throw InvalidArgument({"activation", "unknown", "one of " + join_names(names), "'" + name + "'",
                           near.empty() ? "" : "did you mean '" + near + "'?"});
  }
  return static_cast<Activation>(found - names.begin());
}

}  // namespace moo
