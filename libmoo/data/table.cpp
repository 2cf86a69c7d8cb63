#include "libmoo/data/table.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <system_error>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"

namespace moo {
namespace {

std::string in_quotes(std::string_view text) { return "'" + std::string(text) + "'"; }

std::string at_line(const std::string& file, long line) {
  return file + ":" + std::to_string(line);
}

/// At most so many names, that an error about a wide table stays readable.
std::string some_names(const std::vector<std::string>& names) {
  constexpr std::size_t most = 30;
  if (names.size() <= most) return join_names(names);
  return join_names({names.begin(), names.begin() + most}) + " ... (" +
         std::to_string(names.size()) + " in all)";
}

// --- the format ----------------------------------------------------------------------------------

struct Record {
  std::vector<std::string> cells;
  long line = 1;        // where it begins
  bool quoted = false;  // whether any cell was

  [[nodiscard]] bool blank() const { return cells.size() == 1 && cells[0].empty() && !quoted; }
};

/// RFC 4180 over the whole text of a file.
class CsvReader {
 public:
  CsvReader(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {
    constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";
    if (text_.starts_with(byte_order_mark)) text_.remove_prefix(byte_order_mark.size());
  }

  [[nodiscard]] bool done() const { return at_ == text_.size(); }

  /// The next record, its line end consumed.
  Record next() {
    Record record;
    record.line = line_;
    bool more = true;
    while (more) {
      if (!done() && text_[at_] == '"') {
        record.quoted = true;
        record.cells.push_back(quoted_cell());
      } else {
        record.cells.push_back(plain_cell());
      }
      more = !done() && text_[at_] == ',';
      if (more) ++at_;
    }
    skip_line_end();
    return record;
  }

 private:
  /// Up to the comma, line end or end of the file; leaves that unread.
  std::string plain_cell() {
    const std::size_t end = std::min(text_.find_first_of(",\"\r\n", at_), text_.size());
    std::string cell(text_.substr(at_, end - at_));
    at_ = end;
    if (!done() && text_[at_] == '"') {
      throw FileError({at_line(file_, line_), "a quote inside a cell that is not quoted",
                       "the whole cell in quotes, and a quote inside it doubled",
                       in_quotes(cell + "\""), ""});
    }
    return cell;
  }

  /// From the opening quote to behind the closing one.
  std::string quoted_cell() {
    const long opened = line_;
    std::string cell;
    for (++at_; !done(); ++at_) {
      if (text_[at_] == '"') {
        ++at_;
        if (done() || text_[at_] != '"') {
          require_end_of_cell(cell);
          return cell;
        }
      }
      if (ends_line(at_)) ++line_;
      cell += text_[at_];
    }
    throw FileError({at_line(file_, opened), "a quoted cell that never ends", "a closing quote",
                     "the end of the file", "look for a stray quote on this line"});
  }

  void require_end_of_cell(const std::string& cell) const {
    constexpr std::string_view ends = ",\r\n";
    if (done() || ends.find(text_[at_]) != std::string_view::npos) return;
    throw FileError({at_line(file_, line_), "text behind the closing quote of a cell",
                     "a comma or the end of the line",
                     in_quotes(text_.substr(at_, 1)) + " behind " + in_quotes(cell),
                     "a quote inside a quoted cell is doubled"});
  }

  /// Whether the character is the last one of a line end: LF, CR LF, or CR alone.
  [[nodiscard]] bool ends_line(std::size_t at) const {
    if (text_[at] == '\n') return true;
    return text_[at] == '\r' && (at + 1 == text_.size() || text_[at + 1] != '\n');
  }

  void skip_line_end() {
    if (done()) return;
    if (!ends_line(at_)) ++at_;  // the CR of CR LF
    ++at_;
    ++line_;
  }

  std::string file_;
  std::string_view text_;
  std::size_t at_ = 0;
  long line_ = 1;
};

std::string read_whole(const std::filesystem::path& path) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    throw FileError(
        {path.string(), "no such file", "a CSV file", "",
         "a relative path counts from " + std::filesystem::current_path(ignored).string()});
  }
  if (std::filesystem::is_directory(path, ignored)) {
    throw FileError({path.string(), "cannot be read", "a CSV file", "a folder", ""});
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  if (!stream || text.bad()) {  // an empty file only sets the failbit of `text`
    throw FileError({path.string(), "cannot be read", "", "", "check the permissions"});
  }
  return std::move(text).str();
}

}  // namespace

Table::Table(std::string file, std::vector<std::string> names,
             std::vector<std::vector<std::string>> columns, std::vector<long> lines)
    : file_(std::move(file)),
      names_(std::move(names)),
      columns_(std::move(columns)),
      lines_(std::move(lines)) {
  require_size("Table", "the list of columns", std::ssize(names_), std::ssize(columns_));
  index_.reserve(names_.size());
  for (std::size_t j = 0; j < names_.size(); ++j) {
    const std::string count = std::to_string(j + 1);
    require_size("Table", "column " + in_quotes(names_[j]), std::ssize(lines_),
                 std::ssize(columns_[j]));
    if (trimmed(names_[j]).empty()) {
      throw FileError({file_, "column " + count + " has no name", "a name for every column",
                       in_quotes(names_[j]), "the first line is the header"});
    }
    const std::size_t first = index_.try_emplace(names_[j], j).first->second;
    if (first != j) {
      throw FileError(
          {file_, "two columns have one name", "distinct names",
           in_quotes(names_[j]) + " in columns " + std::to_string(first + 1) + " and " + count,
           "rename one of them in the header"});
    }
  }
}

bool Table::has(std::string_view name) const { return index_.contains(std::string(name)); }

long Table::line(int row) const {
  if (row < 0 || row >= num_rows()) {
    throw InvalidArgument({"Table::line", "no such row in " + file_,
                           "0 to " + std::to_string(num_rows() - 1), std::to_string(row), ""});
  }
  return lines_[static_cast<std::size_t>(row)];
}

const std::vector<std::string>& Table::find(std::string_view who, std::string_view name) const {
  const auto found = index_.find(std::string(name));
  if (found == index_.end()) {
    const std::string near = nearest_name(name, names_);
    throw InvalidArgument({"Table::" + std::string(who), "no such column in " + file_,
                           "one of " + some_names(names_), in_quotes(name),
                           near.empty() ? "" : "did you mean " + in_quotes(near) + "?"});
  }
  return columns_[found->second];
}

std::string Table::place(int row, std::string_view name) const {
  return at_line(file_, line(row)) + ": column " + in_quotes(name);
}

Vector Table::numeric(std::string_view name) const {
  const std::vector<std::string>& cells = find("numeric", name);
  Vector values(num_rows());
  for (std::size_t row = 0; row < cells.size(); ++row) {
    CellNumber number = read_number(cells[row]);
    if (!number.hint.empty()) {
      throw FileError({place(static_cast<int>(row), name), "no number", "a finite number",
                       in_quotes(cells[row]), std::move(number.hint)});
    }
    values(static_cast<Eigen::Index>(row)) = number.value;
  }
  return values;
}

Vector Table::flag(std::string_view name, std::string_view yes, std::string_view no) const {
  const std::vector<std::string>& cells = find("flag", name);
  if (yes == no) {
    throw InvalidArgument(
        {"Table::flag", "one word for both answers", "two words", in_quotes(yes) + " twice", ""});
  }
  Vector values(num_rows());
  for (std::size_t row = 0; row < cells.size(); ++row) {
    if (cells[row] != yes && cells[row] != no) {
      throw FileError({place(static_cast<int>(row), name), "neither of the two words",
                       in_quotes(yes) + " or " + in_quotes(no), in_quotes(cells[row]),
                       trimmed(cells[row]) == yes || trimmed(cells[row]) == no
                           ? "blanks around a word are part of the cell"
                           : ""});
    }
    values(static_cast<Eigen::Index>(row)) = cells[row] == yes ? 1.0 : 0.0;
  }
  return values;
}

const std::vector<std::string>& Table::text(std::string_view name) const {
  return find("text", name);
}

Table Table::subset(const std::vector<int>& rows, const std::vector<std::string>& names) const {
  std::vector<std::vector<std::string>> columns;
  std::vector<long> lines;
  for (const int row : rows) lines.push_back(line(row));
  for (const std::string& name : names) {
    const std::vector<std::string>& cells = find("subset", name);
    std::vector<std::string>& kept = columns.emplace_back();
    kept.reserve(rows.size());
    for (const int row : rows) kept.push_back(cells[static_cast<std::size_t>(row)]);
  }
  return {file_, names, std::move(columns), std::move(lines)};
}

Table read_csv(const std::filesystem::path& path) {
  const std::string file = path.string();
  const std::string text = read_whole(path);
  CsvReader reader(file, text);
  std::vector<Record> records;
  while (!reader.done()) records.push_back(reader.next());
  while (!records.empty() && records.back().blank()) records.pop_back();
  if (records.empty() || records.front().blank()) {
    throw FileError({at_line(file, 1), "no header", "a line of column names",
                     records.empty() ? "an empty file" : "a blank line", ""});
  }

  std::vector<std::string> names = std::move(records.front().cells);
  std::vector<std::vector<std::string>> columns(names.size());
  std::vector<long> lines;
  for (std::size_t k = 1; k < records.size(); ++k) {
    Record& record = records[k];
    if (record.cells.size() != names.size()) {
      throw FileError({at_line(file, record.line), "a row of the wrong length",
                       std::to_string(names.size()) + " cells as in the header",
                       record.blank() ? "a blank line" : std::to_string(record.cells.size()),
                       record.blank() ? "blank lines may only stand at the end"
                                      : "a cell with a comma in it needs quotes"});
    }
    lines.push_back(record.line);
    for (std::size_t j = 0; j < names.size(); ++j) {
      columns[j].push_back(std::move(record.cells[j]));
    }
  }
  return {file, std::move(names), std::move(columns), std::move(lines)};
}

}  // namespace moo
