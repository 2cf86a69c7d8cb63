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

/// The weights divided by their sum; without any 1 / N each.
Vector shares(const char* who, ConstVectorRef weights, Eigen::Index size) {
  if (weights.size() == 0) return Vector::Constant(size, 1.0 / static_cast<double>(size));
  require_size(who, "weights", size, weights.size());
  const double sum = weights.sum();
  if (!std::isfinite(sum) || !(weights.minCoeff() >= 0.0) || !(sum > 0.0)) {
    throw InvalidArgument({who, "unusable weights", "finite numbers >= 0 that are not all 0",
                           "a smallest one of " + shown(weights.minCoeff()), ""});
  }
  return weights / sum;
}

void require_classes(const char* who, ConstMatrixRef probabilities, ConstMatrixRef labels) {
  require_size(who, "the number of classes of the labels", probabilities.rows(), labels.rows());
  require_size(who, "labels", probabilities.cols(), labels.cols());
  if (probabilities.cols() == 0) {
    throw InvalidArgument({who, "probabilities are empty", "at least one row", "none", ""});
  }
  for (Eigen::Index k = 0; k < labels.cols(); ++k) {
    const auto label = labels.col(k).array();
    if (probabilities.col(k).hasNaN()) {
      throw InvalidArgument({who, "probabilities hold a NaN", "numbers",
                             "NaN in row " + std::to_string(k),
                             "leave a diverged model out of the assessment"});
    }
    if (!((label == 0.0) || (label == 1.0)).all() || label.sum() != 1.0) {
      throw InvalidArgument({who, "no one-hot label", "a single 1 among zeros",
                             "another column for row " + std::to_string(k), ""});
    }
  }
}

/// -log of the probability of the true class.
double surprise(const char* who, double probability, Eigen::Index row) {
  constexpr double smallest = 1e-300;
  if (probability < 0.0 || probability > 1.0) {
    throw InvalidArgument({who, "no probability", "a number in [0, 1]",
                           shown(probability) + " in row " + std::to_string(row),
                           "pass the model's output through the logistic function or softmax"});
  }
  return -std::log(std::max(probability, smallest));
}

/// The class of each row, and whether it is the likeliest.
struct Recognition {
  std::vector<Eigen::Index> classes;
  std::vector<bool> right;
};

Recognition recognise(ConstMatrixRef probabilities, ConstMatrixRef labels) {
  Recognition found;
  for (Eigen::Index k = 0; k < labels.cols(); ++k) {
    Eigen::Index likeliest = 0;
    Eigen::Index own = 0;
    probabilities.col(k).maxCoeff(&likeliest);
    labels.col(k).maxCoeff(&own);
    found.classes.push_back(own);
    found.right.push_back(likeliest == own);
  }
  return found;
}

void require_numbers(const char* who, ConstVectorRef predictions, ConstVectorRef targets) {
  require_scores(who, "predictions", predictions);
  require_size(who, "targets", predictions.size(), targets.size());
  require_scores(who, "targets", targets);
}

}  // namespace

Vector decisions(ConstVectorRef probabilities, double threshold) {
  require_scores("decisions", "probabilities", probabilities);
  return (probabilities.array() >= threshold).cast<double>();
}

double error_rate(ConstVectorRef probabilities, ConstVectorRef labels, double threshold,
                  ConstVectorRef weights) {
  require_scores("error_rate", "probabilities", probabilities);
  require_binary("error_rate", "labels", labels, probabilities.size());
  const Vector wrong = (decisions(probabilities, threshold) - labels).cwiseAbs();
  if (weights.size() == 0) return wrong.mean();
  return wrong.dot(shares("error_rate", weights, wrong.size()));
}

double area_under_curve(ConstVectorRef probabilities, ConstVectorRef labels,
                        ConstVectorRef weights) {
  require_scores("area_under_curve", "probabilities", probabilities);
  require_binary("area_under_curve", "labels", labels, probabilities.size());
  const Eigen::Index count = labels.size();
  // Whole numbers without weights, so that the order of a tie does not matter.
  Vector counts = Vector::Ones(count);
  if (weights.size() > 0) counts = shares("area_under_curve", weights, count);
  const double ones = counts.dot(labels);
  const double zeros = counts.sum() - ones;
  if (!(ones > 0.0) || !(zeros > 0.0)) return 0.5;

  std::vector<Eigen::Index> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), Eigen::Index{0});
  std::sort(order.begin(), order.end(),
            [&](Eigen::Index a, Eigen::Index b) { return probabilities(a) < probabilities(b); });
  double pairs = 0.0;        // a row of class 1 above one of class 0, ties counted half
  double zeros_below = 0.0;  // below the tie
  for (std::size_t first = 0; first < order.size();) {
    std::size_t last = first;  // one behind the rows tied with the first
    double ones_in_tie = 0.0;
    double zeros_in_tie = 0.0;
    while (last < order.size() && probabilities(order[last]) == probabilities(order[first])) {
      const Eigen::Index row = order[last++];
      (labels(row) == 1.0 ? ones_in_tie : zeros_in_tie) += counts(row);
    }
    pairs += ones_in_tie * (zeros_below + 0.5 * zeros_in_tie);
    zeros_below += zeros_in_tie;
    first = last;
  }
  return std::min(pairs / (ones * zeros), 1.0);
}

