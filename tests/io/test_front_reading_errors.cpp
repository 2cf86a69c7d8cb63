#include <gtest/gtest.h>

#include <functional>
#include <nlohmann/json.hpp>

#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/front_json.hpp"
#include "libmoo/io/safetensors.hpp"
#include "tests/io/small_document.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

/// A front file and its parameters, to be spoiled.
class FrontReading : public ::testing::Test {
 protected:
  FrontReading() { write_front(json_path_, small_document()); }

  void expect_refused(const std::string& reason) const {
    const std::string message = message_of<FileError>([&] { (void)read_front(json_path_); });
    EXPECT_NE(message.find(reason), std::string::npos)
        << "expected '" << reason << "' in '" << message << "'";
    EXPECT_EQ(message.find(folder_.path().string()), 0u) << message;
  }

  TemporaryFolder folder_;
  std::filesystem::path json_path_ = folder_ / "front.json";
  std::filesystem::path side_path_ = folder_ / "front.safetensors";
};

struct Change {
  const char* reason;
  std::function<void(Json&)> change;
};

TEST_F(FrontReading, names_the_field_what_was_expected_and_what_was_found) {
  const Json good = Json::parse(read_file(json_path_));
  const std::vector<Change> changes{
      {"front.json: schema_version is unusable; expected \"1.0\", got \"2.0\"",
       [](Json& j) { j["schema_version"] = "2.0"; }},
      {"schema_version is missing", [](Json& j) { j.erase("schema_version"); }},
      {"schema_version is unusable", [](Json& j) { j["schema_version"] = 1.0; }},
      {"the file is unusable; expected an object, got an array of 0",
       [](Json& j) { j = Json::array(); }},
      {"poimts is an unknown field", [](Json& j) { j["poimts"] = 1; }},
      {"did you mean 'points'?", [](Json& j) { j["poimts"] = 1; }},
      {"points is missing; expected the field points", [](Json& j) { j.erase("points"); }},
      {"points is unusable; expected an array, got an object",
       [](Json& j) { j["points"] = Json::object(); }},
      {"points[1].id is unusable; expected a whole number >= 0, got \"seven\"",
       [](Json& j) { j["points"][1]["id"] = "seven"; }},
      {"points[1].id is unusable; expected its position 1, got 7",
       [](Json& j) { j["points"][1]["id"] = 7; }},
      {"points[1].id is unusable; expected a whole number below 2^31",
       [](Json& j) { j["points"][1]["id"] = 1L << 31; }},
      {"points[1].id is unusable", [](Json& j) { j["points"][1]["id"] = 1.0; }},
      {"points[0].objectives is unusable; expected 2 numbers, got an array of 1",
       [](Json& j) { j["points"][0]["objectives"].erase(0); }},
      {"points[0].objectives[1] is unusable; expected a number, got null",
       [](Json& j) { j["points"][0]["objectives"][1] = nullptr; }},
      {"points[0].weights has the wrong size; expected 2, got 3",
       [](Json& j) { j["points"][0]["weights"].push_back(1.0); }},
      {"points[0].multipliers has the wrong size",
       [](Json& j) { j["points"][0]["multipliers"].push_back(1.0); }},
      {"points[0].constraints has the wrong size",
       [](Json& j) { j["points"][0].erase("constraints"); }},
      {"points[2].converged is unusable; expected true or false, got 1",
       [](Json& j) { j["points"][2]["converged"] = 1; }},
      {"points[2].task is missing", [](Json& j) { j["points"][2].erase("task"); }},
      {"points[2].extra is an unknown field", [](Json& j) { j["points"][2]["extra"] = 1; }},
      {"points[2].generator.kind is unusable; expected a string",
       [](Json& j) { j["points"][2]["generator"]["kind"] = 3; }},
      {"points[2].generator.extra is an unknown field",
       [](Json& j) { j["points"][2]["generator"]["extra"] = 3; }},
      {"points[2].generator.numbers.weight is unusable; expected a number",
       [](Json& j) { j["points"][2]["generator"]["numbers"]["weight"] = "x"; }},
      {"points[2].cost.gradients is unusable; expected a whole number >= 0, got -1",
       [](Json& j) { j["points"][2]["cost"]["gradients"] = -1; }},
      {"points[2].cost.extra is an unknown field",
       [](Json& j) { j["points"][2]["cost"]["extra"] = 1; }},
      {"points[2].kkt_residual is unusable", [](Json& j) { j["points"][2]["kkt_residual"] = -1; }},
      {"points[1].evaluation.train.metrics is missing",
       [](Json& j) { j["points"][1]["evaluation"]["train"].erase("metrics"); }},
      {"points[1].evaluation.train.objectives has the wrong size",
       [](Json& j) { j["points"][1]["evaluation"]["train"]["objectives"].erase(0); }},
      {"points[1].evaluation.train.violation_rates.fairness.count is missing",
       [](Json& j) {
         j["points"][1]["evaluation"]["train"]["violation_rates"]["fairness"].erase("count");
       }},
      {"points[1].evaluation.train.violation_rates.fairness is unusable",
       [](Json& j) {
         j["points"][1]["evaluation"]["train"]["violation_rates"]["fairness"]["rate"] = 2;
       }},
      {"points[1].parameters is unusable; expected point_001, got \"point_002\"",
       [](Json& j) { j["points"][1]["parameters"] = "point_002"; }},
      {"context.seed is unusable", [](Json& j) { j["context"]["seed"] = -1; }},
      {"context.cores is unusable", [](Json& j) { j["context"]["cores"] = 0; }},
      {"context.created is unusable", [](Json& j) { j["context"]["created"] = "now"; }},
      {"context.command_line[0] is unusable; expected a string",
       [](Json& j) { j["context"]["command_line"] = {1}; }},
      {"problem.num_variables is unusable", [](Json& j) { j["problem"]["num_variables"] = 0; }},
      {"problem.objectives is unusable",
       [](Json& j) {
         j["problem"]["objectives"] = Json::array();
         j["points"] = Json::array();
         j["scaling"] = {{"ideal", Json::array()}, {"nadir", Json::array()}};
         j["totals"]["points"] = 0;
         j.erase("parameters_file");
       }},
      {"problem.objectives[1].kind is unusable; expected one of accuracy, penalty, other, got "
       "\"penality\" (did you mean 'penalty'?)",
       [](Json& j) { j["problem"]["objectives"][1]["kind"] = "penality"; }},
      {"problem.objectives[1].enforcement is unusable",
       [](Json& j) { j["problem"]["objectives"][1]["enforcement"] = "firm"; }},
      {"problem.constraints[0].sense is unusable",
       [](Json& j) { j["problem"]["constraints"][0]["sense"] = "less"; }},
      {"problem.data.sha256 is unusable", [](Json& j) { j["problem"]["data"]["sha256"] = "a"; }},
      {"problem.data.splits.train is unusable",
       [](Json& j) { j["problem"]["data"]["splits"]["train"] = -3; }},
      {"problem.model.layers[1] is unusable",
       [](Json& j) { j["problem"]["model"]["layers"][1] = "wide"; }},
      {"problem.model.activation is unusable",
       [](Json& j) { j["problem"]["model"]["activation"] = "step"; }},
      {"problem.model.input_mean has the wrong size",
       [](Json& j) { j["problem"]["model"]["input_mean"] = {1.0}; }},
      {"problem.model.output_shift has the wrong size; expected 1, got 2",
       [](Json& j) {
         j["problem"]["model"]["output_shift"] = {1.0, 2.0};
       }},
      {"problem.model.output_factor has the wrong size; expected 1, got 0",
       [](Json& j) { j["problem"]["model"].erase("output_factor"); }},
      {"problem.model.class_names[0] is unusable; expected a string",
       [](Json& j) { j["problem"]["model"]["class_names"] = {1}; }},
      {"problem.data.dropped_rows is unusable; expected a whole number >= 0, got -1",
       [](Json& j) { j["problem"]["data"]["dropped_rows"] = -1; }},
      {"problem.data.imputed_cells is unusable",
       [](Json& j) { j["problem"]["data"]["imputed_cells"] = 0.5; }},
      {"problem.data.weights is unusable; expected a string",
       [](Json& j) { j["problem"]["data"]["weights"] = {1.0}; }},
      {"problem.groups is unusable; expected an array",
       [](Json& j) { j["problem"]["groups"] = Json::object(); }},
      {"problem.groups[1].scale is missing",
       [](Json& j) { j["problem"]["groups"][1].erase("scale"); }},
      {"problem.groups[1].weight is an unknown field",
       [](Json& j) { j["problem"]["groups"][1]["weight"] = 1; }},
      {"problem.groups[2].enforcement is unusable",
       [](Json& j) { j["problem"]["groups"][2]["enforcement"] = "firm"; }},
      {"problem.groups[0].probes is unusable; expected a whole number >= 0",
       [](Json& j) { j["problem"]["groups"][0]["probes"] = 1.5; }},
      {"problem.groups[0].rules is unusable; expected an array",
       [](Json& j) { j["problem"]["groups"][0]["rules"] = "norm"; }},
      {"problem.groups[0].shape is unusable; expected one of hinge",
       [](Json& j) { j["problem"]["groups"][0]["shape"] = "huber"; }},
      {"problem.groups[0].shape is unusable; expected one, as soft groups have, got none",
       [](Json& j) { j["problem"]["groups"][0].erase("shape"); }},
      {"problem.groups[0].aggregation.temperature is an unknown field",
       [](Json& j) { j["problem"]["groups"][0]["aggregation"]["temperature"] = 1; }},
      {"problem.groups[0].aggregation.share is missing",
       [](Json& j) { j["problem"]["groups"][0]["aggregation"].erase("share"); }},
      {"problem.groups[0].aggregation.kind is unusable; expected one of mean, log_mean_exp, cvar",
       [](Json& j) {
         j["problem"]["groups"][0]["aggregation"] = {{"kind", "median"}};
       }},
      {"problem.groups[2].chance.delta is unusable; expected 0 < delta < 1",
       [](Json& j) { j["problem"]["groups"][2]["chance"]["delta"] = 1; }},
      {"problem.groups[2].chance.temperature is unusable; expected one, as smoothed rates have",
       [](Json& j) { j["problem"]["groups"][2]["chance"].erase("temperature"); }},
      {"problem.groups[2].chance.sigma is an unknown field",
       [](Json& j) { j["problem"]["groups"][2]["chance"]["sigma"] = 1; }},
      {"points[1].influence.fairness.resolved has the wrong size; expected 2, got 1",
       [](Json& j) { j["points"][1]["influence"]["fairness"]["resolved"].erase(0); }},
      {"points[1].influence.fairness.guessed is an unknown field",
       [](Json& j) {
         j["points"][1]["influence"]["fairness"]["guessed"] = {1.0, 2.0};
       }},
      {"points[1].influence is unusable; expected one of fairness, safety, budget, got 'fairnes' "
       "(did you mean 'fairness'?)",
       [](Json& j) { j["points"][1]["influence"]["fairnes"] = Json::object(); }},
      {"solver.options.points is unusable; expected a number, got true",
       [](Json& j) { j["solver"]["options"]["points"] = true; }},
      {"solver.notes is unusable", [](Json& j) { j["solver"]["notes"] = "one"; }},
      {"solver.kkt_tolerance is unusable", [](Json& j) { j["solver"]["kkt_tolerance"] = -1; }},
      {"status is unusable", [](Json& j) { j["status"] = "done"; }},
      {"scaling.ideal is unusable; expected 2 numbers",
       [](Json& j) { j["scaling"]["ideal"] = {1.0}; }},
      {"scaling.resolution is unusable; expected 2 numbers",
       [](Json& j) { j["scaling"]["resolution"] = {1.0}; }},
      {"scaling.known is unusable", [](Json& j) { j["scaling"]["known"] = "no"; }},
      {"indicators.spacing is missing", [](Json& j) { j["indicators"].erase("spacing"); }},
      {"indicators.held_out.reference has the wrong size",
       [](Json& j) { j["indicators"]["held_out"]["reference"] = {1.0}; }},
      {"indicators.held_out.hypervolume.test is unusable",
       [](Json& j) { j["indicators"]["held_out"]["hypervolume"]["test"] = "much"; }},
      {"coverage[0].kind is unusable", [](Json& j) { j["coverage"][0]["kind"] = "hole"; }},
      {"coverage[1].decided_by is missing", [](Json& j) { j["coverage"][1].erase("decided_by"); }},
      {"coverage[1].right is unusable; expected the id of a point, got 3",
       [](Json& j) { j["coverage"][1]["right"] = 3; }},
      {"coverage[1].length is unusable", [](Json& j) { j["coverage"][1]["length"] = -0.5; }},
      {"failures[0].reason is missing", [](Json& j) { j["failures"][0].erase("reason"); }},
      {"totals.points is unusable; expected 3, got 4", [](Json& j) { j["totals"]["points"] = 4; }},
      {"totals.seconds is unusable", [](Json& j) { j["totals"]["seconds"] = -4; }},
      {"parameters_file is unusable; expected the name of a file beside this one",
       [](Json& j) { j["parameters_file"] = "../front.safetensors"; }},
      {"parameters_file is unusable", [](Json& j) { j["parameters_file"] = ""; }},
      {"other.safetensors: cannot be read",
       [](Json& j) { j["parameters_file"] = "other.safetensors"; }},
  };
  for (const Change& change : changes) {
    Json json = good;
    change.change(json);
    write_file_atomically(json_path_, json.dump());
    expect_refused(change.reason);
  }
}

