#include <gtest/gtest.h>

#include <bit>
#include <cstdint>
#include <limits>

#include "libmoo/io/safetensors.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

using Names = std::vector<std::string>;

/// A file from its header, byte by byte, and `numbers` doubles counting from 1.
std::string file_of(const std::string& header, int numbers) {
  std::string bytes;
  for (std::size_t k = 0; k < 8; ++k) bytes += static_cast<char>(header.size() >> (8 * k) & 0xff);
  bytes += header;
  for (int k = 1; k <= numbers; ++k) {
    const auto bits = std::bit_cast<std::uint64_t>(static_cast<double>(k));
    for (int shift = 0; shift < 64; shift += 8) bytes += static_cast<char>(bits >> shift & 0xff);
  }
  return bytes;
}

TEST(Safetensors, the_bytes_are_those_of_the_public_format) {
  const TemporaryFolder folder;
  write_safetensors(
      folder / "a.safetensors",
      {{"weight", {2, 3}, Vector::LinSpaced(6, 1.0, 6.0)}, {"bias", {1}, Vector{{7.0}}}},
      {{"format", "pt"}});
  std::string header = R"({"__metadata__":{"format":"pt"},)"
                       R"("weight":{"dtype":"F64","shape":[2,3],"data_offsets":[0,48]},)"
                       R"("bias":{"dtype":"F64","shape":[1],"data_offsets":[48,56]}})";
  while (header.size() % 8 != 0) header += ' ';
  EXPECT_EQ(read_file(folder / "a.safetensors"), file_of(header, 7));
}

TEST(Safetensors, a_file_made_by_hand_is_read_in_the_order_of_its_data) {
  const TemporaryFolder folder;
  const std::string header =
      R"({"late":{"data_offsets":[24,40],"shape":[2,1],"dtype":"F64"}, "__metadata__":{"a":"b"},)"
      R"( "number":{"dtype":"F64","shape":[],"data_offsets":[16,24]},)"
      R"( "none":{"dtype":"F64","shape":[0,5],"data_offsets":[16,16]},)"
      R"( "early":{"dtype":"F64","shape":[2],"data_offsets":[0,16]}})";
  write_file_atomically(folder / "b", file_of(header, 5));
  const std::vector<NamedTensor> tensors = read_safetensors(folder / "b");
  ASSERT_EQ(tensors.size(), 4u);
  EXPECT_EQ(tensors[0].name, "early");
  EXPECT_EQ(tensors[0].data, (Vector{{1.0, 2.0}}));
  EXPECT_EQ(tensors[1].name, "none");
  EXPECT_EQ(tensors[1].shape, (std::vector<long>{0, 5}));
  EXPECT_EQ(tensors[2].name, "number");
  EXPECT_TRUE(tensors[2].shape.empty());
  EXPECT_EQ(tensors[2].data, Vector{{3.0}});
  EXPECT_EQ(tensors[3].shape, (std::vector<long>{2, 1}));
  EXPECT_EQ(tensors[3].data, (Vector{{4.0, 5.0}}));
  EXPECT_EQ(read_safetensors_metadata(folder / "b"), (TensorMetadata{{"a", "b"}}));
}

TEST(Safetensors, every_double_comes_back_bit_by_bit) {
  const TemporaryFolder folder;
  using Limits = std::numeric_limits<double>;
  const Vector odd{{0.0, -0.0, Limits::infinity(), -Limits::infinity(), Limits::quiet_NaN(),
                    Limits::denorm_min(), Limits::max(), 0.1}};
  write_safetensors(folder / "c", {{"\"odd\"\n\xc3\xa9", {2, 2, 2}, odd}});
  const std::vector<NamedTensor> tensors = read_safetensors(folder / "c");
  ASSERT_EQ(tensors.size(), 1u);
  EXPECT_EQ(tensors[0].name, "\"odd\"\n\xc3\xa9");
  ASSERT_EQ(tensors[0].data.size(), odd.size());
  for (Eigen::Index k = 0; k < odd.size(); ++k) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(tensors[0].data(k)),
              std::bit_cast<std::uint64_t>(odd(k)));
  }
  EXPECT_TRUE(read_safetensors_metadata(folder / "c").empty());
}

TEST(Safetensors, a_file_without_tensors_is_fine) {
  const TemporaryFolder folder;
  write_safetensors(folder / "d", {});
  EXPECT_EQ(read_file(folder / "d"), file_of("{}      ", 0));
  EXPECT_TRUE(read_safetensors(folder / "d").empty());
}

TEST(Safetensors, tensors_that_make_no_file_are_refused_and_nothing_is_left) {
  const TemporaryFolder folder;
  const auto message = [&](const std::vector<NamedTensor>& tensors) {
    return message_of<InvalidArgument>([&] { write_safetensors(folder / "e", tensors); });
  };
  const Vector two{{1.0, 2.0}};
  EXPECT_NE(message({{"a", {2}, two}, {"a", {2}, two}}).find("'a' again"), std::string::npos);
  EXPECT_NE(message({{"__metadata__", {2}, two}}).find("not free"), std::string::npos);
  EXPECT_NE(message({{"a", {3}, two}}).find("expected 3, got 2"), std::string::npos);
  EXPECT_NE(message({{"a", {-1, -2}, two}}).find("'a' has the wrong size"), std::string::npos);
  EXPECT_NE(message({{"a", {1L << 40, 1L << 40}, two}}).find("'a'"), std::string::npos);
  EXPECT_EQ(folder.names(), Names{});
}

