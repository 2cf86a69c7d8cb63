#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "experiments/films/ratings.hpp"
#include "experiments/films/top_ten.hpp"
#include "tests/experiments/driver_program.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo {
namespace {

const std::filesystem::path movielens = "experiments/data/movielens/movielens.csv";

/// Stars of a made-up crowd: some films are better, the better ones are rated more, and everybody
/// likes one genre. The real table may not be kept in the project.
struct Crowd {
  int people = 40;
  int films = 60;
  std::uint64_t seed = 1;
};

std::vector<std::string> crowd_lines(const Crowd& crowd) {
  const std::vector<std::string> genres = {"Comedy", "Drama|Romance", "War|Drama", "Sci-Fi",
                                           "(no genres listed)"};
  RandomStream random(crowd.seed);
  const Vector quality = random.normal_vector(crowd.films, 0.5);
  std::vector<std::string> lines;
  for (int person = 0; person < crowd.people; ++person) {
    const double mildness = random.normal(3.5, 0.3);
    const int favourite = random.index(5);
    const double appetite = random.uniform(0.3, 1.5);
    for (int film = 0; film < crowd.films; ++film) {
      if (random.uniform() > appetite / (1.0 + std::exp(0.5 - 2.0 * quality(film)))) continue;
      const double liked =
          mildness + quality(film) + (film % 5 == favourite ? 0.7 : 0.0) + random.normal(0.0, 0.5);
      const double stars = std::clamp(std::round(2.0 * liked) / 2.0, 0.5, 5.0);
      lines.push_back(std::to_string(10 * film + 3) + ",\"Film, The\"," +
                      std::to_string(1950 + film) + "," +
                      genres[static_cast<std::size_t>(film % 5)] + "," +
                      std::to_string(person + 1) + "," + std::to_string(stars) + ",0");
    }
  }
  return lines;
}

void write_ratings(const std::filesystem::path& path, const std::vector<std::string>& lines) {
  std::ofstream file(path);
  file << "movieId,title,year,genres,userId,rating,timestamp\n";
  for (const std::string& line : lines) file << line << "\n";
}

class FilmRatings : public testing::Test {
 protected:
  FilmRatings() { write_ratings(path(), lines_); }

  [[nodiscard]] std::filesystem::path path() const { return folder_ / "ratings.csv"; }
  [[nodiscard]] Ratings read(const RatingOptions& options) const {
    return read_ratings(path(), options, RandomStream(5));
  }

