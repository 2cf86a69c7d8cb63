#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/data_parts.hpp"
#include "libmoo/data/dataset.hpp"

namespace moo {

/// Pictures with a class each, and their parts.
struct LabelledImages {
  Dataset data;  ///< pixels from 0 to 1, one row of the image after the other; one-hot targets
  int rows = 0;  ///< of an image
  int columns = 0;
  std::vector<std::string> class_names;
  std::vector<DataPart> parts;  ///< train, validation, test
};

/// How many images of every part to take.
struct ImageCounts {
  int train = 12000;
  int validation = 3000;
  int test = 4000;
};

/// Fashion-MNIST from the folder of its IDX files: train and validation are drawn from its 60,000
/// training images, test from its 10,000 test images.
/// Throws: FileError when a file cannot be read, or images and labels do not fit each other.
LabelledImages read_fashion(const std::filesystem::path& folder, const ImageCounts& counts,
                            RandomStream random);

/// The digits of experiments/data/digits: a fifth is validation, a fifth test, stratified.
/// Throws: FileError when the table cannot be read.
LabelledImages read_digits(const std::filesystem::path& path, RandomStream random);

}  // namespace moo
