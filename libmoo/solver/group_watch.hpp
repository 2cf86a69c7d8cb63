#pragma once

#include <string>
#include <vector>

#include "libmoo/minimize/minimizer.hpp"
#include "libmoo/problem/problem.hpp"

namespace moo {

/// Reads off an iterate how every group of rules is doing, for observers. Knows the problem's names
/// and sizes and does not keep the problem itself.
class GroupWatch {
 public:
  GroupWatch() = default;  ///< of no groups
  /// Groups: those of Problem::rule_groups(), then those of penalties and hard rows it leaves out.
  explicit GroupWatch(const Problem& problem);

  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool empty() const { return names_.empty(); }

  /// Penalty magnitude of group k: the sum of its objectives, or, where it has none, the largest
  /// violation of its hard rows, >= 0; not a number where it has neither.
  /// @param values m + p, more at the end do not matter
  [[nodiscard]] double penalty(std::size_t k, ConstVectorRef values) const;

  /// True violation rates of all groups, in [0, 1]; not a number where unknown.
  [[nodiscard]] Vector violation_rates(const Iterate& iterate) const;

 private:
  struct Row {
    Eigen::Index value;  ///< into the values
    Sense sense;
  };
  struct Group {
    std::vector<Eigen::Index> objectives;
    std::vector<Row> rows;
  };
  Group& group(const std::string& name);

  std::vector<std::string> names_;
  std::vector<Group> groups_;
};

}  // namespace moo
