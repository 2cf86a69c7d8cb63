#include "experiments/gallery/own_rules.hpp"

#include <memory>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/differential_rule.hpp"
#include "libmoo/constraint/pointwise_rule.hpp"

// What stands between the struct and its closing brace is in docs/constraints.md too; a test holds
// the two together.

namespace moo::gallery {
namespace {

struct Toxicity {
  template <typename T>
  T operator()(const T* outputs, const double* inputs) const {
    using std::exp;
    return exp(outputs[0] / 40.0) - (1.0 + inputs[0]);
  }
};

struct BindingLaw {
  template <typename T>
  T operator()(const T* p, const double* /*inputs*/) const {
    return p[1] - (90.0 - p[0]) * (90.0 - p[0]) / 180.0;  // the derivative, the response
  }
};

}  // namespace

ConstraintGroup own_group(const std::string& picture, const Scene& scene) {
  ConstraintGroup group{.name = picture};
  if (picture == "pointwise_rule") {
    group.tolerance = 0.05;
    group.constraints = {std::make_shared<PointwiseRule<Toxicity, 1>>(PointwiseOptions{
        .name = "toxicity", .unit = "toxicity", .columns = {side_column("dose_mg")}})};
    return group;
  }
  if (picture == "differential_rule") {
    group.tolerance = 2.0;  // % per mg
    group.constraints = {std::make_shared<DifferentialRule<BindingLaw, 1, 1>>(
        DifferentialOptions{.name = "binding law",
                            .unit = "response per mg",
                            .directions = {{"dose_mg"}},
                            .where = {.standardizer = scene.standardizer}})};
    return group;
  }
  throw InvalidArgument({"own_group", "no such rule of its own",
                         "pointwise_rule or differential_rule", "'" + picture + "'", ""});
}

}  // namespace moo::gallery
