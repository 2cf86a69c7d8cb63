#include "libmoo/front/staircase.hpp"

#include <algorithm>
#include <limits>

namespace moo {

void Ranking::rank(std::span<const double> numbers) {
  keyed_.resize(numbers.size());
  for (std::size_t k = 0; k < numbers.size(); ++k) keyed_[k] = {numbers[k], static_cast<int>(k)};
  std::sort(keyed_.begin(), keyed_.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  sorted_.clear();
  ranks_.resize(numbers.size());
  for (const auto& [number, k] : keyed_) {
    if (sorted_.empty() || sorted_.back() < number) sorted_.push_back(number);
    ranks_[static_cast<std::size_t>(k)] = static_cast<int>(sorted_.size()) - 1;
  }
}

void Staircase::set_abscissae(std::span<const double> abscissae, double wall) {
  const std::size_t count = abscissae.size();
  x_.assign(abscissae.begin(), abscissae.end());
  x_.push_back(wall);
  y_.resize(count + 1);
  y_[count] = -std::numeric_limits<double>::infinity();
  next_.resize(count + 1);
  members_.reset(static_cast<int>(count));
}

void Staircase::clear(int first, double ceiling) {
  members_.clear();
  members_.insert(first);
  y_[static_cast<std::size_t>(first)] = ceiling;
  next_[static_cast<std::size_t>(first)] = static_cast<int>(x_.size()) - 1;
}

double Staircase::added(int rank, double y) const {
  auto step = static_cast<std::size_t>(members_.previous(rank));
  double area = 0.0;
  double from = x_[static_cast<std::size_t>(rank)];
  while (y_[step] > y) {
    const double ceiling = y_[step];
    step = static_cast<std::size_t>(next_[step]);
    area += (x_[step] - from) * (ceiling - y);
    from = x_[step];
  }
  return area;
}

double Staircase::insert(int rank, double y) {
  const int left = members_.previous(rank);
  auto step = static_cast<std::size_t>(left);
  if (!(y_[step] > y)) return 0.0;
  double area = 0.0;
  double from = x_[static_cast<std::size_t>(rank)];
  int right = left;
  while (y_[step] > y) {
    if (right != left) members_.erase(right);
    const double ceiling = y_[step];
    right = next_[step];
    step = static_cast<std::size_t>(right);
    area += (x_[step] - from) * (ceiling - y);
    from = x_[step];
  }
  if (left != rank) {
    next_[static_cast<std::size_t>(left)] = rank;
    members_.insert(rank);
  }
  next_[static_cast<std::size_t>(rank)] = right;
  y_[static_cast<std::size_t>(rank)] = y;
  return area;
}

}  // namespace moo
