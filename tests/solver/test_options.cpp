#include <gtest/gtest.h>

#include "libmoo/base/error.hpp"
#include "libmoo/solver/options.hpp"

namespace moo {
namespace {

struct Settings {
  int count = 20;
  double step = 0.5;
  std::string mode = "fast";
  std::vector<double> shares;
};

class OptionTableTest : public testing::Test {
 protected:
  OptionTableTest() {
    table_.set_owner("solver demo");
    table_.add("count", "how many", &settings_.count, {1, 100});
    table_.add("step", "how far", &settings_.step, {0.0, 1.0});
    table_.add("mode", "how", &settings_.mode, {"fast", "thorough"});
    table_.add("shares", "of what", &settings_.shares, {0.0, 10.0});
  }

  std::string complaint_of(const std::string& name, const std::string& text) {
    try {
      table_.set(name, text);
    } catch (const InvalidArgument& error) {
      return error.what();
    }
    return "no complaint";
  }

  Settings settings_;
  OptionTable table_;
};

TEST_F(OptionTableTest, SetsFieldsOfEveryTypeFromText) {
  table_.set("count", "7");
  table_.set("step", "1e-3");
  table_.set("mode", "thorough");
  EXPECT_EQ(settings_.count, 7);
  EXPECT_EQ(settings_.step, 1e-3);
  EXPECT_EQ(settings_.mode, "thorough");
  table_.set("shares", "1:2.5:0");
  EXPECT_EQ(settings_.shares, (std::vector<double>{1.0, 2.5, 0.0}));
  EXPECT_EQ(std::get<std::string>(table_.values().at("shares")), "1:2.5:0");
  table_.set("shares", "");
  EXPECT_TRUE(settings_.shares.empty());
}

TEST_F(OptionTableTest, RefusesANameTwiceAndKeepsTheFirst) {
  double other = 0.25;
  EXPECT_THROW(table_.add("step", "how far again", &other, {0.0, 1.0}), InvalidArgument);
  table_.set("step", "0.75");
  EXPECT_EQ(settings_.step, 0.75);
  EXPECT_EQ(other, 0.25);
}

TEST_F(OptionTableTest, ReportsCurrentValuesForTheRecord) {
  table_.set("count", "7");
  const auto values = table_.values();
  EXPECT_EQ(std::get<long>(values.at("count")), 7);
  EXPECT_EQ(std::get<double>(values.at("step")), 0.5);
  EXPECT_EQ(std::get<std::string>(values.at("mode")), "fast");
}

TEST_F(OptionTableTest, ListsTheKnownNamesWhenOneIsUnknown) {
  const std::string text = complaint_of("stepp", "1");
  EXPECT_NE(text.find("solver demo"), std::string::npos) << text;
  EXPECT_NE(text.find("count, step, mode, shares"), std::string::npos) << text;
  EXPECT_NE(text.find("did you mean 'step'?"), std::string::npos) << text;
}

TEST_F(OptionTableTest, RefusesWhatIsNotAValueOfTheTypeAndKeepsTheOldOne) {
  for (const char* text :
       {"", "abc", "7.5", "7x", "0", "101", "-1", "99999999999999999999", "nan"}) {
    EXPECT_NE(complaint_of("count", text).find("a whole number from 1 to 100"), std::string::npos)
        << text;
  }
  for (const char* text : {"", "nan", "inf", "1.5", "-0.1", "0,5"}) {
    EXPECT_NE(complaint_of("step", text).find("a number from 0 to 1"), std::string::npos) << text;
  }
  EXPECT_NE(complaint_of("mode", "slow").find("one of fast, thorough"), std::string::npos);
  table_.set("shares", "3");
  for (const char* text : {"1:", ":1", "1::2", "1 2", "1,2", "1:11", "1:nan"}) {
    EXPECT_NE(complaint_of("shares", text).find("each from 0 to 10"), std::string::npos) << text;
  }
  EXPECT_EQ(settings_.shares, std::vector<double>{3.0});
  EXPECT_EQ(settings_.count, 20);
  EXPECT_EQ(settings_.step, 0.5);
  EXPECT_EQ(settings_.mode, "fast");
}

TEST_F(OptionTableTest, HelpShowsDefaultMeaningAndRangeOfEveryOption) {
  table_.set("count", "7");  // help shows the default all the same
  EXPECT_EQ(table_.help(),
            "  count=20   how many (1 to 100)\n"
            "  step=0.5   how far (0 to 1)\n"
            "  mode=fast  how (fast, thorough)\n"
            "  shares=    of what (numbers such as 1:2, each from 0 to 10)\n");
}

}  // namespace
}  // namespace moo
