#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "libmoo/front/indicators.hpp"
#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/front_json.hpp"
#include "libmoo/io/safetensors.hpp"
#include "tests/io/document_difference.hpp"
#include "tests/io/random_document.hpp"
#include "tests/io/small_document.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;
using Names = std::vector<std::string>;

TEST(FrontFile, every_document_comes_back_equal_in_every_field) {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    const FrontDocument document = random_document(random);
    write_front(folder / "front.json", document);
    EXPECT_EQ(difference(document, read_front(folder / "front.json")), "");
  }
}

TEST(FrontFile, writing_what_was_read_gives_the_same_bytes) {
  const TemporaryFolder folder;
  for (std::uint64_t seed = 300; seed < 320; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    RandomStream random(seed);
    FrontDocument document = random_document(random);
    if (document.layout.empty()) continue;
    write_front(folder / "front.json", document);
    const std::string text = read_file(folder / "front.json");
    const std::string bytes = read_file(folder / "front.safetensors");
    write_front(folder / "front.json", read_front(folder / "front.json"));
    EXPECT_EQ(read_file(folder / "front.json"), text);
    EXPECT_EQ(read_file(folder / "front.safetensors"), bytes);
  }
}

TEST(FrontFile, the_comparison_itself_sees_a_change) {
  const FrontDocument document = small_document();
  FrontDocument other = small_document();
  EXPECT_EQ(difference(document, other), "");
  other.report.front.points()[1].parameters(3) += 1e-13;
  EXPECT_EQ(difference(document, other), "points[1].parameters");
  other = small_document();
  other.groups[2].chance->delta += 1e-16;
  EXPECT_EQ(difference(document, other), "groups[2].chance");
  other = small_document();
  other.report.front.points()[2].influence["fairness"].exact(0) += 1e-16;
  EXPECT_EQ(difference(document, other), "points[2].influence");
  other = small_document();
  other.report.options["tolerance"] = 1e-6 + 1e-20;
  other.report.options["points"] = 24.0;
  EXPECT_EQ(difference(document, other), "solver.options");
}

TEST(FrontFile, lies_beside_its_parameters_and_nothing_else) {
  const TemporaryFolder folder;
  FrontDocument document = small_document();
  write_front(folder / "weighted_sum.json", document);
  EXPECT_EQ(folder.names(), (Names{"weighted_sum.json", "weighted_sum.safetensors"}));
  document.layout.clear();
  write_front(folder / "alone.json", document);
  EXPECT_EQ(folder.names(), (Names{"alone.json", "weighted_sum.json", "weighted_sum.safetensors"}));
  EXPECT_EQ(read_front(folder / "alone.json").report.front.points()[0].parameters.size(), 0);
}

TEST(FrontFile, can_be_moved_as_long_as_both_files_are) {
  const TemporaryFolder folder;
  write_front(folder / "front.json", small_document());
  std::filesystem::create_directory(folder / "other");
  std::filesystem::rename(folder / "front.json", folder / "other" / "renamed.json");
  std::filesystem::rename(folder / "front.safetensors", folder / "other" / "front.safetensors");
  EXPECT_EQ(difference(small_document(), read_front(folder / "other" / "renamed.json")), "");
}

TEST(FrontFile, parameters_are_row_major_tensors_of_every_point) {
  const TemporaryFolder folder;
  write_front(folder / "front.json", small_document());
  const std::vector<NamedTensor> tensors = read_safetensors(folder / "front.safetensors");
  ASSERT_EQ(tensors.size(), 12u);
  EXPECT_EQ(tensors[4].name, "point_001/layers.0.weight");
  EXPECT_EQ(tensors[4].shape, (std::vector<long>{3, 2}));
  // In the vector: column 0 is 100, 101, 102, column 1 is 103, 104, 105.
  EXPECT_EQ(tensors[4].data, (Vector{{100, 103, 101, 104, 102, 105}}));
  EXPECT_EQ(tensors[5].name, "point_001/layers.0.bias");
  EXPECT_EQ(tensors[5].shape, std::vector<long>{3});
  EXPECT_EQ(tensors[6].shape, (std::vector<long>{1, 3}));
  EXPECT_EQ(tensors[7].data, Vector{{112}});
}

