#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/run/journal.hpp"

namespace moo {

/// One of several independent processes that solve the tasks of one run together.
struct Shard {
  int index = 1;  ///< 1, ..., count
  int count = 1;

  /// "2of3": part of the names of its files.
  [[nodiscard]] std::string name() const;
};

/// Throws: InvalidArgument unless the text is i/n with 1 <= i <= n.
Shard parse_shard(const std::string& text);

/// Where a run with files STEM.json and so on keeps its journal: STEM.run.jsonl, or a shard's
/// STEM.run.2of3.jsonl.
std::filesystem::path journal_path(const std::filesystem::path& stem,
                                   const std::optional<Shard>& shard = {});

/// All journals of one run: its own and those of its shards.
class JournalFolder {
 public:
  /// Knows the journals that are there, and those that the shards of a run with `shard_count` of
  /// them will write.
  JournalFolder(const std::filesystem::path& stem, const std::string& identity,
                int shard_count = 0);

  /// Adds the results that were written since the last call.
  /// Throws: FileError when a journal is of another run.
  void read_on(ResultTable& results);

  [[nodiscard]] std::size_t size() const { return readers_.size(); }

 private:
  std::vector<JournalReader> readers_;
};

}  // namespace moo
