#include "libmoo/io/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <system_error>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;  // sorted by name: an ordered one takes quadratic time to fill

static_assert(std::endian::native == std::endian::little && sizeof(double) == 8,
              "numbers go into the file as they stand in memory");

constexpr const char* metadata_key = "__metadata__";
constexpr std::uint64_t longest_header = 100'000'000;  // as in the format's own library

// --- writing -------------------------------------------------------------------------------------

/// Number of entries of a shape, or -1 when it is negative somewhere or too large for a file.
long num_entries(const std::vector<long>& shape) {
  long entries = 1;
  for (const long size : shape) {
    if (size < 0) return -1;
    if (size > 0 && entries > std::numeric_limits<long>::max() / 8 / size) return -1;
    entries *= size;
  }
  return entries;
}

std::string header_of(const std::vector<NamedTensor>& tensors, const TensorMetadata& metadata) {
  std::string text = "{";
  const auto append = [&text](const std::string& name, const nlohmann::ordered_json& entry) {
    if (text.size() > 1) text += ',';
    text += compact_json(name) + ":" + compact_json(entry);
  };
  if (!metadata.empty()) append(metadata_key, metadata);
  std::set<std::string> names{metadata_key};
  long offset = 0;
  for (const NamedTensor& tensor : tensors) {
    if (!names.insert(tensor.name).second) {
      throw InvalidArgument({"write_safetensors", "a tensor name is not free", "every name once",
                             "'" + tensor.name + "' again", ""});
    }
    require_size("write_safetensors", "tensor '" + tensor.name + "'", num_entries(tensor.shape),
                 tensor.data.size());
    const long end = offset + 8 * static_cast<long>(tensor.data.size());
    append(tensor.name,
           {{"dtype", "F64"}, {"shape", tensor.shape}, {"data_offsets", {offset, end}}});
    offset = end;
  }
  text += '}';
  text.resize((text.size() + 7) / 8 * 8, ' ');
  return text;
}

// --- reading -------------------------------------------------------------------------------------

/// One entry of the header.
struct Extent {
  std::string name;
  std::vector<long> shape;
  std::uint64_t begin = 0;  ///< bytes from the end of the header
  std::uint64_t end = 0;
};

/// A file whose header has been read and checked; the stream stands at the first number.
struct OpenFile {
  std::ifstream stream;
  std::vector<Extent> extents;  ///< in the order of the data, which they fill without a gap
  TensorMetadata metadata;
};

[[noreturn]] void refuse(const fs::path& path, std::string what, std::string expected,
                         std::string got) {
  throw FileError({path.string(), "not a readable safetensors file: " + std::move(what),
                   std::move(expected), std::move(got), ""});
}

/// Parses the header; a name that stands twice in an object is refused, not overwritten.
Json parse_header(const fs::path& path, const std::string& text) {
  std::vector<std::set<std::string>> names;
  std::string repeated;
  const auto watch = [&](int, Json::parse_event_t event, Json& value) {
    if (event == Json::parse_event_t::object_start) names.emplace_back();
    if (event == Json::parse_event_t::object_end) names.pop_back();
    if (event == Json::parse_event_t::key) {
      const auto& name = value.get_ref<const std::string&>();
      if (!names.back().insert(name).second) repeated = name;
    }
    return true;
  };
  Json header;
  try {
    header = Json::parse(text, watch);
  } catch (const Json::exception& error) {
    refuse(path, "its header is not JSON", "a JSON object", error.what());
  }
  if (!header.is_object()) refuse(path, "its header is not JSON", "an object", header.type_name());
  if (!repeated.empty()) {
    refuse(path, "a name repeats in its header", "every name once", "'" + repeated + "' again");
  }
  return header;
}

std::vector<std::uint64_t> whole_numbers(const fs::path& path, const std::string& name,
                                         const Json& entry, const char* field) {
  std::vector<std::uint64_t> numbers;
  const auto found = entry.find(field);
  bool usable = found != entry.end() && found->is_array();
  for (std::size_t k = 0; usable && k < found->size(); ++k) {
    usable = (*found)[k].is_number_unsigned();
    if (usable) numbers.push_back((*found)[k].get<std::uint64_t>());
  }
  if (!usable) {
    refuse(path, "tensor '" + name + "' has no usable " + field, "an array of whole numbers >= 0",
           found == entry.end() ? "nothing" : found->dump());
  }
  return numbers;
}

Extent read_extent(const fs::path& path, const std::string& name, const Json& entry,
                   std::uint64_t data_size) {
  const std::string who = "tensor '" + name + "'";
  if (!entry.is_object()) refuse(path, who + " is not described", "an object", entry.type_name());
  const auto type = entry.find("dtype");
  if (type == entry.end() || *type != "F64") {
    refuse(path, who + " has a type that is not read here", "F64",
           type == entry.end() ? "no dtype" : type->dump());
  }
  Extent extent;
  extent.name = name;
  for (const std::uint64_t size : whole_numbers(path, name, entry, "shape")) {
    extent.shape.push_back(size > static_cast<std::uint64_t>(std::numeric_limits<long>::max())
                               ? -1
                               : static_cast<long>(size));
  }
  const std::vector<std::uint64_t> offsets = whole_numbers(path, name, entry, "data_offsets");
  if (offsets.size() != 2 || offsets[0] > offsets[1] || offsets[1] > data_size) {
    refuse(path, who + " lies outside of the data", "begin <= end <= " + std::to_string(data_size),
           entry["data_offsets"].dump());
  }
  extent.begin = offsets[0];
  extent.end = offsets[1];
  const long entries = num_entries(extent.shape);
  if (entries < 0 || extent.end - extent.begin != 8 * static_cast<std::uint64_t>(entries)) {
    refuse(path, who + " does not fit its shape " + entry["shape"].dump(),
           entries < 0 ? "a shape that fits into a file" : std::to_string(8 * entries) + " bytes",
           std::to_string(extent.end - extent.begin) + " bytes");
  }
  return extent;
}

