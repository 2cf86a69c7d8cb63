#include "libmoo/assess/ranking.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

void require_numbers(const char* who, ConstVectorRef numbers) {
  if (!numbers.hasNaN()) return;
  throw InvalidArgument({who, "a score is no number", "numbers", "NaN", ""});
}

void require_item(const char* who, int item, Eigen::Index count) {
  if (item >= 0 && item < count) return;
  throw InvalidArgument(
      {who, "no such item", "0 to " + std::to_string(count - 1), std::to_string(item), ""});
}

/// Gain of relevances in the order of these indices.
double discounted_gain(ConstVectorRef relevance, const std::vector<int>& order) {
  double gain = 0.0;
  for (std::size_t i = 0; i < order.size(); ++i) {
    gain += relevance(order[i]) / std::log2(static_cast<double>(i) + 2.0);
  }
  return gain;
}

}  // namespace

std::vector<int> top_of(ConstVectorRef scores, int k) {
  require_numbers("top_of", scores);
  if (k < 1) throw InvalidArgument({"top_of", "no such list", "k >= 1", std::to_string(k), ""});
  std::vector<int> order(static_cast<std::size_t>(scores.size()));
  std::iota(order.begin(), order.end(), 0);
  const auto end = order.begin() + std::min<std::ptrdiff_t>(k, std::ssize(order));
  std::partial_sort(order.begin(), end, order.end(), [&](int a, int b) {
    return scores(a) != scores(b) ? scores(a) > scores(b) : a < b;
  });
  order.erase(end, order.end());
  return order;
}

double ndcg(ConstVectorRef scores, ConstVectorRef relevance, int k) {
  require_size("ndcg", "the relevances", scores.size(), relevance.size());
  const double best = discounted_gain(relevance, top_of(relevance, k));
  return best > 0.0 ? discounted_gain(relevance, top_of(scores, k)) / best : 0.0;
}

double gini_coefficient(ConstVectorRef amounts) {
  require_numbers("gini_coefficient", amounts);
  Vector x = amounts;
  std::sort(x.begin(), x.end());
  const auto n = static_cast<double>(x.size());
  double weighted = 0.0;
  for (Eigen::Index i = 0; i < x.size(); ++i) {
    weighted += (2.0 * static_cast<double>(i + 1) - n - 1.0) * x(i);
  }
  const double sum = x.sum();
  return sum > 0.0 ? weighted / (n * sum) : 0.0;
}

Vector exposure_counts(const std::vector<std::vector<int>>& lists, int num_items) {
  Vector counts = Vector::Zero(num_items);
  for (const std::vector<int>& list : lists) {
    for (const int item : list) {
      require_item("exposure_counts", item, num_items);
      counts(item) += 1.0;
    }
  }
  return counts;
}

double intra_list_diversity(const std::vector<int>& list, ConstMatrixRef features) {
  double sum = 0.0;
  int pairs = 0;
  for (std::size_t i = 0; i < list.size(); ++i) {
    require_item("intra_list_diversity", list[i], features.cols());
    for (std::size_t j = 0; j < i; ++j, ++pairs) {
      const auto a = features.col(list[i]);
      const auto b = features.col(list[j]);
      const double either = a.cwiseMax(b).sum();
      if (either > 0.0) sum += 1.0 - a.cwiseMin(b).sum() / either;
    }
  }
  return pairs > 0 ? sum / pairs : 0.0;
}

}  // namespace moo
