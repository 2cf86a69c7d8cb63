#include "libmoo/assess/metrics.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <numeric>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

/// The shortest text that reads back as this number: 1.0001 is not shown as 1.
std::string shown(double value) {
  std::array<char, 32> text{};
  return {text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr};
}

void require_scores(const char* who, const char* what, ConstVectorRef scores) {
  if (scores.size() == 0) {
    throw InvalidArgument({who, std::string(what) + " are empty", "at least one row", "none", ""});
  }
  for (Eigen::Index k = 0; k < scores.size(); ++k) {
    if (std::isnan(scores(k))) {
      throw InvalidArgument({who, std::string(what) + " hold a NaN", "numbers",
                             "NaN in row " + std::to_string(k),
                             "leave a diverged model out of the assessment"});
    }
  }
}

void require_binary(const char* who, const char* what, ConstVectorRef labels, Eigen::Index size) {
  require_size(who, what, size, labels.size());
  for (Eigen::Index k = 0; k < labels.size(); ++k) {
    if (labels(k) != 0.0 && labels(k) != 1.0) {
      throw InvalidArgument({who, std::string(what) + " is not binary", "0 or 1",
                             shown(labels(k)) + " in row " + std::to_string(k), ""});
    }
  }
}

}  // namespace

Vector decisions(ConstVectorRef probabilities, double threshold) {
  require_scores("decisions", "probabilities", probabilities);
  return (probabilities.array() >= threshold).cast<double>();
}

double error_rate(ConstVectorRef probabilities, ConstVectorRef labels, double threshold) {
  require_scores("error_rate", "probabilities", probabilities);
  require_binary("error_rate", "labels", labels, probabilities.size());
  return (decisions(probabilities, threshold) - labels).cwiseAbs().mean();
}

double area_under_curve(ConstVectorRef probabilities, ConstVectorRef labels) {
  require_scores("area_under_curve", "probabilities", probabilities);
  require_binary("area_under_curve", "labels", labels, probabilities.size());
  const Eigen::Index count = labels.size();
  const double ones = labels.sum();
  const double zeros = static_cast<double>(count) - ones;
  if (ones == 0.0 || zeros == 0.0) return 0.5;

  std::vector<Eigen::Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::sort(order.begin(), order.end(),
            [&](Eigen::Index a, Eigen::Index b) { return probabilities(a) < probabilities(b); });
  double rank_sum =
      0.0;  // of class 1; multiples of one half, so the order of a tie does not matter
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;  // one behind the rows tied with the first
    double ones_in_tie = 0.0;
    while (last < order.size() && probabilities(order[last]) == probabilities(order[first])) {
      ones_in_tie += labels(order[last++]);
    }
    rank_sum += ones_in_tie * 0.5 * static_cast<double>(first + 1 + last);
    first = last;
  }
  return (rank_sum - 0.5 * ones * (ones + 1.0)) / (ones * zeros);
}

double binary_cross_entropy(ConstVectorRef probabilities, ConstVectorRef labels) {
  constexpr double smallest = 1e-300;
  require_scores("binary_cross_entropy", "probabilities", probabilities);
  require_binary("binary_cross_entropy", "labels", labels, probabilities.size());
  double sum = 0.0;
  for (Eigen::Index k = 0; k < labels.size(); ++k) {
    const double p = probabilities(k);
    if (p < 0.0 || p > 1.0) {
      throw InvalidArgument({"binary_cross_entropy", "no probability", "a number in [0, 1]",
                             shown(p) + " in row " + std::to_string(k),
                             "pass the model's output through the logistic function"});
    }
    if (labels(k) == 1.0) {
      sum -= std::log(std::max(p, smallest));
    } else {
      sum -= p < 1.0 ? std::log1p(-p) : std::log(smallest);
    }
  }
  return sum / static_cast<double>(labels.size());
}

double group_gap(ConstVectorRef scores, ConstVectorRef member) {
  require_scores("group_gap", "scores", scores);
  require_binary("group_gap", "member", member, scores.size());
  const double inside = member.sum();
  const double outside = static_cast<double>(member.size()) - inside;
  if (inside == 0.0 || outside == 0.0) {
    throw InvalidArgument({"group_gap", "a group is empty", "rows of both groups",
                           std::to_string(static_cast<long>(inside)) + " members and " +
                               std::to_string(static_cast<long>(outside)) + " others",
                           "stratify the split by the group"});
  }
  return (member.array() == 1.0).select(scores, 0.0).sum() / inside -
         (member.array() == 1.0).select(0.0, scores).sum() / outside;
}

}  // namespace moo
