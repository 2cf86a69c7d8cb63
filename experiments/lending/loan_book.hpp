#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "libmoo/constraint/row_predicate.hpp"
#include "libmoo/data/dataset.hpp"

namespace moo::lending {

/// A table of loans in the terms of the driver: what is decided, on what, and what the rules are
/// about. Inputs are in the table's own units until they are standardised.
struct LoanBook {
  std::string target;                   ///< name of the column of what the model predicts
  Dataset data;                         ///< targets: 1 where a loan should not be given
  std::vector<std::string> rising;      ///< inputs that may only raise the probability
  std::vector<std::string> falling;     ///< inputs that may only lower it
  std::string minority;                 ///< side column, 1 for the group that parity is about
  std::vector<std::string> protecteds;  ///< side columns that are no inputs
  RowPredicate uninsured;               ///< loans that the regulator forbids
  double denied_from = 0.5;             ///< probability from which a loan is denied
  double surely_denied = 0.9;           ///< that forbidden loans must have
  double loss_ceiling = 0.0;            ///< mean of side column "loss" among the approved
};

/// 2,380 mortgage applications (HMDA). Target: denial by the lender. "loss": the share of the loan
/// that a sale at 80 % of the property's value would not bring back, max(0, 1 - 0.8 / lvrat),
/// because the table does not say who paid.
/// Forbidden: more than 80 % of the value while mortgage insurance was denied.
/// Throws: FileError naming the cell that does not fit.
LoanBook read_hmda(const std::filesystem::path& path);

/// 9,857 loans between peers (lending_club). Target: the loan went bad, which is "loss" too. The
/// lender's own verdicts, int_rate and sub_grade, are no inputs. Minority: incomes below 50,000.
/// Forbidden: more than 35 % of a year's income that nobody verified.
LoanBook read_lending_club(const std::filesystem::path& path);

/// The table that the file's header says it is. Throws: FileError when it is neither.
LoanBook read_loans(const std::filesystem::path& path);

}  // namespace moo::lending
