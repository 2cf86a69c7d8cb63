#include "experiments/films/ratings.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>
#include <utility>

#include "experiments/split_text.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/cell.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/table.hpp"

namespace moo {
namespace {

constexpr double shrinkage = 10.0;  ///< ratings of the average kind that every mean counts as well
constexpr double head_share = 0.2;  ///< of the films, the most rated ones; the others are the tail

/// A row of the table.
struct Rating {
  int row;
  int person;
  int film;
  double stars;
};

/// What is known of a film or a person beside the ratings, and what training ratings say.
struct Film {
  double year = 0.0;
  std::vector<std::string> genres;
};
struct Summary {
  double mean;
  double count = 0.0;
};

/// Distinct values of a column, rising, as indices.
std::map<double, int> indices_of(ConstVectorRef ids) {
  std::map<double, int> index;
  for (const double id : ids) index.emplace(id, 0);
  int next = 0;
  for (auto& [id, place] : index) place = next++;
  return index;
}

/// Everything between the file and the rows of the data set.
struct Shelf {
  std::vector<Rating> ratings;  ///< of the chosen people, films with a year
  std::vector<Film> films;
  int people = 0;
  long dropped = 0;
};

Shelf read_shelf(const Table& table, int people, RandomStream random) {
  const Vector person_id = table.numeric("userId");
  const Vector film_id = table.numeric("movieId");
  const Vector stars = table.numeric("rating");
  const std::map<double, int> person_index = indices_of(person_id);
  const std::map<double, int> film_index = indices_of(film_id);
  const int all = static_cast<int>(person_index.size());
  std::vector<int> chosen = random.permutation(all);
  chosen.resize(static_cast<std::size_t>(people > 0 ? std::min(people, all) : all));
  std::sort(chosen.begin(), chosen.end());

  Shelf shelf;
  shelf.people = static_cast<int>(chosen.size());
  shelf.films.resize(film_index.size());
  for (int row = 0; row < table.num_rows(); ++row) {
    const auto i = static_cast<std::size_t>(row);
    const int person = person_index.at(person_id(row));
    const auto place = std::lower_bound(chosen.begin(), chosen.end(), person);
    if (place == chosen.end() || *place != person) continue;
    const int film = film_index.at(film_id(row));
    const CellNumber year = read_number(table.text("year")[i]);
    if (is_missing_cell(table.text("year")[i]) || !year.hint.empty()) {
      ++shelf.dropped;
      continue;
    }
    shelf.films[static_cast<std::size_t>(film)] = {year.value,
                                                   split_text(table.text("genres")[i], '|')};
    shelf.ratings.push_back({row, static_cast<int>(place - chosen.begin()), film, stars(row)});
  }
  return shelf;
}

/// Keeps the films with enough training ratings, numbered anew, and their ratings.
void keep_known_films(int fewest, Shelf& shelf, Split& split) {
  std::vector<int> counts(shelf.films.size(), 0);
  for (const int k : split.train) {
    ++counts[static_cast<std::size_t>(shelf.ratings[static_cast<std::size_t>(k)].film)];
  }
  std::vector<int> place(shelf.films.size(), -1);
  std::vector<Film> films;
  for (std::size_t film = 0; film < counts.size(); ++film) {
    if (counts[film] < fewest) continue;
    place[film] = static_cast<int>(films.size());
    films.push_back(std::move(shelf.films[film]));
  }
  if (films.empty()) {
    throw InvalidArgument({"films", "no film has enough ratings to train on",
                           std::to_string(fewest) + " among the chosen people's", "none",
                           "let more people take part"});
  }
  for (Rating& rating : shelf.ratings) rating.film = place[static_cast<std::size_t>(rating.film)];
  for (std::vector<int>* part : {&split.train, &split.validation, &split.test}) {
    const auto gone = std::erase_if(
        *part, [&](int k) { return shelf.ratings[static_cast<std::size_t>(k)].film < 0; });
    shelf.dropped += static_cast<long>(gone);
  }
  shelf.films = std::move(films);
}

/// Rows of the data set, one by one.
class RowWriter {
 public:
  RowWriter(const Shelf& shelf, const std::vector<int>& train)
      : shelf_(shelf),
        average_(mean_stars(shelf, train)),
        people_(summaries(shelf, train, shelf.people, &Rating::person)),
        films_(summaries(shelf, train, static_cast<int>(shelf.films.size()), &Rating::film)) {
    std::set<std::string> genres;
    for (const Film& film : shelf.films) genres.insert(film.genres.begin(), film.genres.end());
    genres.erase("(no genres listed)");
    genres_.assign(genres.begin(), genres.end());
    busy_ = upper_quantile(people_, 0.5);
    famous_ = upper_quantile(films_, head_share);
  }

