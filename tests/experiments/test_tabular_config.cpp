#include <gtest/gtest.h>

#include "experiments/tabular/config.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/model/activation.hpp"
#include "tests/experiments/broken_configs.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo::tabular {
namespace {

using test::BrokenConfig;
using test::complaint_of;
using test::expect_says;

const char* const smallest = R"({"data": {"file": "a.csv", "target": "y", "task": "regression"}})";

Config parsed(const std::string& text) { return parse_config(text, "studies/loans.json"); }

/// The smallest config with more fields in front.
Config smallest_with(const std::string& fields) {
  return parsed("{" + fields + ", " + std::string(smallest).substr(1));
}

TEST(TabularConfig, EveryPartIsReadAsItIsWritten) {
  const Config config = parsed(test::good_config().dump());
  EXPECT_EQ(config.file, "studies/loans.json");
  EXPECT_EQ(config.name, "loans");
  EXPECT_EQ(config.data.file, std::filesystem::path("studies/loans.csv"));
  EXPECT_EQ(config.data.target, "deny");
  EXPECT_EQ(config.data.task, Task::binary);
  EXPECT_EQ(config.data.positive, "yes");
  EXPECT_EQ(config.data.inputs, (std::vector<std::string>{"pirat", "hirat", "purpose"}));
  EXPECT_EQ(config.data.protected_columns, std::vector<std::string>{"afam"});
  EXPECT_EQ(config.data.categorical, std::vector<std::string>{"purpose"});
  EXPECT_EQ(config.data.weights, "w");
  EXPECT_EQ(config.data.missing, MissingPolicy::impute);
  EXPECT_EQ(config.split.kind, SplitKind::stratified);
  EXPECT_EQ(config.split.validation, 0.25);
  EXPECT_EQ(config.split.test, 0.15);
  EXPECT_EQ(config.split.by, std::vector<std::string>{"afam"});
  EXPECT_EQ(config.model.hidden, (std::vector<int>{8, 4}));
  EXPECT_EQ(config.model.activation, "silu");
  EXPECT_EQ(config.model.weight_decay, 0.001);
  EXPECT_EQ(config.loss, LossKind::binary_cross_entropy);
  EXPECT_EQ(config.solver, "pareto_tracing");
  EXPECT_EQ(config.solver_options,
            (std::map<std::string, std::string>{{"corrector", "newton"}, {"points", "24"}}));
  EXPECT_EQ(config.seeds, (std::vector<std::uint64_t>{1, 7}));
}

TEST(TabularConfig, EveryPartOfAGroupIsReadAsItIsWritten) {
  const Config config = parsed(test::good_config().dump());
  ASSERT_EQ(config.groups.size(), 2U);
  const ConstraintGroup& parity = config.groups[0].group;
  EXPECT_EQ(parity.name, "parity");
  EXPECT_EQ(parity.enforcement, Enforcement::soft);
  EXPECT_EQ(parity.tolerance, 0.01);
  EXPECT_EQ(parity.penalty.shape, PenaltyShape::huber_hinge);
  EXPECT_EQ(parity.penalty.margin, 0.5);
  EXPECT_EQ(parity.penalty.shape_parameter, 0.2);
  EXPECT_TRUE(config.groups[0].automatic_scale);
  EXPECT_EQ(parity.aggregation.kind, AggregationKind::cvar);
  EXPECT_EQ(parity.aggregation.share, 0.3);
  EXPECT_EQ(parity.schedule.initial, 0.1);
  EXPECT_EQ(parity.schedule.growth, 3.0);
  EXPECT_EQ(parity.schedule.largest, 100.0);
  EXPECT_EQ(parity.schedule.allowed_rate, 0.05);
  EXPECT_EQ(parity.schedule.stage, 1);
  EXPECT_TRUE(parity.constraints.empty());
  const ConstraintGroup& safety = config.groups[1].group;
  EXPECT_EQ(safety.enforcement, Enforcement::probabilistic);
  EXPECT_EQ(safety.chance.delta, 0.1);
  EXPECT_EQ(safety.chance.surrogate, ChanceSurrogate::smoothed_rate);
  EXPECT_EQ(safety.chance.temperature, 0.2);
  EXPECT_FALSE(config.groups[1].automatic_scale);
  EXPECT_EQ(config.groups[1].paths,
            (std::vector<std::string>{"/groups/1/rules/0", "/groups/1/rules/1"}));
  EXPECT_EQ(nlohmann::ordered_json::parse(config.groups[1].rules[1]),
            test::good_config()["groups"][1]["rules"][1]);
}

TEST(TabularConfig, WhatIsAbsentHasTheDefaultOfItsStruct) {
  const Config config = parsed(smallest);
  EXPECT_EQ(config.name, "loans");  // after the file
  EXPECT_EQ(config.data.missing, DataConfig{}.missing);
  EXPECT_TRUE(config.data.inputs.empty());
  EXPECT_EQ(config.split.kind, SplitConfig{}.kind);
  EXPECT_EQ(config.split.validation, SplitConfig{}.validation);
  EXPECT_EQ(config.split.test, SplitConfig{}.test);
  EXPECT_EQ(config.model.hidden, ModelConfig{}.hidden);
  EXPECT_EQ(config.model.activation, ModelConfig{}.activation);
  EXPECT_EQ(config.model.weight_decay, ModelConfig{}.weight_decay);
  EXPECT_FALSE(config.loss);
  EXPECT_TRUE(config.groups.empty());
  EXPECT_EQ(config.solver, Config{}.solver);
  EXPECT_EQ(config.seeds, Config{}.seeds);
}

TEST(TabularConfig, WhatAGroupDoesNotSayHasTheDefaultOfItsStruct) {
  const Config config =
      smallest_with(R"("groups": [{"name": "g", "rules": [{"rule": "non_negativity"}]}])");
  const ConstraintGroup& group = config.groups.at(0).group;
  const ConstraintGroup defaults;
  EXPECT_EQ(group.enforcement, defaults.enforcement);
  EXPECT_EQ(group.tolerance, defaults.tolerance);
  EXPECT_EQ(group.penalty.shape, defaults.penalty.shape);
  EXPECT_EQ(group.penalty.scale, defaults.penalty.scale);
  EXPECT_EQ(group.penalty.margin, defaults.penalty.margin);
  EXPECT_EQ(group.penalty.resolved_parameter(), defaults.penalty.resolved_parameter());
  EXPECT_FALSE(config.groups[0].automatic_scale);
  EXPECT_EQ(group.aggregation.kind, defaults.aggregation.kind);
  EXPECT_EQ(group.chance.delta, defaults.chance.delta);
  EXPECT_EQ(group.chance.surrogate, defaults.chance.surrogate);
  EXPECT_EQ(group.schedule.initial, defaults.schedule.initial);
  EXPECT_EQ(group.schedule.growth, defaults.schedule.growth);
  EXPECT_EQ(group.schedule.largest, defaults.schedule.largest);
  EXPECT_EQ(group.schedule.allowed_rate, defaults.schedule.allowed_rate);
  EXPECT_EQ(group.schedule.stage, defaults.schedule.stage);
}

TEST(TabularConfig, EveryPenaltyShapeAndItsDefaultParameterCanBeWritten) {
  for (const std::string& name : penalty_shape_names()) {
    const Config config = smallest_with(R"("groups": [{"name": "g", "penalty": {"shape": ")" +
                                        name + R"("}, "rules": [{"rule": "non_negativity"}]}])");
    const Penalty& penalty = config.groups.at(0).group.penalty;
    EXPECT_EQ(to_string(penalty.shape), name);
    EXPECT_EQ(penalty.resolved_parameter(), Penalty{.shape = penalty.shape}.resolved_parameter());
    EXPECT_NO_THROW(check_penalty(name, penalty));
  }
}

