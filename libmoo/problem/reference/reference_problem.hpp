#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "libmoo/problem/dense_problem.hpp"

namespace moo {

/// What the front of a reference problem looks like, for choosing the problems that fit a solver.
/// `convex` and `concave`: over most of its length, at least 85 %.
/// `degenerate`: of fewer dimensions than m - 1, such as a single point.
enum class FrontShape { convex, concave, mixed, linear, disconnected, degenerate };

/// The word used in tables and messages.
std::string_view to_string(FrontShape shape);

/// A problem whose Pareto front is known in closed form, or to more digits than anyone can reach.
class ReferenceProblem : public DenseProblem {
 public:
  [[nodiscard]] virtual FrontShape shape() const = 0;
  /// Whether local minima of scalarizations exist that are not on the front.
  [[nodiscard]] virtual bool has_local_fronts() const { return false; }

  /// Best value of every objective on the front, and worst; m each.
  [[nodiscard]] virtual Vector ideal() const = 0;
  [[nodiscard]] virtual Vector nadir() const = 0;

  /// At least `count` points of the front, no two equal, spread as evenly as its formula allows and
  /// ending at its ends; m x k. A front that is one point gives that point.
  [[nodiscard]] virtual Matrix front(int count) const = 0;
  /// Variables that attain front(count), column by column, where there are several some of them;
  /// n x k.
  [[nodiscard]] virtual Matrix optima(int count) const = 0;

  /// Euclidean distance from objectives f (m) to the front, in the objectives' own units.
  [[nodiscard]] virtual double distance_to_front(ConstVectorRef f) const = 0;
};

/// By name, such as "zdt1"; see reference_problem_names().
/// @param num_variables, num_objectives 0: the size it was published with
/// Throws: InvalidArgument on an unknown name or a size the problem does not exist in.
std::shared_ptr<const ReferenceProblem> make_reference_problem(const std::string& name,
                                                               int num_variables = 0,
                                                               int num_objectives = 0);
const std::vector<std::string>& reference_problem_names();

}  // namespace moo
