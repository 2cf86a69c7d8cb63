#include "libmoo/base/error.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace moo {

std::string Complaint::message() const {
  std::string text = who.empty() ? what : who + ": " + what;
  if (!expected.empty()) text += "; expected " + expected;
  if (!got.empty()) text += (expected.empty() ? "; got " : ", got ") + got;
  if (!hint.empty()) text += " (" + hint + ")";
  return text;
}

Error::Error(Complaint complaint)
    : std::runtime_error(complaint.message()), complaint_(std::move(complaint)) {}

void require_size(std::string_view who, std::string_view what, long expected, long got) {
  if (expected == got) return;
  throw InvalidArgument({std::string(who), std::string(what) + " has the wrong size",
                         std::to_string(expected), std::to_string(got), ""});
}

std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates) {
  const auto distance = [](std::string_view a, std::string_view b) {
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
      std::size_t diagonal = row[0];
      row[0] = i;
      for (std::size_t j = 1; j <= b.size(); ++j) {
        const std::size_t substitution = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        diagonal = row[j];
        row[j] = std::min({row[j] + 1, row[j - 1] + 1, substitution});
      }
    }
    return row.back();
  };
  std::string best;
  std::size_t best_distance = std::max<std::size_t>(1, word.size() / 2) + 1;
  for (const std::string& candidate : candidates) {
    const std::size_t d = distance(word, candidate);
    if (d < best_distance) {
      best_distance = d;
      best = candidate;
    }
  }
  return best;
}

std::string join_names(const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

}  // namespace moo