TEST(TabularConfig, EverySplitAndActivationCanBeWritten) {
  EXPECT_EQ(smallest_with(R"("split": {"kind": "column", "by": ["part"]})").split.kind,
            SplitKind::column);
  const SplitConfig time =
      smallest_with(R"("split": {"kind": "time", "by": ["t"], "test": 0.5})").split;
  EXPECT_EQ(time.kind, SplitKind::time);
  EXPECT_EQ(time.by, std::vector<std::string>{"t"});
  EXPECT_EQ(time.test, 0.5);
  for (const std::string& name : activation_names()) {
    EXPECT_EQ(smallest_with(R"("model": {"activation": ")" + name + "\"}").model.activation, name);
  }
}

TEST(TabularConfig, CrossEntropyIsThatOfTheTask) {
  nlohmann::ordered_json config = test::good_config();
  EXPECT_EQ(parsed(config.dump()).loss, LossKind::binary_cross_entropy);
  config["data"].erase("positive");
  config["data"]["task"] = "multiclass";
  EXPECT_EQ(parsed(config.dump()).loss, LossKind::cross_entropy);
  config["data"]["task"] = "regression";
  expect_says(complaint_of<InvalidArgument>([&] { (void)parsed(config.dump()); }),
              {"loans.json: /loss: needs classes", "squared_error or huber"});
  config["loss"] = "huber";
  EXPECT_EQ(parsed(config.dump()).loss, LossKind::huber);
}

