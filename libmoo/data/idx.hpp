#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace moo {

/// An array of bytes of any number of dimensions.
struct IdxArray {
  std::vector<int> shape;           ///< the first index is the slowest
  std::vector<std::uint8_t> bytes;  ///< as many as the product of the shape
};

/// Reads an IDX file of unsigned bytes, the format of the MNIST images and labels: two zero bytes,
/// the type (8), the number of dimensions, each of them as a big-endian number of four bytes, and
/// the data.
/// Source: LeCun, Cortes, Burges (1998), "The MNIST database of handwritten digits", file formats.
/// Throws: FileError when the file cannot be read or is anything else.
IdxArray read_idx(const std::filesystem::path& path);

}  // namespace moo
