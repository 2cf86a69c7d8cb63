#include "experiments/workforce.hpp"

#include <algorithm>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "libmoo/base/error.hpp"
#include "libmoo/run/executors.hpp"
#include "libmoo/run/journal_executor.hpp"
#include "libmoo/run/shard_executor.hpp"
#include "libmoo/run/solve.hpp"
#include "libmoo/run/solve_task.hpp"
#ifdef MOO_HAS_MPI
#include "libmoo/run/mpi/mpi_team.hpp"
#endif

namespace moo {
namespace {

void require_no_threads(const DriverFlags& flags) {
  if (flags.threads <= 1) return;
  throw InvalidArgument({"--threads", "goes with --executor threads alone", "0 or 1",
                         std::to_string(flags.threads),
                         flags.executor == "mpi" ? "start more ranks" : ""});
}

}  // namespace

#ifdef MOO_HAS_MPI

namespace {

std::unique_ptr<MpiTeam> make_team() { return std::make_unique<MpiTeam>(); }

}  // namespace

Workforce::~Workforce() = default;

bool Workforce::leads() const { return team_ == nullptr || team_->leads(); }

bool Workforce::prepare(const std::function<void()>& get_ready) {
  std::exception_ptr own;
  std::string trouble;
  try {
    get_ready();
  } catch (const std::exception& error) {
    own = std::current_exception();
    trouble = error.what();
  }
  if (team_ != nullptr) trouble = team_->first_trouble(trouble);
  if (trouble.empty()) return true;
  if (!leads()) return false;
  if (own) std::rethrow_exception(own);
  throw Error({trouble, "", "", "", ""});
}

void Workforce::serve(const Problem& problem, const Solver& solver, const Request& request) {
  if (team_ != nullptr) team_->serve(task_solver(problem, solver, request));
}

#else

namespace {

[[noreturn]] std::unique_ptr<Executor> make_team() {
  throw InvalidArgument({"--executor", "this build has no MPI", "inline or threads", "mpi",
                         "install libboost-mpi-dev and libopenmpi-dev, configure and build again"});
}

}  // namespace

Workforce::~Workforce() = default;

bool Workforce::leads() const { return true; }

bool Workforce::prepare(const std::function<void()>& get_ready) {
  get_ready();
  return true;
}

void Workforce::serve(const Problem&, const Solver&, const Request&) {}

#endif

Workforce::Workforce(const DriverFlags& flags) : flags_(flags) {
  if (flags.executor == "threads") {
    auto threads = std::make_unique<ThreadExecutor>(flags.threads);
    threads_ = threads.get();
    executor_ = std::move(threads);
    return;
  }
  require_no_threads(flags);
  if (flags.executor == "inline") {
    executor_ = std::make_unique<InlineExecutor>();
    return;
  }
  if (flags.shard || flags.journals == JournalUse::merge) {
    throw InvalidArgument({"--executor", "mpi does not go with --shard or merge",
                           "inline or threads", "", "ranks share the work already"});
  }
  auto team = make_team();
#ifdef MOO_HAS_MPI
  team_ = team.get();
#endif
  executor_ = std::move(team);
}

std::filesystem::path Workforce::stem(const std::string& solver) const {
  return flags_.out / (solver + (flags_.shard ? "." + flags_.shard->name() : ""));
}

void Workforce::open_journals(const Problem& problem, const Solver& solver,
                              const Request& request) {
  const std::filesystem::path run = flags_.out / solver.id();
  const std::string identity = run_identity(problem, solver, request);
  const bool anew = flags_.journals == JournalUse::anew && !flags_.shard;
  if (!anew) {
    all_.emplace(run, identity, flags_.shard ? flags_.shard->count : 0);
    all_->read_on(known_);
  }
  if (flags_.journals == JournalUse::merge) {
    if (known_.size() > 0) return;
    throw FileError({journal_path(run).string(), "there is no journal to merge",
                     "journals of run --shard i/n", "", "the same flags, --out among them"});
  }
  own_path_ = journal_path(run, flags_.shard);
  own_.emplace(own_path_, identity, anew ? Journal::Opening::anew : Journal::Opening::resume,
               known_);
}

void Workforce::for_each(std::size_t count, LoopBody body) const {
  if (threads_ != nullptr) return threads_->pool().run(count, body);
  for (std::size_t k = 0; k < count; ++k) body(k);
}

void Workforce::discard_empty_journal() {
  std::error_code ignored;
  if (known_.size() == 0 && own_->written() == 0) std::filesystem::remove(own_path_, ignored);
}

Report Workforce::solve(const Problem& problem, const Solver& solver, const Request& request,
                        Observer& observer) {
  if (flags_.journals == JournalUse::merge) return merge(problem, solver, request, observer);
  JournalExecutor alone(*executor_, known_, *own_);
  std::optional<ShardExecutor> share;
  if (flags_.shard) share.emplace(*executor_, *flags_.shard, known_, *own_, *all_);
  Executor& executor = share ? static_cast<Executor&>(*share) : alone;
  try {
    Report report = moo::solve(problem, solver, request, executor, observer);
    if (share) {
      remark_ = "shard " + flags_.shard->name() + ": " + std::to_string(share->solved()) +
                " tasks solved here, " + own_path_.string();
    }
    if (!own_->complete()) {
      remark_ = own_path_.string() + ": could not be written to its end, as on a full disk";
    }
    return report;
  } catch (...) {
    discard_empty_journal();
    throw;
  }
}

Report Workforce::merge(const Problem& problem, const Solver& solver, const Request& request,
                        Observer& observer) {
  ReplayExecutor executor(known_);
  Report report = moo::solve(problem, solver, request, executor, observer);
  if (!executor.missing().empty()) {
    report.notes.push_back(std::to_string(executor.missing().size()) +
                           " tasks are in no journal yet, such as " + executor.missing().front() +
                           ": this is a part of the front; run the shards again");
  }
  return report;
}

bool speaks(int argc, const char* const* argv) {
  const auto asks_for_mpi = [](std::string_view text) {
    return text == "mpi" || text == "--executor=mpi";
  };
  if (std::none_of(argv, argv + argc, asks_for_mpi)) return true;
  for (const char* const name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}) {
    if (const char* const rank = std::getenv(name)) return std::string_view(rank) == "0";
  }
  return true;
}

}  // namespace moo
