#include "experiments/dosing/quinidine.hpp"

#include <algorithm>
#include <cmath>
#include <map>

#include "experiments/dosing/dose_history.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"
#include "libmoo/data/table.hpp"

namespace moo {
namespace {

const std::vector<std::string> input_names = {
    "log_amount", "log_last_dose", "hours_since", "age",   "weight",
    "glyco",      "low_clearance", "heart",       "smoke", "alcohol"};
const std::vector<std::string> heart_failure = {"No/Mild", "Moderate", "Severe"};

/// The number in a cell, or 0 where there is none. Throws: FileError for anything else.
double number_or_nothing(const Table& table, const std::string& column, int row) {
  const std::string& cell = table.text(column)[static_cast<std::size_t>(row)];
  if (is_missing_cell(cell)) return 0.0;
  const CellNumber number = read_number(cell);
  if (number.hint.empty() && number.value > 0.0) return number.value;
  throw FileError({table.place(row, column), "unusable", "a number above 0, or nothing",
                   "'" + cell + "'", number.hint});
}

double code_of(const Table& table, const std::string& column, int row,
               const std::vector<std::string>& words) {
  const std::string& cell = table.text(column)[static_cast<std::size_t>(row)];
  const auto found = std::find(words.begin(), words.end(), cell);
  if (found != words.end()) return static_cast<double>(found - words.begin());
  throw FileError(
      {table.place(row, column), "unknown word", join_names(words), "'" + cell + "'", ""});
}

}  // namespace

QuinidineRecords read_quinidine(const std::filesystem::path& path) {
  const Table table = read_csv(path);
  const Vector time = table.numeric("time");
  const Vector age = table.numeric("Age");
  const Vector weight = table.numeric("Weight");
  const Vector glyco = table.numeric("glyco");
  const Vector smoke = table.flag("Smoke", "yes", "no");
  const Vector low_clearance = table.flag("Creatinine", "< 50", ">= 50");
  const std::vector<std::string>& patient = table.text("Subject");
  std::map<std::string, DoseHistory> histories;
  QuinidineRecords found;
  std::vector<Vector> inputs;
  std::vector<double> conc;
  for (int row = 0; row < table.num_rows(); ++row) {
    const auto i = static_cast<std::size_t>(row);
    const double dose = number_or_nothing(table, "dose", row);
    const double measured = number_or_nothing(table, "conc", row);
    DoseHistory& history = histories[patient[i]];
    if (dose > 0.0) history.take(time(row), dose, number_or_nothing(table, "interval", row));
    if (measured == 0.0) continue;
    const BodyLoad load = history.at(time(row));
    if (load.amount == 0.0) {
      ++found.dropped;
      continue;
    }
    inputs.push_back(Vector{{std::log(load.amount), std::log(load.last_dose), load.hours_since,
                             age(row), weight(row), glyco(row), low_clearance(row),
                             code_of(table, "Heart", row, heart_failure), smoke(row),
                             table.text("Ethanol")[i] == "current" ? 1.0 : 0.0}});
    conc.push_back(measured);
    found.patients.push_back(patient[i]);
    found.rows.push_back(row);
  }
  const std::ptrdiff_t count = std::ssize(conc);
  Dataset& data = found.data;
  data.input_names = input_names;
  data.inputs.resize(std::ssize(input_names), count);
  for (const char* column : {"log_conc", "not_caucasian", "older"}) {
    data.columns[column] = Vector::Zero(count);
  }
  data.columns["conc"] = Eigen::Map<const Vector>(conc.data(), count);
  data.columns["log_conc"] = data.columns["conc"].array().log();
  data.targets = data.columns["log_conc"].transpose();
  for (std::ptrdiff_t k = 0; k < count; ++k) {
    const int row = found.rows[static_cast<std::size_t>(k)];
    data.inputs.col(k) = inputs[static_cast<std::size_t>(k)];
    data.columns["not_caucasian"](k) =
        table.text("Race")[static_cast<std::size_t>(row)] == "Caucasian" ? 0.0 : 1.0;
    data.columns["older"](k) = age(row) >= 65.0 ? 1.0 : 0.0;
  }
  return found;
}

}  // namespace moo
