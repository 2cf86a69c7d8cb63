#pragma once

#include <filesystem>

#include "libmoo/io/front_document.hpp"

namespace moo {

/// Writes a front file (schema: front.schema.json beside this header; prose: docs/front_file.md)
/// and, when the document has a tensor layout, `<stem>.safetensors` beside it with the parameters
/// of every point: one entry per point and tensor, "point_007/layers.0.weight", row-major.
/// Indicators are computed here; scouts are left out.
///
/// Both files are complete on the disk before either is put in place, the parameters first. When
/// the JSON file cannot be put in place, the new parameters file is removed again. Throws:
/// InvalidArgument naming a field that is not finite, or that check_document refuses, before
/// anything is written; FileError when a file cannot be written.
void write_front(const std::filesystem::path& json_path, const FrontDocument& document);

/// Reads a front file back, with the parameters from the file beside it: the document that was
/// written, apart from scouts, and from parameters when there was no layout.
/// Throws: FileError with the place in the file, what was expected there, and what was found.
[[nodiscard]] FrontDocument read_front(const std::filesystem::path& json_path);

}  // namespace moo
