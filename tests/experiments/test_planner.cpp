#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/planner/robot_map.hpp"
#include "libmoo/base/error.hpp"
#include "tests/experiments/driver_program.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_file.hpp"

namespace moo {
namespace {

constexpr const char* office = "experiments/data/robot_maps/office_0.20m.pgm";

class PlannerProgram : public test::DriverProgram {
 protected:
  PlannerProgram() : DriverProgram("planner") {}
};

TEST(RobotMap, TheHallIsFreeAndItsPillarsAreSolid) {
  const RobotMap map = read_robot_map(office);
  EXPECT_EQ(map.blocked.rows(), 130);
  EXPECT_EQ(map.blocked.cols(), 140);
  EXPECT_NEAR(map.place.x, -9.9, 1e-12) << "centre of the first cell";
  EXPECT_GT(map.distance_at(4.3, -2.2), 1.0) << "between the pillars";
  EXPECT_LT(map.distance_at(1.2, -2.3), -0.8) << "the middle of the left one, though free as read";
  EXPECT_LT(map.distance_at(8.1, -2.2), -0.8) << "the middle of the right one";
  EXPECT_LT(map.distance_at(-8.0, 10.0), 0.0) << "nowhere";
}

TEST(RobotMap, RoutesKeepToTheirStripAndLength) {
  const RobotMap map = read_robot_map(office);
  const RouteOptions options{
      .count = 50, .x_low = -3.0, .x_high = 5.0, .y_low = -4.7, .y_high = 1.6};
  const Dataset routes = sample_routes(map, options, 12, RandomStream(5));
  for (int k = 0; k < 50; ++k) {
    for (const char* end : {"start", "goal"}) {
      const double x = routes.column(end + std::string("_x"))(k);
      EXPECT_GE(x, -3.0);
      EXPECT_LE(x, 5.0);
      EXPECT_GE(map.distance_at(x, routes.column(end + std::string("_y"))(k)), 0.4);
    }
    EXPECT_GE(routes.inputs(0, k), 2.0);
    EXPECT_LE(routes.inputs(0, k), 6.0);
  }
  const int at_start = routes.input_index("free_0_2");
  EXPECT_NEAR(routes.inputs(at_start, 7),
              map.distance_at(routes.column("start_x")(7), routes.column("start_y")(7)), 1e-12);
}

TEST(RobotMap, SaysWhatIsWrong) {
  const test::TemporaryFile file("P5\n1 1\n255\nA");
  test::expect_says(test::complaint_of<FileError>([&] { read_robot_map(file.path()); }),
                    {"origin_x", "resolution"});
}

TEST_F(PlannerProgram, EverySolverBuysClearanceWithLength) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver);
    EXPECT_GE(test::good_points(document), 3) << solver;
    test::expect_metrics(
        document, {"train", "validation", "test", "other_part"},
        {"length_ratio", "goal_error", "collision_rate", "least_clearance", "acceleration"});
    const ParetoPoint& shortest = document.report.front.points().front();
    EXPECT_NEAR(shortest.evaluation.at("train").metrics.at("length_ratio"), 1.0, 0.01) << solver;
    double least = 1.0;
    for (const ParetoPoint& point : document.report.front.points()) {
      least = std::min(least, point.evaluation.at("train").metrics.at("collision_rate"));
    }
    EXPECT_LT(least, 0.3 * shortest.evaluation.at("train").metrics.at("collision_rate")) << solver;
  }
}

TEST_F(PlannerProgram, PathsAreWrittenWithTheirMap) {
  ASSERT_GE(quick("weighted_sum").report.front.points().size(), 3u);
  const auto paths = nlohmann::json::parse(text_of(folder_ / "fronts" / "weighted_sum.paths.json"));
  EXPECT_EQ(paths["map"]["rows"].size(), 130u);
  ASSERT_GE(paths["points"].size(), 3u);
  for (const char* part : {"train", "validation", "test", "other_part"}) {
    EXPECT_EQ(paths["points"][0]["paths"][part].size(), 12U) << part;
  }
}

}  // namespace
}  // namespace moo
