#include "libmoo/front/gaps.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"
#include "libmoo/front/indicators.hpp"

namespace moo {

std::vector<Gap> gaps_along(const Front& front) {
  require_size("gaps_along", "the number of objectives", 2, front.num_objectives());
  const std::vector<int> indices = front.nondominated();
  const Eigen::VectorXi order = order_along_front(front.objectives_of(indices));
  const Vector range = front.scaling().value_or(Scaling::identity(2)).range();
  std::vector<Gap> gaps;
  for (Eigen::Index k = 0; k + 1 < order.size(); ++k) {
    const int left = indices[static_cast<std::size_t>(order(k))];
    const int right = indices[static_cast<std::size_t>(order(k + 1))];
    const Vector difference = front.points()[static_cast<std::size_t>(right)].objectives -
                              front.points()[static_cast<std::size_t>(left)].objectives;
    gaps.push_back({left, right, difference.cwiseQuotient(range).norm()});
  }
  return gaps;
}

std::vector<Gap> widest(std::vector<Gap> gaps, int count) {
  std::stable_sort(gaps.begin(), gaps.end(),
                   [](const Gap& a, const Gap& b) { return a.length > b.length; });
  const auto too_short = std::find_if(gaps.begin(), gaps.end(), [&](const Gap& gap) {
    return gap.length < 0.5 * gaps.front().length;
  });
  gaps.erase(too_short, gaps.end());
  if (static_cast<int>(gaps.size()) > count)
    gaps.resize(static_cast<std::size_t>(std::max(count, 0)));
  return gaps;
}

double middle_length(const std::vector<Gap>& gaps) {
  if (gaps.empty()) return 0.0;
  std::vector<double> lengths;
  for (const Gap& gap : gaps) lengths.push_back(gap.length);
  std::sort(lengths.begin(), lengths.end());
  return lengths[lengths.size() / 2];
}

}  // namespace moo