  /// Returns the row's index. @param rating null for a candidate without one
  int add(int person, int film, const Rating* rating, bool listed) {
    const Summary& by = people_[static_cast<std::size_t>(person)];
    const Summary& of = films_[static_cast<std::size_t>(film)];
    const Film& what = shelf_.films[static_cast<std::size_t>(film)];
    Vector input(Ratings::first_flag + std::ssize(genres_));
    input.head(Ratings::first_flag) << person, film, by.mean, std::log1p(by.count), of.mean,
        std::log1p(of.count), what.year;
    for (std::size_t g = 0; g < genres_.size(); ++g) {
      const bool has = std::count(what.genres.begin(), what.genres.end(), genres_[g]) > 0;
      input(Ratings::first_flag + static_cast<Eigen::Index>(g)) = has ? 1.0 : 0.0;
    }
    inputs_.push_back(std::move(input));
    columns_["person"].push_back(person);
    columns_["film"].push_back(film);
    columns_["rated"].push_back(rating != nullptr ? 1.0 : 0.0);
    columns_["listed"].push_back(listed ? 1.0 : 0.0);
    columns_["relevance"].push_back(rating != nullptr ? rating->stars : 0.0);
    columns_["active"].push_back(by.count > busy_ ? 1.0 : 0.0);
    columns_["tail"].push_back(of.count > famous_ ? 0.0 : 1.0);
    targets_.push_back(rating != nullptr ? rating->stars : average_);
    rows_.push_back(rating != nullptr ? rating->row : -1);
    return static_cast<int>(rows_.size()) - 1;
  }

  void finish(Ratings& into) {
    const std::ptrdiff_t count = std::ssize(inputs_);
    Dataset& data = into.data;
    data.input_names = {"person",    "film",       "person_mean", "person_count",
                        "film_mean", "film_count", "year"};
    data.input_names.insert(data.input_names.end(), genres_.begin(), genres_.end());
    data.inputs.resize(std::ssize(data.input_names), count);
    for (std::ptrdiff_t b = 0; b < count; ++b) {
      data.inputs.col(b) = inputs_[static_cast<std::size_t>(b)];
    }
    data.targets = Eigen::Map<const Vector>(targets_.data(), count).transpose();
    for (const auto& [name, values] : columns_) {
      data.columns[name] = Eigen::Map<const Vector>(values.data(), count);
    }
    for (std::size_t g = 0; g < genres_.size(); ++g) {
      data.columns[genres_[g]] =
          data.inputs.row(Ratings::first_flag + static_cast<Eigen::Index>(g)).transpose();
    }
    data.weights = data.columns["rated"];
    into.genres = std::move(genres_);
    into.rows = std::move(rows_);
  }

 private:
  static double mean_stars(const Shelf& shelf, const std::vector<int>& train) {
    double sum = 0.0;
    for (const int k : train) sum += shelf.ratings[static_cast<std::size_t>(k)].stars;
    return sum / static_cast<double>(train.size());
  }

