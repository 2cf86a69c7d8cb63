#include <array>
#include <cstdarg>
#include <cstdio>
#include <map>

#include "libmoo/front/gaps.hpp"
#include "solvers/tracing/curve_front.hpp"

namespace moo {
namespace {

double number(const ParetoPoint& point, const std::string& name) {
  const auto found = point.generator.numbers.find(name);
  return found == point.generator.numbers.end() ? 0.0 : found->second;
}

std::string methods_used(const Front& front) {
  std::map<int, int> counts;
  for (const ParetoPoint& point : front.points()) {
    if (point.generator.numbers.count("corrector") > 0) {
      ++counts[static_cast<int>(number(point, "corrector"))];
    }
  }
  std::string sentence;
  for (const auto& [method, count] : counts) {
    sentence += (sentence.empty() ? "corrected by " : ", ") +
                std::string(to_string(static_cast<CurveMethod>(method))) + ": " +
                std::to_string(count) + " points";
  }
  return sentence;
}

std::string gaps_searched(const Front& front) {
  int searched = 0;
  int filled = 0;
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.generator.kind != "gap_end") continue;
    ++searched;
    if (number(scout, "found") > 0.0) ++filled;
  }
  if (searched == 0) return {};
  return std::to_string(searched) + " gap(s) searched from the middle: a part of the front in " +
         std::to_string(filled) + " of them" +
         (filled < searched ? ", nothing in the others (disconnected, or a jump)" : "");
}

std::string ends_looked_beyond(const Front& front) {
  int found = 0;
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.generator.kind == "beyond_end" && number(scout, "found") > 0.0) ++found;
  }
  return found == 0 ? std::string()
                    : "the front went on beyond " + std::to_string(found) +
                          " end(s), behind a local minimum of one objective";
}

std::string restarts_compared(const Front& front) {
  int restarts = 0;
  double deepest = 0.0;
  for (const ParetoPoint& scout : front.scouts()) {
    if (scout.generator.kind != "restart_end") continue;
    ++restarts;
    deepest = std::max(deepest, number(scout, "below"));
  }
  if (restarts == 0) return {};
  std::array<char, 160> text{};
  if (deepest > lower_by) {
    std::snprintf(text.data(), text.size(),
                  "the traced branch was up to %.3g (scaled) above the best found by %d cold "
                  "restart(s); the lower one was followed",
                  deepest, restarts);
  } else {
    std::snprintf(text.data(), text.size(),
                  "%d cold restart(s) found nothing below the traced branch", restarts);
  }
  return text.data();
}

}  // namespace

std::vector<std::string> curve_notes(const Front& front) {
  std::vector<std::string> notes;
  const auto note = [&](std::string sentence) {
    if (!sentence.empty()) notes.push_back(std::move(sentence));
  };
  note(methods_used(front));
  int jumps = 0;
  for (const ParetoPoint* point : front.generated_by("trace")) {
    if (number(*point, "jump") > 0.0) ++jumps;
  }
  if (jumps > 0) {
    note(std::to_string(jumps) + " jump(s) of the path of optima: no front was found in between");
  }
  note(ends_looked_beyond(front));
  note(gaps_searched(front));
  note(restarts_compared(front));
  const auto lower = front.generated_by("lower_branch").size();
  if (lower > 0) note(std::to_string(lower) + " point(s) of a lower branch");
  return notes;
}

}  // namespace moo
