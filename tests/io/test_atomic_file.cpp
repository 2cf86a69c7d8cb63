#include <gtest/gtest.h>

#include <fstream>
#include <thread>

#include "libmoo/io/atomic_file.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;
using ::testing::Test;

TEST(AtomicFile, a_written_file_reads_back_and_stands_alone_in_its_folder) {
  const TemporaryFolder folder;
  const std::string bytes("two\nlines\0and a zero", 20);
  write_file_atomically(folder / "front.json", bytes);
  EXPECT_EQ(read_file(folder / "front.json"), bytes);
  EXPECT_EQ(folder.names(), Names{"front.json"});
  write_file_atomically(folder / "front.json", "");
  EXPECT_EQ(read_file(folder / "front.json"), "");
}

TEST(AtomicFile, pieces_of_every_size_come_in_order) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "pieces");
  std::string expected;
  for (const std::size_t size : {1u, 7u, 65535u, 65536u, 65537u, 3u, 200000u, 0u, 5u}) {
    const std::string piece(size, static_cast<char>('a' + expected.size() % 26));
    file.write(piece);
    expected += piece;
  }
  EXPECT_FALSE(fs::exists(folder / "pieces"));
  file.commit();
  EXPECT_EQ(read_file(folder / "pieces"), expected);
}

TEST(AtomicFile, without_commit_the_old_file_stays_and_nothing_else) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "front.json", "old");
  {
    AtomicFile file(folder / "front.json");
    file.write("new");
    file.sync();
    EXPECT_EQ(folder.names().size(), 2u);
  }
  EXPECT_EQ(folder.names(), Names{"front.json"});
  EXPECT_EQ(read_file(folder / "front.json"), "old");
}

TEST(AtomicFile, a_full_disk_leaves_the_old_file_and_nothing_else) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "front.json", "old");
  std::string message;
  {
    const FileSizeLimit limit(4096);
    message = message_of<FileError>(
        [&] { write_file_atomically(folder / "front.json", std::string(1000000, 'x')); });
  }
  EXPECT_NE(message.find("front.json: cannot be written"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{"front.json"});
  EXPECT_EQ(read_file(folder / "front.json"), "old");
}

TEST(AtomicFile, a_small_file_on_a_full_disk_fails_too) {
  const TemporaryFolder folder;
  std::string message;
  {
    const FileSizeLimit limit(10);
    message = message_of<FileError>(
        [&] { write_file_atomically(folder / "front.json", "more than ten bytes"); });
  }
  EXPECT_NE(message.find("cannot be written"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{});
}

TEST(AtomicFile, after_its_end_nothing_can_be_written) {
  const TemporaryFolder folder;
  AtomicFile file(folder / "front.json");
  file.commit();
  EXPECT_THROW(file.write("more"), InvalidArgument);
  EXPECT_THROW(file.sync(), InvalidArgument);
  EXPECT_THROW(file.commit(), InvalidArgument);
  EXPECT_EQ(read_file(folder / "front.json"), "");
}

TEST(AtomicFile, places_where_no_file_can_stand_are_refused_with_a_reason) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "content");
  const std::vector<std::pair<fs::path, std::string>> cases{
      {folder / "missing" / "front.json", "create the folder first"},
      {folder / "file" / "front.json", "a part of the path is a file"},
      {"/proc/front.json", "cannot be written"},
      {folder.path(), "got a folder"},
      {"/dev/null", "got something else"},
      {folder.path() / "", "the name of a file"}};
  for (const auto& [path, reason] : cases) {
    const std::string message =
        message_of<FileError>([&p = path] { write_file_atomically(p, "bytes"); });
    EXPECT_NE(message.find(reason), std::string::npos) << path << ": " << message;
    EXPECT_EQ(message.find("another error"), std::string::npos) << message;
  }
  EXPECT_EQ(folder.names(), Names{"file"});
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(AtomicFile, a_name_the_folder_does_not_accept_leaves_nothing_behind) {
  const TemporaryFolder folder;
  const std::string message = message_of<FileError>(
      [&] { write_file_atomically(folder / std::string(300, 'x'), "bytes"); });
  EXPECT_NE(message.find("cannot be put in place"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{});
}

TEST(AtomicFile, a_symbolic_link_is_followed_and_stays) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "real.json", "old");
  fs::create_symlink("real.json", folder / "link.json");
  write_file_atomically(folder / "link.json", "new");
  EXPECT_TRUE(fs::is_symlink(folder / "link.json"));
  EXPECT_EQ(read_file(folder / "real.json"), "new");
}

TEST(AtomicFile, many_writers_of_one_name_leave_one_whole_file) {
  const TemporaryFolder folder;
  std::vector<std::thread> writers;
  writers.reserve(4);
  for (int k = 0; k < 4; ++k) {
    writers.emplace_back([&, k] {
      for (int round = 0; round < 10; ++round) {
        write_file_atomically(folder / "shared", std::string(100000, static_cast<char>('a' + k)));
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  const std::string bytes = read_file(folder / "shared");
  EXPECT_EQ(bytes, std::string(100000, bytes.at(0)));
  EXPECT_EQ(folder.names(), Names{"shared"});
}

TEST(AtomicFile, reading_says_what_stands_in_the_way) {
  const TemporaryFolder folder;
  const auto message = [](const fs::path& path) {
    return message_of<FileError>([&] { (void)read_file(path); });
  };
  EXPECT_NE(message(folder / "none").find("nothing of that name"), std::string::npos);
  EXPECT_NE(message(folder.path()).find("a folder"), std::string::npos);
  EXPECT_NE(message("/dev/null").find("something else"), std::string::npos);
}

TEST(WritableFolder, is_created_with_those_above_it_and_left_empty) {
  const TemporaryFolder folder;
  require_writable_folder(folder / "a" / "b");
  EXPECT_TRUE(fs::is_empty(folder / "a" / "b"));
  require_writable_folder(folder / "a" / "b");
  require_writable_folder(folder / "a/c/");
  EXPECT_TRUE(fs::is_directory(folder / "a/c"));
}

TEST(WritableFolder, is_refused_below_a_file_and_where_nothing_can_be_written) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "content");
  for (const fs::path& path :
       {folder / "file", folder / "file" / "below", fs::path("/proc/results")}) {
    const std::string message = message_of<FileError>([&] { require_writable_folder(path); });
    EXPECT_NE(message.find("cannot be created as a folder"), std::string::npos) << message;
  }
  const std::string message = message_of<FileError>([] { require_writable_folder("/proc"); });
  EXPECT_NE(message.find("cannot be written"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{"file"});
}

}  // namespace
}  // namespace moo