  /// Of the training ratings by whom or of what they are; means are shrunk towards the average.
  std::vector<Summary> summaries(const Shelf& shelf, const std::vector<int>& train, int count,
                                 int Rating::*key) const {
    std::vector<Summary> found(static_cast<std::size_t>(count), {shrinkage * average_});
    for (const int k : train) {
      const Rating& rating = shelf.ratings[static_cast<std::size_t>(k)];
      Summary& summary = found[static_cast<std::size_t>(rating.*key)];
      summary.mean += rating.stars;
      summary.count += 1.0;
    }
    for (Summary& summary : found) summary.mean /= shrinkage + summary.count;
    return found;
  }

  /// The count that a share of them exceeds.
  static double upper_quantile(const std::vector<Summary>& all, double share) {
    std::vector<double> counts;
    for (const Summary& summary : all) counts.push_back(summary.count);
    std::sort(counts.begin(), counts.end(), std::greater<>());
    return counts[static_cast<std::size_t>(share * static_cast<double>(counts.size()))];
  }

  const Shelf& shelf_;
  double average_;
  std::vector<Summary> people_;
  std::vector<Summary> films_;
  std::vector<std::string> genres_;
  double busy_ = 0.0;
  double famous_ = 0.0;
  std::vector<Vector> inputs_;
  std::map<std::string, std::vector<double>> columns_;
  std::vector<double> targets_;
  std::vector<int> rows_;
};

/// The films a person never rated, in random order.
std::vector<int> unrated(const std::set<int>& rated, int films, RandomStream random) {
  std::vector<int> order = random.permutation(films);
  std::erase_if(order, [&](int film) { return rated.count(film) > 0; });
  return order;
}

/// The rows of one part: its ratings, and what fills the lists up.
std::vector<int> write_part(const Shelf& shelf, const std::vector<int>& part,
                            const std::vector<std::vector<int>>& candidates, int list_length,
                            RandomStream random, RowWriter& writer) {
  std::vector<int> rows;
  std::map<int, int> listed;  // per person, films of the list that are rated
  for (const int place : random.permutation(static_cast<int>(part.size()))) {
    const Rating& rating =
        shelf.ratings[static_cast<std::size_t>(part[static_cast<std::size_t>(place)])];
    const bool has_place = listed[rating.person] < list_length / 2;
    listed[rating.person] += has_place ? 1 : 0;
    rows.push_back(writer.add(rating.person, rating.film, &rating, has_place));
  }
  for (const auto& [person, count] : listed) {
    const std::vector<int>& order = candidates[static_cast<std::size_t>(person)];
    const auto more =
        std::min<std::size_t>(order.size(), static_cast<std::size_t>(list_length - count));
    for (std::size_t j = 0; j < more; ++j)
      rows.push_back(writer.add(person, order[j], nullptr, true));
  }
  return rows;
}

}  // namespace

Ratings read_ratings(const std::filesystem::path& path, const RatingOptions& options,
                     const RandomStream& random) {
  const Table table = read_csv(path);
  Shelf shelf = read_shelf(table, options.people, random.substream("people"));
  std::vector<int> strata;
  for (const Rating& rating : shelf.ratings) strata.push_back(rating.person);
  Split split = stratified_split(strata, 0.2, 0.2, random.substream("split"));
  keep_known_films(options.fewest_ratings, shelf, split);

  std::vector<std::set<int>> rated(static_cast<std::size_t>(shelf.people));
  for (const Rating& rating : shelf.ratings)
    rated[static_cast<std::size_t>(rating.person)].insert(rating.film);
  std::vector<std::vector<int>> candidates;
  for (std::size_t person = 0; person < rated.size(); ++person) {
    candidates.push_back(unrated(rated[person], static_cast<int>(shelf.films.size()),
                                 random.substream("candidates " + std::to_string(person))));
  }
  Ratings found;
  RowWriter writer(shelf, split.train);
  for (const DataPart& part : parts_of(split)) {
    found.parts.push_back({part.name, write_part(shelf, part.rows, candidates, options.list_length,
                                                 random.substream("lists " + part.name), writer)});
  }
  writer.finish(found);
  found.people = shelf.people;
  found.films = static_cast<int>(shelf.films.size());
  found.dropped = shelf.dropped;
  return found;
}

}  // namespace moo
