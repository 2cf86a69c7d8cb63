#include "solvers/aggregation/weighting.hpp"

#include <Eigen/Eigenvalues>

#include "libmoo/base/error.hpp"
#include "solvers/aggregation/cagrad.hpp"
#include "solvers/aggregation/mgda.hpp"
#include "solvers/aggregation/nash.hpp"
#include "solvers/aggregation/pcgrad.hpp"
#include "solvers/aggregation/upgrad.hpp"

namespace moo {

const std::vector<std::string>& weighting_names() {
  static const std::vector<std::string> names = {"mgda", "upgrad", "cagrad", "nash", "pcgrad"};
  return names;
}

std::unique_ptr<Weighting> make_weighting(const std::string& name,
                                          const WeightingSettings& settings) {
  if (name == "mgda") return std::make_unique<Mgda>();
  if (name == "upgrad") return std::make_unique<UpGrad>();
  if (name == "cagrad") return std::make_unique<CaGrad>(settings.radius);
  if (name == "nash") return std::make_unique<Nash>();
  if (name == "pcgrad") return std::make_unique<PcGrad>();
  const std::string near = nearest_name(name, weighting_names());
  throw InvalidArgument({"make_weighting", "no such aggregation", join_names(weighting_names()),
                         "'" + name + "'", near.empty() ? "" : "did you mean '" + near + "'?"});
}

Matrix gramian_columns(ConstMatrixRef gramian) {
  const Eigen::SelfAdjointEigenSolver<Matrix> eigen(gramian);
  return eigen.eigenvalues().cwiseMax(0.0).cwiseSqrt().asDiagonal() *
         eigen.eigenvectors().transpose();
}

}  // namespace moo
