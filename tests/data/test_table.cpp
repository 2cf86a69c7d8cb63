// Table: columns by name, as numbers, as flags and as text.

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "libmoo/data/table.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Complaint;
using moo::FileError;
using moo::InvalidArgument;
using moo::Table;
using moo::Vector;
using moo::test::complaint_of;
using moo::test::expect_says;
using Cells = std::vector<std::string>;

/// One column of cells, the first of them on line 2.
Table one_column(Cells cells) {
  std::vector<long> lines;
  for (long k = 0; k < std::ssize(cells); ++k) lines.push_back(k + 2);
  return {"x.csv", {"ratio"}, {std::move(cells)}, lines};
}

Table loans() {
  return {"loans.csv", {"denied", "ratio"}, {{"no", "yes", "no"}, {"1", "2", "3"}}, {2, 3, 5}};
}

TEST(Table, ReadsNumbersInEveryUsualSpelling) {
  const Table table =
      one_column({"1", "-2.5", "+3", "4e-3", "5E2", ".5", "6.", " 7\t", "0.22100000381469725"});
  Vector expected(9);
  expected << 1, -2.5, 3, 4e-3, 5e2, 0.5, 6, 7, 0.22100000381469725;
  EXPECT_EQ(table.numeric("ratio"), expected);
}

TEST(Table, SaysWhichCellIsNoNumber) {
  const Complaint complaint = complaint_of<FileError>([] {
    (void)one_column({"1", "two"}).numeric("ratio");
  });
  EXPECT_EQ(complaint.who, "x.csv:3: column 'ratio'");
  EXPECT_EQ(complaint.expected, "a finite number");
  EXPECT_EQ(complaint.got, "'two'");
  EXPECT_FALSE(complaint.hint.empty());
}

TEST(Table, TakesNothingForANumberThatIsNone) {
  for (const std::string cell : {"1x", "0x10", "1 2", "--1", "+-1", "+", "-", "e5", "1,5", "1;2"}) {
    SCOPED_TRACE(cell);
    expect_says(complaint_of<FileError>([&] { (void)one_column({cell}).numeric("ratio"); }),
                {"x.csv:2: column 'ratio'", "'" + cell + "'"});
  }
}

TEST(Table, SaysHowToHelpACellThatIsNoNumber) {
  const auto hint_for = [](const std::string& cell) {
    return complaint_of<FileError>([&] { (void)one_column({cell}).numeric("ratio"); }).hint;
  };
  for (const char* cell : {"", " ", "NA", "na", "N/A", "NULL", "?"}) {
    EXPECT_EQ(hint_for(cell).find("a missing value"), 0) << cell;
  }
  for (const char* cell : {"nan", "NaN", "inf", "-inf", "Infinity"}) {
    EXPECT_EQ(hint_for(cell), "drop the row or replace the value") << cell;
  }
  EXPECT_EQ(hint_for("1e999"), "too large or too small for a double");
  EXPECT_EQ(hint_for("0,5").find("the decimal mark is a point"), 0);
  EXPECT_EQ(hint_for("word").find("read a column of words"), 0);
}

TEST(Table, ReadsFlagsAsOneAndZero) {
  EXPECT_EQ(loans().flag("denied", "yes", "no"), Vector({{0.0, 1.0, 0.0}}));
  EXPECT_EQ(loans().flag("denied", "no", "yes"), Vector({{1.0, 0.0, 1.0}}));
}

TEST(Table, SaysWhichCellIsNoFlag) {
  const auto flag_of = [](const std::string& cell) {
    return complaint_of<FileError>([&] {
      (void)one_column({"yes", cell}).flag("ratio", "yes", "no");
    });
  };
  expect_says(flag_of("maybe"),
              {"x.csv:3: column 'ratio'", "expected 'yes' or 'no'", "got 'maybe'"});
  expect_says(flag_of(""), {"got ''"});
  expect_says(flag_of("Yes"), {"got 'Yes'"});
  expect_says(flag_of("yes "), {"got 'yes '", "blanks around a word are part of the cell"});
}

