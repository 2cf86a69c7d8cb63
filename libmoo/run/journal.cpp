#include "libmoo/run/journal.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>
#include <variant>

#include "libmoo/base/error.hpp"
#include "libmoo/io/exact_json.hpp"
#include "libmoo/io/json_text.hpp"
#include "libmoo/io/task_json.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

std::string hexadecimal(std::uint64_t number) {
  char digits[17];
  return {digits, std::to_chars(digits, digits + sizeof digits, number, 16).ptr};
}

std::uint64_t from_hexadecimal(const JsonNode& node) {
  const std::string text = node.text();
  std::uint64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number, 16);
  if (code != std::errc() || end != text.data() + text.size()) node.refuse("hexadecimal digits");
  return number;
}

Json options_json(const Solver& solver) {
  Json json = Json::object();
  for (const auto& [name, value] : solver.options().values()) {
    std::visit([&json, &key = name](const auto& held) { json[key] = held; }, value);
  }
  return json;
}

/// The problem's values where its own start is, for this seed.
Vector values_at_start(const Problem& problem, const Request& request) {
  RandomStream random = RandomStream(request.seed).substream("journal");
  return problem.linearize(problem.start(random))->values();
}

FileError trouble(const std::filesystem::path& path, const std::string& what, int reason) {
  return FileError({path.string(), what, "the name of a file in a folder that is writable",
                    std::generic_category().message(reason), ""});
}

}  // namespace

std::string run_identity(const Problem& problem, const Solver& solver, const Request& request) {
  Json objectives = Json::array();
  for (const ObjectiveInfo& objective : problem.objectives()) objectives.push_back(objective.name);
  return compact_json({{"journal", 1},
                       {"problem", problem.name()},
                       {"variables", problem.num_variables()},
                       {"objectives", objectives},
                       {"hard_rows", problem.num_hard_rows()},
                       {"solver", solver.id()},
                       {"options", options_json(solver)},
                       {"seed", request.seed},
                       {"kkt_tolerance", exact_json(request.kkt_tolerance)},
                       {"values_at_start", exact_json(values_at_start(problem, request))}});
}

JournalReader::JournalReader(std::filesystem::path path, std::string identity)
    : path_(std::move(path)), identity_(std::move(identity)) {}

void JournalReader::read_on(ResultTable& results) {
  std::ifstream file(path_, std::ios::binary);
  if (!file.seekg(static_cast<std::streamoff>(end_))) return;
  for (std::string line; std::getline(file, line);) {
    if (file.eof()) return;  // not a whole line
    if (end_ == 0) {
      require_same_run(line);
    } else {
      const Json json = Json::parse(line, nullptr, false);
      try {
        const JsonNode node(json, "journal");
        results.add(node.at("task").text(), from_hexadecimal(node.at("fingerprint")),
                    decode_result(node.at("result")));
      } catch (const FileError&) {  // damaged: its task is solved again
      }
    }
    end_ += line.size() + 1;
  }
}

void JournalReader::require_same_run(const std::string& line) const {
  if (line == identity_) return;
  const Json theirs = Json::parse(line, nullptr, false);
  const Json ours = Json::parse(identity_);
  const std::string hint = "repeat the run's flags, choose another folder, or remove the file";
  if (!theirs.is_object() || !theirs.contains("journal")) {
    throw FileError({path_.string(), "is not a journal", "", "", hint});
  }
  for (const auto& [name, value] : ours.items()) {
    if (theirs.contains(name) && theirs[name] == value) continue;
    const bool numbers = name == "values_at_start";
    const std::string what = numbers ? "the data or the model differ" : name + " differs";
    throw FileError({path_.string(), "is the journal of another run: " + what,
                     numbers ? "" : compact_json(value),
                     numbers || !theirs.contains(name) ? "" : compact_json(theirs[name]), hint});
  }
  throw FileError({path_.string(), "is the journal of another version", "", "", hint});
}

Journal::Journal(const std::filesystem::path& path, const std::string& identity, Opening opening,
                 ResultTable& results) {
  open(path);
  try {
    JournalReader reader(path, identity);
    if (opening == Opening::resume) reader.read_on(results);
    if (::ftruncate(descriptor_, static_cast<off_t>(reader.end())) != 0) {
      throw trouble(path, "cannot be written", errno);
    }
    if (reader.end() == 0) append(identity);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::open(const std::filesystem::path& path) {
  descriptor_ = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw trouble(path, "cannot be written", errno);
  if (::flock(descriptor_, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK) return;
  ::close(descriptor_);
  throw FileError({path.string(), "is being written by another process",
                   "one process for a solver and a folder", "", "wait for it, or use --shard"});
}

void Journal::write(int wave, const Task& task, const TaskResult& result) {
  if (result.interrupted) return;
  std::string line = compact_json({{"wave", wave},
                                   {"task", task.id},
                                   {"fingerprint", hexadecimal(fingerprint(task))},
                                   {"result", encode_result(result)}});
  const std::lock_guard lock(mutex_);
  append(std::move(line));
  if (complete_) ++written_;
}

void Journal::append(std::string line) {
  if (!complete_) return;
  line += '\n';
  for (std::string_view rest = line; !rest.empty();) {
    const ssize_t written = ::write(descriptor_, rest.data(), rest.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      complete_ = false;
      return;
    }
    rest.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace moo
