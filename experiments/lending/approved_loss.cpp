#include "experiments/lending/approved_loss.hpp"

#include <cmath>
#include <cstdio>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo::lending {

ApprovedLoss::ApprovedLoss(std::string loss, double ceiling, SmoothDecision denied)
    : loss_(std::move(loss)), ceiling_(ceiling), denied_(denied) {
  require_decision("ApprovedLoss", denied_);
  if (!std::isfinite(ceiling_)) {
    throw InvalidArgument({"ApprovedLoss", "the ceiling is no number", "", "", ""});
  }
}

std::string ApprovedLoss::name() const {
  char text[40];
  std::snprintf(text, sizeof text, " at most %g", ceiling_);
  return "mean " + loss_ + " among the approved" + text;
}

std::shared_ptr<const Constraint> ApprovedLoss::annealed(double factor) const {
  SmoothDecision smoother = denied_;
  smoother.temperature *= factor;
  return std::make_shared<ApprovedLoss>(loss_, ceiling_, smoother);
}

std::unique_ptr<BoundConstraint> ApprovedLoss::bind(const Dataset& data, ProbeBatch& batch) const {
  const Vector excess = (data.column(loss_).array() - ceiling_) / data.num_rows();
  return bind_decisions(name(), denied_, -excess, -excess.sum(), data, batch);
}

}  // namespace moo::lending
