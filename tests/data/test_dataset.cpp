#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "libmoo/data/dataset.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Dataset;
using moo::InvalidArgument;
using moo::Matrix;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;

Dataset four_rows() {
  Dataset data;
  data.inputs = Matrix({{1, 2, 3, 4}, {10, 20, 30, 40}});
  data.targets = Matrix({{0, 1, 1, 0}});
  data.input_names = {"ratio", "history"};
  data.columns = {{"group", Vector({{1.0, 0.0, 1.0, 0.0}})},
                  {"region", Vector({{5.0, 6.0, 7.0, 8.0}})}};
  return data;
}

TEST(Dataset, CountsSamplesAsColumns) {
  EXPECT_EQ(four_rows().num_rows(), 4);
  EXPECT_EQ(four_rows().num_inputs(), 2);
}

TEST(Dataset, FindsInputsAndSideColumnsByName) {
  const Dataset data = four_rows();
  EXPECT_EQ(data.input_index("ratio"), 0);
  EXPECT_EQ(data.input_index("history"), 1);
  EXPECT_EQ(data.column("region")(3), 8.0);
}

TEST(Dataset, ListsTheSideColumnsWhenANameIsUnknown) {
  const Dataset data = four_rows();
  expect_says(complaint_of<InvalidArgument>([&] { (void)data.column("groups"); }),
              {"Dataset::column", "no such side column", "expected one of group, region",
               "got 'groups'", "did you mean 'group'?"});
  expect_says(complaint_of<InvalidArgument>([&] { (void)data.column("ratio"); }),
              {"it is an input", "input_index"});
  expect_says(complaint_of<InvalidArgument>([] { (void)Dataset().column("a"); }),
              {"there are none", "got 'a'"});
}

TEST(Dataset, ListsTheInputsWhenANameIsUnknown) {
  const Dataset data = four_rows();
  expect_says(complaint_of<InvalidArgument>([&] { (void)data.input_index("ration"); }),
              {"Dataset::input_index", "no such input", "expected one of ratio, history",
               "got 'ration'", "did you mean 'ratio'?"});
  expect_says(complaint_of<InvalidArgument>([&] { (void)data.input_index("group"); }),
              {"it is a side column", "column(name)"});
}

TEST(Dataset, TakesEverythingAboutARowIntoASubset) {
  const Dataset part = four_rows().subset({2, 0, 2});
  EXPECT_EQ(part.inputs, Matrix({{3, 1, 3}, {30, 10, 30}}));
  EXPECT_EQ(part.targets, Matrix({{1, 0, 1}}));
  EXPECT_EQ(part.column("group"), Vector({{1.0, 1.0, 1.0}}));
  EXPECT_EQ(part.column("region"), Vector({{7.0, 5.0, 7.0}}));
  EXPECT_EQ(part.input_names, four_rows().input_names);
}

TEST(Dataset, MayHaveAnEmptySubset) {
  const Dataset none = four_rows().subset({});
  EXPECT_EQ(none.num_rows(), 0);
  EXPECT_EQ(none.num_inputs(), 2);
  EXPECT_EQ(none.column("group").size(), 0);
}

TEST(Dataset, RefusesRowsItDoesNotHave) {
  for (const int row : {-1, 4}) {
    expect_says(complaint_of<InvalidArgument>([&] {
                  (void)four_rows().subset({0, row});
                }),
                {"Dataset::subset", "expected 0 to 3", "got " + std::to_string(row)});
  }
}

TEST(Dataset, SaysWhichPartHasTheWrongSize) {
  four_rows().check();
  Dataset data = four_rows();
  data.columns["group"] = Vector::Zero(3);
  expect_says(complaint_of<InvalidArgument>([&] { data.check(); }),
              {"column 'group'", "expected 4", "got 3"});
  data = four_rows();
  data.targets = Matrix::Zero(1, 5);
  expect_says(complaint_of<InvalidArgument>([&] { (void)data.subset({0}); }),
              {"targets", "expected 4", "got 5"});
  data = four_rows();
  data.input_names = {"ratio"};
  expect_says(complaint_of<InvalidArgument>([&] { data.check(); }),
              {"input names", "expected 2", "got 1"});
  data.input_names = {"ratio", "ratio"};
  expect_says(complaint_of<InvalidArgument>([&] { data.check(); }), {"one name", "'ratio'"});
}

}  // namespace
