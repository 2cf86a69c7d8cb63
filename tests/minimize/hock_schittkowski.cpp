#include "tests/minimize/hock_schittkowski.hpp"

namespace moo::test {
namespace {

/// The formula at theta, differentiated; printed inequalities g >= 0 become -g <= 0.
std::vector<Dual> evaluated(const Formula& formula, const Vector& theta, int inequalities,
                            bool differentiate) {
  Variables x(static_cast<std::size_t>(theta.size()) + 1);
  for (Eigen::Index j = 0; j < theta.size(); ++j) {
    x[static_cast<std::size_t>(j + 1)] =
        differentiate ? Dual(theta(j), Vector::Unit(theta.size(), j)) : Dual(theta(j));
  }
  std::vector<Dual> results = formula(x);
  for (std::size_t i = 1; i <= static_cast<std::size_t>(inequalities); ++i) {
    results[i] = -results[i];
  }
  return results;
}

}  // namespace

HockSchittkowski book(const std::string& name, const std::vector<double>& start, const Box& box,
                      int inequalities, int equalities, double minimum,
                      const std::vector<double>& minimiser, const Formula& formula) {
  HockSchittkowski problem;
  problem.minimum = minimum;
  problem.minimiser = vector(minimiser);
  Functions& functions = problem.functions;
  functions.name = name;
  functions.start = vector(start);
  functions.senses.assign(static_cast<std::size_t>(inequalities), Sense::inequality);
  functions.senses.resize(static_cast<std::size_t>(inequalities + equalities), Sense::equality);
  if (!box.lower.empty()) functions.bounds = {vector(box.lower), vector(box.upper)};
  functions.values = [=](const Vector& theta) {
    const std::vector<Dual> results = evaluated(formula, theta, inequalities, false);
    Vector values(static_cast<Eigen::Index>(results.size()));
    for (std::size_t i = 0; i < results.size(); ++i) {
      values(static_cast<Eigen::Index>(i)) = results[i].value;
    }
    return values;
  };
  functions.gradients = [=](const Vector& theta) {
    const std::vector<Dual> results = evaluated(formula, theta, inequalities, true);
    Matrix gradients = Matrix::Zero(theta.size(), static_cast<Eigen::Index>(results.size()));
    for (std::size_t i = 0; i < results.size(); ++i) {
      if (results[i].slope.size() > 0)
        gradients.col(static_cast<Eigen::Index>(i)) = results[i].slope;
    }
    return gradients;
  };
  return problem;
}

std::vector<HockSchittkowski> hock_schittkowski() {
  std::vector<HockSchittkowski> problems = small_hock_schittkowski();
  for (const auto& more : {medium_hock_schittkowski(), large_hock_schittkowski()}) {
    problems.insert(problems.end(), more.begin(), more.end());
  }
  return problems;
}

}  // namespace moo::test
