#pragma once

#include "experiments/tabular/config_table.hpp"

namespace moo::tabular {

/// The table of the whole config.
const Field& config_table();

/// The word of an option of `enumeration`, in its order, such as "drop_row".
const std::vector<std::string>& task_names();
const std::vector<std::string>& missing_policy_names();
const std::vector<std::string>& split_kind_names();

}  // namespace moo::tabular
