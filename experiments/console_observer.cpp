#include "experiments/console_observer.hpp"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>

namespace moo {
namespace {

constexpr double terminal_interval = 0.1;  // seconds between updates
constexpr double plain_interval = 5.0;

}  // namespace

ConsoleObserver::ConsoleObserver(int target, Style style)
    : target_(std::max(target, 1)),
      terminal_(style == Style::automatic ? isatty(STDERR_FILENO) != 0 : style == Style::terminal) {
}

std::string ConsoleObserver::line(const Progress& progress) const {
  constexpr int width = 24;
  const int filled = std::min(width, width * progress.points / target_);
  const std::string bar = std::string(static_cast<std::size_t>(filled), '#') +
                          std::string(static_cast<std::size_t>(width - filled), '.');
  std::array<char, 80> numbers{};
  std::snprintf(numbers.data(), numbers.size(), " %d/%d points", progress.points, target_);
  std::string text = solver_ + " [" + bar + "]" + numbers.data();
  if (progress.hypervolume > 0.0) {  // unknown until both ends of the front are
    std::snprintf(numbers.data(), numbers.size(), "  hypervolume %.4f", progress.hypervolume);
    text += numbers.data();
  }
  std::snprintf(numbers.data(), numbers.size(), "  %.1f s", progress.seconds);
  return text + numbers.data();
}

void ConsoleObserver::on_start(const Problem& problem, const Solver& solver) {
  solver_ = solver.id();
  std::string objectives;
  for (const ObjectiveInfo& objective : problem.objectives()) {
    objectives += (objectives.empty() ? "" : ", ") + objective.name;
  }
  std::fprintf(stderr, "%s: %d parameters, objectives %s\n", problem.name().c_str(),
               problem.num_variables(), objectives.c_str());
}

Verdict ConsoleObserver::on_point(const ParetoPoint&, const Progress& progress) {
  if (progress.seconds - last_shown_ >= (terminal_ ? terminal_interval : plain_interval)) {
    last_shown_ = progress.seconds;
    std::fprintf(stderr, terminal_ ? "\r%s\033[K" : "%s\n", line(progress).c_str());
    std::fflush(stderr);
  }
  return Verdict::proceed;
}

void ConsoleObserver::on_finish(const Report& report, const Progress& progress) {
  std::fprintf(stderr, terminal_ ? "\r%s\033[K\n" : "%s\n", line(progress).c_str());
  if (report.status != RunStatus::complete) {
    std::fprintf(stderr, "status: %s\n", std::string(to_string(report.status)).c_str());
  }
  for (const Failure& failure : report.failures) {
    std::fprintf(stderr, "failed: %s: %s\n", failure.task.c_str(), failure.reason.c_str());
  }
}

}  // namespace moo
