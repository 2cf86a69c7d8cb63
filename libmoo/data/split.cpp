#include "libmoo/data/split.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string>
#include <string_view>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

void require_shares(std::string_view who, double validation_share, double test_share) {
  const auto require_share = [&](const char* name, double share) {
    if (share >= 0.0 && share < 1.0) return;
    throw InvalidArgument({std::string(who), std::string(name) + " is out of range",
                           "a share in [0, 1)", std::to_string(share), "0.2 is 20 %"});
  };
  require_share("validation_share", validation_share);
  require_share("test_share", test_share);
  if (validation_share + test_share >= 1.0) {
    throw InvalidArgument({std::string(who), "the shares leave nothing to train on",
                           "validation_share + test_share < 1",
                           std::to_string(validation_share) + " + " + std::to_string(test_share),
                           ""});
  }
}

void require_part(std::string_view who, const char* name, const std::vector<int>& part,
                  double share, std::size_t count) {
  if (!part.empty() || share == 0.0) return;
  throw InvalidArgument({std::string(who), std::string("the ") + name + " part is empty",
                         "at least one row for a share of " + std::to_string(share),
                         "none of " + std::to_string(count),
                         "use fewer strata, more rows or a larger share"});
}

Split cut(std::string_view who, const std::vector<int>& strata, double validation_share,
          double test_share, const RandomStream& random) {
  require_shares(who, validation_share, test_share);
  std::map<int, std::vector<int>> rows_of;
  for (std::size_t row = 0; row < strata.size(); ++row) {
    rows_of[strata[row]].push_back(static_cast<int>(row));
  }
  Split split;
  for (const auto& [stratum, rows] : rows_of) {
    const std::vector<int> order = random.substream("stratum " + std::to_string(stratum))
                                       .permutation(static_cast<int>(rows.size()));
    // Rounding the two ends, not the two lengths, keeps every part within one row of its share.
    const auto size = static_cast<double>(rows.size());
    const auto test_end = static_cast<std::size_t>(std::lround(test_share * size));
    const auto validation_end =
        static_cast<std::size_t>(std::lround((test_share + validation_share) * size));
    for (std::size_t k = 0; k < rows.size(); ++k) {
      std::vector<int>& part = k < test_end         ? split.test
                               : k < validation_end ? split.validation
                                                    : split.train;
      part.push_back(rows[static_cast<std::size_t>(order[k])]);
    }
  }
  for (std::vector<int>* part : {&split.train, &split.validation, &split.test}) {
    std::sort(part->begin(), part->end());
  }
  require_part(who, "test", split.test, test_share, strata.size());
  require_part(who, "validation", split.validation, validation_share, strata.size());
  require_part(who, "train", split.train, 1.0 - validation_share - test_share, strata.size());
  return split;
}

}  // namespace

Split stratified_split(const std::vector<int>& strata, double validation_share, double test_share,
                       RandomStream random) {
  return cut("stratified_split", strata, validation_share, test_share, random);
}

Split random_split(int count, double validation_share, double test_share, RandomStream random) {
  if (count < 0) {
    throw InvalidArgument(
        {"random_split", "a negative number of rows", "count >= 0", std::to_string(count), ""});
  }
  const std::vector<int> one_stratum(static_cast<std::size_t>(count), 0);
  return cut("random_split", one_stratum, validation_share, test_share, random);
}

Split ordered_split(ConstVectorRef times, double validation_share, double test_share) {
  require_shares("ordered_split", validation_share, test_share);
  if (!times.allFinite()) {
    throw InvalidArgument({"ordered_split", "a time is not finite", "finite numbers", "", ""});
  }
  const auto count = static_cast<std::size_t>(times.size());
  std::vector<int> order(count);
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return times(a) < times(b); });
  const auto cut_behind = [&](double share) {
    auto at = static_cast<std::size_t>(std::lround(share * static_cast<double>(count)));
    while (at > 0 && at < count && times(order[at]) == times(order[at - 1])) ++at;
    return static_cast<std::ptrdiff_t>(at);
  };
  const auto train_end = order.begin() + cut_behind(1.0 - validation_share - test_share);
  const auto validation_end =
      validation_share == 0.0 ? train_end : order.begin() + cut_behind(1.0 - test_share);
  Split split{
      {order.begin(), train_end}, {train_end, validation_end}, {validation_end, order.end()}};
  for (std::vector<int>* part : {&split.train, &split.validation, &split.test}) {
    std::sort(part->begin(), part->end());
  }
  require_part("ordered_split", "test", split.test, test_share, count);
  require_part("ordered_split", "validation", split.validation, validation_share, count);
  require_part("ordered_split", "train", split.train, 1.0, count);
  return split;
}

std::vector<int> quantile_codes(ConstVectorRef values, int count) {
  if (count < 1 || !values.allFinite()) {
    throw InvalidArgument({"quantile_codes", count < 1 ? "no parts" : "a value is not finite",
                           count < 1 ? "count >= 1" : "finite numbers", "", ""});
  }
  std::vector<double> sorted(values.begin(), values.end());
  std::sort(sorted.begin(), sorted.end());
  std::vector<double> quantiles;
  for (int k = 1; k < count && !sorted.empty(); ++k) {
    quantiles.push_back(
        sorted[sorted.size() * static_cast<std::size_t>(k) / static_cast<std::size_t>(count)]);
  }
  std::vector<int> codes;
  for (const double value : values) {
    codes.push_back(static_cast<int>(std::upper_bound(quantiles.begin(), quantiles.end(), value) -
                                     quantiles.begin()));
  }
  return codes;
}

}  // namespace moo
