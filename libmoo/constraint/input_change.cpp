#include "libmoo/constraint/input_change.hpp"

#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

std::string text_of(const InputChange& change) {
  switch (change.kind) {
    case InputChange::Kind::shift:
      return change.input + " shifted by " + number_text(change.value);
    case InputChange::Kind::mirror:
      return change.input + " mirrored at " + number_text(change.value);
    case InputChange::Kind::set:
      return change.input + " set to " + number_text(change.value);
    case InputChange::Kind::swap:
      return change.input + " and " + change.other + " swapped";
    case InputChange::Kind::noise:
      return change.input + " with noise of " + number_text(change.value);
  }
  return change.input;
}

/// Changes inputs i (and j for a swap), which are in the units of the change.
void apply(const InputChange& change, int i, int j, Matrix& inputs) {
  switch (change.kind) {
    case InputChange::Kind::shift:
      inputs.row(i).array() += change.value;
      break;
    case InputChange::Kind::mirror:
      inputs.row(i) = (2.0 * change.value - inputs.row(i).array()).matrix().eval();
      break;
    case InputChange::Kind::set:
      inputs.row(i).setConstant(change.value);
      break;
    case InputChange::Kind::swap:
      inputs.row(i).swap(inputs.row(j));
      break;
    case InputChange::Kind::noise: {
      RandomStream draws = RandomStream(change.seed).substream("noise in " + change.input);
      for (double& x : inputs.row(i)) x += change.value * draws.normal();
      break;
    }
  }
}

void to_raw(const Standardizer& standardizer, int i, Matrix& inputs) {
  inputs.row(i).array() *= standardizer.scale(i);
  inputs.row(i).array() += standardizer.mean(i);
}

void to_standardised(const Standardizer& standardizer, int i, Matrix& inputs) {
  inputs.row(i).array() -= standardizer.mean(i);
  inputs.row(i).array() /= standardizer.scale(i);
}

}  // namespace

InputChange shifted(std::string input, double by) {
  return {InputChange::Kind::shift, std::move(input), by, ""};
}

InputChange mirrored(std::string input, double centre) {
  return {InputChange::Kind::mirror, std::move(input), centre, ""};
}

InputChange set_to(std::string input, double value) {
  return {InputChange::Kind::set, std::move(input), value, ""};
}

InputChange swapped(std::string input, std::string other) {
  return {InputChange::Kind::swap, std::move(input), 0.0, std::move(other)};
}

InputChange noised(std::string input, double deviation, std::uint64_t seed) {
  if (!(deviation > 0.0) || !std::isfinite(deviation)) {
    throw InvalidArgument(
        {"noised", "no noise", "a deviation > 0", number_text(deviation), "of '" + input + "'"});
  }
  return {InputChange::Kind::noise, std::move(input), deviation, "", seed};
}

Matrix changed_inputs(const std::string& rule, const Transformation& transformation,
                      const Dataset& data) {
  if (transformation.changes.empty()) {
    throw InvalidArgument({rule, "a transformation without changes", "at least one change", "none",
                           "shifted(), mirrored(), set_to(), swapped() and noised() make them"});
  }
  const auto& standardizer = transformation.standardizer;
  if (standardizer) {
    require_size(rule, "the standardizer", data.inputs.rows(), standardizer->mean.size());
    require_size(rule, "the standardizer's scale", data.inputs.rows(), standardizer->scale.size());
  }
  Matrix inputs = data.inputs;
  for (const InputChange& change : transformation.changes) {
    const bool swap = change.kind == InputChange::Kind::swap;
    const int i = data.input_index(change.input);
    const int j = swap ? data.input_index(change.other) : i;
    if (!std::isfinite(change.value) || (swap && i == j)) {
      throw InvalidArgument({rule, "a change that cannot be done",
                             "a finite value, two different inputs for a swap", text_of(change),
                             ""});
    }
    if (standardizer) {
      to_raw(*standardizer, i, inputs);
      if (swap) to_raw(*standardizer, j, inputs);
    }
    apply(change, i, j, inputs);
    if (standardizer) {
      to_standardised(*standardizer, i, inputs);
      if (swap) to_standardised(*standardizer, j, inputs);
    }
  }
  return inputs;
}

std::string to_string(const Transformation& transformation) {
  std::vector<std::string> texts;
  for (const InputChange& change : transformation.changes) texts.push_back(text_of(change));
  return join_names(texts);
}

}  // namespace moo
