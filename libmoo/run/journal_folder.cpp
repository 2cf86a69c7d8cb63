#include "libmoo/run/journal_folder.hpp"

#include <charconv>
#include <set>
#include <string_view>
#include <system_error>

#include "libmoo/base/error.hpp"

namespace moo {

std::string Shard::name() const { return std::to_string(index) + "of" + std::to_string(count); }

Shard parse_shard(const std::string& text) {
  const auto whole = [](std::string_view part) {
    int number = 0;
    const auto [end, code] = std::from_chars(part.data(), part.data() + part.size(), number);
    return code == std::errc() && end == part.data() + part.size() ? number : 0;
  };
  const std::size_t slash = text.find('/');
  if (slash != std::string::npos) {
    const Shard shard{whole(std::string_view(text).substr(0, slash)),
                      whole(std::string_view(text).substr(slash + 1))};
    if (1 <= shard.index && shard.index <= shard.count) return shard;
  }
  throw InvalidArgument(
      {"--shard", "unusable", "i/n with 1 <= i <= n, such as 2/3", "'" + text + "'", ""});
}

std::filesystem::path journal_path(const std::filesystem::path& stem,
                                   const std::optional<Shard>& shard) {
  return stem.string() + ".run." + (shard ? shard->name() + "." : "") + "jsonl";
}

JournalFolder::JournalFolder(const std::filesystem::path& stem, const std::string& identity,
                             int shard_count) {
  std::set<std::filesystem::path> paths{journal_path(stem)};
  for (int k = 1; k <= shard_count; ++k) paths.insert(journal_path(stem, Shard{k, shard_count}));
  const std::string begin = stem.filename().string() + ".run.";
  std::error_code missing;
  for (const auto& entry : std::filesystem::directory_iterator(stem.parent_path(), missing)) {
    const std::string name = entry.path().filename().string();
    if (name.starts_with(begin) && name.ends_with("jsonl")) {
      paths.insert(stem.parent_path() / name);
    }
  }
  for (const std::filesystem::path& path : paths) readers_.emplace_back(path, identity);
}

void JournalFolder::read_on(ResultTable& results) {
  for (JournalReader& reader : readers_) reader.read_on(results);
}

}  // namespace moo
