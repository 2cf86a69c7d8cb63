#include <gtest/gtest.h>

#include <string>

#include "libmoo/data/idx.hpp"
#include "libmoo/data/pgm.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_file.hpp"

namespace {

using moo::FileError;
using moo::test::complaint_of;
using moo::test::expect_says;
using moo::test::TemporaryFile;
using namespace std::string_literals;

TEST(Pgm, ReadsPixelsRowByRowAndItsComment) {
  const TemporaryFile file("P5\n# origin 1\n3 2\n255\n\x01\x02\x03\xff\x00\x80"s);
  const moo::GreyImage image = moo::read_pgm(file.path());
  EXPECT_EQ(image.pixels, (moo::Matrix{{1.0, 2.0, 3.0}, {255.0, 0.0, 128.0}}));
  EXPECT_EQ(image.comment, " origin 1\n");
}

TEST(Pgm, SaysWhatIsWrong) {
  const auto complaint = [](const std::string& text) {
    const TemporaryFile file(text);
    return complaint_of<FileError>([&] { moo::read_pgm(file.path()); });
  };
  expect_says(complaint("P2\n1 1\n255\n0"), {"P5"});
  expect_says(complaint("P5\n2 2\n255\nabc"), {"too early", "4 pixels"});
  expect_says(complaint("P5\n0 2\n255\n"), {"header"});
  expect_says(complaint("P5\n2 2\n65535\nabcdefgh"), {"header", "255"});
  expect_says(complaint_of<FileError>([] { moo::read_pgm("/nowhere/map.pgm"); }),
              {"/nowhere/map.pgm"});
}

TEST(Idx, ReadsShapeAndBytes) {
  const TemporaryFile file("\0\0\x08\x02\0\0\0\x02\0\0\0\x03"s + "\x01\x02\x03\x04\x05\xff"s);
  const moo::IdxArray array = moo::read_idx(file.path());
  EXPECT_EQ(array.shape, (std::vector<int>{2, 3}));
  EXPECT_EQ(array.bytes, (std::vector<std::uint8_t>{1, 2, 3, 4, 5, 255}));
}

TEST(Idx, SaysWhatIsWrong) {
  const auto complaint = [](const std::string& text) {
    const TemporaryFile file(text);
    return complaint_of<FileError>([&] { moo::read_idx(file.path()); });
  };
  expect_says(complaint("\0\0\x0d\x01\0\0\0\x01\0\0\0\0"s), {"no IDX file of bytes"});
  expect_says(complaint("\0\0\x08\x01\0\0\0\x03\x01"s), {"another size", "3 bytes"});
  expect_says(complaint("\0\0\x08\x01\0\0\0\x01\x01\x02"s), {"another size"});
  expect_says(complaint("\0\0\x08\x01\0\0\0\0"s), {"shape"});
  expect_says(complaint_of<FileError>([] { moo::read_idx("/nowhere/images"); }),
              {"/nowhere/images"});
}

}  // namespace
