#pragma once

#include <filesystem>
#include <string>

#include "libmoo/data/table.hpp"

namespace moo::tabular {

/// What becomes of a file that is there already.
enum class ExistingFile { refuse, replace };

struct InitOptions {
  std::filesystem::path data;  ///< CSV file
  std::string target;          ///< empty: guessed
  std::string task;            ///< binary, multiclass or regression; empty: guessed
  std::filesystem::path out;   ///< the config; empty: the data's name with .json, in this folder
  ExistingFile existing = ExistingFile::refuse;
};

/// A config to begin with, as text with comments: task, split and inputs as the columns suggest,
/// every column with what is in it, and rules to choose from as comments. `file` is how the config
/// names the table. Throws: InvalidArgument for an unknown target or task, or a target that does
/// not fit the task.
std::string starting_config(const Table& table, const InitOptions& options,
                            const std::string& file);

/// Writes it, whole or not at all. Returns where.
/// Throws: FileError when the data cannot be read or the config is there already; InvalidArgument
/// as starting_config.
std::filesystem::path write_starting_config(const InitOptions& options);

}  // namespace moo::tabular
