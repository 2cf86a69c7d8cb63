// Concrete: how far does a network extrapolate that knows what every engineer does?
//
// Data      1,030 samples of 427 mixes (Yeh 1998), kept in experiments/data/concrete; its README
// has
//           source, licence (MIT) and checksum. All samples of a mix stay in one part, or a model
//           would be asked for mixes it has seen at another age. Samples of 180 days and more are
//           in none of train, validation and test: they are the part `old`, which is extrapolation.
// Target    compressive strength in MPa.
// Inputs    the seven components in kg/m^3 and the logarithm of the age in days.
// Model     a small fully connected network.
// Groups    hardening: strength does not fall with age, and grows ever more slowly on a logarithmic
//           scale, as exp(s (1 - sqrt(28 / t))) does from the second day on (EN 1992-1-1, 3.1.2);
//           mix: it rises with cement, falls with water, and falls with the water/cement ratio when
//           10 kg of cement give way to 10 kg of water;
//           curvature: it is convex in water, for it falls ever more slowly (Abrams 1918: strength
//           ~ A / B^(water/cement));
//           range: between 0 and 100 MPa.
// Front     steep, then flat, with a sharp knee: `hardening` comes for a tenth more training error,
//           and up to there the error on old samples falls, by a quarter. Beyond the knee the rule
//           holds and only the decay of the weights is traded.

#include <cmath>
#include <map>
#include <vector>

#include "experiments/data_parts.hpp"
#include "experiments/driver.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/convex_in.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/constraint/pointwise_rule.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/standardize.hpp"
#include "libmoo/data/table.hpp"

