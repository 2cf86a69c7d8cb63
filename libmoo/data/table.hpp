#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// The cells of a CSV file as they were written, column by column. A cell is read as a number or as
/// a flag only when somebody asks, and then every cell has to fit: nothing is imputed.
class Table {
 public:
  /// `columns` holds one list of N cells per name, `lines` the N source lines the rows begin on
  /// (from 1). `file` names the table in errors.
  /// Throws: InvalidArgument when sizes disagree; FileError when a name is empty or there twice.
  Table(std::string file, std::vector<std::string> names,
        std::vector<std::vector<std::string>> columns, std::vector<long> lines);

  [[nodiscard]] int num_rows() const { return static_cast<int>(lines_.size()); }
  [[nodiscard]] const std::string& file() const { return file_; }
  [[nodiscard]] const std::vector<std::string>& names() const { return names_; }
  [[nodiscard]] bool has(std::string_view name) const;

  /// The source line a row begins on, from 1. Throws: InvalidArgument when there is no such row.
  [[nodiscard]] long line(int row) const;

  /// A column of finite numbers, in the file's own unit; N. Blanks around a number are skipped.
  /// Throws: InvalidArgument for an unknown name; FileError, with file, line, column and cell,
  /// where a cell is empty, NA, no number, or not finite.
  [[nodiscard]] Vector numeric(std::string_view name) const;

  /// A column of two words: 1 where the cell is `yes`, 0 where it is `no`; N.
  /// Throws: InvalidArgument for an unknown name or equal words; FileError, with file, line, column
  /// and cell, for any other text.
  [[nodiscard]] Vector flag(std::string_view name, std::string_view yes, std::string_view no) const;

  /// A column as it was written; N. Throws: InvalidArgument for an unknown name.
  [[nodiscard]] const std::vector<std::string>& text(std::string_view name) const;

  /// "file:line: column 'name'", for messages about one cell. Throws: InvalidArgument when there is
  /// no such row.
  [[nodiscard]] std::string place(int row, std::string_view name) const;

  /// The rows with these indices and the columns with these names, in these orders; source lines
  /// are kept. Throws: InvalidArgument for an unknown row or name.
  [[nodiscard]] Table subset(const std::vector<int>& rows,
                             const std::vector<std::string>& names) const;

 private:
  [[nodiscard]] const std::vector<std::string>& find(std::string_view who,
                                                     std::string_view name) const;

  std::string file_;
  std::vector<std::string> names_;
  std::vector<std::vector<std::string>> columns_;
  std::vector<long> lines_;
  std::unordered_map<std::string, std::size_t> index_;  // of a name among the columns
};

/// Reads a comma-separated file: a header of distinct names, then rows of as many cells. Quoted
/// cells may hold commas, doubled quotes and line ends; lines end in LF, CR LF or CR, the last one
/// need not; a UTF-8 byte order mark and blank lines at the end are skipped. O(size of the file)
/// memory. Source: Shafranovich (2005), RFC 4180, section 2. Throws: FileError when the file cannot
/// be read, and with the line for anything else.
Table read_csv(const std::filesystem::path& path);

}  // namespace moo
