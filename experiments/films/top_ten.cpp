#include "experiments/films/top_ten.hpp"

#include "libmoo/assess/ranking.hpp"
#include "libmoo/constraint/row_predicate.hpp"

namespace moo {
namespace {

constexpr int shown = 10;

/// The listed rows of every person.
std::map<double, std::vector<int>> lists_of(const Dataset& data) {
  std::map<double, std::vector<int>> lists;
  const RowPredicate listed = {{side_column("listed"), Comparison::equal, 1.0}};
  for (const int row : matching_rows("top_ten_metrics", listed, data)) {
    lists[data.column("person")(row)].push_back(row);
  }
  return lists;
}

/// A row's flags become a column.
Matrix flags_of(const Dataset& data, const std::vector<std::string>& names) {
  Matrix flags(std::ssize(names), data.num_rows());
  for (std::size_t k = 0; k < names.size(); ++k) {
    flags.row(static_cast<Eigen::Index>(k)) = data.column(names[k]).transpose();
  }
  return flags;
}

}  // namespace

std::map<std::string, double> top_ten_metrics(const Dataset& data, ConstVectorRef scores,
                                              const std::vector<std::string>& genres, int films) {
  const std::map<double, std::vector<int>> lists = lists_of(data);
  const Matrix flags = flags_of(data, genres);
  const Vector& relevance = data.column("relevance");
  double gain = 0.0;
  double tail = 0.0;
  double diversity = 0.0;
  std::vector<std::vector<int>> shown_films;
  for (const auto& [person, rows] : lists) {
    const Vector own = scores(rows);
    gain += ndcg(own, relevance(rows), shown);
    std::vector<int> top = top_of(own, shown);
    for (int& place : top) place = rows[static_cast<std::size_t>(place)];
    tail += data.column("tail")(top).mean();
    diversity += intra_list_diversity(top, flags);
    for (int& row : top) row = static_cast<int>(data.column("film")(row));
    shown_films.push_back(std::move(top));
  }
  const auto count = static_cast<double>(lists.size());
  const Vector exposure = exposure_counts(shown_films, films);
  return {{"ndcg_at_10", gain / count},
          {"tail_at_10", tail / count},
          {"diversity_at_10", diversity / count},
          {"gini_at_10", gini_coefficient(exposure)},
          {"coverage_at_10", (exposure.array() > 0.0).cast<double>().mean()}};
}

}  // namespace moo
