#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"

namespace moo {

/// The measured concentrations of the quinidine table, each with what came before it.
struct QuinidineRecords {
  /// Inputs log_amount, log_last_dose, hours_since, age, weight, glyco, low_clearance, heart (0 to
  /// 2), smoke, alcohol; target log concentration (mg/L); side columns log_conc, conc,
  /// not_caucasian, older (65 years or more).
  Dataset data;
  std::vector<std::string> patients;  ///< per row
  std::vector<int> rows;              ///< of the file, from 0
  long dropped = 0;                   ///< concentrations without a dose before them
};

/// Throws: FileError when the file cannot be read or a cell is not what its column holds.
QuinidineRecords read_quinidine(const std::filesystem::path& path);

}  // namespace moo
