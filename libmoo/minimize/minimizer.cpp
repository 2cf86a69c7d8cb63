#include "libmoo/minimize/minimizer.hpp"

#include "libmoo/base/error.hpp"
#include "libmoo/minimize/adam.hpp"
#include "libmoo/minimize/bounded_lbfgs.hpp"
#include "libmoo/minimize/lbfgs.hpp"
#include "libmoo/minimize/levenberg_marquardt.hpp"
#include "libmoo/minimize/newton.hpp"
#include "libmoo/minimize/preconditioned_lbfgs.hpp"

namespace moo {

const std::vector<std::string>& minimizer_names() {
  static const std::vector<std::string> names = {
      "lbfgs", "bounded_lbfgs", "gauss_newton_lbfgs", "levenberg_marquardt", "newton", "adam"};
  return names;
}

std::unique_ptr<Minimizer> make_minimizer(const std::string& name,
                                          const MinimizerSettings& settings) {
  if (name == "lbfgs") return std::make_unique<Lbfgs>(settings);
  if (name == "bounded_lbfgs") return std::make_unique<BoundedLbfgs>(settings);
  if (name == "gauss_newton_lbfgs") return std::make_unique<PreconditionedLbfgs>(settings);
  if (name == "levenberg_marquardt") return std::make_unique<LevenbergMarquardt>(settings);
  if (name == "newton") return std::make_unique<Newton>(settings);
  if (name == "adam") return std::make_unique<Adam>(settings);
  throw InvalidArgument(
      {"make_minimizer", "unknown minimizer", join_names(minimizer_names()), "'" + name + "'", ""});
}

std::string_view to_string(MinimizerStatus status) {
  switch (status) {
    case MinimizerStatus::converged:
      return "converged";
    case MinimizerStatus::stalled:
      return "stalled";
    case MinimizerStatus::iteration_limit:
      return "iteration limit";
    case MinimizerStatus::stopped:
      return "stopped";
    case MinimizerStatus::infeasible:
      return "infeasible";
    case MinimizerStatus::failed:
      return "failed";
  }
  return "failed";
}

}  // namespace moo
