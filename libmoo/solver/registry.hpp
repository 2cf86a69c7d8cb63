#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "libmoo/solver/claims.hpp"
#include "libmoo/solver/solver.hpp"

namespace moo {

/// Solvers by id. An ordinary object: nothing registers itself behind anyone's back.
class SolverRegistry {
 public:
  using Factory = std::function<std::unique_ptr<Solver>()>;

  /// Throws: InvalidArgument when the id is taken.
  void add(const std::string& id, const std::string& summary, Factory factory,
           const SolverClaims& claims = {});

  /// A solver with its options set from text.
  /// Throws: InvalidArgument on an unknown id or option, listing the known ones.
  [[nodiscard]] std::unique_ptr<Solver> create(
      const std::string& id, const std::map<std::string, std::string>& options = {}) const;

  [[nodiscard]] std::vector<std::string> ids() const;
  [[nodiscard]] const std::string& summary(const std::string& id) const;
  [[nodiscard]] const SolverClaims& claims(const std::string& id) const;

 private:
  struct Entry {
    std::string summary;
    Factory factory;
    SolverClaims claims;
  };
  [[nodiscard]] const Entry& find(const std::string& id) const;
  std::map<std::string, Entry> entries_;
};

}  // namespace moo
