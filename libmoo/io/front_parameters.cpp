#include "libmoo/io/front_parameters.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_node.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;
using RowMajorMatrix = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

constexpr const char* layout_key = "libmoo.layout";
constexpr const char* created_key = "libmoo.created";

std::vector<long> shape_of(const TensorLayout& tensor) {
  if (tensor.cols == 0) return {tensor.rows};
  return {tensor.rows, tensor.cols};
}

/// The tensor's numbers in row-major order, out of a parameter vector ...
Vector row_major(const Vector& parameters, const TensorLayout& tensor) {
  const auto columns = std::max(1L, tensor.cols);
  Vector numbers(tensor.size());
  Eigen::Map<RowMajorMatrix>(numbers.data(), tensor.rows, columns) =
      Eigen::Map<const Matrix>(parameters.data() + tensor.offset, tensor.rows, columns);
  return numbers;
}

/// ... and back into it.
void put_back(const Vector& numbers, const TensorLayout& tensor, Vector& parameters) {
  const auto columns = std::max(1L, tensor.cols);
  Eigen::Map<Matrix>(parameters.data() + tensor.offset, tensor.rows, columns) =
      Eigen::Map<const RowMajorMatrix>(numbers.data(), tensor.rows, columns);
}

void require_finite_parameters(const ParetoPoint& point) {
  for (Eigen::Index k = 0; k < point.parameters.size(); ++k) {
    if (std::isfinite(point.parameters(k))) continue;
    throw InvalidArgument({"write_front",
                           "points[" + std::to_string(point.id) + "].parameters[" +
                               std::to_string(k) + "] is not finite",
                           "a finite number", std::to_string(point.parameters(k)), ""});
  }
}

[[noreturn]] void refuse(const std::filesystem::path& path, std::string what, std::string expected,
                         std::string got) {
  throw FileError({path.string(), std::move(what), std::move(expected), std::move(got),
                   "is it the file written together with the front file?"});
}

std::vector<TensorLayout> read_layout(const std::filesystem::path& path,
                                      const TensorMetadata& metadata) {
  const auto text = metadata.find(layout_key);
  if (text == metadata.end()) {
    refuse(path, "the tensor layout is missing", "__metadata__ with " + std::string(layout_key),
           "none");
  }
  Json json;
  try {
    json = Json::parse(text->second);
  } catch (const Json::exception& error) {
    refuse(path, "the tensor layout is unusable", "JSON", error.what());
  }
  const std::string file = path.string() + " layout";
  std::vector<TensorLayout> layout;
  for (const JsonNode& item : JsonNode(json, file).items()) {
    item.allow({"name", "offset", "rows", "cols"});
    layout.push_back({item.at("name").text(), item.at("offset").count(), item.at("rows").count(),
                      item.at("cols").count()});
  }
  return layout;
}

}  // namespace

std::string parameter_prefix(int point_id) {
  std::string digits = std::to_string(point_id);
  digits.insert(0, digits.size() < 3 ? 3 - digits.size() : 0, '0');
  return "point_" + digits;
}

std::vector<NamedTensor> parameter_tensors(const FrontDocument& document) {
  std::vector<NamedTensor> tensors;
  for (const ParetoPoint& point : document.report.front.points()) {
    require_finite_parameters(point);
    for (const TensorLayout& tensor : document.layout) {
      tensors.push_back({parameter_prefix(point.id) + "/" + tensor.name, shape_of(tensor),
                         row_major(point.parameters, tensor)});
    }
  }
  return tensors;
}

TensorMetadata parameter_metadata(const FrontDocument& document) {
  Json layout = Json::array();
  for (const TensorLayout& tensor : document.layout) {
    layout.push_back({{"name", tensor.name},
                      {"offset", tensor.offset},
                      {"rows", tensor.rows},
                      {"cols", tensor.cols}});
  }
  return {{"format", "pt"},
          {created_key, document.context.created},
          {layout_key, compact_json(layout)}};
}

void read_parameters(const std::filesystem::path& path, FrontDocument& document) {
  const TensorMetadata metadata = read_safetensors_metadata(path);
  const auto created = metadata.find(created_key);
  if (created == metadata.end() || created->second != document.context.created) {
    refuse(path, "belongs to another run", "created " + document.context.created,
           created == metadata.end() ? "no time" : created->second);
  }
  Front& front = document.report.front;
  document.layout = read_layout(path, metadata);
  check_layout(document.layout, front.num_variables());
  std::map<std::string, NamedTensor> tensors;
  for (NamedTensor& tensor : read_safetensors(path)) {
    tensors.emplace(tensor.name, std::move(tensor));
  }
  const std::size_t expected = front.points().size() * document.layout.size();
  if (tensors.size() != expected) {
    refuse(path, "does not fit its front file", std::to_string(expected) + " tensors",
           std::to_string(tensors.size()));
  }
  for (ParetoPoint& point : front.points()) {
    std::vector<const NamedTensor*> found;
    for (const TensorLayout& tensor : document.layout) {
      const std::string name = parameter_prefix(point.id) + "/" + tensor.name;
      const auto entry = tensors.find(name);
      if (entry == tensors.end() || entry->second.shape != shape_of(tensor)) {
        refuse(path, "does not fit its front file", "tensor '" + name + "' in the layout's shape",
               entry == tensors.end() ? "none" : "another shape");
      }
      found.push_back(&entry->second);
    }
    point.parameters.resize(front.num_variables());
    for (std::size_t k = 0; k < found.size(); ++k) {
      put_back(found[k]->data, document.layout[k], point.parameters);
    }
  }
}

}  // namespace moo
