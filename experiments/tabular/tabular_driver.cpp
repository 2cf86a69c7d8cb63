#include "experiments/tabular/tabular_driver.hpp"

#include <algorithm>
#include <cmath>

#include "experiments/tabular/tabular_metrics.hpp"
#include "libmoo/assess/label_check.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/sha256.hpp"
#include "libmoo/training/automatic_scale.hpp"

namespace moo::tabular {
namespace {

constexpr double parameter_limit = 1e7;

std::filesystem::path data_path(const Config& config, const DriverFlags& flags) {
  return flags.data.empty() ? config.data.file : flags.data;
}

std::vector<int> layers_of(const DriverFlags& flags, int num_inputs, int num_outputs) {
  std::vector<int> layers = {num_inputs};
  layers.insert(layers.end(), flags.hidden.begin(), flags.hidden.end());
  layers.push_back(num_outputs);
  double parameters = 0.0;
  for (std::size_t l = 1; l < layers.size(); ++l) parameters += (layers[l - 1] + 1.0) * layers[l];
  if (parameters > parameter_limit) {
    throw InvalidArgument(
        {"/model/hidden", "the network is too large",
         "at most " + std::to_string(static_cast<long>(parameter_limit)) + " parameters",
         std::to_string(static_cast<long>(parameters)) + " with " + std::to_string(num_inputs) +
             " inputs",
         "use fewer inputs or narrower layers"});
  }
  return layers;
}

/// Mean of every row of the targets, each sample by its weight; q.
Vector mean_targets(const Dataset& data) {
  if (data.weights.size() == 0) return data.targets.rowwise().mean();
  return data.targets * data.weights / data.weights.sum();
}

/// The null model, which ignores its inputs, and the scale of a regression's predictions.
void set_null_model(TrainingSetup& setup, const Dataset& train, const Config& config,
                    const TableData& table) {
  const Vector mean = mean_targets(train);
  const Link link = setup.loss.link();
  if (config.data.task == Task::regression) {
    const Vector weights =
        train.weights.size() > 0 ? train.weights : Vector::Ones(train.num_rows()).eval();
    const Matrix centred = train.targets.colwise() - mean;
    setup.output_shift = mean;
    setup.output_factor = (centred.cwiseAbs2() * weights / weights.sum()).cwiseSqrt();
    if (!(setup.output_factor(0) > 0.0)) {
      throw InvalidArgument({"/data/target", "the target is constant in the training rows",
                             "a target that varies", "'" + config.data.target + "'", ""});
    }
    return;
  }
  for (Eigen::Index k = 0; k < mean.size(); ++k) {
    if (mean(k) > 0.0 && mean(k) < 1.0) continue;
    const std::string& word = mean(k) > 0.0 && mean.size() == 1
                                  ? table.negative
                                  : table.class_names[static_cast<std::size_t>(k)];
    throw InvalidArgument({"/data/target", "a class has no training row", "rows of every class",
                           "none of '" + word + "'", "use a stratified split"});
  }
  setup.null_bias = mean;
  if (link == Link::sigmoid) {
    setup.null_bias = Vector::Constant(1, std::log(mean(0) / (1.0 - mean(0))));
  } else if (link == Link::softmax) {
    setup.null_bias = mean.array().log();
  }
}

bool is_objective(const ConstraintGroup& group) { return group.enforcement == Enforcement::soft; }

/// The groups that take part: the objectives asked for, in their order, and all that are no
/// objectives.
std::vector<ConstraintGroup> chosen_groups(const std::vector<ConstraintGroup>& all,
                                           const std::vector<std::string>& objectives) {
  std::vector<ConstraintGroup> chosen;
  for (const std::string& name : objectives) {
    for (const ConstraintGroup& group : all) {
      if (is_objective(group) && group.name == name) chosen.push_back(group);
    }
  }
  std::copy_if(all.begin(), all.end(), std::back_inserter(chosen),
               [](const ConstraintGroup& group) { return !is_objective(group); });
  return chosen;
}

void fill_in_scales(const Config& config, const TrainingSetup& setup, const Dataset& train,
                    std::uint64_t seed, std::vector<ConstraintGroup>& groups,
                    Experiment& experiment) {
  std::vector<std::string> names;
  for (const GroupConfig& group : config.groups) {
    if (group.automatic_scale) names.push_back(group.group.name);
  }
  if (names.empty()) return;
  TrainingSetup scaled = setup;
  scaled.data = train;
  scaled.groups = groups;
  for (const AutomaticScale& found :
       set_automatic_scales(scaled, names, RandomStream(seed).substream("automatic scale"))) {
    char text[160];
    std::snprintf(text, sizeof text, "%.4g, from the %s at the accuracy optimum", found.scale,
                  found.from_spread ? "spread of all residuals" : "median violation");
    experiment.automatic_scales.insert(found.group);
    experiment.remarks.push_back("scale of '" + found.group + "': " + text);
  }
  groups = scaled.groups;
}

/// A problem on one part of the data; a rule that cannot be bound there says where.
std::shared_ptr<const TrainingProblem> problem_on(const std::string& part, TrainingSetup setup) {
  try {
    return std::make_shared<const TrainingProblem>(std::move(setup));
  } catch (const InvalidArgument& error) {
    Complaint complaint = error.complaint();
    complaint.what += ", on the " + part + " rows";
    throw InvalidArgument(std::move(complaint));
  }
}

void add_splits(Experiment& experiment, const TableData& table, const TrainingSetup& setup,
                const std::vector<ConstraintGroup>& every_group) {
  const std::vector<std::pair<std::string, const std::vector<int>*>> parts = {
      {"train", &table.split.train},
      {"validation", &table.split.validation},
      {"test", &table.split.test}};
  experiment.split_of_row.assign(static_cast<std::size_t>(table.rows.num_rows()), "train");
  for (const auto& [name, rows] : parts) {
    if (rows->empty()) continue;
    for (const int row : *rows) experiment.split_of_row[static_cast<std::size_t>(row)] = name;
    TrainingSetup part = setup;
    part.data = table.rows.subset(*rows);
    TrainingSetup audit = part;
    audit.groups = every_group;
    if (name == "train" && !table.split.validation.empty()) {
      part.validation = table.rows.subset(table.split.validation);
    }
    experiment.splits.push_back(
        {name, problem_on(name, std::move(part)), problem_on(name, std::move(audit))});
    experiment.data.splits.emplace_back(name, std::ssize(*rows));
  }
  TrainingSetup all = setup;
  all.data = table.rows;
  all.groups.clear();
  experiment.all_rows = problem_on("file's", std::move(all));
  experiment.row_of_file = table.row_of_file;
  if (table.class_names.size() > 1) experiment.output_names = table.class_names;
}

std::string_view name_of(Link link) {
  switch (link) {
    case Link::sigmoid:
      return "sigmoid";
    case Link::softmax:
      return "softmax";
    default:
      return "identity";
  }
}

void describe(Experiment& experiment, const Config& config, const DriverFlags& flags,
              const TableData& table, const TrainingSetup& setup) {
  const std::filesystem::path path = data_path(config, flags);
  experiment.data.file = std::filesystem::proximate(path).string();
  experiment.data.sha256 = sha256_of_file(path);
  experiment.data.rows = table.rows.num_rows();
  experiment.data.inputs = table.rows.input_names;
  experiment.data.target = config.data.target;
  experiment.data.protected_columns = table.protected_columns;
  experiment.data.dropped_rows = table.dropped_rows;
  experiment.data.imputed_cells = table.imputed_cells;
  experiment.data.weights = config.data.weights;
  const std::vector<int>& layers = setup.network.layers();
  experiment.model.layers.assign(layers.begin(), layers.end());
  experiment.model.activation = flags.activation;
  experiment.model.link = name_of(setup.loss.link());
  experiment.model.weight_decay = flags.weight_decay;
  experiment.model.input_mean = table.standardizer.mean;
  experiment.model.input_scale = table.standardizer.scale;
  experiment.model.output_shift = setup.output_shift;
  experiment.model.output_factor = setup.output_factor;
  if (config.data.task != Task::regression) experiment.model.class_names = table.class_names;
}

}  // namespace

LossKind loss_of(const Config& config) {
  if (config.loss) return *config.loss;
  switch (config.data.task) {
    case Task::binary:
      return LossKind::binary_cross_entropy;
    case Task::multiclass:
      return LossKind::cross_entropy;
    case Task::regression:
      break;
  }
  return LossKind::squared_error;
}

std::string accuracy_name(const Config& config) {
  const LossKind loss = loss_of(config);
  if (loss == LossKind::binary_cross_entropy) return "cross_entropy";
  return std::string(to_string(loss));
}

std::vector<ConstraintGroup> groups_of(const Config& config, const TableData& table,
                                       const std::vector<int>& hidden) {
  const Dataset train = table.rows.subset(table.split.train);
  const bool classes = config.data.task != Task::regression;
  const RuleContext context{train, table.standardizer, table.class_names,
                            classes ? "probability" : config.data.target, hidden};
  std::vector<ConstraintGroup> groups;
  for (const GroupConfig& written : config.groups) {
    ConstraintGroup& group = groups.emplace_back(written.group);
    for (std::size_t k = 0; k < written.rules.size(); ++k) {
      for (auto& rule : make_rule(written.rules[k], written.paths[k], context)) {
        group.constraints.push_back(std::move(rule));
      }
    }
  }
  return groups;
}

std::string TabularDriver::summary() const {
  return "trade-off between accuracy and rules on '" + config_.data.target + "' of " +
         config_.data.file.filename().string();
}

std::vector<std::pair<std::string, std::string>> TabularDriver::objectives() const {
  std::vector<std::pair<std::string, std::string>> objectives = {
      {accuracy_name(config_), "accuracy of the predicted " + config_.data.target}};
  for (const GroupConfig& group : config_.groups) {
    if (is_objective(group.group)) {
      objectives.emplace_back(group.group.name,
                              "rules of the group in " + config_.file.filename().string());
    }
  }
  return objectives;
}

DriverFlags TabularDriver::default_flags() const {
  DriverFlags flags = Driver::default_flags();
  flags.solver = config_.solver;
  for (const auto& [name, value] : config_.solver_options) flags.solver_options[name] = value;
  flags.seed = config_.seeds.front();
  flags.hidden = config_.model.hidden;
  flags.activation = config_.model.activation;
  flags.weight_decay = config_.model.weight_decay;
  flags.out = std::filesystem::path("fronts") / config_.name;
  return flags;
}

Experiment TabularDriver::prepare(const DriverFlags& flags) const {
  const TableData table =
      read_table_data(read_csv(data_path(config_, flags)), config_.data, config_.split, flags.seed);
  const Dataset train = table.rows.subset(table.split.train);
  TrainingSetup setup;
  setup.name = config_.name;
  setup.network = Network(
      layers_of(flags, table.rows.num_inputs(), static_cast<int>(table.rows.targets.rows())),
      activation_from(flags.activation));
  setup.loss = Loss(loss_of(config_));
  setup.accuracy_name = accuracy_name(config_);
  setup.weight_decay = flags.weight_decay;
  set_null_model(setup, train, config_, table);

  Experiment experiment;
  experiment.remarks = table.remarks;
  std::vector<ConstraintGroup> groups = groups_of(config_, table, flags.hidden);
  fill_in_scales(config_, setup, train, flags.seed, groups, experiment);
  setup.groups = chosen_groups(groups, flags.objectives);
  std::erase_if(experiment.automatic_scales, [&](const std::string& name) {
    return std::none_of(setup.groups.begin(), setup.groups.end(),
                        [&](const ConstraintGroup& group) { return group.name == name; });
  });
  add_splits(experiment, table, setup, groups);
  describe(experiment, config_, flags, table, setup);

  const MetricPlan plan = plan_metrics(config_, *experiment.splits.front().audit);
  experiment.metrics = [task = config_.data.task](const TrainingProblem& problem,
                                                  ConstVectorRef theta) {
    return tabular_metrics(task, problem, theta);
  };
  for (const std::string& objective : flags.objectives) {
    experiment.headline.push_back(plan.headline.at(objective));
  }
  const LabelKind kind =
      config_.data.task == Task::regression ? LabelKind::numbers : LabelKind::classes;
  std::vector<std::string> leaks;
  for (const LeakSuspect& suspect : label_leaks(train, kind)) leaks.push_back(suspect.input);
  if (!leaks.empty()) {
    experiment.remarks.push_back("these inputs predict the label almost alone: " +
                                 join_names(leaks));
  }
  return experiment;
}

}  // namespace moo::tabular