namespace moo {
namespace {

const std::vector<std::string> components = {
    "cement",           "blast_furnace_slag", "fly_ash",       "water",
    "superplasticizer", "coarse_aggregate",   "fine_aggregate"};
constexpr double old_from = 180.0;  // days
constexpr double exchanged = 10.0;  // kg/m^3 of cement for as much water

Dataset read_samples(const std::filesystem::path& path) {
  const Table table = read_csv(path);
  Dataset data;
  data.inputs.resize(std::ssize(components) + 1, table.num_rows());
  for (Eigen::Index k = 0; k < std::ssize(components); ++k) {
    data.inputs.row(k) = table.numeric(components[static_cast<std::size_t>(k)]).transpose();
  }
  data.columns["age"] = table.numeric("age");
  data.inputs.bottomRows(1) = data.column("age").array().log().transpose();
  data.input_names = components;
  data.input_names.emplace_back("log_age");
  data.targets = table.numeric("compressive_strength").transpose();
  return data;
}

/// Train, validation and test by mix, without the old samples, and the old ones.
std::vector<DataPart> parts_by_mix(const Dataset& data, RandomStream random) {
  std::map<std::vector<double>, int> mixes;
  std::vector<int> mix_of_row;
  for (int i = 0; i < data.num_rows(); ++i) {
    const auto column = data.inputs.col(i).head(std::ssize(components));
    const auto next = static_cast<int>(mixes.size());
    mix_of_row.push_back(mixes.try_emplace({column.begin(), column.end()}, next).first->second);
  }
  std::vector<DataPart> parts = parts_of(
      random_split(static_cast<int>(mixes.size()), /*validation=*/0.2, /*test=*/0.2, random));
  std::vector<std::size_t> part_of_mix(mixes.size());
  for (std::size_t part = 0; part < parts.size(); ++part) {
    for (const int mix : parts[part].rows) part_of_mix[static_cast<std::size_t>(mix)] = part;
    parts[part].rows.clear();
  }
  parts.push_back({"old", {}});
  for (int i = 0; i < data.num_rows(); ++i) {
    const auto mix = static_cast<std::size_t>(mix_of_row[static_cast<std::size_t>(i)]);
    (data.column("age")(i) >= old_from ? parts.back() : parts[part_of_mix[mix]]).rows.push_back(i);
  }
  return parts;
}

/// The strength of the changed mix must not be above that of the mix itself.
struct NotStronger {
  template <typename T>
  T operator()(const T* strength, const double*) const {
    return strength[1] - strength[0];
  }
};

ConstraintGroup group_of(const std::string& name,
                         std::vector<std::shared_ptr<const Constraint>> rules) {
  return {
      .name = name, .penalty = {.scale = 0.2}, .tolerance = 0.1, .constraints = std::move(rules)};
}

std::vector<ConstraintGroup> groups_of(const Standardizer& standardizer) {
  using Direction = MonotonePairs::Direction;
  const auto monotone = [](const char* input, Direction direction) {
    return std::make_shared<MonotonePairs>(std::vector<std::string>{input}, direction,
                                           /*step=*/0.5, 0, "MPa");
  };
  const auto bent = [](const char* input, Bend bend) {
    return std::make_shared<ConvexIn>(
        ConvexInOptions{.input = input, .bend = bend, .step = 0.5, .unit = "MPa"});
  };
  const Transformation weaker{{shifted("cement", -exchanged), shifted("water", exchanged)},
                              standardizer};
  const auto ratio = std::make_shared<PointwiseRule<NotStronger, 1, 1>>(
      PointwiseOptions{.name = "falling in water/cement", .unit = "MPa", .copies = {weaker}});
  const OutputRange range({.low = 0.0, .high = 100.0, .unit = "MPa"});
  return {group_of("hardening",
                   {monotone("log_age", Direction::rising), bent("log_age", Bend::concave)}),
          group_of("mix", {monotone("cement", Direction::rising),
                           monotone("water", Direction::falling), ratio}),
          group_of("curvature", {bent("water", Bend::convex)}),
          group_of("range", {std::make_shared<OutputRange>(range)})};
}

std::map<std::string, double> metrics(const TrainingProblem& problem, ConstVectorRef theta) {
  const Vector strength = problem.predictions(theta).row(0).transpose();
  const Vector measured = problem.setup().data.targets.row(0).transpose();
  std::map<std::string, double> found = {
      {"root_mean_squared_error", root_mean_squared_error(strength, measured)},
      {"mean_absolute_error", mean_absolute_error(strength, measured)},
      {"r_squared", r_squared(strength, measured)},
      {"bias", (strength - measured).mean()}};
  for (const auto& [group, rate] : evaluate(problem, theta).violation_rates) {
    found[group + "_violations"] = rate.rate;
  }
  return found;
}

class Concrete final : public Driver {
 public:
  std::string name() const override { return "concrete"; }
  std::string summary() const override {
    return "strength of concrete by a network that knows how mixes behave; judged on unseen mixes "
           "and on ages it has never seen";
  }
  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"squared_error", "accuracy of the predicted strength"},
            {"hardening", "strength falling with age, or growing ever faster"},
            {"mix", "strength falling with cement, or rising with water or water/cement"},
            {"curvature", "strength not convex in water"},
            {"range", "strength outside 0 to 100 MPa"}};
  }
  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.hidden = {16};
    flags.weight_decay = 1e-3;
    flags.objectives = {"squared_error", "hardening", "mix"};
    return flags;
  }
  DriverFlags quick_flags() const override {
    DriverFlags flags = Driver::quick_flags();
    flags.hidden = {6};
    flags.weight_decay = 1e-2;
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("concrete/concrete.csv", name().c_str()) : flags.data;
    Dataset all = read_samples(path);
    const std::vector<DataPart> parts =
        parts_by_mix(all, RandomStream(flags.seed).substream("split"));
    const Dataset train = all.subset(parts.front().rows);
    const Standardizer standardizer = Standardizer::fit(train.inputs);
    all.inputs = standardizer.apply(all.inputs);

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, all.num_inputs(), 1);
    setup.loss = Loss(LossKind::squared_error);
    setup.accuracy_name = "squared_error";
    setup.weight_decay = flags.weight_decay;
    scale_outputs_to(train.targets, setup);

    Experiment experiment =
        experiment_on(setup, all, parts, groups_of(standardizer), flags.objectives);
    experiment.metrics = metrics;
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(objective == "squared_error"
                                        ? HeadlineMetric{"root_mean_squared_error", 20.0}
                                        : HeadlineMetric{objective + "_violations", 0.5});
    }
    describe_table(path, "compressive_strength", standardizer, experiment);
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Concrete(), argc, argv); }