TEST(Table, WantsTwoDifferentWordsForAFlag) {
  expect_says(complaint_of<InvalidArgument>([] { (void)loans().flag("denied", "yes", "yes"); }),
              {"Table::flag", "'yes' twice"});
}

TEST(Table, ListsTheColumnsWhenANameIsUnknown) {
  const std::vector<std::string> parts = {"no such column in loans.csv",
                                          "expected one of denied, ratio", "got 'ration'",
                                          "did you mean 'ratio'?"};
  expect_says(complaint_of<InvalidArgument>([] { (void)loans().numeric("ration"); }), parts);
  expect_says(complaint_of<InvalidArgument>([] { (void)loans().text("ration"); }), parts);
  expect_says(complaint_of<InvalidArgument>([] { (void)loans().flag("ration", "a", "b"); }), parts);
  EXPECT_EQ(complaint_of<InvalidArgument>([] { (void)loans().text("weather"); }).hint, "");
}

TEST(Table, KnowsItsNamesAndLines) {
  EXPECT_TRUE(loans().has("ratio"));
  EXPECT_FALSE(loans().has("Ratio"));
  EXPECT_EQ(loans().file(), "loans.csv");
  EXPECT_EQ(loans().line(2), 5);
  expect_says(complaint_of<InvalidArgument>([] { (void)loans().line(3); }),
              {"Table::line", "expected 0 to 2", "got 3"});
}

TEST(Table, WantsColumnsOfOneLength) {
  expect_says(complaint_of<InvalidArgument>([] {
                Table("x", {"a", "b"}, {{}}, {});
              }),
              {"the list of columns", "expected 2", "got 1"});
  expect_says(complaint_of<InvalidArgument>([] {
                Table("x", {"a"}, {{"1", "2"}}, {2});
              }),
              {"column 'a'", "expected 1", "got 2"});
}

TEST(Table, ReadsTheMortgageApplications) {
  const Table table = moo::read_csv("experiments/data/hmda/hmda.csv");
  EXPECT_EQ(table.num_rows(), 2380);
  EXPECT_EQ(table.names().size(), 14);
  EXPECT_EQ(table.line(2379), 2381);
  const Vector denied = table.flag("deny", "yes", "no");
  const Vector protected_group = table.flag("afam", "yes", "no");
  EXPECT_EQ(denied.sum(), 285);
  EXPECT_EQ(protected_group.sum(), 339);
  EXPECT_EQ(denied.dot(protected_group), 96);
  EXPECT_EQ(table.numeric("pirat")(0), 0.22100000381469725);
  for (const char* name : {"pirat", "hirat", "lvrat", "chist", "mhist", "unemp"}) {
    EXPECT_TRUE(table.numeric(name).allFinite()) << name;
  }
}

TEST(Table, HandsOutRowsAndColumnsWithTheirSourceLines) {
  const Table part = loans().subset({2, 0}, {"ratio"});
  EXPECT_EQ(part.names(), Cells{"ratio"});
  EXPECT_EQ(part.text("ratio"), (Cells{"3", "1"}));
  EXPECT_EQ(part.line(0), 5);
  EXPECT_EQ(part.place(0, "ratio"), "loans.csv:5: column 'ratio'");
  expect_says(
      complaint_of<InvalidArgument>([] { static_cast<void>(loans().subset({3}, {"ratio"})); }),
      {"no such row"});
  expect_says(
      complaint_of<InvalidArgument>([] { static_cast<void>(loans().subset({0}, {"ration"})); }),
      {"no such column", "did you mean 'ratio'"});
}

TEST(Table, TakesAHundredThousandColumnsAndNamesOnlySomeOfThem) {
  constexpr int count = 100000;
  std::vector<std::string> names;
  for (int k = 0; k < count; ++k) names.push_back("column_" + std::to_string(k));
  const Table table("wide.csv", names, std::vector<Cells>(count, Cells{"1"}), {2});
  EXPECT_EQ(table.numeric("column_99999")(0), 1.0);
  const Complaint complaint =
      complaint_of<InvalidArgument>([&] { static_cast<void>(table.numeric("nothing")); });
  EXPECT_LT(complaint.message().size(), 1000u);
  expect_says(complaint, {"100000 in all"});
}

}  // namespace
