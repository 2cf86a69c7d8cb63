#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "experiments/dosing/dose_history.hpp"
#include "experiments/dosing/quinidine.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/data/table.hpp"
#include "tests/experiments/driver_program.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_file.hpp"

namespace moo {
namespace {

class DosingProgram : public test::DriverProgram {
 protected:
  DosingProgram() : DriverProgram("dosing") {}
};

TEST(DoseHistory, DosesAddUpAndHalveEverySevenHours) {
  DoseHistory history;
  EXPECT_EQ(history.at(5.0).amount, 0.0);
  history.take(10.0, 200.0, 0.0);
  history.take(17.0, 300.0, 0.0);
  const BodyLoad load = history.at(24.0);
  EXPECT_NEAR(load.amount, 200.0 / 4.0 + 300.0 / 2.0, 1e-12);
  EXPECT_EQ(load.last_dose, 300.0);
  EXPECT_EQ(load.hours_since, 7.0);
}

TEST(DoseHistory, RepeatedDosesFindTheSteadyState) {
  DoseHistory steady;
  steady.take(0.0, 200.0, 6.0);
  DoseHistory many;
  for (int k = 0; k < 60; ++k) many.take(6.0 * k, 200.0, 0.0);
  EXPECT_NEAR(steady.at(0.0).amount, many.at(6.0 * 59).amount, 1e-9);
}

TEST(Quinidine, TheTableIsReadAsItsReadmeSays) {
  const QuinidineRecords records = read_quinidine("experiments/data/quinidine/quinidine.csv");
  EXPECT_EQ(records.data.num_rows() + records.dropped, 361);
  EXPECT_LT(records.dropped, 10);
  const Vector& conc = records.data.column("conc");
  EXPECT_EQ(conc.minCoeff(), 0.4);
  EXPECT_EQ(conc.maxCoeff(), 9.4);
  EXPECT_NEAR(records.data.targets(0, 0), std::log(1.4), 1e-12) << "the file's first concentration";
  EXPECT_EQ(records.rows[0], 7);
  EXPECT_EQ(records.data.inputs(records.data.input_index("age"), 0), 60.0);
  EXPECT_EQ(records.data.inputs(records.data.input_index("heart"), 0), 1.0) << "moderate";
  EXPECT_NEAR(records.data.inputs(records.data.input_index("hours_since"), 0), 9.25, 1e-12);
}

TEST(Quinidine, SaysWhichCellIsWrong) {
  const test::TemporaryFile file(
      "Subject,time,conc,dose,Age,interval,Weight,Race,Smoke,Ethanol,Heart,Creatinine,glyco\n"
      "1,0,,200,60,,70,Latin,no,none,Severe,< 50,1.0\n"
      "1,5,lots,,60,,70,Latin,no,none,Severe,< 50,1.0\n");
  test::expect_says(test::complaint_of<FileError>([&] { read_quinidine(file.path()); }),
                    {"3", "conc", "lots"});
}

TEST_F(DosingProgram, NoPatientIsInTwoParts) {
  ASSERT_EQ(quick("weighted_sum", "--points 2").data->rows, 361);
  const Table records = read_csv("experiments/data/quinidine/quinidine.csv");
  const Table predictions = read_csv(folder_ / "fronts" / "weighted_sum.predictions.csv");
  const Vector row = predictions.numeric("row");
  std::map<std::string, std::set<std::string>> parts;
  for (Eigen::Index k = 0; k < row.size(); ++k) {
    parts[records.text("Subject")[static_cast<std::size_t>(row(k))]].insert(
        predictions.text("split")[static_cast<std::size_t>(k)]);
  }
  EXPECT_GT(parts.size(), 130u);
  for (const auto& [patient, of_patient] : parts) EXPECT_EQ(of_patient.size(), 1u) << patient;
}

TEST_F(DosingProgram, EverySolverTradesErrorForSafety) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver);
    EXPECT_GE(test::good_points(document), 4) << solver;
    test::expect_metrics(document, {"train", "validation", "test"},
                         {"rmse_log", "underrated_when_high", "physics_violations",
                          "error_gap_race", "error_gap_age", "doses_found"});
    const auto& points = document.report.front.points();
    double least = 1.0;
    for (const ParetoPoint& point : points) {
      least =
          std::min(least, point.evaluation.at("train").metrics.at("mean_underrating_when_high"));
    }
    const auto& first = points.front().evaluation.at("train").metrics;
    EXPECT_LT(first.at("rmse_log"), 0.5) << solver << ": better than the mean";
    EXPECT_LT(least, 0.3 * first.at("mean_underrating_when_high")) << solver;
  }
}

TEST_F(DosingProgram, RecommendedDosesStayInTheirRange) {
  const FrontDocument document = quick("weighted_sum", "--objectives log_error,physics");
  const Table doses = read_csv(folder_ / "fronts" / "weighted_sum.doses.csv");
  ASSERT_GE(doses.names().size(), 5u);
  int found = 0;
  for (std::size_t column = 2; column < doses.names().size(); ++column) {
    for (const std::string& cell : doses.text(doses.names()[column])) {
      if (cell == "none") continue;
      ++found;
      const double factor = std::stod(cell);
      EXPECT_GE(factor, 0.5);
      EXPECT_LE(factor, 2.0);
    }
  }
  EXPECT_GT(found, 50);
}

}  // namespace
}  // namespace moo
