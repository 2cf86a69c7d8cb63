#include "experiments/lending/loan_book.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/data/table.hpp"

namespace moo::lending {
namespace {

void add_input(LoanBook& book, const std::string& name, const Vector& values) {
  Dataset& data = book.data;
  data.inputs.conservativeResize(data.inputs.rows() + 1, values.size());
  data.inputs.bottomRows(1) = values.transpose();
  data.input_names.push_back(name);
}

/// 1 where the cell is the word, 0 elsewhere.
Vector is_word(const Table& table, const std::string& column, const std::string& word) {
  Vector found(table.num_rows());
  for (int i = 0; i < table.num_rows(); ++i) {
    found(i) = table.text(column)[static_cast<std::size_t>(i)] == word ? 1.0 : 0.0;
  }
  return found;
}

LoanBook hmda_of(const Table& table) {
  LoanBook book;
  book.target = "deny";
  for (const char* name : {"pirat", "hirat", "lvrat", "chist", "mhist", "unemp"}) {
    add_input(book, name, table.numeric(name));
  }
  for (const char* name : {"phist", "selfemp", "insurance", "condomin", "hschool"}) {
    add_input(book, name, table.flag(name, "yes", "no"));
  }
  book.data.targets = table.flag("deny", "yes", "no").transpose();
  book.rising = {"pirat", "hirat", "lvrat", "chist", "mhist"};
  book.minority = "afam";
  book.protecteds = {"afam", "single"};
  for (const std::string& name : book.protecteds) {
    book.data.columns[name] = table.flag(name, "yes", "no");
  }
  const Vector value = table.numeric("lvrat");
  book.data.columns["loan_to_value"] = value;
  book.data.columns["insurance_denied"] = table.flag("insurance", "yes", "no");
  book.data.columns["loss"] = (1.0 - 0.8 * value.array().inverse()).cwiseMax(0.0);
  book.uninsured = {{side_column("loan_to_value"), Comparison::greater, 0.8},
                    {side_column("insurance_denied"), Comparison::equal, 1.0}};
  book.loss_ceiling = 0.03;
  return book;
}

LoanBook lending_club_of(const Table& table) {
  LoanBook book;
  book.target = "Class";
  for (const char* name : {"funded_amnt", "annual_inc", "total_bal_il"}) {
    add_input(book, name, table.numeric(name).array().log1p());
  }
  for (const char* name :
       {"delinq_2yrs", "inq_last_6mths", "revol_util", "acc_now_delinq", "open_il_6m",
        "open_il_12m", "open_il_24m", "all_util", "inq_fi", "inq_last_12m", "num_il_tl"}) {
    add_input(book, name, table.numeric(name));
  }
  add_input(book, "term_60", table.flag("term", "term_60", "term_36"));
  add_input(book, "not_verified", is_word(table, "verification_status", "Not_Verified"));
  add_input(book, "short_employment", is_word(table, "emp_length", "emp_lt_1"));
  add_input(book, "unknown_employment", is_word(table, "emp_length", "emp_unk"));
  book.data.targets = table.flag("Class", "bad", "good").transpose();
  book.rising = {"funded_amnt", "delinq_2yrs", "inq_last_6mths", "revol_util", "all_util"};
  book.falling = {"annual_inc"};
  book.minority = "low_income";
  book.protecteds = {"low_income"};
  const Vector income = table.numeric("annual_inc");
  const Vector amount = table.numeric("funded_amnt");
  book.data.columns["low_income"] = (income.array() < 50000.0).cast<double>();
  book.data.columns["unverified"] = is_word(table, "verification_status", "Not_Verified");
  book.data.columns["burden"] = amount.array() / income.array().max(1.0);
  book.data.columns["loss"] = book.data.targets.row(0).transpose();
  book.uninsured = {{side_column("burden"), Comparison::greater, 0.35},
                    {side_column("unverified"), Comparison::equal, 1.0}};
  book.denied_from = 0.08;
  book.surely_denied = 0.12;
  book.loss_ceiling = 0.04;
  return book;
}

}  // namespace

LoanBook read_hmda(const std::filesystem::path& path) { return hmda_of(read_csv(path)); }

LoanBook read_lending_club(const std::filesystem::path& path) {
  return lending_club_of(read_csv(path));
}

LoanBook read_loans(const std::filesystem::path& path) {
  const Table table = read_csv(path);
  if (table.has("Class")) return lending_club_of(table);
  if (table.has("deny")) return hmda_of(table);
  throw FileError({path.string(), "neither of the tables this driver knows",
                   "a column deny (hmda) or Class (lending_club)", join_names(table.names()), ""});
}

}  // namespace moo::lending
