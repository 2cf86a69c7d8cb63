#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "libmoo/base/error.hpp"
#include "tests/support/expect_complaint.hpp"

namespace {

using moo::Complaint;
using moo::join_names;
using moo::nearest_name;
using moo::test::complaint_of;

TEST(Complaint, NamesAllFivePartsInOneLine) {
  const Complaint complaint{"load", "the header is odd", "4 columns", "3", "check the separator"};
  EXPECT_EQ(complaint.message(),
            "load: the header is odd; expected 4 columns, got 3 (check the separator)");
}

TEST(Complaint, LeavesOutEveryPartThatIsEmpty) {
  EXPECT_EQ((Complaint{"", "broken", "", "", ""}).message(), "broken");
  EXPECT_EQ((Complaint{"load", "broken", "", "", ""}).message(), "load: broken");
  EXPECT_EQ((Complaint{"load", "broken", "a", "", ""}).message(), "load: broken; expected a");
  EXPECT_EQ((Complaint{"load", "broken", "", "b", ""}).message(), "load: broken; got b");
  EXPECT_EQ((Complaint{"load", "broken", "", "", "c"}).message(), "load: broken (c)");
  EXPECT_EQ((Complaint{"", "broken", "a", "b", ""}).message(), "broken; expected a, got b");
}

TEST(Error, CarriesTheComplaintAndItsMessage) {
  const Complaint complaint{"who", "what", "expected", "got", "hint"};
  const moo::InvalidArgument error(complaint);
  EXPECT_EQ(error.what(), complaint.message());
  EXPECT_EQ(error.complaint().who, "who");
  EXPECT_EQ(error.complaint().hint, "hint");
}

TEST(Error, IsCaughtAsARuntimeErrorOfItsOwnKind) {
  EXPECT_THROW(throw moo::FileError({"", "gone", "", "", ""}), moo::Error);
  EXPECT_THROW(throw moo::InvalidArgument({"", "bad", "", "", ""}), std::runtime_error);
  bool caught_as_another_kind = false;
  try {
    throw moo::FileError({"", "gone", "", "", ""});
  } catch (const moo::InvalidArgument&) {
    caught_as_another_kind = true;
  } catch (const moo::Error&) {
  }
  EXPECT_FALSE(caught_as_another_kind);
}

TEST(RequireSize, IsSilentWhenSizesAgreeAndNamesBothWhenNot) {
  EXPECT_NO_THROW(moo::require_size("solve", "theta", 3, 3));
  const Complaint complaint =
      complaint_of<moo::InvalidArgument>([] { moo::require_size("solve", "theta", 3, 5); });
  moo::test::expect_says(complaint, {"solve", "theta", "expected 3", "got 5"});
}

TEST(NearestName, FindsASlipOfTheFinger) {
  const std::vector<std::string> names = {"points", "tolerance", "minimizer", "memory"};
  EXPECT_EQ(nearest_name("point", names), "points");          // missing letter
  EXPECT_EQ(nearest_name("tolerence", names), "tolerance");   // wrong letter
  EXPECT_EQ(nearest_name("minimizzer", names), "minimizer");  // letter too many
  EXPECT_EQ(nearest_name("mmeory", names), "memory");         // swapped letters: two edits
  EXPECT_EQ(nearest_name("memory", names), "memory");
}

TEST(NearestName, OffersNothingRatherThanSomethingFarFetched) {
  EXPECT_EQ(nearest_name("banana", {"points", "tolerance"}), "");
  EXPECT_EQ(nearest_name("abcd", {"abxyz"}), "");  // three edits of four letters
  EXPECT_EQ(nearest_name("abcd", {"abxy"}), "abxy");
  EXPECT_EQ(nearest_name("anything", {}), "");
}

TEST(NearestName, PrefersTheFirstOfEquallyNearOnes) {
  EXPECT_EQ(nearest_name("rat", {"cat", "bat"}), "cat");
  EXPECT_EQ(nearest_name("rat", {"bat", "cat"}), "bat");
}

TEST(JoinNames, PutsCommasBetweenNamesOnly) {
  EXPECT_EQ(join_names({}), "");
  EXPECT_EQ(join_names({"a"}), "a");
  EXPECT_EQ(join_names({"a", "b", "c"}), "a, b, c");
}

}  // namespace
