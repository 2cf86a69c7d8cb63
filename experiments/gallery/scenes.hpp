#pragma once

#include <string>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "libmoo/data/dataset.hpp"
#include "libmoo/data/standardize.hpp"
#include "libmoo/model/activation.hpp"
#include "libmoo/training/loss.hpp"

namespace moo::gallery {

/// A small data set in the words of some field, drawn from a fixed seed, and the model that is
/// fitted to it in the pictures of docs/constraints.md.
struct Scene {
  std::string name;
  Dataset data;               ///< inputs standardised; side columns hold the raw ones too
  Standardizer standardizer;  ///< of the inputs
  LossKind loss = LossKind::squared_error;
  std::vector<int> hidden = {24};
  Activation activation = Activation::tanh;
  double weight_decay = 1e-4;
  std::vector<std::string> outputs;  ///< q names
  std::string unit;                  ///< "probability", or the targets' own
  Matrix grid;                       ///< d x G, raw: where the pictures draw curves; G may be 0

  [[nodiscard]] tabular::RuleContext context() const {
    return {data, standardizer, outputs, unit, hidden};
  }
};

/// The scenes by name: dose, beam, applicants, soil, travel, road, articles, pendulum, rod, robot.
const std::vector<std::string>& scene_names();

/// Throws: InvalidArgument for another name, listing these.
Scene make_scene(const std::string& name);

}  // namespace moo::gallery
