#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "libmoo/front/coverage.hpp"
#include "libmoo/front/front.hpp"
#include "libmoo/solver/options.hpp"

namespace moo {

enum class RunStatus { complete, budget_exhausted, stopped, failed };

/// Something that did not work: a task, and why.
struct Failure {
  std::string task;
  std::string reason;
};

/// Everything a run found out. The front is usable whatever the status is.
struct Report {
  std::string solver;
  std::map<std::string, OptionValue> options;
  std::uint64_t seed = 0;
  double kkt_tolerance = 0.0;
  Front front;
  RunStatus status = RunStatus::complete;
  std::vector<Failure> failures;
  std::vector<std::string> notes;
  Cost totals;        ///< the solver's work, scouts included; certificates are not charged to it
  Coverage coverage;  ///< between neighbours on a front of two objectives
};

std::string_view to_string(RunStatus status);

/// Reference point of the reported hypervolume: a tenth of the range beyond the frozen nadir.
[[nodiscard]] Vector hypervolume_reference(const Front& front);

/// Hypervolume of the non-dominated points in scaled units, where 1 is the box between ideal and
/// nadir; 0 before the scaling is known.
[[nodiscard]] double scaled_hypervolume(const Front& front);

}  // namespace moo
