#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "libmoo/io/front_document.hpp"
#include "libmoo/io/safetensors.hpp"

namespace moo {

/// "point_007": the prefix of a point's tensors in the parameters file.
[[nodiscard]] std::string parameter_prefix(int point_id);

/// The parameters of all points as row-major tensors: "point_007/layers.0.weight". The document has
/// passed check_document.
/// Throws: InvalidArgument naming the first parameter that is not finite.
[[nodiscard]] std::vector<NamedTensor> parameter_tensors(const FrontDocument& document);

/// The layout, and the `created` time by which the front file and its parameters file know each
/// other, as text for the parameters file.
[[nodiscard]] TensorMetadata parameter_metadata(const FrontDocument& document);

/// Fills layout and parameters of a document that was read from a front file and has passed
/// check_document.
/// Throws: FileError when the file is not the one written together with that front file;
/// InvalidArgument when its layout does not fit the problem.
void read_parameters(const std::filesystem::path& path, FrontDocument& document);

}  // namespace moo
