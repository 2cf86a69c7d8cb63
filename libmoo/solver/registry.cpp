#include "libmoo/solver/registry.hpp"

#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {

void SolverRegistry::add(const std::string& id, const std::string& summary, Factory factory,
                         const SolverClaims& claims) {
  if (!entries_.try_emplace(id, Entry{summary, std::move(factory), claims}).second) {
    throw InvalidArgument({"SolverRegistry::add", "a solver of this id is registered already",
                           "a new id", "'" + id + "'", ""});
  }
}

const SolverRegistry::Entry& SolverRegistry::find(const std::string& id) const {
  const auto found = entries_.find(id);
  if (found != entries_.end()) return found->second;
  const std::string near = nearest_name(id, ids());
  throw InvalidArgument({"solver '" + id + "'", "unknown", "one of " + join_names(ids()), "",
                         near.empty() ? "" : "did you mean '" + near + "'?"});
}

std::unique_ptr<Solver> SolverRegistry::create(
    const std::string& id, const std::map<std::string, std::string>& options) const {
  std::unique_ptr<Solver> solver = find(id).factory();
  for (const auto& [name, text] : options) solver->options().set(name, text);
  return solver;
}

std::vector<std::string> SolverRegistry::ids() const {
  std::vector<std::string> ids;
  for (const auto& [id, entry] : entries_) ids.push_back(id);
  return ids;
}

const std::string& SolverRegistry::summary(const std::string& id) const { return find(id).summary; }

const SolverClaims& SolverRegistry::claims(const std::string& id) const { return find(id).claims; }

}  // namespace moo
