#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace moo {

/// What a hidden unit does to its input.
enum class Activation { tanh, softplus, silu, sigmoid, relu, identity };

/// What turns the last layer's outputs (logits) into predictions.
enum class Link { identity, sigmoid, softmax };

std::string_view to_string(Activation activation);
std::string_view to_string(Link link);

/// Throws: InvalidArgument on an unknown name, listing the known ones.
Activation activation_from(const std::string& name);
const std::vector<std::string>& activation_names();

}  // namespace moo
