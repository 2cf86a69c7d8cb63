// Lending: what do fairness and monotonicity cost a mortgage-approval network?
//
// Data      2,380 applications of the Boston HMDA study (Munnell and others 1996), kept in
//           experiments/data/hmda; its README has source, licence and checksum.
// Label     denial of the application.
// Inputs    six ratios and scores (pirat, hirat, lvrat, chist, mhist, unemp) and five flags (phist,
//           selfemp, insurance, condomin, hschool), standardised with the training rows'
//           statistics. The protected columns, afam and single, are not inputs.
// Model     a small fully connected network; the output is the probability of denial.
// Groups    parity: mean probability of denial inside and outside afam, because 28 % of those
//           applications were denied and 9 % of the others;
//           monotonicity: the probability must not fall when a debt ratio rises or a credit history
//           gets worse by one standard deviation, because no officer could explain that.
// Front     parity costs cross-entropy at a growing rate: the first half of the gap is cheap, the
//           last tenth is not. Monotonicity is nearly free here.

#include <cmath>
#include <optional>
#include <utility>

#include "experiments/driver.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/data/sha256.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/standardize.hpp"
#include "libmoo/data/table.hpp"

namespace moo {
namespace {

const std::vector<std::string> numeric_inputs = {"pirat", "hirat", "lvrat",
                                                 "chist", "mhist", "unemp"};
const std::vector<std::string> flag_inputs = {"phist", "selfemp", "insurance", "condomin",
                                              "hschool"};
const std::vector<std::string> rising_inputs = {"pirat", "hirat", "lvrat", "chist", "mhist"};
const std::vector<std::string> protected_columns = {"afam", "single"};

/// A residual of this size counts as one in the penalty and as a violation in the reports.
constexpr double parity_tolerance = 0.01;          // one percentage point between the groups
constexpr double monotonicity_tolerance = 0.0001;  // a fall of a hundredth of a percentage point

Dataset read_applications(const std::filesystem::path& path) {
  const Table table = read_csv(path);
  Dataset data;
  data.input_names = numeric_inputs;
  data.input_names.insert(data.input_names.end(), flag_inputs.begin(), flag_inputs.end());
  data.inputs.resize(static_cast<Eigen::Index>(data.input_names.size()), table.num_rows());
  Eigen::Index row = 0;
  for (const std::string& name : numeric_inputs) data.inputs.row(row++) = table.numeric(name);
  for (const std::string& name : flag_inputs)
    data.inputs.row(row++) = table.flag(name, "yes", "no");
  data.targets = table.flag("deny", "yes", "no").transpose();
  for (const std::string& name : protected_columns)
    data.columns[name] = table.flag(name, "yes", "no");
  return data;
}

ConstraintGroup group_named(const std::string& name) {
  if (name == "parity") {
    return {.name = name,
            .penalty = {.scale = parity_tolerance},
            .tolerance = parity_tolerance,
            .constraints = {std::make_shared<DemographicParity>("afam")}};
  }
  return {.name = name,
          .penalty = {.scale = monotonicity_tolerance},
          .tolerance = monotonicity_tolerance,
          .constraints = {std::make_shared<MonotonePairs>(
              rising_inputs, MonotonePairs::Direction::rising, /*step=*/1.0)}};
}

std::map<std::string, double> metrics(const TrainingProblem& problem, ConstVectorRef theta) {
  const Vector p = problem.predictions(theta).row(0).transpose();
  const Vector y = problem.setup().data.targets.row(0).transpose();
  const Vector& afam = problem.setup().data.column("afam");
  return {{"cross_entropy", binary_cross_entropy(p, y)},
          {"error_rate", error_rate(p, y)},
          {"auc", area_under_curve(p, y)},
          {"parity_gap", std::abs(group_gap(p, afam))},
          {"parity_gap_decisions", std::abs(group_gap(decisions(p), afam))},
          {"monotonicity_violations",
           evaluate(problem, theta).violation_rates.at("monotonicity").rate}};
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "parity") return {"parity_gap", 0.5};
  if (objective == "monotonicity") return {"monotonicity_violations", 0.5};
  return {"cross_entropy", 1.0};
}

class Lending final : public Driver {
 public:
  std::string name() const override { return "lending"; }