TEST_F(FrontReading, refuses_what_is_not_json) {
  for (const char* text : {"", "{", "{\"points\": [NaN]}", "{\"a\": 1e999}", "\xff"}) {
    write_file_atomically(json_path_, text);
    expect_refused("front.json: is not valid JSON");
  }
  EXPECT_THROW((void)read_front(folder_ / "none.json"), FileError);
  EXPECT_THROW((void)read_front(folder_.path()), FileError);
}

TEST_F(FrontReading, cutting_the_file_anywhere_is_noticed) {
  const std::string text = read_file(json_path_);
  for (std::size_t size = 0; size + 2 < text.size(); size += 37) {
    write_file_atomically(json_path_, text.substr(0, size));
    expect_refused("is not valid JSON");
  }
}

TEST_F(FrontReading, optional_fields_may_be_missing) {
  Json json = Json::parse(read_file(json_path_));
  json["solver"].erase("kkt_tolerance");
  json["solver"].erase("notes");
  json.erase("coverage");
  json["problem"].erase("data");
  json["problem"].erase("model");
  json["problem"].erase("groups");
  json["problem"]["objectives"][1].erase("tolerance");
  json["indicators"].erase("held_out");
  json["scaling"].erase("resolution");
  json.erase("parameters_file");
  for (Json& point : json["points"]) {
    point.erase("parameters");
    point.erase("evaluation");
    point.erase("influence");
  }
  write_file_atomically(json_path_, json.dump());
  const FrontDocument document = read_front(json_path_);
  EXPECT_EQ(document.report.kkt_tolerance, 0.0);
  EXPECT_FALSE(document.data || document.model || document.held_out);
  EXPECT_TRUE(document.groups.empty());
  EXPECT_TRUE(document.report.front.points()[0].evaluation.empty());
  EXPECT_TRUE(document.report.front.points()[0].influence.empty());
  EXPECT_EQ(document.report.front.points()[0].parameters.size(), 0);
}

