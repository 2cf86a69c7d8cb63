#pragma once

#include <filesystem>
#include <string>

#include "libmoo/base/vector.hpp"

namespace moo {

/// A grey picture.
struct GreyImage {
  Matrix pixels;        ///< rows x columns, the first row is the top one; 0 to 255
  std::string comment;  ///< of the header, without #; the lines one after the other
};

/// Reads a binary PGM file of 8 bits a pixel ("P5", one picture).
/// Source: Poskanzer (1989), the Netpbm format PGM.
/// Throws: FileError when the file cannot be read or is anything else.
GreyImage read_pgm(const std::filesystem::path& path);

}  // namespace moo