/// Sorts the extents by their data and makes sure that they fill it.
void check_cover(const fs::path& path, std::uint64_t data_size, std::vector<Extent>& extents) {
  std::stable_sort(extents.begin(), extents.end(), [](const Extent& a, const Extent& b) {
    return std::pair(a.begin, a.end) < std::pair(b.begin, b.end);
  });
  std::uint64_t end = 0;
  for (const Extent& extent : extents) {
    if (extent.begin != end) {
      refuse(path,
             "tensor '" + extent.name + "' " +
                 (extent.begin < end ? "overlaps the one before it" : "leaves a gap before it"),
             "data from byte " + std::to_string(end), std::to_string(extent.begin));
    }
    end = extent.end;
  }
  if (end != data_size) {
    refuse(path, "bytes are left over after the last tensor", std::to_string(end),
           std::to_string(data_size));
  }
}

TensorMetadata read_metadata(const fs::path& path, const Json& entries) {
  if (!entries.is_object()) {
    refuse(path, "its __metadata__ is unusable", "an object of strings", entries.type_name());
  }
  TensorMetadata metadata;
  for (const auto& [name, text] : entries.items()) {
    if (!text.is_string()) {
      refuse(path, "its __metadata__ is unusable", "a string as '" + name + "'", text.type_name());
    }
    metadata[name] = text.get<std::string>();
  }
  return metadata;
}

OpenFile open_file(const fs::path& path) {
  std::error_code code;
  if (!fs::is_regular_file(path, code)) {
    throw FileError({path.string(), "cannot be read", "a safetensors file",
                     fs::exists(path, code) ? "not a file" : "nothing of that name", ""});
  }
  const std::uint64_t file_size = fs::file_size(path);
  OpenFile file;
  file.stream.open(path, std::ios::binary);
  std::array<unsigned char, 8> bytes{};
  if (file_size < 8 || !file.stream.read(reinterpret_cast<char*>(bytes.data()), 8)) {
    refuse(path, "it is cut off", "at least 8 bytes", std::to_string(file_size));
  }
  const auto length = std::bit_cast<std::uint64_t>(bytes);
  if (length > std::min(file_size - 8, longest_header)) {
    refuse(path, "its header is longer than the file, or than any header",
           "at most " + std::to_string(std::min(file_size - 8, longest_header)) + " bytes",
           std::to_string(length));
  }
  std::string text(static_cast<std::size_t>(length), '\0');
  if (!file.stream.read(text.data(), static_cast<std::streamsize>(length))) {
    refuse(path, "its header cannot be read", std::to_string(length) + " bytes", "fewer");
  }
  const std::uint64_t data_size = file_size - 8 - length;
  const Json header = parse_header(path, text);
  for (const auto& [name, entry] : header.items()) {
    if (name == metadata_key) {
      file.metadata = read_metadata(path, entry);
    } else {
      file.extents.push_back(read_extent(path, name, entry, data_size));
    }
  }
  check_cover(path, data_size, file.extents);
  return file;
}

}  // namespace

void write_safetensors(AtomicFile& file, const std::vector<NamedTensor>& tensors,
                       const TensorMetadata& metadata) {
  const std::string header = header_of(tensors, metadata);
  const auto length = std::bit_cast<std::array<char, 8>>(std::uint64_t{header.size()});
  file.write({length.data(), length.size()});
  file.write(header);
  for (const NamedTensor& tensor : tensors) {
    file.write({reinterpret_cast<const char*>(tensor.data.data()),
                8 * static_cast<std::size_t>(tensor.data.size())});
  }
}

void write_safetensors(const fs::path& path, const std::vector<NamedTensor>& tensors,
                       const TensorMetadata& metadata) {
  AtomicFile file(path);
  write_safetensors(file, tensors, metadata);
  file.commit();
}

std::vector<NamedTensor> read_safetensors(const fs::path& path) {
  OpenFile file = open_file(path);
  std::vector<NamedTensor> tensors;
  for (Extent& extent : file.extents) {
    const std::uint64_t size = extent.end - extent.begin;
    Vector data(static_cast<Eigen::Index>(size / 8));
    if (!file.stream.read(reinterpret_cast<char*>(data.data()),
                          static_cast<std::streamsize>(size))) {
      refuse(path, "tensor '" + extent.name + "' cannot be read", std::to_string(size) + " bytes",
             "fewer");
    }
    tensors.push_back({std::move(extent.name), std::move(extent.shape), std::move(data)});
  }
  return tensors;
}

TensorMetadata read_safetensors_metadata(const fs::path& path) { return open_file(path).metadata; }

}  // namespace moo
