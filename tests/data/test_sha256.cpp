#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "libmoo/base/random.hpp"
#include "libmoo/data/sha256.hpp"
#include "tests/support/expect_complaint.hpp"
#include "tests/support/temporary_file.hpp"

namespace {

using moo::Sha256;
using moo::sha256_of_file;
using moo::test::TemporaryFile;

std::string digest(std::string_view bytes) {
  Sha256 sum;
  sum.update(bytes);
  return sum.hex_digest();
}

// NIST, "Cryptographic standards and guidelines: examples with intermediate values", SHA-256.
constexpr const char* digest_of_nothing =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
constexpr const char* digest_of_abc =
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
constexpr const char* digest_of_a_million_a =
    "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";

TEST(Sha256, AgreesWithTheStandardVectors) {
  EXPECT_EQ(digest(""), digest_of_nothing);
  EXPECT_EQ(digest("abc"), digest_of_abc);
  EXPECT_EQ(digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(digest(std::string(1000000, 'a')), digest_of_a_million_a);
}

TEST(Sha256, AgreesWithAnotherProgramAroundTheLengthOfABlock) {  // coreutils sha256sum 9.1
  EXPECT_EQ(digest(std::string(55, 'a')),
            "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
  EXPECT_EQ(digest(std::string(56, 'a')),
            "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
  EXPECT_EQ(digest(std::string(63, 'a')),
            "7d3e74a05d7db15bce4ad9ec0658ea98e3f06eeecf16b4c6fff2da457ddc2f34");
  EXPECT_EQ(digest(std::string(64, 'a')),
            "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
  EXPECT_EQ(digest(std::string(65, 'a')),
            "635361c48bb9eab14198e76ea8ab7f1a41685d6ad62aa9146d301d4f17eb0ae0");
  EXPECT_EQ(digest(std::string(119, 'a')),
            "31eba51c313a5c08226adf18d4a359cfdfd8d2e816b13f4af952f7ea6584dcfb");
  EXPECT_EQ(digest(std::string(120, 'a')),
            "2f3d335432c70b580af0e8e1b3674a7c020d683aa5f73aaaedfdc55af904c21c");
}

TEST(Sha256, DoesNotDependOnThePiecesTheBytesComeIn) {
  const std::string text(1000, 'x');
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    moo::RandomStream random(seed);
    Sha256 sum;
    std::string_view rest = text;
    while (!rest.empty()) {
      const std::string_view piece = rest.substr(0, static_cast<std::size_t>(random.index(150)));
      sum.update(piece);
      rest.remove_prefix(piece.size());
      (void)sum.hex_digest();  // asking in between changes nothing
    }
    EXPECT_EQ(sum.hex_digest(), digest(text));
  }
}

TEST(Sha256OfFile, ReadsEmptyShortAndLongFiles) {
  EXPECT_EQ(sha256_of_file(TemporaryFile("").path()), digest_of_nothing);
  EXPECT_EQ(sha256_of_file(TemporaryFile("abc").path()), digest_of_abc);
  EXPECT_EQ(sha256_of_file(TemporaryFile(std::string(1000000, 'a')).path()), digest_of_a_million_a);
}

TEST(Sha256OfFile, TakesBytesAsTheyAre) {
  using std::string_literals::operator""s;
  const std::string bytes = "\r\n\0\xff\x1a\n"s;
  EXPECT_EQ(sha256_of_file(TemporaryFile(bytes).path()), digest(bytes));
}

TEST(Sha256OfFile, KnowsTheMortgageApplications) {
  EXPECT_EQ(sha256_of_file("experiments/data/hmda/hmda.csv"),
            "d087a473bc35af38c4140bc19470df971b5fc958a47f5a4d871178378d4d35b8");
}

TEST(Sha256OfFile, SaysWhichFileCannotBeRead) {
  for (const char* path : {"no/such/file", "/"}) {
    const auto complaint = moo::test::complaint_of<moo::FileError>([&] { sha256_of_file(path); });
    EXPECT_EQ(complaint.who, path);
    moo::test::expect_says(complaint, {"cannot be read", "a relative path counts from /"});
  }
}

}  // namespace
