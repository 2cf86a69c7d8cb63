#include "experiments/tabular/config.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "experiments/tabular/config_object.hpp"
#include "experiments/tabular/config_tables.hpp"
#include "experiments/tabular/config_text.hpp"
#include "experiments/tabular/rule_catalogue.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo::tabular {
namespace {

/// The entry of an enumeration whose names stand in its order.
template <class Enumeration>
Enumeration entry(const std::vector<std::string>& names, const std::string& name) {
  return static_cast<Enumeration>(std::find(names.begin(), names.end(), name) - names.begin());
}

bool contains(const std::vector<std::string>& names, const std::string& name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

/// Refuses the target, or the weights, in a list of columns for something else.
void refuse_in_list(const ConfigObject& data, const std::string& list, const std::string& column,
                    const std::string& role) {
  if (column.empty()) return;
  const std::vector<std::string> columns = data.texts(list);
  for (std::size_t k = 0; k < columns.size(); ++k) {
    if (columns[k] != column) continue;
    refuse(data.place() / list / k, "is " + role + " already", "another column",
           "'" + column + "'");
  }
}

void check_roles(const ConfigObject& written, const DataConfig& data) {
  for (const char* list : {"inputs", "exclude", "protected"}) {
    refuse_in_list(written, list, data.target, "the target");
    refuse_in_list(written, list, data.weights, "the weights");
  }
  if (data.weights == data.target) {
    refuse(written.place() / "weights", "is the target already", "another column",
           "'" + data.target + "'");
  }
  refuse_in_list(written, "categorical", data.weights, "the weights");
  for (const std::string& input : data.inputs) {
    refuse_in_list(written, "exclude", input, "listed in inputs");
  }
  if (data.task == Task::regression) {
    refuse_in_list(written, "categorical", data.target, "the target of a regression");
  }
  if (!data.positive.empty() && data.task != Task::binary) {
    refuse(written.place() / "positive", "has no meaning here", "the task binary",
           "the task " + written.text("task"), "leave it out");
  }
}

DataConfig read_data(const ConfigObject& written, const std::filesystem::path& folder) {
  DataConfig data;
  data.file = folder / written.text("file");
  data.target = written.text("target");
  data.task = entry<Task>(task_names(), written.text("task"));
  data.positive = written.text("positive");
  data.inputs = written.texts("inputs");
  data.exclude = written.texts("exclude");
  data.protected_columns = written.texts("protected");
  data.categorical = written.texts("categorical");
  data.weights = written.text("weights");
  data.missing = entry<MissingPolicy>(missing_policy_names(), written.text("missing"));
  check_roles(written, data);
  return data;
}

SplitConfig read_split(const ConfigObject& written, const DataConfig& data) {
  SplitConfig split;
  split.kind = entry<SplitKind>(split_kind_names(), written.tag());
  if (written.offers("by")) {
    split.by = written.texts("by");
    refuse_in_list(written, "by", data.target, "the target");
  }
  if (split.kind == SplitKind::column) {
    for (const std::string& input : data.inputs) {
      refuse_in_list(written, "by", input, "listed in /data/inputs");
    }
    return split;
  }
  split.validation = written.number("validation");
  split.test = written.number("test");
  if (split.validation + split.test >= 1.0) {
    refuse(written.place(), "leaves no rows for training", "validation + test < 1",
           described(written.value("validation")) + " and " + described(written.value("test")));
  }
  return split;
}

ModelConfig read_model(const ConfigObject& written) {
  return {.hidden = written.value("hidden").get<std::vector<int>>(),
          .activation = written.text("activation"),
          .weight_decay = written.number("weight_decay")};
}

std::optional<LossKind> read_loss(const ConfigObject& root, Task task) {
  const std::string name = root.text("loss");
  if (name.empty()) return std::nullopt;
  if (name == "squared_error") return LossKind::squared_error;
  if (name == "huber") return LossKind::huber;
  if (task == Task::regression) {
    refuse(root.place() / "loss", "needs classes", "squared_error or huber for a regression",
           "\"cross_entropy\"");
  }
  return task == Task::binary ? LossKind::binary_cross_entropy : LossKind::cross_entropy;
}

void read_penalty(const ConfigObject& written, GroupConfig& config) {
  Penalty& penalty = config.group.penalty;
  penalty.shape = penalty_shape_from(written.tag());
  config.automatic_scale = written.value("scale").is_string();
  if (!config.automatic_scale) penalty.scale = written.number("scale");
  penalty.margin = written.number("margin");
  if (written.offers("shape_parameter")) {
    penalty.shape_parameter = written.number("shape_parameter");
  }
}

Aggregation read_aggregation(const ConfigObject& written) {
  Aggregation aggregation{.kind = aggregation_from(written.tag())};
  if (written.offers("temperature")) aggregation.temperature = written.number("temperature");
  if (written.offers("share")) aggregation.share = written.number("share");
  return aggregation;
}

Chance read_chance(const ConfigObject& written) {
  Chance chance{.delta = written.number("delta")};
  if (written.tag() == "cvar") return chance;
  chance.surrogate = ChanceSurrogate::smoothed_rate;
  chance.temperature = written.number("temperature");
  return chance;
}

StrengthSchedule read_schedule(const ConfigObject& written) {
  const StrengthSchedule schedule{.initial = written.number("initial"),
                                  .growth = written.number("growth"),
                                  .largest = written.number("largest"),
                                  .allowed_rate = written.number("allowed_rate"),
                                  .stage = written.whole("stage")};
  if (schedule.initial > schedule.largest) {
    refuse(written.place() / "initial", "is greater than largest",
           "at most " + described(written.value("largest")), described(written.value("initial")));
  }
  return schedule;
}

/// Refuses a part of the group that would have no effect.
void check_enforcement(const ConfigObject& written) {
  const std::string enforcement = written.text("enforcement");
  const auto only_for = [&](const char* part, const char* kind) {
    if (!written.has(part) || enforcement == kind) return;
    refuse(written.place() / part, "has no effect", std::string(kind) + " enforcement",
           enforcement + " enforcement", "leave it out");
  };
  only_for("aggregation", "soft");
  only_for("chance", "probabilistic");
}

GroupConfig read_group(const ConfigObject& written) {
  check_enforcement(written);
  GroupConfig config;
  config.group.name = written.text("name");
  config.group.enforcement =
      entry<Enforcement>({"soft", "hard", "probabilistic"}, written.text("enforcement"));
  config.group.tolerance = written.number("tolerance");
  read_penalty(written.object("penalty"), config);
  config.group.aggregation = read_aggregation(written.object("aggregation"));
  config.group.chance = read_chance(written.object("chance"));
  config.group.schedule = read_schedule(written.object("schedule"));
  const std::vector<ConfigObject> rules = written.objects("rules");
  for (std::size_t k = 0; k < rules.size(); ++k) {
    check_rule(rules[k]);
    config.rules.push_back(compact_json(written.value("rules")[k]));
    config.paths.push_back(rules[k].place().path);
  }
  return config;
}

std::vector<GroupConfig> read_groups(const ConfigObject& root) {
  const std::vector<std::string> losses = {"cross_entropy", "binary_cross_entropy", "squared_error",
                                           "huber"};
  std::vector<GroupConfig> groups;
  std::vector<std::string> names;
  for (const ConfigObject& written : root.objects("groups")) {
    groups.push_back(read_group(written));
    const std::string& name = groups.back().group.name;
    if (contains(names, name)) {
      refuse(written.place() / "name", "is there twice", "distinct names of groups",
             "'" + name + "'");
    }
    if (contains(losses, name)) {
      refuse(written.place() / "name", "is the name of a loss", "another name", "'" + name + "'");
    }
    names.push_back(name);
  }
  return groups;
}

void read_solver(const ConfigObject& written, Config& config) {
  config.solver = written.text("name");
  for (const auto& [name, value] : written.value("options").items()) {
    config.solver_options[name] =
        value.is_string() ? value.get<std::string>() : compact_json(value);
  }
}

}  // namespace

Config parse_config(const std::string& text, const std::filesystem::path& file) {
  const std::string shown = file.empty() ? "config" : file.filename().string();
  const Json json = parse_commented_json(text, shown);
  const Place place{shown, ""};
  check_value(config_table(), json, place);
  const ConfigObject root(config_table(), json, place);
  Config config;
  config.file = file;
  config.name = root.has("name") ? root.text("name") : file.stem().string();
  config.data = read_data(root.object("data"), file.parent_path());
  config.split = read_split(root.object("split"), config.data);
  config.model = read_model(root.object("model"));
  config.loss = read_loss(root, config.data.task);
  config.groups = read_groups(root);
  read_solver(root.object("solver"), config);
  config.seeds = root.value("seeds").get<std::vector<std::uint64_t>>();
  return config;
}

Config read_config(const std::filesystem::path& path) {
  if (std::filesystem::is_directory(path)) {
    throw FileError({path.string(), "is a folder", "a config file (JSON)", "", ""});
  }
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  if (stream) text << stream.rdbuf();
  if (!stream) {
    throw FileError({path.string(), "cannot be read", "a config file (JSON)",
                     std::filesystem::exists(path) ? "" : "no such file", ""});
  }
  return parse_config(text.str(), path);
}

}  // namespace moo::tabular
