#pragma once

#include "experiments/gallery/examples.hpp"
#include "experiments/gallery/scenes.hpp"
#include "libmoo/constraint/group.hpp"
#include "libmoo/training/training_problem.hpp"

namespace moo::gallery {

/// The group an example asks for, its rules made and bound to the scene.
/// Throws: InvalidArgument as configs do, naming the example.
ConstraintGroup example_group(const Example& example, const Scene& scene);

/// A model of a scene and how it stands to its rule.
struct Fit {
  Vector theta;
  double loss = 0.0;
  double penalty = 0.0;         ///< of the group, as it is trained (a hard one's: as if soft)
  double violation_rate = 0.0;  ///< share of the probes beyond the tolerance
  Vector residuals;             ///< the true ones, in the rule's unit
};

/// How long to train.
struct FitBudget {
  int before = 2000;  ///< iterations without the rule
  int after = 2000;   ///< and then with it
};

/// The same model without and with a rule.
struct Comparison {
  Scene scene;
  ConstraintGroup group;
  Fit before;
  Fit after;
};

/// Fits the example's scene to the data alone, and from there with the rule: soft ones in a
/// weighted sum in which loss and penalty count in units of what they are before, hard and
/// probabilistic ones as rows.
/// Throws: InvalidArgument when the first fit keeps the rule, so that there is nothing to show.
Comparison compare(const Example& example, const FitBudget& budget = {});

/// Predictions at raw inputs (d x G), in the targets' unit; q x G.
Matrix predict(const Scene& scene, const Vector& theta, const Matrix& raw);

/// Activations of the first hidden layer at the data rows, width x N.
Matrix activations(const Scene& scene, const Vector& theta);

}  // namespace moo::gallery
