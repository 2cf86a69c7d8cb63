#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <utility>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "libmoo/assess/label_check.hpp"

namespace moo::tabular {

/// One rule held against the labels of the training rows.
struct RuleReport {
  std::string group;
  std::string rule;
  std::string unit;
  double tolerance = 0.0;
  LabelVerdict verdict;
};

/// Rows of one class (all rows of a regression) and one value of a protected column.
struct CellReport {
  std::string column;
  std::string value;
  std::string target;  ///< class; empty for a regression
  std::string split;
  long rows = 0;
};

/// Twins of one input: rows that agree on all other inputs.
struct TwinReport {
  std::string input;
  TwinPairs pairs;
};

/// What is in the data of a config, as seen with its first seed.
struct CheckReport {
  std::string config;
  std::string file;
  long rows_in_file = 0;
  long rows_used = 0;
  long columns_in_file = 0;
  std::vector<std::string> inputs;
  std::vector<std::pair<std::string, long>> splits;
  std::vector<std::pair<std::string, long>> missing;  ///< used columns with missing cells
  std::vector<std::string> remarks;                   ///< such as rows or columns left out
  std::vector<std::string> classes;                   ///< of outputs
  std::vector<LeakSuspect> leaks;                     ///< among the training rows
  LabelKind kind = LabelKind::classes;
  std::vector<CellReport> small_cells;  ///< too few rows to judge
  std::vector<RuleReport> rules;
  std::vector<TwinReport> twins;  ///< inputs with any
};

/// Fewer rows than this are too few to judge a group by.
inline constexpr long smallest_cell = 30;

/// Reads the data and looks. Throws: as read_table_data and make_rule.
CheckReport check_config(const Config& config);

std::string to_text(const CheckReport& report);
nlohmann::ordered_json to_json(const CheckReport& report);

}  // namespace moo::tabular
