#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace moo::test {

/// A file with this content, removed when the test is over. Its name is the running test's own.
class TemporaryFile {
 public:
  explicit TemporaryFile(std::string_view content) {
    const auto* test = ::testing::UnitTest::GetInstance()->current_test_info();
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            (std::string("moo_") + test->test_suite_name() + "_" + test->name() + "_" +
             std::to_string(::getpid()) + "_" + std::to_string(count++) + ".csv");
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    std::filesystem::remove(path_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace moo::test
