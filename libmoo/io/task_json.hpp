#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>

#include "libmoo/io/json_node.hpp"
#include "libmoo/solver/task.hpp"
#include "libmoo/solver/task_result.hpp"

namespace moo {

/// Tasks and what they found as JSON, to be sent to other processes and kept in journals. Every
/// double comes back bit for bit (see exact_json). Points carry their parameters and what the run
/// itself knows; evaluations and influence are added to finished fronts, and are not here.
[[nodiscard]] nlohmann::ordered_json encode_task(const Task& task);
[[nodiscard]] nlohmann::ordered_json encode_found_point(const ParetoPoint& point);
[[nodiscard]] nlohmann::ordered_json encode_result(const TaskResult& result);

/// Throws: FileError saying what is wrong where.
[[nodiscard]] Task decode_task(const JsonNode& node);
[[nodiscard]] ParetoPoint decode_found_point(const JsonNode& node);
[[nodiscard]] TaskResult decode_result(const JsonNode& node);

/// A number that differs between tasks with different content: FNV-1a over all of it, the bits of
/// its numbers included. Source: Fowler, Noll and Vo (1991).
[[nodiscard]] std::uint64_t fingerprint(const Task& task);

}  // namespace moo
