// Films: what does it cost a recommender to show the long tail, to mix genres, to spread attention
// over many films, and to serve people who rate little as well as those who rate a lot?
//
// Data      100,004 ratings of 9,066 films by 671 people (MovieLens small, 2016; Harper and Konstan
//           2015), made by `experiments/data/prepare movielens`. GroupLens allows research, asks to
//           be cited, and forbids redistribution: the table is never kept in the project. Films
//           with fewer than ten training ratings are left out. A fifth of every person's ratings
//           is the validation, another the test.
// Inputs    who and what, looked up in tables of vectors that are trained; the person's and the
//           film's mean and number of ratings (training ratings alone, means shrunk), the film's
//           year and genres. Output: stars.
// Lists     per person and part of the data 50 candidates: up to 25 films the person rated there,
//           filled up with films the person never rated, which have no part in the loss. What is
//           shown is the softmax of the predicted stars over a temperature of a quarter star; the
//           metrics look at the ten highest.
// Groups    exposure: films of the long tail (the less rated four fifths) get the same mean
//           exposure in the lists as the others; diversity: two films drawn from a list share at
//           most a fifth of their genres in the mean; concentration: the exposure of all films together is
//           spread over the catalogue; fairness: the squared error is the same for people with many
//           and with few training ratings.
// Front     an L: the exposure gap closes at an error that hardly moves, because many films are
//           liked alike and the model only has to stop preferring the famous ones among them. What
//           is paid is not paid in stars: NDCG@10 falls, which counts a film nobody rated as bad.

#include <cmath>
#include <map>

#include "experiments/data_parts.hpp"
#include "experiments/films/ratings.hpp"
#include "experiments/films/top_ten.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/error_parity.hpp"
#include "libmoo/constraint/list_exposure.hpp"
#include "libmoo/constraint/on_rows.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {
namespace {

constexpr int dimension = 4;  ///< of the vectors that stand for people and films
constexpr double temperature = 0.25;
constexpr double shared_genres = 0.2;
constexpr double spread_deficit = 0.25;

std::shared_ptr<const Constraint> where(const char* flag, std::shared_ptr<const Constraint> rule) {
  return on_rows(std::move(rule), {{side_column(flag), Comparison::equal, 1.0}});
}

std::vector<ConstraintGroup> groups(const std::vector<std::string>& genres) {
  const RankedLists lists{"person", temperature};
  const auto parity = std::make_shared<ExposureParity>(lists, "tail");
  const auto similarity = std::make_shared<ListSimilarity>(lists, genres, shared_genres);
  const auto spread = std::make_shared<ExposureConcentration>(
      lists, ExposureConcentration::Measure::entropy_deficit, spread_deficit, "film");
  const auto error = std::make_shared<ErrorParity>("active", ErrorParity::Kind::regression);
  return {{.name = "exposure",
           .penalty = {.scale = 0.2},
           .tolerance = 0.05,
           .constraints = {where("listed", parity)}},
          {.name = "diversity",
           .penalty = {.scale = 0.1},
           .tolerance = 0.02,
           .constraints = {where("listed", similarity)}},
          {.name = "concentration",
           .penalty = {.scale = 0.1},
           .tolerance = 0.02,
           .constraints = {where("listed", spread)}},
          {.name = "fairness",
           .penalty = {.scale = 0.05},
           .tolerance = 0.02,
           .constraints = {where("rated", error)}}};
}

std::map<std::string, double> metrics(const TrainingProblem& problem, ConstVectorRef theta,
                                      const std::vector<std::string>& genres, int films) {
  const Dataset& data = problem.setup().data;
  const Vector p = problem.predictions(theta).row(0).transpose();
  const Vector y = data.targets.row(0).transpose();
  std::map<std::string, double> found = top_ten_metrics(data, p, genres, films);
  found["rmse_stars"] = root_mean_squared_error(p, y, data.weights);
  found["head_at_10"] = 1.0 - found.at("tail_at_10");
  found["similarity_at_10"] = 1.0 - found.at("diversity_at_10");
  found["log_exposure_ratio"] = problem.residuals(0, theta).residuals(0);
  found["error_gap_activity"] = std::abs(problem.residuals(3, theta).residuals(0));
  return found;
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "exposure") return {"head_at_10", 1.0};
  if (objective == "diversity") return {"similarity_at_10", 1.0};
  if (objective == "concentration") return {"gini_at_10", 1.0};
  if (objective == "fairness") return {"error_gap_activity", 0.5};
  return {"rmse_stars", 1.2};
}

/// The training rows with a rating.
Dataset rated_training_rows(const Ratings& ratings) {
  std::vector<int> rated;
  for (const int row : ratings.parts.front().rows) {
    if (ratings.data.column("rated")(row) == 1.0) rated.push_back(row);
  }
  return ratings.data.subset(rated);
}

/// Of the numbers among the inputs; indices and flags stay as they are.
Standardizer standardizer_of(const Dataset& train) {
  Standardizer standardizer = Standardizer::fit(train.inputs);
  const Eigen::Index flags = train.num_inputs() - Ratings::first_flag;
  standardizer.mean.head(2).setZero();
  standardizer.mean.tail(flags).setZero();
  standardizer.scale.head(2).setOnes();
  standardizer.scale.tail(flags).setOnes();
  return standardizer;
}

class Films final : public Driver {
 public:
  std::string name() const override { return "films"; }

  std::string summary() const override {
    return "films people like: rating error against exposure of the long tail, diversity, "
           "concentration and fairness";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"rating_error", "squared error of the stars, scaled by their variance"},
            {"exposure", "exposure of the long tail in people's lists, against other films"},
            {"diversity", "genres in common of two films of a list, beyond a fifth"},
            {"concentration", "exposure that is not spread over the catalogue"},
            {"fairness", "gap of the error between people with many and with few ratings"}};
  }

  std::string sampled() const override { return "people"; }

  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.hidden = {16};
    flags.weight_decay = 3e-3;
    flags.kkt_tolerance = 1e-3;
    flags.solver_options = {{"points", "10"}, {"tolerance", "1e-4"}};
    flags.objectives = {"rating_error", "exposure"};
    return flags;
  }

  DriverFlags quick_flags() const override {
    DriverFlags flags = Driver::quick_flags();
    flags.hidden = {4};
    flags.sample = 100;
    flags.weight_decay = 1e-2;  // of fewer ratings more would be learned by heart
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("movielens/movielens.csv", name().c_str()) : flags.data;
    Ratings ratings = read_ratings(path, {.people = flags.sample}, RandomStream(flags.seed));
    Dataset& all = ratings.data;
    const Dataset train = rated_training_rows(ratings);
    const Standardizer standardizer = standardizer_of(train);
    all.inputs = standardizer.apply(all.inputs);

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, all.num_inputs(), 1,
                               {{ratings.people, dimension}, {ratings.films, dimension}});
    setup.loss = Loss(LossKind::squared_error);
    setup.accuracy_name = "rating_error";
    setup.weight_decay = flags.weight_decay;
    scale_outputs_to(train.targets, setup);

    Experiment experiment =
        experiment_on(setup, all, ratings.parts, groups(ratings.genres), flags.objectives);
    experiment.metrics = [genres = ratings.genres, films = ratings.films](
                             const TrainingProblem& problem, ConstVectorRef theta) {
      return metrics(problem, theta, genres, films);
    };
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    experiment.row_of_file = ratings.rows;
    describe_table(path, "rating", standardizer, experiment);
    experiment.data.protected_columns = {"active"};
    experiment.data.dropped_rows = ratings.dropped;
    experiment.data.weights = "rated";
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Films(), argc, argv); }
