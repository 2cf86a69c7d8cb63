#include "libmoo/solver/report.hpp"

#include "libmoo/front/indicators.hpp"

namespace moo {

std::string_view to_string(RunStatus status) {
  switch (status) {
    case RunStatus::complete:
      return "complete";
    case RunStatus::budget_exhausted:
      return "budget_exhausted";
    case RunStatus::stopped:
      return "stopped";
    case RunStatus::failed:
      return "failed";
  }
  return "failed";
}

Vector hypervolume_reference(const Front& front) {
  const Scaling scaling = front.scaling().value_or(Scaling::identity(front.num_objectives()));
  return scaling.ideal + 1.1 * scaling.range();
}

double scaled_hypervolume(const Front& front) {
  if (!front.scaling()) return 0.0;
  Matrix columns = front.objectives_of(front.nondominated());
  for (Eigen::Index k = 0; k < columns.cols(); ++k) {
    columns.col(k) = front.scaling()->scaled(columns.col(k));
  }
  return hypervolume(columns, Vector::Constant(front.num_objectives(), 1.1));
}

}  // namespace moo
