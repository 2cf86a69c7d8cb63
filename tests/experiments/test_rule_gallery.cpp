#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "experiments/gallery/examples.hpp"
#include "experiments/gallery/fits.hpp"
#include "experiments/tabular/config.hpp"
#include "libmoo/base/error.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_file.hpp"

// The examples and pictures of docs/constraints.md. Tests run in the repository root.

namespace moo::gallery {
namespace {

using Json = nlohmann::ordered_json;

const std::filesystem::path page = "docs/constraints.md";

std::vector<Example> examples() { return read_examples(page); }

std::set<std::string> families_of(const Example& example) {
  if (example.language == "cpp") return {example.picture};
  std::set<std::string> families;
  const Json group = Json::parse(example.text);
  for (const Json& rule : group.at("rules")) {
    families.insert(rule.at("rule").get<std::string>());
  }
  return families;
}

std::string contents(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST(RuleGallery, EveryFamilyOnOfferHasAnExampleAndAPictureOfItsName) {
  std::set<std::string> shown;
  for (const Example& example : examples()) {
    if (families_of(example).contains(example.picture)) shown.insert(example.picture);
  }
  for (const auto& [family, meaning] : tabular::rule_families()) {
    EXPECT_TRUE(shown.contains(family)) << family << ": " << meaning;
  }
  EXPECT_TRUE(shown.contains("pointwise_rule"));
  EXPECT_TRUE(shown.contains("differential_rule"));
}

TEST(RuleGallery, EveryPictureIsAPngAndEveryPngIsShown) {
  std::set<std::string> named;
  for (const Example& example : examples()) {
    EXPECT_TRUE(named.insert(example.picture).second) << example.picture << " is there twice";
    const std::string picture = contents("docs/gallery/rules/" + example.picture + ".png");
    EXPECT_TRUE(picture.starts_with("\x89PNG"))
        << example.picture << ": run scripts/update_gallery";
    EXPECT_LT(picture.size(), 25000U) << example.picture;
  }
  for (const auto& file : std::filesystem::directory_iterator("docs/gallery/rules")) {
    if (file.path().extension() != ".png") continue;
    EXPECT_TRUE(named.contains(file.path().stem().string())) << file.path();
  }
}

TEST(RuleGallery, EverySceneIsShown) {
  std::set<std::string> shown;
  for (const Example& example : examples()) shown.insert(example.scene);
  EXPECT_EQ(shown, std::set<std::string>(scene_names().begin(), scene_names().end()));
}

TEST(RuleGallery, ExamplesAreShort) {
  for (const Example& example : examples()) {
    const auto lines = std::count(example.text.begin(), example.text.end(), '\n');
    EXPECT_LE(lines, 7) << example.picture;
  }
}

TEST(RuleGallery, ExamplesInCppAreWordForWordThoseThatAreFitted) {
  const std::string source = contents("experiments/gallery/own_rules.cpp");
  for (const Example& example : examples()) {
    if (example.language != "cpp") continue;
    EXPECT_NE(source.find("\n" + example.text), std::string::npos) << example.text;
  }
}

TEST(RuleGallery, EveryRuleIsBrokenLessAndPaidForInLoss) {
  for (const Example& example : examples()) {
    SCOPED_TRACE(example.picture);
    const Comparison found = compare(example);
    EXPECT_LT(found.after.penalty, 0.5 * found.before.penalty);
    EXPECT_LT(found.after.violation_rate, found.before.violation_rate);
    EXPECT_GT(found.after.loss, found.before.loss);
  }
}

TEST(RuleGallery, TheSameExampleGivesTheSameFit) {
  const Example example = examples().front();
  EXPECT_EQ(compare(example).after.theta, compare(example).after.theta);
}

TEST(RuleGallery, ScenesAreWholeDataSetsInRawUnits) {
  for (const std::string& name : scene_names()) {
    SCOPED_TRACE(name);
    const Scene scene = make_scene(name);
    EXPECT_NO_THROW(scene.data.check());
    EXPECT_TRUE(scene.grid.cols() == 0 || scene.grid.rows() == scene.data.num_inputs());
    EXPECT_EQ(scene.data.targets.rows(), std::ssize(scene.outputs));
    EXPECT_NEAR(scene.data.inputs.rowwise().mean().norm(), 0.0, 1e-12);
  }
}

TEST(RuleGallery, ActivationsOfTheFirstLayerMakeThePredictions) {
  const Example example = [] {
    for (const Example& each : examples()) {
      if (each.picture == "activation_bound") return each;
    }
    return Example{};
  }();
  const Comparison found = compare(example, {.before = 20, .after = 20});
  const Network network({1, 24, 1}, Activation::tanh);
  const Vector& theta = found.before.theta;
  const Matrix expected = ((network.weight(theta.data(), 0) * found.scene.data.inputs).colwise() +
                           network.bias(theta.data(), 0))
                              .array()
                              .tanh();
  EXPECT_LT((activations(found.scene, theta) - expected).cwiseAbs().maxCoeff(), 1e-12);
}

void expect_refused(const std::string& text, const std::vector<std::string>& says) {
  const test::TemporaryFile file(text);
  test::expect_says(test::complaint_of<InvalidArgument>([&] { (void)read_examples(file.path()); }),
                    says);
}

TEST(RuleGallery, PagesThatCannotBeUnderstoodAreRefusedByLine) {
  expect_refused("\n<!-- picture a scene b -->\n", {":2", "<!-- picture NAME, scene SCENE"});
  expect_refused("<!-- picture a, scene b -->\n\ntext\n", {":3", "```json"});
  expect_refused("<!-- picture a, scene b -->\n```json\n{}\n", {"the end inside an example"});
  expect_refused("<!-- picture a, scene b -->\n```json\n{}\n```\n\n![x](gallery/rules/b.png)\n",
                 {":6", "gallery/rules/a.png"});
  EXPECT_THROW((void)read_examples("docs/no_such_page.md"), FileError);
  EXPECT_THROW((void)make_scene("dosage"), InvalidArgument);
}

TEST(RuleGallery, ARuleTheDataKeepByThemselvesShowsNothing) {
  const Example example{.picture = "a",
                        .scene = "dose",
                        .language = "json",
                        .text = R"({"name": "a", "rules": [{"rule": "output_range",
                                    "high": 1000}]})"};
  test::expect_says(test::complaint_of<InvalidArgument>([&] { (void)compare(example); }),
                    {"shows nothing"});
}

}  // namespace
}  // namespace moo::gallery
