#include <gtest/gtest.h>

#include <fstream>
#include <string>

#include "experiments/fashion/images.hpp"
#include "libmoo/base/error.hpp"
#include "tests/experiments/driver_program.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo {
namespace {

class FashionProgram : public test::DriverProgram {
 protected:
  FashionProgram() : DriverProgram("fashion") {}

  /// A folder with `count` training and test images of 2 x 2 pixels; image k is all k, class k
  /// % 10.
  std::filesystem::path small_fashion(int count) const {
    for (const std::string prefix : {"train", "t10k"}) {
      std::string images("\0\0\x08\x03\0\0\0\0\0\0\0\x02\0\0\0\x02", 16);
      std::string labels("\0\0\x08\x01\0\0\0\0", 8);
      images[7] = labels[7] = static_cast<char>(count);
      for (int k = 0; k < count; ++k) {
        images += std::string(4, static_cast<char>(k));
        labels += static_cast<char>(k % 10);
      }
      std::ofstream(folder_ / (prefix + "-images-idx3-ubyte"), std::ios::binary) << images;
      std::ofstream(folder_ / (prefix + "-labels-idx1-ubyte"), std::ios::binary) << labels;
    }
    return folder_ / "";
  }
};

TEST_F(FashionProgram, ImagesKeepTheirLabels) {
  const LabelledImages found =
      read_fashion(small_fashion(60), {.train = 40, .validation = 10, .test = 20}, RandomStream(3));
  EXPECT_EQ(found.rows, 2);
  EXPECT_EQ(found.data.num_rows(), 70);
  ASSERT_EQ(found.parts.size(), 3u);
  EXPECT_EQ(found.parts[0].rows.size(), 40u);
  EXPECT_EQ(found.parts[1].rows.size(), 10u);
  EXPECT_EQ(found.parts[2].rows.size(), 20u);
  for (Eigen::Index b = 0; b < 70; ++b) {
    const int k = static_cast<int>(std::lround(255.0 * found.data.inputs(0, b)));
    EXPECT_EQ(found.data.targets(k % 10, b), 1.0) << b;
    EXPECT_EQ(found.data.targets.col(b).sum(), 1.0) << b;
  }
}

TEST_F(FashionProgram, ImagesWithoutLabelsAreRefused) {
  const std::filesystem::path folder = small_fashion(20);
  std::ofstream(folder / "t10k-labels-idx1-ubyte", std::ios::binary)
      << std::string("\0\0\x08\x01\0\0\0\x01\x05", 9);
  test::expect_says(
      test::complaint_of<FileError>([&] { read_fashion(folder, {}, RandomStream(3)); }),
      {"t10k", "labels"});
}

TEST(Digits, TheTableIsReadAsItsReadmeSays) {
  const LabelledImages found = read_digits("experiments/data/digits/digits.csv", RandomStream(3));
  EXPECT_EQ(found.data.num_rows(), 1797);
  EXPECT_EQ(found.data.num_inputs(), 64);
  EXPECT_EQ(found.data.inputs.maxCoeff(), 1.0);
  EXPECT_EQ(found.data.targets(0, 0), 1.0) << "the first image is a nought";
  EXPECT_EQ(found.data.targets.row(0).sum(), 178.0);
}

TEST_F(FashionProgram, EverySolverTradesAccuracyForConsistencyOnDigits) {
  for (const std::string& solver : test::main_solvers()) {
    const FrontDocument document = quick(solver);
    test::expect_metrics(document, {"train", "validation", "test"},
                         {"cross_entropy", "error_rate", "error_rate_moved", "worst_class_error",
                          "class_error_gap", "above_ceiling", "active_share"});
    const auto& points = document.report.front.points();
    ASSERT_GE(points.size(), 4u) << solver;
    const auto& first = points.front().evaluation.at("test").metrics;
    EXPECT_LT(first.at("error_rate"), 0.15) << solver;
    double least = 1.0;
    for (const ParetoPoint& point : points) {
      least = std::min(least, point.evaluation.at("test").metrics.at("error_rate_moved"));
    }
    EXPECT_LT(least, 0.8 * first.at("error_rate_moved")) << solver;
  }
}

TEST_F(FashionProgram, MinibatchesTrainItToo) {
  const FrontDocument document =
      quick("primal_dual", "--points 3 --option steps=400 --hidden 16 --activation tanh");
  ASSERT_GE(document.report.front.points().size(), 3u);
  EXPECT_LT(document.report.front.points().front().evaluation.at("test").metrics.at("error_rate"),
            0.15);
}

}  // namespace
}  // namespace moo
