#include <gtest/gtest.h>

#include <cmath>

#include "libmoo/data/cell.hpp"

namespace {

using moo::is_missing_cell;
using moo::is_numeric_cell;
using moo::read_number;
using moo::read_time;

TEST(Cell, IsMissingWhenItSaysSo) {
  for (const char* cell : {"", " ", "NA", "na", "N/A", "NaN", " nan\t", "null", "NULL", "?"}) {
    EXPECT_TRUE(is_missing_cell(cell)) << "'" << cell << "'";
  }
  for (const char* cell : {"0", "none", "no", "n", "nannan", ".", "-", "banana"}) {
    EXPECT_FALSE(is_missing_cell(cell)) << "'" << cell << "'";
  }
}

TEST(Cell, IsANumberOrSaysWhyNot) {
  EXPECT_EQ(read_number(" -1.5e3 ").value, -1500.0);
  EXPECT_EQ(read_number("+7").value, 7.0);
  EXPECT_TRUE(read_number("+7").hint.empty());
  for (const char* cell : {"", "x", "1,5", "inf", "NaN", "1e999", "1 2", "+-1", "0x10"}) {
    EXPECT_FALSE(read_number(cell).hint.empty()) << cell;
  }
}

TEST(Cell, IsMeantAsANumberThoughNotFinite) {
  for (const char* cell : {"1", "-2.5", "+3", "inf", "-inf", "1e999"}) {
    EXPECT_TRUE(is_numeric_cell(cell)) << cell;
  }
  for (const char* cell : {"one", "1,5", "1x", "+-1", ""}) {
    EXPECT_FALSE(is_numeric_cell(cell)) << cell;
  }
}

TEST(Cell, CountsDaysSinceNineteenSeventy) {
  EXPECT_EQ(read_time("1970-01-01"), 0.0);
  EXPECT_EQ(read_time("1969-12-31"), -1.0);
  EXPECT_EQ(read_time("2000-03-01").value() - read_time("2000-02-28").value(), 2.0) << "leap year";
  EXPECT_EQ(read_time("1900-03-01").value() - read_time("1900-02-28").value(), 1.0) << "no leap";
  EXPECT_EQ(read_time("1970-01-02T12:00"), 1.5);
  EXPECT_EQ(read_time("1970-01-02 06:00:00Z"), 1.25);
  EXPECT_EQ(read_time("2024"), 2024.0) << "a number is a time as it stands";
}

TEST(Cell, IsNoTimeOutsideTheCalendar) {
  for (const char* cell :
       {"2023-02-29", "2024-13-01", "2024-00-10", "24-01-01", "2024-1-1", "", "yesterday",
        "2024-01-01T25:00", "2024-01-01T10:60", "2024-01-01x", "2024-01-01T10", "01/02/2024"}) {
    EXPECT_FALSE(read_time(cell).has_value()) << cell;
  }
}

}  // namespace