double binary_cross_entropy(ConstVectorRef probabilities, ConstVectorRef labels,
                            ConstVectorRef weights) {
  constexpr double smallest = 1e-300;
  const char* const who = "binary_cross_entropy";
  require_scores(who, "probabilities", probabilities);
  require_binary(who, "labels", labels, probabilities.size());
  Vector losses(labels.size());
  for (Eigen::Index k = 0; k < labels.size(); ++k) {
    const double p = probabilities(k);
    losses(k) = surprise(who, p, k);
    if (labels(k) == 0.0) losses(k) = p < 1.0 ? -std::log1p(-p) : -std::log(smallest);
  }
  if (weights.size() == 0) return losses.sum() / static_cast<double>(labels.size());
  return losses.dot(shares(who, weights, labels.size()));
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

double cross_entropy(ConstMatrixRef probabilities, ConstMatrixRef labels, ConstVectorRef weights) {
  require_classes("cross_entropy", probabilities, labels);
  Vector losses(labels.cols());
  for (Eigen::Index k = 0; k < labels.cols(); ++k) {
    Eigen::Index own = 0;
    labels.col(k).maxCoeff(&own);
    losses(k) = surprise("cross_entropy", probabilities(own, k), k);
  }
  return losses.dot(shares("cross_entropy", weights, labels.cols()));
}

double class_error_rate(ConstMatrixRef probabilities, ConstMatrixRef labels,
                        ConstVectorRef weights) {
  require_classes("class_error_rate", probabilities, labels);
  const Vector share = shares("class_error_rate", weights, labels.cols());
  const Recognition found = recognise(probabilities, labels);
  double wrong = 0.0;
  for (Eigen::Index k = 0; k < share.size(); ++k) {
    if (!found.right[static_cast<std::size_t>(k)]) wrong += share(k);
  }
  return std::min(wrong, 1.0);
}

double macro_recall(ConstMatrixRef probabilities, ConstMatrixRef labels, ConstVectorRef weights) {
  require_classes("macro_recall", probabilities, labels);
  const Vector share = shares("macro_recall", weights, labels.cols());
  const Recognition found = recognise(probabilities, labels);
  Vector all = Vector::Zero(labels.rows());
  Vector right = Vector::Zero(labels.rows());
  for (Eigen::Index k = 0; k < share.size(); ++k) {
    const auto row = static_cast<std::size_t>(k);
    all(found.classes[row]) += share(k);
    if (found.right[row]) right(found.classes[row]) += share(k);
  }
  double sum = 0.0;
  int present = 0;
  for (Eigen::Index c = 0; c < all.size(); ++c) {
    if (!(all(c) > 0.0)) continue;
    sum += right(c) / all(c);
    ++present;
  }
  return sum / present;
}

double root_mean_squared_error(ConstVectorRef predictions, ConstVectorRef targets,
                               ConstVectorRef weights) {
  require_numbers("root_mean_squared_error", predictions, targets);
  const Vector share = shares("root_mean_squared_error", weights, targets.size());
  return std::sqrt((predictions - targets).cwiseAbs2().dot(share));
}

double mean_absolute_error(ConstVectorRef predictions, ConstVectorRef targets,
                           ConstVectorRef weights) {
  require_numbers("mean_absolute_error", predictions, targets);
  return (predictions - targets)
      .cwiseAbs()
      .dot(shares("mean_absolute_error", weights, targets.size()));
}

double r_squared(ConstVectorRef predictions, ConstVectorRef targets, ConstVectorRef weights) {
  require_numbers("r_squared", predictions, targets);
  if (targets.minCoeff() == targets.maxCoeff()) return 0.0;
  const Vector share = shares("r_squared", weights, targets.size());
  const double spread = (targets.array() - targets.dot(share)).square().matrix().dot(share);
  if (!(spread > 0.0)) return 0.0;
  return 1.0 - (predictions - targets).cwiseAbs2().dot(share) / spread;
}

}  // namespace moo
