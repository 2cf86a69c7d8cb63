#include "libmoo/run/result_table.hpp"

#include <utility>

#include "libmoo/io/task_json.hpp"

namespace moo {

void ResultTable::add(const std::string& task, std::uint64_t fingerprint, TaskResult result) {
  entries_.try_emplace(task, Entry{fingerprint, std::move(result)});
}

const TaskResult* ResultTable::find(const Task& task) const {
  const auto found = entries_.find(task.id);
  if (found == entries_.end() || found->second.fingerprint != fingerprint(task)) return nullptr;
  return &found->second.result;
}

}  // namespace moo
