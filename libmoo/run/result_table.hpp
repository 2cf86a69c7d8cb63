#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "libmoo/solver/task.hpp"
#include "libmoo/solver/task_result.hpp"

namespace moo {

/// Results that are known already, by task. A task is known by its id and its whole content, so
/// that a result is never taken for that of another task of the same name.
class ResultTable {
 public:
  /// Keeps the first result of a task: further ones are equal, or as good.
  void add(const std::string& task, std::uint64_t fingerprint, TaskResult result);

  /// Null when unknown.
  [[nodiscard]] const TaskResult* find(const Task& task) const;
  [[nodiscard]] bool contains(const std::string& task) const { return entries_.contains(task); }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::uint64_t fingerprint;
    TaskResult result;
  };
  std::map<std::string, Entry> entries_;
};

}  // namespace moo
