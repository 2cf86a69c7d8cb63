#include "libmoo/training/row_strata.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace moo {
namespace {

constexpr std::size_t few = 8;

bool has_few_values(ConstVectorRef column) {
  std::set<double> values;
  for (const double value : column) {
    if (std::isnan(value)) return false;
    values.insert(value);
    if (values.size() > few) return false;
  }
  return true;
}

/// Codes after splitting every stratum by the values of one more column.
std::vector<int> refined(const std::vector<int>& codes, ConstVectorRef column) {
  std::map<std::pair<int, double>, int> numbers;
  std::vector<int> finer;
  for (std::size_t b = 0; b < codes.size(); ++b) {
    const std::pair<int, double> key{codes[b], column(static_cast<Eigen::Index>(b))};
    finer.push_back(numbers.try_emplace(key, static_cast<int>(numbers.size())).first->second);
  }
  return finer;
}

int count_of(const std::vector<int>& codes) {
  return 1 + *std::max_element(codes.begin(), codes.end());
}

/// The first `count` entries become a random choice of all of them.
void choose(int count, std::vector<int>& from, RandomStream& random) {
  const int size = static_cast<int>(from.size());
  for (int i = 0; i < count; ++i) {
    std::swap(from[static_cast<std::size_t>(i)],
              from[static_cast<std::size_t>(i + random.index(size - i))]);
  }
}

}  // namespace

RowStrata::RowStrata(const Dataset& data, int rows) : num_rows_(data.num_rows()) {
  std::vector<Vector> columns;
  for (Eigen::Index i = 0; i < data.targets.rows(); ++i) columns.push_back(data.targets.row(i));
  for (const auto& [name, column] : data.columns) columns.push_back(column);
  std::vector<int> codes(static_cast<std::size_t>(num_rows_), 0);
  for (const Vector& column : columns) {
    if (!has_few_values(column)) continue;
    std::vector<int> finer = refined(codes, column);
    if (count_of(finer) <= std::max(1, rows / 8)) codes = std::move(finer);
  }
  strata_.resize(static_cast<std::size_t>(count_of(codes)));
  for (int b = 0; b < num_rows_; ++b) {
    strata_[static_cast<std::size_t>(codes[static_cast<std::size_t>(b)])].push_back(b);
  }
}

RowSample RowStrata::draw(int rows, RandomStream& random) const {
  RowSample sample;
  std::vector<double> weights;
  for (std::vector<int> stratum : strata_) {
    const int size = static_cast<int>(stratum.size());
    const double share = static_cast<double>(rows) * size / num_rows_;
    const int rounded = static_cast<int>(std::floor(share + random.uniform()));
    const int count = std::min(size, std::max(2, rounded));
    choose(count, stratum, random);
    sample.rows.insert(sample.rows.end(), stratum.begin(), stratum.begin() + count);
    weights.insert(weights.end(), static_cast<std::size_t>(count),
                   static_cast<double>(size) / count);
  }
  sample.weights = Eigen::Map<const Vector>(weights.data(), std::ssize(weights));
  return sample;
}

}  // namespace moo
