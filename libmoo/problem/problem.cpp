#include "libmoo/problem/problem.hpp"

namespace moo {

const std::vector<ConstraintRow>& Problem::hard_rows() const {
  static const std::vector<ConstraintRow> none;
  return none;
}

Bounds Problem::bounds() const { return {}; }

Capabilities Problem::capabilities() const { return {}; }

std::shared_ptr<const Problem> Problem::minibatch(RandomStream&) const { return nullptr; }

std::shared_ptr<const Problem> Problem::in_single_precision() const { return nullptr; }

const std::vector<std::string>& Problem::rule_groups() const {
  static const std::vector<std::string> none;
  return none;
}

std::optional<Validation> Problem::validate(ConstVectorRef) const { return std::nullopt; }

std::shared_ptr<const Problem> Problem::annealed(double) const { return nullptr; }

}  // namespace moo
