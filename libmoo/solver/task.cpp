#include "libmoo/solver/task.hpp"

#include "libmoo/base/error.hpp"

namespace moo {

const Vector& Task::vector(const std::string& name) const {
  const auto found = numbers.find(name);
  if (found == numbers.end() || found->second.size() == 0) {
    throw InvalidArgument({"task '" + id + "'", "carries no numbers named '" + name + "'", "", "",
                           "the solver's plan() and solve() disagree"});
  }
  return found->second;
}

}  // namespace moo