TEST(Safetensors, a_full_disk_leaves_nothing_behind) {
  const TemporaryFolder folder;
  std::string message;
  {
    const FileSizeLimit limit(100000);
    message = message_of<FileError>([&] {
      write_safetensors(folder / "f", {{"a", {50000}, Vector::Zero(50000)}});
    });
  }
  EXPECT_NE(message.find("cannot be written"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{});
}

struct Broken {
  const char* reason;
  std::string bytes;
};

std::vector<Broken> broken_files() {
  const auto entry = [](const std::string& name, const std::string& shape,
                        const std::string& offsets) {
    return '"' + name + R"(":{"dtype":"F64","shape":)" + shape + R"(,"data_offsets":)" + offsets +
           "}";
  };
  const auto one = [&](const std::string& shape, const std::string& offsets, int numbers) {
    return file_of("{" + entry("a", shape, offsets) + "}", numbers);
  };
  const std::string good = one("[2]", "[0,16]", 2);
  std::string endless = good;
  endless.replace(0, 8, 8, '\xff');
  std::string long_header = good;
  long_header[1] = 1;
  return {
      {"at least 8 bytes", ""},
      {"at least 8 bytes", "1234567"},
      {"longer than the file", endless},
      {"longer than the file", long_header},
      {"is not JSON", file_of("", 0)},
      {"is not JSON", file_of("{\"a\":", 0)},
      {"is not JSON", file_of("[]", 0)},
      {"is not JSON", file_of("{\"\xff\":1}", 0)},
      {"'a' again",
       file_of("{" + entry("a", "[1]", "[0,8]") + "," + entry("a", "[1]", "[8,16]") + "}", 2)},
      {"not described", file_of(R"({"a":3})", 0)},
      {"a type that is not read here",
       file_of(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})", 1)},
      {"no dtype", file_of(R"({"a":{"shape":[2],"data_offsets":[0,8]}})", 1)},
      {"no usable shape", file_of(R"({"a":{"dtype":"F64","data_offsets":[0,8]}})", 1)},
      {"no usable shape", one("[-1]", "[0,8]", 1)},
      {"no usable shape", one("[1.0]", "[0,8]", 1)},
      {"no usable shape", one("\"1\"", "[0,8]", 1)},
      {"no usable data_offsets", file_of(R"({"a":{"dtype":"F64","shape":[1]}})", 1)},
      {"outside of the data", one("[1]", "[0]", 1)},
      {"outside of the data", one("[1]", "[8,0]", 1)},
      {"outside of the data", one("[2]", "[0,16]", 1)},
      {"outside of the data", good.substr(0, good.size() - 1)},
      {"does not fit its shape", one("[1]", "[0,16]", 2)},
      {"does not fit its shape", one("[2,2]", "[0,16]", 2)},
      {"fits into a file", one("[18446744073709551615,2]", "[0,16]", 2)},
      {"fits into a file", one("[4294967296,4294967296]", "[0,0]", 0)},
      {"overlaps",
       file_of("{" + entry("a", "[2]", "[0,16]") + "," + entry("b", "[2]", "[8,24]") + "}", 3)},
      {"overlaps",
       file_of("{" + entry("a", "[1]", "[0,8]") + "," + entry("b", "[1]", "[0,8]") + "}", 1)},
      {"leaves a gap", one("[1]", "[8,16]", 2)},
      {"left over", good + "x"},
      {"left over", one("[1]", "[0,8]", 2)},
      {"__metadata__ is unusable", file_of(R"({"__metadata__":[]})", 0)},
      {"a string as 'a'", file_of(R"({"__metadata__":{"a":1}})", 0)},
  };
}

TEST(Safetensors, a_broken_file_is_refused_with_its_name_and_the_reason) {
  const TemporaryFolder folder;
  for (const Broken& broken : broken_files()) {
    write_file_atomically(folder / "broken", broken.bytes);
    const std::string message =
        message_of<FileError>([&] { (void)read_safetensors(folder / "broken"); });
    EXPECT_NE(message.find(broken.reason), std::string::npos)
        << "expected '" << broken.reason << "' in '" << message << "'";
    EXPECT_EQ(message.find((folder / "broken").string()), 0u) << message;
  }
}

TEST(Safetensors, cutting_a_file_anywhere_is_noticed) {
  const TemporaryFolder folder;
  write_safetensors(folder / "whole",
                    {{"a", {3}, Vector::Ones(3)}, {"b", {1, 1}, Vector::Ones(1)}});
  const std::string bytes = read_file(folder / "whole");
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    write_file_atomically(folder / "cut", bytes.substr(0, size));
    EXPECT_THROW((void)read_safetensors(folder / "cut"), FileError) << size;
  }
}

TEST(Safetensors, what_is_not_a_file_is_refused) {
  const TemporaryFolder folder;
  EXPECT_THROW((void)read_safetensors(folder / "missing"), FileError);
  EXPECT_THROW((void)read_safetensors(folder.path()), FileError);
}

}  // namespace
}  // namespace moo
