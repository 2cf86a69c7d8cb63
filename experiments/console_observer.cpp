#include "experiments/console_observer.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace moo {
namespace {

constexpr double terminal_interval = 0.1;  // seconds between updates
constexpr double terminal_training_interval = 0.5;
constexpr double plain_interval = 5.0;

/// What fits on the terminal: a longer line would wrap, and could not be rewritten.
std::string fitting(const std::string& text) {
  winsize size{};
  const bool known = ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 3;
  const std::size_t columns = known ? size.ws_col : std::string::npos;
  return text.size() <= columns ? text : text.substr(0, columns - 3) + "...";
}

/// "31 -> 2.1 % violated" in at most two digits, "none violated"; empty when unknown.
std::string violated(double first, double now) {
  if (!std::isfinite(now)) return "";
  const auto digits = [](double share) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), share > 0.995 ? "%.0f" : "%.2g", 100.0 * share);
    return std::string(text.data());
  };
  const bool changed = std::isfinite(first) && digits(first) != digits(now);
  if (now == 0.0 && !changed) return " (none violated)";
  return " (" + (changed ? digits(first) + " -> " : "") + digits(now) + " % violated)";
}

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

std::string ConsoleObserver::line(const std::string& task, const Iterate& iterate) const {
  std::string text = task + " #" + std::to_string(iterate.iteration);
  const Vector rates = groups_.violation_rates(iterate);
  const auto first = first_rates_.find(task);
  const Vector& before = first != first_rates_.end() ? first->second : rates;
  for (std::size_t k = 0; k < groups_.names().size(); ++k) {
    const auto i = static_cast<Eigen::Index>(k);
    text += (k == 0 ? "  " : ", ") + groups_.names()[k];
    std::array<char, 32> number{};
    const double penalty = groups_.penalty(k, iterate.values);
    std::snprintf(number.data(), number.size(), " %.3g", penalty);
    if (std::isfinite(penalty)) text += number.data();
    text += violated(before(i), rates(i));
  }
  return text;
}

void ConsoleObserver::show(const std::string& text) const {
  if (terminal_) {
    std::fprintf(stderr, "\r%s\033[K", fitting(text).c_str());
  } else {
    std::fprintf(stderr, "%s\n", text.c_str());
  }
  std::fflush(stderr);
}

void ConsoleObserver::on_start(const Problem& problem, const Solver& solver) {
  solver_ = solver.id();
  groups_ = GroupWatch(problem);
  first_rates_.clear();
  last_training_shown_ = {};
  std::string objectives;
  for (const ObjectiveInfo& objective : problem.objectives()) {
    objectives += (objectives.empty() ? "" : ", ") + objective.name;
  }
  std::fprintf(stderr, "%s: %d parameters, objectives %s\n", problem.name().c_str(),
               problem.num_variables(), objectives.c_str());
}

Verdict ConsoleObserver::on_iteration(const std::string& task, const Iterate& iterate) {
  if (groups_.empty()) return Verdict::proceed;
  if (first_rates_.find(task) == first_rates_.end()) {
    first_rates_.emplace(task, groups_.violation_rates(iterate));
  }
  const Clock::time_point now = Clock::now();
  const std::chrono::duration<double> since = now - last_training_shown_;
  if (since.count() >= (terminal_ ? terminal_training_interval : plain_interval)) {
    last_training_shown_ = now;
    const std::string training = line(task, iterate);
    show(terminal_ ? line(progress_) + "  " + training : training);
  }
  return Verdict::proceed;
}

Verdict ConsoleObserver::on_point(const ParetoPoint&, const Progress& progress) {
  progress_ = progress;
  if (progress.seconds - last_shown_ >= (terminal_ ? terminal_interval : plain_interval)) {
    last_shown_ = progress.seconds;
    show(line(progress));
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
