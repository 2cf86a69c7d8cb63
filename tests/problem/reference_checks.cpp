#include "tests/problem/reference_checks.hpp"

#include <algorithm>
#include <cmath>
#include <ostream>

namespace moo::test {

std::vector<SizedProblem> sized_problems() {
  std::vector<SizedProblem> all;
  for (const std::string& name : reference_problem_names()) all.push_back({name, 0, 0});
  const std::vector<SizedProblem> others = {{"two_quadratics", 1, 0},
                                            {"two_quadratics", 50, 0},
                                            {"fonseca_fleming", 2, 0},
                                            {"fonseca_fleming", 1000, 0},
                                            {"jos1", 1, 0},
                                            {"jos1", 1000, 0},
                                            {"zdt1", 2, 0},
                                            {"zdt1", 200, 0},
                                            {"zdt2", 3, 0},
                                            {"zdt3", 2, 0},
                                            {"zdt4", 2, 0},
                                            {"zdt6", 2, 0},
                                            {"dtlz1", 3, 2},
                                            {"dtlz1", 0, 5},
                                            {"dtlz1_convex", 0, 4},
                                            {"dtlz2", 0, 2},
                                            {"dtlz2", 200, 3},
                                            {"dtlz2", 0, 5},
                                            {"dtlz5", 3, 3},
                                            {"dtlz7", 0, 2},
                                            {"dtlz7", 0, 4},
                                            {"dtlz7", 0, 5},
                                            {"maf1", 0, 2},
                                            {"maf1", 0, 5},
                                            {"maf3", 0, 2},
                                            {"convex_dtlz2", 0, 4},
                                            {"wfg1", 0, 2},
                                            {"wfg1", 0, 4},
                                            {"wfg2", 0, 2},
                                            {"wfg2", 0, 4},
                                            {"uf1", 3, 0},
                                            {"uf2", 4, 0},
                                            {"uf3", 3, 0},
                                            {"uf8", 5, 0},
                                            {"c1_dtlz1", 0, 2},
                                            {"c1_dtlz1", 0, 5},
                                            {"c3_dtlz2", 0, 2},
                                            {"c3_dtlz2", 0, 5},
                                            {"flat_direction", 2, 0},
                                            {"nan_outside_ball", 1, 0}};
  all.insert(all.end(), others.begin(), others.end());
  return all;
}

std::vector<SizedProblem> sized_problems(const std::function<bool(const ReferenceProblem&)>& fits) {
  std::vector<SizedProblem> some = sized_problems();
  std::erase_if(some, [&](const SizedProblem& size) { return !fits(*make(size)); });
  return some;
}

void PrintTo(const SizedProblem& size, std::ostream* out) { *out << label(size); }

std::string label(const SizedProblem& size) {
  return size.name + "_n" + std::to_string(size.num_variables) + "_m" +
         std::to_string(size.num_objectives);
}

std::shared_ptr<const ReferenceProblem> make(const SizedProblem& size) {
  return make_reference_problem(size.name, size.num_variables, size.num_objectives);
}

Vector random_point(const ReferenceProblem& problem, RandomStream& random) {
  const Bounds box = problem.bounds();
  if (box.empty()) return problem.start(random);
  return box.lower +
         random.uniform_vector(problem.num_variables()).cwiseProduct(box.upper - box.lower);
}

double violation(const ReferenceProblem& problem, ConstVectorRef x) {
  double worst = 0.0;
  const Bounds box = problem.bounds();
  if (!box.empty()) {
    worst = std::max({worst, (box.lower - x).maxCoeff(), (x - box.upper).maxCoeff()});
  }
  const Vector values = problem.values(x);
  for (int i = problem.num_objectives(); i < values.size(); ++i) {
    worst = std::max(worst, values(i));
  }
  return worst;
}

}  // namespace moo::test
