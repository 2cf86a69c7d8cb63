#include "experiments/fashion/images.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"
#include "libmoo/data/idx.hpp"
#include "libmoo/data/table.hpp"

namespace moo {
namespace {

const std::vector<std::string> clothes = {"T-shirt", "trouser", "pullover", "dress", "coat",
                                          "sandal",  "shirt",   "sneaker",  "bag",   "ankle boot"};
constexpr int num_classes = 10;

struct ImageFiles {
  IdxArray images;
  IdxArray labels;
};

ImageFiles read_pair(const std::filesystem::path& folder, const std::string& prefix) {
  const std::filesystem::path images = folder / (prefix + "-images-idx3-ubyte");
  ImageFiles files{read_idx(images), read_idx(folder / (prefix + "-labels-idx1-ubyte"))};
  const bool fits =
      files.images.shape.size() == 3 && files.labels.shape.size() == 1 &&
      files.images.shape[0] == files.labels.shape[0] &&
      *std::max_element(files.labels.bytes.begin(), files.labels.bytes.end()) < num_classes;
  if (fits) return files;
  throw FileError({images.string(), "does not go with its labels",
                   "as many images as labels from 0 to 9", "", ""});
}

/// The images with these indices, one behind the other from column `first` of the data on.
void take(const ImageFiles& files, const std::vector<int>& indices, int first, Dataset& data) {
  const Eigen::Index pixels = data.inputs.rows();
  for (std::size_t k = 0; k < indices.size(); ++k) {
    const auto index = static_cast<std::size_t>(indices[k]);
    const Eigen::Index column = first + static_cast<Eigen::Index>(k);
    const Eigen::Map<const Eigen::Matrix<std::uint8_t, Eigen::Dynamic, 1>> image(
        files.images.bytes.data() + index * static_cast<std::size_t>(pixels), pixels);
    data.inputs.col(column) = image.cast<double>() / 255.0;
    data.targets(files.labels.bytes[index], column) = 1.0;
  }
}

std::vector<int> drawn(int count, int from, RandomStream random) {
  std::vector<int> order = random.permutation(from);
  order.resize(static_cast<std::size_t>(std::min(count, from)));
  return order;
}

DataPart run_of_rows(const std::string& name, std::size_t first, std::size_t count) {
  DataPart part{name, {}};
  for (std::size_t k = 0; k < count; ++k) part.rows.push_back(static_cast<int>(first + k));
  return part;
}

std::vector<std::string> pixel_names(int rows, int columns) {
  std::vector<std::string> names;
  for (int r = 0; r < rows; ++r) {
    for (int c = 0; c < columns; ++c) {
      names.push_back("pixel_" + std::to_string(r) + "_" + std::to_string(c));
    }
  }
  return names;
}

}  // namespace

LabelledImages read_fashion(const std::filesystem::path& folder, const ImageCounts& counts,
                            RandomStream random) {
  const ImageFiles training = read_pair(folder, "train");
  const ImageFiles testing = read_pair(folder, "t10k");
  std::vector<int> train =
      drawn(counts.train + counts.validation, training.images.shape[0], random.substream("train"));
  const std::vector<int> test =
      drawn(counts.test, testing.images.shape[0], random.substream("test"));
  const std::size_t validation =
      std::min(static_cast<std::size_t>(counts.validation), train.size() / 2);

  LabelledImages found;
  found.rows = training.images.shape[1];
  found.columns = training.images.shape[2];
  found.class_names = clothes;
  Dataset& data = found.data;
  data.input_names = pixel_names(found.rows, found.columns);
  const auto total = static_cast<Eigen::Index>(train.size() + test.size());
  data.inputs.resize(found.rows * found.columns, total);
  data.targets = Matrix::Zero(num_classes, total);
  take(training, train, 0, data);
  take(testing, test, static_cast<int>(train.size()), data);
  found.parts = {run_of_rows("train", 0, train.size() - validation),
                 run_of_rows("validation", train.size() - validation, validation),
                 run_of_rows("test", train.size(), test.size())};
  return found;
}

LabelledImages read_digits(const std::filesystem::path& path, RandomStream random) {
  constexpr int side = 8;
  constexpr double full = 16.0;  // pixels of a block
  const Table table = read_csv(path);
  LabelledImages found;
  found.rows = found.columns = side;
  Dataset& data = found.data;
  data.input_names = table.names();
  std::erase(data.input_names, "digit");
  require_size("read_digits", "the pixels", side * side, std::ssize(data.input_names));
  data.inputs.resize(side * side, table.num_rows());
  for (Eigen::Index i = 0; i < data.inputs.rows(); ++i) {
    data.inputs.row(i) =
        table.numeric(data.input_names[static_cast<std::size_t>(i)]).transpose() / full;
  }
  const Vector digit = table.numeric("digit");
  data.targets = Matrix::Zero(num_classes, table.num_rows());
  std::vector<int> strata;
  for (int b = 0; b < table.num_rows(); ++b) {
    if (!(digit(b) >= 0.0 && digit(b) < num_classes)) {
      throw FileError({table.place(b, "digit"), "no digit", "0 to 9",
                       table.text("digit")[static_cast<std::size_t>(b)], ""});
    }
    strata.push_back(static_cast<int>(digit(b)));
    data.targets(strata.back(), b) = 1.0;
  }
  for (int k = 0; k < num_classes; ++k) found.class_names.push_back(std::to_string(k));
  found.parts = parts_of(stratified_split(strata, 0.2, 0.2, std::move(random)));
  return found;
}

}  // namespace moo