TEST(FrontFile, indicators_are_those_of_the_nondominated_points) {
  const TemporaryFolder folder;
  FrontDocument document = small_document();
  ParetoPoint worse = document.report.front.points()[1];
  worse.objectives = Vector{{0.7, 0.45}};
  document.report.front.add(worse);
  write_front(folder / "front.json", document);
  const Json json = Json::parse(read_file(folder / "front.json"));
  EXPECT_TRUE(json["points"][3]["dominated"].get<bool>());
  const Json& indicators = json["indicators"];
  // Scaled points (0, 1), (0.5, 0.5), (1, 0) against (1.1, 1.1).
  EXPECT_NEAR(indicators["hypervolume"].get<double>(), 0.11 + 0.6 * 0.5 + 0.1 * 0.5, 1e-12);
  EXPECT_NEAR(indicators["reference"][0].get<double>(), 0.8, 1e-12);
  EXPECT_NEAR(indicators["reference"][1].get<double>(), 0.55, 1e-12);
  EXPECT_EQ(indicators["ideal"], (Json{0.25, 0.0}));
  EXPECT_EQ(indicators["nadir"], (Json{0.75, 0.5}));
  EXPECT_NEAR(indicators["spacing"].get<double>(), 0.0, 1e-12);
  EXPECT_EQ(indicators["held_out"]["hypervolume"]["test"], 0.375);
}

TEST(FrontFile, a_run_that_ended_before_its_anchors_has_a_file_too) {
  const TemporaryFolder folder;
  FrontDocument document = small_document();
  document.report.front =
      Front(NamedProblem("lending", 13, document.report.front.objectives(), {}));
  document.report.status = RunStatus::failed;
  document.report.coverage.clear();
  write_front(folder / "front.json", document);
  const Json json = Json::parse(read_file(folder / "front.json"));
  EXPECT_EQ(json["scaling"], (Json{{"ideal", {0.0, 0.0}},
                                   {"nadir", {1.0, 1.0}},
                                   {"known", false},
                                   {"resolution", {0.0, 0.001}}}));
  EXPECT_EQ(json["indicators"]["hypervolume"], 0.0);
  EXPECT_EQ(json["indicators"]["ideal"], Json::array());
  EXPECT_EQ(difference(document, read_front(folder / "front.json")), "");
}

TEST(FrontFile, scouts_stay_out) {
  const TemporaryFolder folder;
  FrontDocument document = small_document();
  document.report.front.add_scout(document.report.front.points()[0]);
  write_front(folder / "front.json", document);
  const FrontDocument read = read_front(folder / "front.json");
  EXPECT_TRUE(read.report.front.scouts().empty());
  EXPECT_EQ(difference(document, read), "");
}

TEST(FrontFile, is_indented_by_two_and_keeps_vectors_on_one_line) {
  const TemporaryFolder folder;
  FrontDocument document = small_document();
  write_front(folder / "front.json", document);
  const std::string text = read_file(folder / "front.json");
  EXPECT_EQ(text.find("{\n  \"schema_version\": \"1.0\",\n  \"context\": {\n    \"created\": "),
            0u);
  EXPECT_NE(text.find("\n      \"objectives\": [0.25, 0.5],\n"), std::string::npos);
  EXPECT_NE(text.find("\n  \"scaling\": {\"ideal\": [0.25, 0.0], \"nadir\": [0.75, 0.5], "),
            std::string::npos);
  EXPECT_NE(text.find("\"parameters\": \"point_002\""), std::string::npos);
  EXPECT_NE(text.find("\n  \"parameters_file\": \"front.safetensors\"\n}\n"), std::string::npos);
}

TEST(FrontFile, a_group_holds_what_its_enforcement_has_and_no_more) {
  const TemporaryFolder folder;
  write_front(folder / "front.json", small_document());
  const Json groups = Json::parse(read_file(folder / "front.json"))["problem"]["groups"];
  ASSERT_EQ(groups.size(), 3u);
  EXPECT_EQ(groups[0]["aggregation"], (Json{{"kind", "cvar"}, {"share", 0.25}}));
  EXPECT_EQ(groups[0]["scale_origin"], "automatic");
  EXPECT_FALSE(groups[0].contains("chance"));
  EXPECT_EQ(groups[1]["enforcement"], "hard");
  for (const char* name : {"shape", "shape_parameter", "aggregation", "chance"}) {
    EXPECT_FALSE(groups[1].contains(name)) << name;
  }
  EXPECT_EQ(groups[2]["chance"],
            (Json{{"delta", 0.05}, {"surrogate", "smoothed_rate"}, {"temperature", 0.1}}));
}

TEST(FrontFile, a_thousand_points_keep_names_of_their_own) {
  const TemporaryFolder folder;
  FrontDocument document = small_document();
  const ParetoPoint point = document.report.front.points()[0];
  while (document.report.front.points().size() < 1002) document.report.front.add(point);
  write_front(folder / "front.json", document);
  EXPECT_NE(read_file(folder / "front.json").find("\"point_1001\""), std::string::npos);
  EXPECT_EQ(difference(document, read_front(folder / "front.json")), "");
}

}  // namespace
}  // namespace moo
