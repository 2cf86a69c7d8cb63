#include "experiments/tabular/check.hpp"

#include <algorithm>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>

#include "experiments/tabular/columns.hpp"
#include "experiments/tabular/tabular_driver.hpp"
#include "libmoo/base/error.hpp"

namespace moo::tabular {
namespace {

using Part = std::pair<std::string, const std::vector<int>*>;

std::vector<Part> parts_of(const Split& split) {
  return {{"train", &split.train}, {"validation", &split.validation}, {"test", &split.test}};
}

/// The class of a row: "" for a regression.
std::string class_of(const TableData& table, LabelKind kind, int row) {
  if (kind == LabelKind::numbers) return "";
  const auto labels = table.rows.targets.col(row);
  if (labels.size() == 1) return labels(0) == 1.0 ? table.class_names.front() : table.negative;
  Eigen::Index own = 0;
  labels.maxCoeff(&own);
  return table.class_names[static_cast<std::size_t>(own)];
}

/// The raw cell of a protected column, by quintiles where it has many different numbers.
std::vector<std::string> cells_of(const Table& file, const std::string& column,
                                  const std::vector<int>& rows) {
  const Table kept = file.subset(rows, {column});
  const ColumnSummary summary = summarize(kept, column);
  std::vector<std::string> cells;
  if (summary.kind == ColumnKind::numbers && summary.missing == 0 && summary.levels.size() > 10) {
    for (const int code : quantile_codes(kept.numeric(column), 5)) {
      cells.push_back("fifth " + std::to_string(code + 1));
    }
    return cells;
  }
  for (const int code : level_codes(kept, summary)) {
    cells.push_back(code < 0 ? "missing" : summary.levels[static_cast<std::size_t>(code)]);
  }
  return cells;
}

/// Cells of protected columns x classes with too few rows in a part; empty ones too.
std::vector<CellReport> small_cells(const Config& config, const Table& file, const TableData& table,
                                    LabelKind kind) {
  std::vector<CellReport> small;
  for (const std::string& column : config.data.protected_columns) {
    const std::vector<std::string> cells = cells_of(file, column, table.row_of_file);
    std::map<std::pair<std::string, std::string>, std::map<std::string, long>> counts;
    for (int row = 0; row < table.rows.num_rows(); ++row) {
      counts[{cells[static_cast<std::size_t>(row)], class_of(table, kind, row)}];
    }
    for (const auto& [split, rows] : parts_of(table.split)) {
      for (const int row : *rows) {
        ++counts[{cells[static_cast<std::size_t>(row)], class_of(table, kind, row)}][split];
      }
    }
    for (const auto& [split, rows] : parts_of(table.split)) {
      if (rows->empty()) continue;
      for (auto& [cell, by_split] : counts) {
        if (by_split[split] < smallest_cell) {
          small.push_back({column, cell.first, cell.second, split, by_split[split]});
        }
      }
    }
  }
  return small;
}

std::vector<RuleReport> judge_rules(const Config& config, const TableData& table,
                                    const Dataset& train) {
  std::vector<RuleReport> reports;
  for (const ConstraintGroup& group : groups_of(config, table, config.model.hidden)) {
    for (const auto& rule : group.constraints) {
      reports.push_back({group.name, rule->name(), rule->unit(), group.tolerance,
                         judge_labels(*rule, train, group.tolerance)});
    }
  }
  return reports;
}

std::vector<TwinReport> find_twins(const Dataset& rows) {
  constexpr std::size_t most_inputs = 200;
  std::vector<TwinReport> twins;
  if (rows.targets.rows() != 1 || rows.input_names.size() > most_inputs) return twins;
  for (const std::string& input : rows.input_names) {
    const TwinPairs pairs = twin_pairs(rows, input);
    if (pairs.pairs > 0) twins.push_back({input, pairs});
  }
  return twins;
}

// --- as text -------------------------------------------------------------------------------------

std::string number(double value) {
  char text[40];
  std::snprintf(text, sizeof text, "%.4g", value);
  return text;
}

std::string percent(long part, long whole) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f %%",
                100.0 * static_cast<double>(part) / static_cast<double>(std::max(whole, 1L)));
  return text;
}

std::string leaks_text(const CheckReport& report) {
  if (report.leaks.empty()) return "leaks: no input predicts the label almost alone\n";
  std::string text = "leaks: these inputs predict the label almost alone\n";
  for (const LeakSuspect& leak : report.leaks) {
    text += "  " + leak.input + ": " +
            (report.kind == LabelKind::classes ? "area under the ROC curve " : "R2 ") +
            number(leak.score);
    if (report.classes.size() > 1) {
      text += " for '" + report.classes[static_cast<std::size_t>(leak.output)] + "'";
    }
    text += "\n";
  }
  return text;
}

std::string cells_text(const CheckReport& report) {
  if (report.small_cells.empty()) return "";
  std::string text =
      "groups too small to judge (fewer than " + std::to_string(smallest_cell) + " rows)\n";
  for (const CellReport& cell : report.small_cells) {
    text += "  " + cell.column + " = " + cell.value +
            (cell.target.empty() ? "" : ", label '" + cell.target + "'") + ", " + cell.split +
            ": " + std::to_string(cell.rows) + "\n";
  }
  return text;
}

