// read_csv: the format, and what it says about files that are not in it.

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "libmoo/data/table.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_file.hpp"

namespace {

using moo::Complaint;
using moo::FileError;
using moo::read_csv;
using moo::Table;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::TemporaryFile;
using Cells = std::vector<std::string>;

Table parse(std::string_view content) { return read_csv(TemporaryFile(content).path()); }

Complaint refusal(std::string_view content) {
  return complaint_of<FileError>([&] { parse(content); });
}

/// Rows as CSV with every cell quoted.
std::string quote_everything(const std::vector<Cells>& rows, std::string_view line_end) {
  std::string text;
  for (const Cells& row : rows) {
    for (std::size_t j = 0; j < row.size(); ++j) {
      text += j == 0 ? "\"" : ",\"";
      for (const char c : row[j]) text += c == '"' ? std::string("\"\"") : std::string(1, c);
      text += '"';
    }
    text += line_end;
  }
  return text;
}

TEST(ReadCsv, ReadsAHeaderAndItsRows) {
  const Table table = parse("a,b\n1,x\n2,y\n");
  EXPECT_EQ(table.names(), (Cells{"a", "b"}));
  EXPECT_EQ(table.num_rows(), 2);
  EXPECT_EQ(table.text("a"), (Cells{"1", "2"}));
  EXPECT_EQ(table.text("b"), (Cells{"x", "y"}));
}

TEST(ReadCsv, DoesNotDependOnTheKindOfLineEndOrOnTheLastOne) {
  for (const std::string_view content :
       {"a,b\n1,x\n2,y\n", "a,b\r\n1,x\r\n2,y\r\n", "a,b\r1,x\r2,y\r", "a,b\n1,x\n2,y",
        "a,b\r\n1,x\r\n2,y", "\xef\xbb\xbf\x61,b\n1,x\n2,y\n", "a,b\n1,x\n2,y\n\n\n",
        "a,b\r\n1,x\r\n2,y\r\n\r\n", "\xef\xbb\xbf\"a\",\"b\"\n1,x\n2,\"y\""}) {
    SCOPED_TRACE(content);
    const Table table = parse(content);
    EXPECT_EQ(table.names(), (Cells{"a", "b"}));
    EXPECT_EQ(table.text("a"), (Cells{"1", "2"}));
    EXPECT_EQ(table.text("b"), (Cells{"x", "y"}));
    EXPECT_EQ(table.line(0), 2);
    EXPECT_EQ(table.line(1), 3);
  }
}

TEST(ReadCsv, BringsAwkwardCellsBackAsTheyWere) {
  const std::vector<Cells> rows = {
      {"plain", "name, with a comma", "quote \" in it"},
      {"", ",", "\""},
      {"\"\"", "two\nlines", "three\r\nof\nthem"},
      {"  blanks  ", "\t", "\r"},
      {"\"quoted\"", "ends with a quote\"", "\"starts with one"},
      {"a,b\n\"c\"", "\n", "\xc3\xa4"},
  };
  for (const std::string_view line_end : {"\n", "\r\n"}) {
    const Table table = parse(quote_everything(rows, line_end));
    EXPECT_EQ(table.names(), rows[0]);
    ASSERT_EQ(table.num_rows(), 5);
    for (std::size_t i = 1; i < rows.size(); ++i) {
      for (std::size_t j = 0; j < 3; ++j) {
        EXPECT_EQ(table.text(rows[0][j])[i - 1], rows[i][j]) << "row " << i << " cell " << j;
      }
    }
  }
}

TEST(ReadCsv, KeepsEmptyCellsAndBlanks) {
  const Table table = parse("a,b,c\n,,\n x ,\"\",y\n");
  EXPECT_EQ(table.text("a"), (Cells{"", " x "}));
  EXPECT_EQ(table.text("b"), (Cells{"", ""}));
  EXPECT_EQ(table.text("c"), (Cells{"", "y"}));
}

TEST(ReadCsv, RemembersTheLineEveryRowBeginsOn) {
  const Table table = parse("a,b\n1,\"two\nlines\"\n2,\"three\r\nof\rthem\"\n3,x\n");
  EXPECT_EQ(table.line(0), 2);
  EXPECT_EQ(table.line(1), 4);
  EXPECT_EQ(table.line(2), 7);
}

TEST(ReadCsv, TakesAHeaderWithoutRows) {
  EXPECT_EQ(parse("a,b\n").num_rows(), 0);
  EXPECT_EQ(parse("a").num_rows(), 0);
}

TEST(ReadCsv, TellsAnEmptyCellOfASingleColumnFromABlankLastLine) {
  EXPECT_EQ(parse("a\n1\n\n2\n\n").text("a"), (Cells{"1", "", "2"}));
  EXPECT_EQ(parse("a\n1\n\"\"\n").text("a"), (Cells{"1", ""}));
}

TEST(ReadCsv, SaysWhereToLookForAMissingFile) {
  const Complaint complaint = complaint_of<FileError>([] { read_csv("no/such/file.csv"); });
  EXPECT_EQ(complaint.who, "no/such/file.csv");
  EXPECT_EQ(complaint.what, "no such file");
  expect_says(complaint, {"a relative path counts from /"});
}

TEST(ReadCsv, RefusesAFolder) {
  expect_says(complaint_of<FileError>([] { read_csv("/"); }), {"/: cannot be read", "a folder"});
}

TEST(ReadCsv, SaysWhichLineIsRagged) {
  expect_says(refusal("a,b\n1,2\n1,2,3\n"),
              {".csv:3: ", "wrong length", "expected 2 cells", "got 3", "quotes"});
  expect_says(refusal("a,b\n\"1\n\",2\n1\n"), {".csv:4: ", "expected 2 cells", "got 1"});
  expect_says(refusal("a,b\n1,2\n\n1,2\n"),
              {".csv:3: ", "got a blank line", "may only stand at the end"});
}

TEST(ReadCsv, WantsAHeaderOfDistinctNames) {
  expect_says(refusal(""), {".csv:1: no header", "got an empty file"});
  expect_says(refusal("\n\n"), {".csv:1: no header", "got an empty file"});
  expect_says(refusal("\n1,2\n"), {".csv:1: no header", "got a blank line"});
  expect_says(refusal("a,,c\n1,2,3\n"), {".csv: column 2 has no name"});
  expect_says(refusal("a,b,a\n1,2,3\n"), {"one name", "'a' in columns 1 and 3", "rename"});
}

TEST(ReadCsv, SaysWhereAQuoteIsOutOfPlace) {
  expect_says(refusal("a,b\n1,x\"y\n"), {".csv:2: ", "not quoted", "doubled", "'x\"'"});
  expect_says(refusal("a,b\n1,2\n1,\"x\"y\n"), {".csv:3: ", "behind the closing quote", "'y'"});
  expect_says(refusal("a,b\n1,\"x\n1,2\n1,2\n"), {".csv:2: ", "never ends", "stray quote"});
}

}  // namespace