  TemporaryFolder folder_;
  std::vector<std::string> lines_ = crowd_lines({});
  RatingOptions options_{.people = 0, .fewest_ratings = 4, .list_length = 20};
};

TEST_F(FilmRatings, EveryRatingOfAKeptFilmIsInOnePartAndEverybodyIsSplit) {
  const Ratings ratings = read(options_);
  std::set<int> rows;
  std::map<double, std::map<std::string, int>> counts;
  for (const DataPart& part : ratings.parts) {
    for (const int b : part.rows) {
      const int row = ratings.rows[static_cast<std::size_t>(b)];
      if (row < 0) continue;
      EXPECT_TRUE(rows.insert(row).second) << row;
      ++counts[ratings.data.column("person")(b)][part.name];
    }
  }
  EXPECT_EQ(std::ssize(rows) + ratings.dropped, std::ssize(lines_));
  EXPECT_EQ(ratings.people, 40);
  for (const auto& [person, count] : counts) {
    EXPECT_GT(count.at("train"), count.at("test")) << person;
    EXPECT_GE(count.at("validation"), 1) << person;
  }
  EXPECT_EQ(ratings.genres,
            (std::vector<std::string>{"Comedy", "Drama", "Romance", "Sci-Fi", "War"}));
}

TEST_F(FilmRatings, ListsHoldDifferentFilmsAndFillUpWithFilmsThePersonNeverRated) {
  const Ratings ratings = read(options_);
  const Dataset& data = ratings.data;
  std::map<double, std::set<double>> rated;
  for (int b = 0; b < data.num_rows(); ++b) {
    if (data.column("rated")(b) == 1.0)
      rated[data.column("person")(b)].insert(data.column("film")(b));
  }
  for (const DataPart& part : ratings.parts) {
    std::map<double, std::set<double>> lists;
    std::map<double, int> rated_places;
    for (const int b : part.rows) {
      const double person = data.column("person")(b);
      const double film = data.column("film")(b);
      const bool is_rated = data.column("rated")(b) == 1.0;
      EXPECT_EQ(data.weights(b), is_rated ? 1.0 : 0.0);
      EXPECT_EQ(rated[person].count(film), is_rated ? 1u : 0u);
      if (data.column("listed")(b) == 0.0) {
        EXPECT_TRUE(is_rated) << "a candidate without a list";
        continue;
      }
      EXPECT_TRUE(lists[person].insert(film).second) << "twice in one list";
      rated_places[person] += is_rated ? 1 : 0;
    }
    for (const auto& [person, films] : lists) {
      EXPECT_LE(films.size(), 20u);
      EXPECT_LE(rated_places[person], 10);
      EXPECT_GE(rated_places[person], 1);
    }
  }
}

TEST_F(FilmRatings, NothingIsLearnedFromRatingsThatAreNotTrainedOn) {
  const Ratings before = read(options_);
  std::vector<std::string> changed = lines_;
  for (std::size_t p = 1; p < before.parts.size(); ++p) {
    for (const int b : before.parts[p].rows) {
      const int row = before.rows[static_cast<std::size_t>(b)];
      if (row < 0) continue;
      std::string& line = changed[static_cast<std::size_t>(row)];
      line.replace(line.rfind(',', line.size() - 3) + 1, std::string::npos, "0.5,0");
    }
  }
  write_ratings(path(), changed);
  const Ratings after = read(options_);
  EXPECT_NE(before.data.targets, after.data.targets);
  EXPECT_EQ(before.data.inputs, after.data.inputs);
  EXPECT_EQ(before.data.column("tail"), after.data.column("tail"));
  EXPECT_EQ(before.data.column("active"), after.data.column("active"));
  EXPECT_EQ(before.data.column("listed"), after.data.column("listed"));
}

TEST_F(FilmRatings, AFifthOfTheFilmsIsNoTailAndHalfOfThePeopleAreActive) {
  const Ratings ratings = read(options_);
  std::set<double> head;
  std::set<double> active;
  for (int b = 0; b < ratings.data.num_rows(); ++b) {
    if (ratings.data.column("tail")(b) == 0.0) head.insert(ratings.data.column("film")(b));
    if (ratings.data.column("active")(b) == 1.0) active.insert(ratings.data.column("person")(b));
  }
  EXPECT_NEAR(static_cast<double>(head.size()), 0.2 * ratings.films, 0.1 * ratings.films);
  EXPECT_NEAR(static_cast<double>(active.size()), 0.5 * ratings.people, 0.1 * ratings.people);
}

TEST_F(FilmRatings, SomePeopleAreDrawnAndFilmsWithoutAYearAreLeftOut) {
  lines_.push_back("9999,,,Comedy,1,4.0,0");
  write_ratings(path(), lines_);
  const Ratings all = read(options_);
  const Ratings some = read({.people = 25, .fewest_ratings = 2, .list_length = 20});
  EXPECT_EQ(all.dropped +
                std::count_if(all.rows.begin(), all.rows.end(), [](int row) { return row >= 0; }),
            std::ssize(lines_));
  EXPECT_EQ(some.people, 25);
  EXPECT_LT(some.data.column("person").maxCoeff(), 25.0);
  test::expect_says(test::complaint_of<InvalidArgument>([&] {
                      (void)read({.people = 3, .fewest_ratings = 10, .list_length = 20});
                    }),
                    {"films", "no film has enough ratings", "more people"});
}

TEST(TopTen, MetricsAreThoseByHand) {
  Dataset data;  // two people with lists of twelve and of two; row 14 is in no list
  data.inputs = Matrix::Zero(1, 15);
  data.input_names = {"a"};
  data.targets = Matrix::Zero(1, 15);
  Vector film(15), relevance = Vector::Zero(15), person = Vector::Zero(15);
  Vector tail = Vector::Zero(15), drama = Vector::Zero(15), listed = Vector::Ones(15);
  for (int b = 0; b < 12; ++b) film(b) = b;
  film.tail(3) << 0.0, 11.0, 12.0;
  person.tail(3).setOnes();
  listed(14) = 0.0;
  relevance(1) = 4.0;   // second place of the first list
  relevance(11) = 5.0;  // twelfth: not shown
  relevance(13) = 3.0;  // first of the second list
  tail(0) = tail(11) = tail(12) = 1.0;
  drama(0) = drama(12) = 1.0;
  data.columns = {{"film", film}, {"relevance", relevance}, {"person", person},
                  {"tail", tail}, {"drama", drama},         {"listed", listed}};
  Vector scores(15);
  for (int b = 0; b < 12; ++b) scores(b) = -b;
  scores.tail(3) << 1.0, 2.0, 9.0;
  const std::map<std::string, double> found = top_ten_metrics(data, scores, {"drama"}, 20);
  const double discount = 1.0 / std::log2(3.0);
  const double first = 4.0 * discount / (5.0 + 4.0 * discount);
  EXPECT_NEAR(found.at("ndcg_at_10"), (first + 1.0) / 2.0, 1e-15);
  EXPECT_NEAR(found.at("tail_at_10"), (0.1 + 0.5) / 2.0, 1e-15);
  // one drama among ten: nine pairs of 45 differ; a drama and another film
  EXPECT_NEAR(found.at("diversity_at_10"), (0.2 + 1.0) / 2.0, 1e-15);
  EXPECT_NEAR(found.at("coverage_at_10"), 11.0 / 20.0, 1e-15);
  // nine films unseen, ten seen once, one seen twice
  const double weighted = [] {
    double sum = 0.0;
    for (int i = 10; i <= 19; ++i) sum += 2.0 * i - 21.0;
    return sum + 2.0 * (40.0 - 21.0);
  }();
  EXPECT_NEAR(found.at("gini_at_10"), weighted / (20.0 * 12.0), 1e-15);
}

class FilmsProgram : public test::DriverProgram {
 protected:
  FilmsProgram() : DriverProgram("films") {
    write_ratings(folder_ / "ratings.csv", crowd_lines({.people = 60, .films = 60, .seed = 2}));
  }
  [[nodiscard]] std::string made_up() const {
    return "--data " + (folder_ / "ratings.csv").string();
  }
};

void expect_a_front(const FrontDocument& document, const std::string& solver) {
  EXPECT_GE(test::good_points(document), 4) << solver;
  test::expect_metrics(document, {"train", "validation", "test"},
                       {"rmse_stars", "ndcg_at_10", "tail_at_10", "diversity_at_10", "gini_at_10",
                        "coverage_at_10", "log_exposure_ratio", "error_gap_activity"});
  double most = 0.0;
  double least = 1e9;
  for (const ParetoPoint& point : document.report.front.points()) {
    const double gap = std::abs(point.evaluation.at("train").metrics.at("log_exposure_ratio"));
    most = std::max(most, gap);
    least = std::min(least, gap);
  }
  EXPECT_LT(least, 0.5 * most) << solver << ": the other end shows the tail";
}

TEST_F(FilmsProgram, EverySolverTradesStarsForTheLongTailOfAMadeUpCrowd) {
  for (const std::string& solver : test::main_solvers()) {
    expect_a_front(quick(solver, made_up()), solver);
  }
}

TEST_F(FilmsProgram, EverySolverTradesStarsForTheLongTailOfMovieLens) {
  if (!std::filesystem::exists(movielens)) {
    GTEST_SKIP() << "not there: experiments/data/prepare movielens";
  }
  for (const std::string& solver : test::main_solvers()) expect_a_front(quick(solver), solver);
}

TEST_F(FilmsProgram, AllGroupsTogetherAreOneProblem) {
  const FrontDocument document =
      quick("weighted_sum", "--points 3 --max-gradients 300 --objectives all " + made_up());
  EXPECT_EQ(document.report.front.objectives().size(), 5u);
  ASSERT_TRUE(document.data);
  EXPECT_EQ(document.data->weights, "rated");
  EXPECT_EQ(document.data->inputs.front(), "person");
}

TEST_F(FilmsProgram, TheSampleIsPeopleAndIsNeverNegative) {
  const Outcome outcome = run("run --quick --sample -3 " + made_up() + out());
  EXPECT_EQ(outcome.code, 2);
  EXPECT_NE(outcome.errors.find("--sample"), std::string::npos) << outcome.errors;
  EXPECT_NE(run("--help").output.find("people that take part"), std::string::npos);
}

}  // namespace
}  // namespace moo
