// Dosing: which quinidine dose should a patient get, and what do safety, pharmacology and fairness
// cost a network that predicts the serum concentration?
//
// Data      361 concentrations of 136 patients with their dose histories (Verme and others 1992;
//           R package nlme, GPL-2+), kept in experiments/data/quinidine. Patients are split, not
//           rows, so that nobody is in two parts.
// Target    log of the concentration in mg/L: errors are relative, and concentrations positive by
//           construction.
// Inputs    what the doses left in the body under the textbook half-life of 7 h (log mg), the last
//           dose (log mg), hours since then, age, weight, glycoprotein, creatinine clearance, heart
//           failure, smoking, alcohol. Race is not an input.
// Groups    safety: where the concentration is 4 mg/L or more (toxic from about 5 on) it must not
//           be predicted lower, because that patient would get another dose;
//           physics: a quarter more of every dose must not lower the prediction, and three hours
//           more without a dose must not raise it;
//           fairness: equal squared log error inside and outside the patients who are not
//           Caucasian, and those of 65 years and more.
// Front     safety is dear: it takes a bias upwards for everybody. Physics costs little and repairs
//           what matters in use: a dose can only be recommended where more dose means more drug.
// Use       SOLVER.doses.csv has, for every measured moment and three points of the front, the
//           factor on all doses that leads to 3 mg/L, within the operating range from a half to
//           two; "none" where no factor there does, or the predictions fall with the dose.

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "experiments/data_parts.hpp"
#include "experiments/dosing/dose_factor.hpp"
#include "experiments/dosing/dose_history.hpp"
#include "experiments/dosing/quinidine.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/error_parity.hpp"
#include "libmoo/constraint/pointwise_rule.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {
namespace {

constexpr double high = 4.0;        // mg/L, from where on a concentration must not be underrated
constexpr double more_dose = 1.25;  // factor on every dose
constexpr double later = 3.0;       // h without a dose

/// A log concentration that is not predicted below the measured one; `inputs` is that.
struct NotUnderrated {
  template <typename T>
  T operator()(const T* outputs, const double* inputs) const {
    return inputs[0] - outputs[0];
  }
};

/// Sign times the fall from the row to its changed copy.
struct Ordered {
  double sign;  ///< +1: the copy is not lower, -1: not higher

  template <typename T>
  T operator()(const T* outputs, const double*) const {
    return sign * (outputs[0] - outputs[1]);
  }
};

std::shared_ptr<const Constraint> ordered(const std::string& name, double sign,
                                          std::vector<InputChange> changes,
                                          const Standardizer& standardizer) {
  return std::make_shared<PointwiseRule<Ordered, 1, 1>>(
      PointwiseOptions{.name = name,
                       .unit = "log mg/L",
                       .copies = {{.changes = std::move(changes), .standardizer = standardizer}}},
      Ordered{sign});
}

std::vector<ConstraintGroup> groups(const Standardizer& standardizer) {
  const auto parity = [](const char* column) {
    return std::make_shared<ErrorParity>(column, ErrorParity::Kind::regression);
  };
  const double log_more = std::log(more_dose);
  const double log_left = -later * std::log(2.0) / quinidine_half_life;
  return {{.name = "safety",
           .penalty = {.scale = 0.2},
           .tolerance = 0.05,
           .constraints = {std::make_shared<PointwiseRule<NotUnderrated, 1>>(PointwiseOptions{
               .name = "high concentrations not underrated",
               .unit = "log mg/L",
               .columns = {side_column("log_conc")},
               .rows = {{side_column("conc"), Comparison::greater_or_equal, high}}})}},
          {.name = "physics",
           .penalty = {.scale = 0.02},
           .tolerance = 0.002,
           .constraints = {ordered("rising in dose", 1.0,
                                   {shifted("log_amount", log_more),
                                    shifted("log_last_dose", log_more)},
                                   standardizer),
                           ordered("decaying after the last dose", -1.0,
                                   {shifted("log_amount", log_left), shifted("hours_since", later)},
                                   standardizer)}},
          {.name = "fairness",
           .penalty = {.scale = 0.02},
           .tolerance = 0.02,
           .constraints = {parity("not_caucasian"), parity("older")}}};
}

std::map<std::string, double> metrics(const TrainingProblem& problem, ConstVectorRef theta,
                                      const Standardizer& standardizer) {
  const Dataset& data = problem.setup().data;
  const Vector p = problem.predictions(theta).row(0).transpose();
  const Vector error = (p.transpose() - data.targets.row(0)).cwiseAbs2().transpose();
  const Vector underrated = problem.residuals(0, theta).residuals;
  const Vector physics = problem.residuals(1, theta).residuals;
  const std::vector<std::optional<double>> factors = dose_factors(problem, theta, standardizer);
  const auto found =
      std::count_if(factors.begin(), factors.end(), [](auto f) { return f.has_value(); });
  return {{"rmse_log", std::sqrt(error.mean())},
          {"within_30_percent", (error.array().sqrt() < std::log(1.3)).cast<double>().mean()},
          {"underrated_when_high", (underrated.array() > 0.0).cast<double>().mean()},
          {"mean_underrating_when_high", underrated.cwiseMax(0.0).mean()},
          {"physics_violations", (physics.array() > 0.002).cast<double>().mean()},
          {"error_gap_race", std::abs(group_gap(error, data.column("not_caucasian")))},
          {"error_gap_age", std::abs(group_gap(error, data.column("older")))},
          {"doses_found", static_cast<double>(found) / static_cast<double>(factors.size())}};
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "safety") return {"mean_underrating_when_high", 1.0};
  if (objective == "physics") return {"physics_violations", 0.5};
  if (objective == "fairness") return {"error_gap_race", 0.3};
  return {"rmse_log", 1.0};
}