TEST(TabularConfig, CommentsAreAllowed) {
  const Config config = parsed("// a study\n{ /* where it\n is */ " +
                               std::string(smallest).substr(1) + " // the end");
  EXPECT_EQ(config.data.target, "y");
}

TEST(TabularConfig, EveryMistakeIsRefusedWithItsPlaceAndAHintOnOneLine) {
  for (const BrokenConfig& broken : test::broken_configs()) {
    SCOPED_TRACE(broken.at + " = " + broken.value);
    const Complaint complaint =
        complaint_of<InvalidArgument>([&] { (void)parsed(broken.config().dump()); });
    EXPECT_EQ(complaint.who, "loans.json: " + broken.place);
    expect_says(complaint, broken.says);
    EXPECT_EQ(complaint.message().find('\n'), std::string::npos);
  }
  EXPECT_GE(test::broken_configs().size(), 30U);
}

TEST(TabularConfig, WhateverStandsInAPlaceTheConfigIsReadOrRefusedInTheNameOfTheFile) {
  using Json = nlohmann::ordered_json;
  const Json values =
      Json::parse(R"([null, true, -1, 0, 1.5, 1e300, 18446744073709551615, "", "x", [], [[]], {},
                      [1, 1], {"rule": 1}, {"kind": []}])");
  std::vector<Json::json_pointer> places = {Json::json_pointer()};
  const Json good = test::good_config();
  for (std::size_t k = 0; k < places.size(); ++k) {
    const Json::json_pointer place = places[k];
    if (!good[place].is_structured()) continue;
    for (const auto& [name, value] : good[place].items()) {
      if (good[place].is_array()) {
        places.push_back(place / static_cast<std::size_t>(std::stoul(name)));
      } else {
        places.push_back(place / name);
      }
    }
  }
  int refused = 0;
  for (const Json::json_pointer& place : places) {
    for (const Json& value : values) {
      SCOPED_TRACE(place.to_string() + " = " + value.dump());
      Json config = good;
      config[place] = value;
      try {
        (void)parsed(config.dump());
      } catch (const InvalidArgument& error) {
        ++refused;
        EXPECT_TRUE(error.complaint().who.starts_with("loans.json")) << error.what();
      }  // anything else fails the test
    }
  }
  RecordProperty("places", static_cast<int>(places.size()));
  EXPECT_GT(refused, 1000);
}

TEST(TabularConfig, ANameThatIsThereTwiceIsRefusedWithItsPath) {
  expect_says(
      complaint_of<InvalidArgument>([] {
        (void)parsed(R"({"groups": [{}, {"a": {"x": [1, {}]}, "name": "p", "name": "q"}]})");
      }),
      {"loans.json: /groups/1/name: is there twice", "silently win"});
  expect_says(complaint_of<InvalidArgument>([] { (void)parsed(R"({"a": 1, "a": 1})"); }),
              {"loans.json: /a: is there twice"});
  EXPECT_NO_THROW((void)parsed(test::good_config().dump()));  // one name in two objects is fine
}

TEST(TabularConfig, WhatIsNoJsonIsRefusedWithLineColumnAndTheUsualSlip) {
  const auto says = [](const std::string& text, const std::vector<std::string>& parts) {
    expect_says(complaint_of<FileError>([&] { (void)parsed(text); }), parts);
  };
  says("", {"loans.json", "line 1, column 1", "the file is empty"});
  says("{\n  \"data\": {\n    \"a\": 1,\n  }\n}",
       {"line 4, column 3", "remove the comma before }"});
  says("{\"a\": [1, 2,]}", {"line 1, column 13", "remove the comma before ]"});
  says("{\n\"a\": 1\n\"b\": 2}", {"line 3", "is a comma or colon missing?"});
  says("{'a': 1}", {"line 1, column 2", "double quotes"});
  says("{\"a\": 1", {"a bracket or quote is not closed"});
  says("{\"a\": 1e999}", {"loans.json", "is no JSON"});
}

TEST(TabularConfig, AConfigThatIsNoObjectIsRefused) {
  expect_says(complaint_of<InvalidArgument>([] { (void)parsed("[1, 2]"); }),
              {"loans.json", "an object", "a list of 2"});
}

TEST(TabularConfig, AFileIsReadAndOneThatIsNotThereIsRefused) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "study.json", smallest);
  const Config config = read_config(folder / "study.json");
  EXPECT_EQ(config.name, "study");
  EXPECT_EQ(config.data.file, folder / "a.csv");
  expect_says(complaint_of<FileError>([&] { (void)read_config(folder / "other.json"); }),
              {"other.json", "cannot be read", "no such file"});
  expect_says(complaint_of<FileError>([&] { (void)read_config(folder.path()); }), {"is a folder"});
}

}  // namespace
}  // namespace moo::tabular
