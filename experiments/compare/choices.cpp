#include "experiments/compare/choices.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

#include "experiments/command_line.hpp"
#include "experiments/split_text.hpp"
#include "experiments/tabular/tabular_driver.hpp"
#include "libmoo/base/error.hpp"

namespace moo::compare {
namespace {

/// A whole number >= 1 that is all of a text; 0 when it is none.
long whole_number(const std::string& text) {
  long number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  return code == std::errc() && end == text.data() + text.size() && number >= 1 ? number : 0;
}

Contest tabular_contest(const std::string& text) {
  const std::size_t colon = text.find(".json:");
  const std::string file = colon == std::string::npos ? text : text.substr(0, colon + 5);
  const tabular::TabularDriver driver(tabular::read_config(file));
  DriverFlags flags = driver.default_flags();
  std::string objectives = colon == std::string::npos ? "" : text.substr(colon + 6);
  std::replace(objectives.begin(), objectives.end(), ':', ',');
  flags.objectives = parse_objectives(driver, objectives);
  const auto make = [driver, flags](std::uint64_t seed) -> std::shared_ptr<const Problem> {
    DriverFlags seeded = flags;
    seeded.seed = seed;
    return driver.prepare(seeded).splits.front().problem;
  };
  return {text, make, nullptr};
}

Contest reference_contest(const std::string& text) {
  const std::vector<std::string> parts = split_text(text, ':');
  std::vector<int> sizes = {0, 0};
  for (std::size_t k = 1; k < parts.size(); ++k) {
    const long size = whole_number(parts[k]);
    if (k > 2 || size == 0 || size > 10000000) {
      throw InvalidArgument({"--problems", "unusable size in '" + text + "'",
                             "NAME, NAME:n or NAME:n:m", "'" + parts[k] + "'", ""});
    }
    sizes[k - 1] = static_cast<int>(size);
  }
  const auto problem = make_reference_problem(parts.empty() ? text : parts[0], sizes[0], sizes[1]);
  return {text, [problem](std::uint64_t) { return problem; }, problem};
}

}  // namespace

Contest contest_from(const std::string& text) {
  return text.find(".json") == std::string::npos ? reference_contest(text) : tabular_contest(text);
}

Contestant contestant_from(const std::string& text) {
  const std::size_t brace = text.find('{');
  Contestant contestant{text, text.substr(0, brace), {}};
  if (brace == std::string::npos) return contestant;
  if (text.back() != '}') {
    throw InvalidArgument({"--solvers", "a brace is not closed", "SOLVER{option=value,...}",
                           "'" + text + "'", "quote it: the shell has its own use for braces"});
  }
  for (const std::string& option :
       split_text(text.substr(brace + 1, text.size() - brace - 2), ',')) {
    const std::size_t equals = option.find('=');
    if (equals == std::string::npos || equals == 0) {
      throw InvalidArgument({"--solvers", "not an assignment", "option=value", "'" + option + "'",
                             "see compare solvers"});
    }
    contestant.options[option.substr(0, equals)] = option.substr(equals + 1);
  }
  return contestant;
}

std::vector<std::uint64_t> seeds_from(const std::string& text) {
  std::vector<std::uint64_t> seeds;
  for (const std::string& part : split_text(text, ',')) {
    const std::size_t dots = part.find("..");
    const long first = whole_number(part.substr(0, dots));
    const long last = dots == std::string::npos ? first : whole_number(part.substr(dots + 2));
    if (first == 0 || last < first || last - first >= 1000) {
      throw InvalidArgument(
          {"--seeds", "unusable", "such as 1..10 or 1,2,5", "'" + text + "'", ""});
    }
    for (long seed = first; seed <= last; ++seed) seeds.push_back(static_cast<std::uint64_t>(seed));
  }
  if (seeds.empty()) throw InvalidArgument({"--seeds", "none", "such as 1..10", "", ""});
  return seeds;
}

std::vector<std::string> listed(const std::string& text) {
  std::vector<std::string> parts(1);
  int depth = 0;
  for (const char c : text) {
    depth += c == '{' ? 1 : c == '}' ? -1 : 0;
    if (c == ',' && depth == 0) {
      parts.emplace_back();
    } else {
      parts.back() += c;
    }
  }
  std::erase(parts, std::string());
  return parts;
}

}  // namespace moo::compare
