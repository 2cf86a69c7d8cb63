#include "libmoo/data/pgm.hpp"

#include <fstream>
#include <istream>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

constexpr int largest_side = 100000;

[[noreturn]] void refuse(const std::filesystem::path& path, const std::string& what,
                         const std::string& expected) {
  throw FileError({path.string(), what, expected, "", ""});
}

/// The next number of a header; comments, which go to their own text, may stand before it.
int header_number(std::istream& file, std::string& comment) {
  while ((file >> std::ws).peek() == '#') {
    std::string line;
    std::getline(file, line);
    comment += line.substr(1) + "\n";
  }
  int number = -1;
  file >> number;
  return file ? number : -1;
}

}  // namespace

GreyImage read_pgm(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) refuse(path, "cannot be read", "a PGM file");
  char magic[2] = {};
  file.read(magic, 2);
  if (magic[0] != 'P' || magic[1] != '5')
    refuse(path, "is no binary PGM file", "P5 at its beginning");
  GreyImage image;
  const int columns = header_number(file, image.comment);
  const int rows = header_number(file, image.comment);
  const int highest = header_number(file, image.comment);
  if (columns < 1 || rows < 1 || columns > largest_side || rows > largest_side || highest != 255) {
    refuse(path, "has an unusable header", "width, height and 255");
  }
  file.get();
  std::string bytes(static_cast<std::size_t>(rows) * static_cast<std::size_t>(columns), '\0');
  file.read(bytes.data(), std::ssize(bytes));
  if (file.gcount() != std::ssize(bytes)) {
    refuse(path, "ends too early", std::to_string(bytes.size()) + " pixels");
  }
  image.pixels.resize(rows, columns);
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      image.pixels(r, c) = static_cast<unsigned char>(
          bytes[static_cast<std::size_t>(r) * static_cast<std::size_t>(columns) +
                static_cast<std::size_t>(c)]);
    }
  }
  return image;
}

}  // namespace moo
