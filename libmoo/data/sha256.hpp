#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace moo {

/// SHA-256 of bytes that come piece by piece: the digest depends on the bytes, not on the pieces.
/// It tells data files apart in a front's context; nothing secret hangs on it.
/// Source: NIST (2015), FIPS 180-4, sections 4.1.2, 4.2.2, 5.1.1, 5.3.3 and 6.2.
class Sha256 {
 public:
  void update(std::string_view bytes);

  /// Of all bytes so far: 64 lower-case hexadecimal digits. More bytes may follow.
  [[nodiscard]] std::string hex_digest() const;

 private:
  void compress(const unsigned char* block);

  std::array<std::uint32_t, 8> state_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                         0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  std::array<unsigned char, 64> block_{};  // the first length_ % 64 bytes wait for the rest
  std::uint64_t length_ = 0;               // bytes so far
};

/// The digest of a file, in 64 lower-case hexadecimal digits. Reads it in pieces.
/// Throws: FileError when the file cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace moo
