#include "libmoo/data/idx.hpp"

#include <fstream>
#include <string>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr int unsigned_bytes = 8;
constexpr std::int64_t most_bytes = std::int64_t{1} << 32;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what,
                         const std::string& expected) {
  throw FileError({path.string(), what, expected, "", ""});
}

}  // namespace

IdxArray read_idx(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, "cannot be read", "an IDX file");
  unsigned char magic[4] = {};
  file.read(reinterpret_cast<char*>(magic), 4);
  if (!file || magic[0] != 0 || magic[1] != 0 || magic[2] != unsigned_bytes || magic[3] == 0) {
    refuse(path, "is no IDX file of bytes", "0, 0, 8 and the number of dimensions first");
  }
  IdxArray array;
  std::int64_t size = 1;
  for (int d = 0; d < magic[3]; ++d) {
    unsigned char digits[4] = {};
    file.read(reinterpret_cast<char*>(digits), 4);
    const std::int64_t length = (std::int64_t{digits[0]} << 24) | (std::int64_t{digits[1]} << 16) |
                                (std::int64_t{digits[2]} << 8) | std::int64_t{digits[3]};
    size *= length;
    if (!file || length < 1 || size > most_bytes) {
      refuse(path, "has an unusable shape", "dimensions >= 1 of at most 4 GB together");
    }
    array.shape.push_back(static_cast<int>(length));
  }
  std::error_code error;
  const auto found = static_cast<std::int64_t>(std::filesystem::file_size(path, error));
  if (error || found != 4 + 4 * magic[3] + size) {
    refuse(path, "has another size than its header says", std::to_string(size) + " bytes of data");
  }
  array.bytes.resize(static_cast<std::size_t>(size));
  file.read(reinterpret_cast<char*>(array.bytes.data()), size);
  if (!file) refuse(path, "cannot be read to its end", std::to_string(size) + " bytes of data");
  return array;
}

}  // namespace moo
