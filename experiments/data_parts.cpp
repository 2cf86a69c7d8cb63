#include "experiments/data_parts.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/data/sha256.hpp"

namespace moo {
namespace {

/// The groups named among the objectives, in their order, then those that are no objectives.
std::vector<ConstraintGroup> chosen_groups(const std::vector<ConstraintGroup>& all,
                                           const std::vector<std::string>& objectives) {
  std::vector<ConstraintGroup> chosen;
  for (const std::string& name : objectives) {
    for (const ConstraintGroup& group : all) {
      if (group.enforcement == Enforcement::soft && group.name == name) chosen.push_back(group);
    }
  }
  for (const ConstraintGroup& group : all) {
    if (group.enforcement != Enforcement::soft) chosen.push_back(group);
  }
  return chosen;
}

std::shared_ptr<const TrainingProblem> problem_on(const std::string& part, TrainingSetup setup) {
  try {
    return std::make_shared<const TrainingProblem>(std::move(setup));
  } catch (const InvalidArgument& error) {
    Complaint complaint = error.complaint();
    complaint.what += ", on the " + part + " rows";
    throw InvalidArgument(std::move(complaint));
  }
}

}  // namespace

std::vector<DataPart> parts_of(const Split& split) {
  std::vector<DataPart> parts = {
      {"train", split.train}, {"validation", split.validation}, {"test", split.test}};
  std::erase_if(parts, [](const DataPart& part) { return part.rows.empty(); });
  return parts;
}

Dataset joined(const std::vector<Dataset>& parts) {
  Dataset all = parts.front();
  for (std::size_t k = 1; k < parts.size(); ++k) {
    const Eigen::Index more = parts[k].num_rows();
    const Eigen::Index rows = all.num_rows() + more;
    all.inputs.conservativeResize(Eigen::NoChange, rows);
    all.targets.conservativeResize(Eigen::NoChange, rows);
    all.inputs.rightCols(more) = parts[k].inputs;
    all.targets.rightCols(more) = parts[k].targets;
    for (auto& [name, values] : all.columns) {
      values.conservativeResize(rows);
      values.tail(more) = parts[k].column(name);
    }
  }
  return all;
}

void scale_outputs_to(const Matrix& train_targets, TrainingSetup& setup) {
  setup.output_shift = train_targets.rowwise().mean();
  const Matrix centred = train_targets.colwise() - setup.output_shift;
  setup.output_factor = centred.cwiseAbs2().rowwise().mean().cwiseSqrt();
}

void describe_table(const std::filesystem::path& path, const std::string& target,
                    const Standardizer& standardizer, Experiment& experiment) {
  experiment.data.file = std::filesystem::proximate(path).string();
  experiment.data.sha256 = sha256_of_file(path);
  experiment.data.target = target;
  experiment.model.input_mean = standardizer.mean;
  experiment.model.input_scale = standardizer.scale;
}

Network network_of(const DriverFlags& flags, int num_inputs, int num_outputs,
                   std::vector<Embedding> embeddings) {
  std::vector<int> layers = {num_inputs};
  layers.insert(layers.end(), flags.hidden.begin(), flags.hidden.end());
  layers.push_back(num_outputs);
  return {layers, activation_from(flags.activation), std::move(embeddings)};
}

Experiment experiment_on(const TrainingSetup& setup, const Dataset& all,
                         const std::vector<DataPart>& parts,
                         const std::vector<ConstraintGroup>& every_group,
                         const std::vector<std::string>& objectives) {
  Experiment experiment;
  experiment.split_of_row.assign(static_cast<std::size_t>(all.num_rows()), "none");
  for (const auto& [name, rows] : parts) {
    for (const int row : rows) experiment.split_of_row[static_cast<std::size_t>(row)] = name;
    TrainingSetup part = setup;
    part.data = all.subset(rows);
    TrainingSetup audit = part;
    part.groups = chosen_groups(every_group, objectives);
    audit.groups = every_group;
    if (experiment.splits.empty()) {
      for (const DataPart& other : parts) {
        if (other.name == "validation") part.validation = all.subset(other.rows);
      }
    }
    const bool audits = part.groups.size() == every_group.size() &&
                        std::ranges::equal(part.groups, every_group, {}, &ConstraintGroup::name,
                                           &ConstraintGroup::name);
    const auto problem = problem_on(name, std::move(part));
    // Large data should not be in memory twice where every group is an objective anyway.
    experiment.splits.push_back(
        {name, problem, audits ? problem : problem_on(name, std::move(audit))});
    experiment.data.splits.emplace_back(name, std::ssize(rows));
  }
  TrainingSetup every_row = setup;
  every_row.data = all;
  experiment.all_rows = problem_on("file's", std::move(every_row));
  experiment.data.rows = all.num_rows();
  experiment.data.inputs = all.input_names;
  const std::vector<int>& layers = setup.network.layers();
  experiment.model.layers.assign(layers.begin(), layers.end());
  for (const Embedding& table : setup.network.embeddings()) {
    experiment.model.embeddings.push_back({table.count, table.dimension});
  }
  experiment.model.activation = to_string(setup.network.activation());
  experiment.model.link = to_string(setup.loss.link());
  experiment.model.weight_decay = setup.weight_decay;
  experiment.model.output_shift = setup.output_shift;
  experiment.model.output_factor = setup.output_factor;
  return experiment;
}

}  // namespace moo