std::string rules_text(const CheckReport& report) {
  if (report.rules.empty()) return "";
  std::string text = "rules and the labels of the training rows";
  text += report.kind == LabelKind::classes
              ? " (labels are certain, 0 or 1, where a model gives probabilities)\n"
              : "\n";
  for (const RuleReport& rule : report.rules) {
    const LabelVerdict& verdict = rule.verdict;
    text += "  " + rule.group + ": " + rule.rule + ": ";
    if (!verdict.needs_model.empty()) {
      text += "needs a model: " + verdict.needs_model + "\n";
    } else if (verdict.violations == 0) {
      text += "met by the labels at all " + std::to_string(verdict.probes) + " probes\n";
    } else {
      text += "the labels break it at " + std::to_string(verdict.violations) + " of " +
              std::to_string(verdict.probes) + " probes (" +
              percent(verdict.violations, verdict.probes) + "), by up to " + number(verdict.worst) +
              " " + rule.unit + "\n";
    }
  }
  return text;
}

std::string twins_text(const CheckReport& report) {
  if (report.twins.empty()) return "";
  std::string text =
      "pairs of rows that differ in one input only: how the label moves as it rises\n";
  for (const TwinReport& twin : report.twins) {
    text += "  " + twin.input + ": " + std::to_string(twin.pairs.pairs) +
            " pairs, label higher in " + percent(twin.pairs.rising, twin.pairs.pairs) +
            ", lower in " + percent(twin.pairs.falling, twin.pairs.pairs) + "\n";
  }
  return text;
}

}  // namespace

CheckReport check_config(const Config& config) {
  const Table file = read_csv(config.data.file);
  const TableData table = read_table_data(file, config.data, config.split, config.seeds.front());
  const Dataset train = table.rows.subset(table.split.train);
  CheckReport report;
  report.config = config.file.lexically_normal().string();
  report.file = config.data.file.lexically_normal().string();
  report.rows_in_file = file.num_rows();
  report.rows_used = table.rows.num_rows();
  report.columns_in_file = std::ssize(file.names());
  report.inputs = table.rows.input_names;
  for (const auto& [name, rows] : parts_of(table.split)) {
    report.splits.emplace_back(name, std::ssize(*rows));
  }
  std::vector<std::string> used = input_columns(file, config.data, config.split);
  used.push_back(config.data.target);
  for (const std::string& name : config.data.protected_columns) {
    if (std::find(used.begin(), used.end(), name) == used.end()) used.push_back(name);
  }
  for (const std::string& name : used) {
    const long missing = summarize(file, name).missing;
    if (missing > 0) report.missing.emplace_back(name, missing);
  }
  report.remarks = table.remarks;
  report.classes = table.class_names;
  report.kind = config.data.task == Task::regression ? LabelKind::numbers : LabelKind::classes;
  report.leaks = label_leaks(train, report.kind);
  report.small_cells = small_cells(config, file, table, report.kind);
  report.rules = judge_rules(config, table, train);
  report.twins = find_twins(table.rows);
  return report;
}

std::string to_text(const CheckReport& report) {
  std::string text = report.config + ": " + report.file + "\n";
  text += "rows: " + std::to_string(report.rows_used) + " of " +
          std::to_string(report.rows_in_file) + " (";
  for (std::size_t k = 0; k < report.splits.size(); ++k) {
    text += (k == 0 ? "" : ", ") + report.splits[k].first + " " +
            std::to_string(report.splits[k].second);
  }
  text += ")\ncolumns: " + std::to_string(report.columns_in_file) + " in the file; " +
          std::to_string(report.inputs.size()) + " inputs: " + some_names(report.inputs) + "\n";
  for (const auto& [name, count] : report.missing) {
    text += "missing in " + name + ": " + std::to_string(count) + " (" +
            percent(count, report.rows_in_file) + ")\n";
  }
  for (const std::string& remark : report.remarks) text += remark + "\n";
  return text + leaks_text(report) + cells_text(report) + rules_text(report) + twins_text(report);
}

nlohmann::ordered_json to_json(const CheckReport& report) {
  using Json = nlohmann::ordered_json;
  const auto named = [](const std::vector<std::pair<std::string, long>>& pairs) {
    Json object = Json::object();
    for (const auto& [name, count] : pairs) object[name] = count;
    return object;
  };
  Json json = {{"config", report.config},
               {"file", report.file},
               {"rows_in_file", report.rows_in_file},
               {"rows_used", report.rows_used},
               {"columns_in_file", report.columns_in_file},
               {"inputs", report.inputs},
               {"splits", named(report.splits)},
               {"missing", named(report.missing)},
               {"remarks", report.remarks}};
  for (const char* list : {"leaks", "small_cells", "rules", "twins"}) json[list] = Json::array();
  for (const LeakSuspect& leak : report.leaks) {
    json["leaks"].push_back(
        {{"input", leak.input},
         {"output", report.classes[static_cast<std::size_t>(leak.output)]},
         {"measure", report.kind == LabelKind::classes ? "area_under_curve" : "monotone_r_squared"},
         {"score", leak.score}});
  }
  for (const CellReport& cell : report.small_cells) {
    json["small_cells"].push_back({{"column", cell.column},
                                   {"value", cell.value},
                                   {"target", cell.target},
                                   {"split", cell.split},
                                   {"rows", cell.rows}});
  }
  for (const RuleReport& rule : report.rules) {
    Json entry = {{"group", rule.group}, {"rule", rule.rule}};
    if (!rule.verdict.needs_model.empty()) {
      entry["needs_model"] = rule.verdict.needs_model;
    } else {
      entry.update({{"unit", rule.unit},
                    {"tolerance", rule.tolerance},
                    {"probes", rule.verdict.probes},
                    {"violations", rule.verdict.violations},
                    {"worst", rule.verdict.worst}});
    }
    json["rules"].push_back(std::move(entry));
  }
  for (const TwinReport& twin : report.twins) {
    json["twins"].push_back({{"input", twin.input},
                             {"pairs", twin.pairs.pairs},
                             {"rising", twin.pairs.rising},
                             {"falling", twin.pairs.falling}});
  }
  return json;
}

}  // namespace moo::tabular