TEST_F(FrontReading, what_older_files_do_not_say_is_as_it_was_then) {
  Json json = Json::parse(read_file(json_path_));
  for (const char* name : {"dropped_rows", "imputed_cells", "weights"}) {
    json["problem"]["data"].erase(name);
  }
  for (const char* name : {"output_shift", "output_factor", "class_names"}) {
    json["problem"]["model"].erase(name);
  }
  json["points"][0]["influence"]["fairness"].erase("resolved");
  write_file_atomically(json_path_, json.dump());
  const FrontDocument document = read_front(json_path_);
  EXPECT_EQ(document.data->dropped_rows, 0);
  EXPECT_EQ(document.data->imputed_cells, 0);
  EXPECT_EQ(document.data->weights, "");
  EXPECT_EQ(document.model->output_shift.size(), 0);
  EXPECT_EQ(document.model->output_factor.size(), 0);
  EXPECT_TRUE(document.model->class_names.empty());
  const Influence& influence = document.report.front.points()[0].influence.at("fairness");
  EXPECT_EQ(influence.estimate, (Vector{{-0.02, 0.1}}));
  EXPECT_EQ(influence.exact.size(), 0);
}

TEST_F(FrontReading, the_parameters_must_be_those_of_this_run) {
  const std::vector<NamedTensor> tensors = read_safetensors(side_path_);
  const TensorMetadata metadata = read_safetensors_metadata(side_path_);
  const auto with = [&](const std::string& key, const std::string& text) {
    TensorMetadata changed = metadata;
    changed[key] = text;
    write_safetensors(side_path_, tensors, changed);
  };
  with("libmoo.created", "2026-03-01T12:34:57Z");
  expect_refused(
      "front.safetensors: belongs to another run; expected created 2026-03-01T12:34:56Z");
  with("libmoo.layout", "{");
  expect_refused("the tensor layout is unusable");
  with("libmoo.layout", R"([{"name":"a","offset":0,"rows":13}])");
  expect_refused("front.safetensors layout: [0].cols is missing");
  with("libmoo.layout", R"([{"name":"a","offset":1,"rows":12,"cols":0}])");
  expect_refused("front.json: layout of tensor 'a' is unusable");
  with("libmoo.layout", R"([{"name":"a","offset":0,"rows":13,"cols":0}])");
  expect_refused("expected 3 tensors, got 12");
  write_safetensors(side_path_, tensors, {{"libmoo.created", metadata.at("libmoo.created")}});
  expect_refused("the tensor layout is missing");
  write_safetensors(side_path_, tensors);
  expect_refused("belongs to another run");

  std::vector<NamedTensor> changed = tensors;
  changed.pop_back();
  write_safetensors(side_path_, changed, metadata);
  expect_refused("expected 12 tensors, got 11");
  changed = tensors;
  changed[3].name = "point_009/layers.1.bias";
  write_safetensors(side_path_, changed, metadata);
  expect_refused("expected tensor 'point_000/layers.1.bias' in the layout's shape, got none");
  changed = tensors;
  changed[0].shape = {2, 3};
  write_safetensors(side_path_, changed, metadata);
  expect_refused("'point_000/layers.0.weight' in the layout's shape, got another shape");
  write_file_atomically(side_path_, "cut");
  expect_refused("front.safetensors: not a readable safetensors file");
  std::filesystem::remove(side_path_);
  expect_refused("front.safetensors: cannot be read");
}

}  // namespace
}  // namespace moo