  std::string summary() const override {
    return "trade-off between accuracy, fairness and monotonicity of a mortgage-approval network";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"cross_entropy", "accuracy of the predicted denials"},
            {"parity", "squared gap of the mean denial probability inside and outside afam"},
            {"monotonicity",
             "denial probability falling where " + join_names(rising_inputs) + " rise"}};
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("hmda/hmda.csv", name().c_str()) : flags.data;
    Dataset all = read_applications(path);

    std::vector<int> strata;
    for (int i = 0; i < all.num_rows(); ++i) {
      strata.push_back(static_cast<int>(2 * all.targets(0, i) + all.column("afam")(i)));
    }
    const Split split =
        stratified_split(strata, 0.2, 0.2, RandomStream(flags.seed).substream("split"));
    const Standardizer standardizer = Standardizer::fit(all.subset(split.train).inputs);
    all.inputs = standardizer.apply(all.inputs);

    TrainingSetup setup;
    setup.name = name();
    std::vector<int> layers = {all.num_inputs()};
    layers.insert(layers.end(), flags.hidden.begin(), flags.hidden.end());
    layers.push_back(1);
    setup.network = Network(layers, activation_from(flags.activation));
    setup.loss = Loss(LossKind::binary_cross_entropy);
    setup.accuracy_name = "cross_entropy";
    setup.weight_decay = flags.weight_decay;
    for (const std::string& objective : flags.objectives) {
      if (objective != "cross_entropy") setup.groups.push_back(group_named(objective));
    }
    Dataset train = all.subset(split.train);
    const double base_rate = train.targets.mean();
    setup.null_bias = Vector::Constant(1, std::log(base_rate / (1.0 - base_rate)));

    Experiment experiment;
    const auto on = [&](const Dataset& data, const std::vector<ConstraintGroup>& groups,
                        std::optional<Dataset> validation = {}) {
      TrainingSetup other = setup;
      other.data = data;
      other.groups = groups;
      other.validation = std::move(validation);
      return std::make_shared<const TrainingProblem>(std::move(other));
    };
    const std::vector<ConstraintGroup> every_group = {group_named("parity"),
                                                      group_named("monotonicity")};
    const Dataset validation = all.subset(split.validation);
    const auto part = [&](const std::string& label, const Dataset& data) {
      experiment.splits.push_back({label, on(data, setup.groups), on(data, every_group)});
    };
    experiment.splits.push_back(
        {"train", on(train, setup.groups, validation), on(train, every_group)});
    part("validation", validation);
    part("test", all.subset(split.test));
    experiment.all_rows = on(all, {});
    experiment.split_of_row.assign(static_cast<std::size_t>(all.num_rows()), "train");
    for (const int i : split.validation)
      experiment.split_of_row[static_cast<std::size_t>(i)] = "validation";
    for (const int i : split.test) experiment.split_of_row[static_cast<std::size_t>(i)] = "test";
    experiment.metrics = metrics;
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    experiment.data = {.file = std::filesystem::proximate(path).string(),
                       .sha256 = sha256_of_file(path),
                       .rows = all.num_rows(),
                       .inputs = all.input_names,
                       .target = "deny",
                       .protected_columns = protected_columns,
                       .splits = {{"train", train.num_rows()},
                                  {"validation", static_cast<long>(split.validation.size())},
                                  {"test", static_cast<long>(split.test.size())}}};
    experiment.model = {.layers = {layers.begin(), layers.end()},
                        .activation = flags.activation,
                        .link = "sigmoid",
                        .weight_decay = flags.weight_decay,
                        .input_mean = standardizer.mean,
                        .input_scale = standardizer.scale};
    const std::vector<std::string> suspects = leak_suspects(train);
    if (!suspects.empty()) {
      experiment.remarks.push_back("these inputs predict the label almost alone: " +
                                   join_names(suspects));
    }
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Lending(), argc, argv); }
