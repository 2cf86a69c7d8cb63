#include "libmoo/data/cell.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace moo {
namespace {

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

template <std::size_t size>
bool is_one_of(std::string_view cell, const std::array<std::string_view, size>& words) {
  return std::find(words.begin(), words.end(), lower_case(cell)) != words.end();
}

/// A whole number of exactly `digits` digits at the front of `text`, which is then shortened.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return {};
  int value = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return {};
    value = 10 * value + (c - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool take(std::string_view& text, char expected) {
  if (text.empty() || text.front() != expected) return false;
  text.remove_prefix(1);
  return true;
}

/// hh:mm or hh:mm:ss as a share of a day.
std::optional<double> read_clock(std::string_view text) {
  const std::optional<int> hours = take_digits(text, 2);
  if (!hours || !take(text, ':')) return {};
  const std::optional<int> minutes = take_digits(text, 2);
  std::optional<int> seconds = 0;
  if (take(text, ':')) seconds = take_digits(text, 2);
  take(text, 'Z');
  if (!minutes || !seconds || !text.empty()) return {};
  if (*hours > 23 || *minutes > 59 || *seconds > 59) return {};
  return (*hours * 3600 + *minutes * 60 + *seconds) / 86400.0;
}

}  // namespace

std::string_view trimmed(std::string_view cell) {
  const std::size_t first = cell.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return cell.substr(first, cell.find_last_not_of(" \t") - first + 1);
}

bool is_missing_cell(std::string_view cell) {
  constexpr std::array<std::string_view, 6> words = {"", "na", "n/a", "nan", "null", "?"};
  cell = trimmed(cell);
  return cell.size() <= 4 && is_one_of(cell, words);
}

CellNumber read_number(std::string_view cell) {
  constexpr std::array<std::string_view, 7> missing = {"", "na", "n/a", "null", "none", "?", "."};
  cell = trimmed(cell);
  if (is_one_of(cell, missing)) {
    return {0.0, "a missing value: fill it in or drop the row, none is imputed"};
  }
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  if (error == std::errc::result_out_of_range) return {0.0, "too large or too small for a double"};
  if (error == std::errc() && end == cell.data() + cell.size()) {
    return {value, std::isfinite(value) ? "" : "drop the row or replace the value"};
  }
  return {0.0, cell.find(',') != std::string_view::npos
                   ? "the decimal mark is a point, and thousands are not separated"
                   : "read a column of words with text() or flag()"};
}

bool is_numeric_cell(std::string_view cell) {
  cell = trimmed(cell);
  if (cell.size() > 1 && cell[0] == '+' && cell[1] != '-') cell.remove_prefix(1);
  double value = 0.0;
  const auto [end, error] = std::from_chars(cell.data(), cell.data() + cell.size(), value);
  return error != std::errc::invalid_argument && end == cell.data() + cell.size();
}

std::optional<double> read_time(std::string_view cell) {
  const CellNumber number = read_number(cell);
  if (number.hint.empty()) return number.value;
  std::string_view text = trimmed(cell);
  const std::optional<int> year = take_digits(text, 4);
  if (!year || !take(text, '-')) return {};
  const std::optional<int> month = take_digits(text, 2);
  if (!month || !take(text, '-')) return {};
  const std::optional<int> day = take_digits(text, 2);
  if (!day) return {};
  const std::chrono::year_month_day date{std::chrono::year(*year),
                                         std::chrono::month(static_cast<unsigned>(*month)),
                                         std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok()) return {};
  const auto days = static_cast<double>(std::chrono::sys_days(date).time_since_epoch().count());
  if (text.empty()) return days;
  if (!take(text, 'T') && !take(text, ' ')) return {};
  const std::optional<double> clock = read_clock(text);
  if (!clock) return {};
  return days + *clock;
}

}  // namespace moo