/// Patients to parts, then their rows; every part has patients of every race band.
Split split_by_patient(const QuinidineRecords& records, RandomStream random) {
  std::map<std::string, int> index;
  std::vector<int> strata;
  for (std::size_t k = 0; k < records.patients.size(); ++k) {
    const bool is_new = index.emplace(records.patients[k], std::ssize(strata)).second;
    const auto row = static_cast<Eigen::Index>(k);
    if (is_new) strata.push_back(static_cast<int>(records.data.column("not_caucasian")(row)));
  }
  const Split patients = stratified_split(strata, 0.2, 0.2, random);
  const auto rows_of = [&](const std::vector<int>& chosen) {
    std::vector<int> rows;
    for (std::size_t k = 0; k < records.patients.size(); ++k) {
      if (std::binary_search(chosen.begin(), chosen.end(), index.at(records.patients[k])))
        rows.push_back(static_cast<int>(k));
    }
    return rows;
  };
  return {rows_of(patients.train), rows_of(patients.validation), rows_of(patients.test)};
}

class Dosing final : public Driver {
 public:
  std::string name() const override { return "dosing"; }

  std::string summary() const override {
    return "serum concentrations of quinidine under safety, pharmacology and fairness, and the "
           "doses they lead to";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"log_error", "squared error of the log concentration, scaled by its variance"},
            {"safety", "concentrations of 4 mg/L and more that are predicted lower"},
            {"physics", "predictions that fall with the dose, or rise without one"},
            {"fairness", "gap of the error over race and over age"}};
  }

  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.hidden = {10};
    flags.weight_decay = 3e-2;  // largest validation hypervolume, see docs/domains.md
    flags.objectives = {"log_error", "safety", "physics"};
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("quinidine/quinidine.csv", name().c_str()) : flags.data;
    QuinidineRecords records = read_quinidine(path);
    Dataset& all = records.data;
    const Split split = split_by_patient(records, RandomStream(flags.seed).substream("split"));
    const Dataset train = all.subset(split.train);
    const Standardizer standardizer = Standardizer::fit(train.inputs);
    all.inputs = standardizer.apply(all.inputs);

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, all.num_inputs(), 1);
    setup.loss = Loss(LossKind::squared_error);
    setup.accuracy_name = "log_error";
    setup.weight_decay = flags.weight_decay;
    scale_outputs_to(train.targets, setup);

    Experiment experiment =
        experiment_on(setup, all, parts_of(split), groups(standardizer), flags.objectives);
    experiment.metrics = [standardizer](const TrainingProblem& problem, ConstVectorRef theta) {
      return metrics(problem, theta, standardizer);
    };
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    experiment.row_of_file = records.rows;
    experiment.side_files = [standardizer](const Experiment& of, const Front& front) {
      return std::map<std::string, std::string>{{".doses.csv", doses_csv(of, standardizer, front)}};
    };
    describe_table(path, "log_conc", standardizer, experiment);
    experiment.data.protected_columns = {"not_caucasian", "older"};
    experiment.data.dropped_rows = records.dropped;
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Dosing(), argc, argv); }
