#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/io/atomic_file.hpp"

namespace moo {

/// An array of double with a name.
struct NamedTensor {
  std::string name;
  std::vector<long> shape;  ///< sizes of the axes, each >= 0; none for a single number
  Vector data;              ///< row-major: the last axis varies fastest; product of shape numbers
};

/// Free text by name, kept in the header of a safetensors file.
using TensorMetadata = std::map<std::string, std::string>;

/// Writes tensors in the order given, as a file that PyTorch and NumPy users load unchanged: 8
/// bytes little-endian header length, JSON header (padded with spaces to a multiple of 8), then the
/// numbers of all tensors as little-endian double without a gap. Source: the safetensors format,
/// https://huggingface.co/docs/safetensors, section Format. Throws: InvalidArgument on a name used
/// twice (or "__metadata__") and on data that do not fit their shape; FileError when the file
/// cannot be written: nothing is left behind then.
void write_safetensors(const std::filesystem::path& path, const std::vector<NamedTensor>& tensors,
                       const TensorMetadata& metadata = {});

/// The same into an open file, which the caller commits.
void write_safetensors(AtomicFile& file, const std::vector<NamedTensor>& tensors,
                       const TensorMetadata& metadata = {});

/// All tensors of a file, in the order of their data.
/// Throws: FileError when the file is missing, cut off or too long, when its header is no such
/// header, when tensors overlap, leave gaps, repeat or do not fit their shape, or are not double
/// ("F64").
[[nodiscard]] std::vector<NamedTensor> read_safetensors(const std::filesystem::path& path);

/// The free text in the header of a file; empty when there is none. Throws: as read_safetensors.
[[nodiscard]] TensorMetadata read_safetensors_metadata(const std::filesystem::path& path);

}  // namespace moo
