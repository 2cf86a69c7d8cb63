#include "libmoo/run/mpi/mpi_team.hpp"

#include <algorithm>
#include <atomic>
#include <boost/mpi/collectives.hpp>
#include <boost/mpi/environment.hpp>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

#include "libmoo/io/task_json.hpp"
#include "libmoo/run/mpi/mpi_line.hpp"

namespace moo {
namespace {

constexpr int idle = -1;

/// Tells the leader what happens in a task here.
class LeaderWatch final : public TaskWatch {
 public:
  using Stop = std::function<bool()>;
  using Send = std::function<void(MpiTag, const nlohmann::ordered_json&)>;
  LeaderWatch(Send send, Stop stop) : send_(std::move(send)), stop_(std::move(stop)) {}

  bool wanted(const std::string&) override {
    stopped_ = stopped_ || stop_();
    return !stopped_;
  }
  void charge(const std::string&, long gradients) override { gradients_ += gradients; }
  void on_iteration(const std::string&, const Iterate& iterate) override {
    send_(MpiTag::iteration, encode_iteration(iterate, std::exchange(gradients_, 0)));
  }
  void on_point(const ParetoPoint& point) override {
    send_(MpiTag::point, encode_found_point(point));
  }
  void on_result(const Task&, const TaskResult& result) override {
    send_(MpiTag::result,
          {{"result", encode_result(result)}, {"gradients", std::exchange(gradients_, 0)}});
  }

 private:
  Send send_;
  Stop stop_;
  bool stopped_ = false;
  long gradients_ = 0;
};

}  // namespace

/// Hands a wave out and collects what comes back.
class MpiTeam::Handout {
 public:
  Handout(Line& line, const std::vector<Task>& wave, const TaskSolver& here, TaskWatch& watch)
      : line_(line),
        wave_(wave),
        here_(here),
        watch_(watch),
        results_(wave.size()),
        place_of_(static_cast<std::size_t>(line.world().size()), idle),
        told_to_stop_(place_of_.size(), 0) {}

  std::vector<TaskResult> run() {
    std::jthread second([this] { solve_here(); });
    for (int rank = 1; rank < line_.world().size(); ++rank) hand(rank);
    while (anyone_busy()) {
      if (const auto message = line_.look()) {
        attempt([&] { receive(*message); });
        if (place_of(message->rank) == idle) hand(message->rank);
      } else {
        line_.rest();
      }
      stop_the_unwanted();
    }
    second.join();
    if (first_) std::rethrow_exception(first_);
    return std::move(results_);
  }

 private:
  [[nodiscard]] int& place_of(int rank) { return place_of_[static_cast<std::size_t>(rank)]; }
  [[nodiscard]] bool anyone_busy() const {
    return std::any_of(place_of_.begin(), place_of_.end(), [](int k) { return k != idle; });
  }

  template <typename Action>
  void attempt(const Action& action) {
    try {
      action();
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (!first_) first_ = std::current_exception();
    }
  }

  void solve_here() {
    for (std::size_t k = next_++; k < wave_.size(); k = next_++) {
      attempt([&] { results_[k] = here_(wave_[k], watch_); });
    }
  }

  /// Sends the next task that is wanted, if there is one.
  void hand(int rank) {
    for (std::size_t k = next_++; k < wave_.size(); k = next_++) {
      if (!watch_.wanted(wave_[k].id)) {
        results_[k].interrupted = true;
        attempt([&] { watch_.on_result(wave_[k], results_[k]); });
        continue;
      }
      place_of(rank) = static_cast<int>(k);
      told_to_stop_[static_cast<std::size_t>(rank)] = 0;
      line_.send(rank, MpiTag::task, encode_task(wave_[k]));
      return;
    }
  }

  void receive(const MpiMessage& message) {
    const auto place = static_cast<std::size_t>(place_of(message.rank));
    const Task& task = wave_[place];
    const JsonNode body(message.body, "message of rank");
    switch (message.tag) {
      case MpiTag::iteration: {
        const ReceivedIteration received(body);
        watch_.charge(task.id, received.gradients());
        return watch_.on_iteration(task.id, received.iterate());
      }
      case MpiTag::point:
        return watch_.on_point(decode_found_point(body));
      case MpiTag::result:
        place_of(message.rank) = idle;
        watch_.charge(task.id, body.at("gradients").whole());
        results_[place] = decode_result(body.at("result"));
        return watch_.on_result(task, results_[place]);
      case MpiTag::mistake:
        place_of(message.rank) = idle;
        return rethrow_mistake(body, message.rank);
      default:
        return;
    }
  }

  void stop_the_unwanted() {
    for (std::size_t rank = 1; rank < place_of_.size(); ++rank) {
      const int place = place_of_[rank];
      if (place == idle || told_to_stop_[rank] != 0) continue;
      if (watch_.wanted(wave_[static_cast<std::size_t>(place)].id)) continue;
      told_to_stop_[rank] = 1;
      line_.send(static_cast<int>(rank), MpiTag::stop);
    }
  }

  Line& line_;
  const std::vector<Task>& wave_;
  const TaskSolver& here_;
  TaskWatch& watch_;
  std::vector<TaskResult> results_;
  std::vector<int> place_of_;       ///< in the wave, of every rank's task; of the leader: idle
  std::vector<char> told_to_stop_;  ///< per rank
  std::atomic<std::size_t> next_{0};
  std::mutex mutex_;  ///< guards the exception
  std::exception_ptr first_;
};

MpiTeam::MpiTeam() : line_(std::make_unique<Line>()) {}

MpiTeam::~MpiTeam() {
  if (!leads()) return;
  for (int rank = 1; rank < size(); ++rank) line_->send(rank, MpiTag::home);
}

bool MpiTeam::leads() const { return rank() == 0; }
int MpiTeam::rank() const { return line_->world().rank(); }
int MpiTeam::size() const { return line_->world().size(); }

std::string MpiTeam::first_trouble(const std::string& own) const {
  std::vector<std::string> all;
  boost::mpi::all_gather(line_->world(), own, all);
  for (std::size_t k = 0; k < all.size(); ++k) {
    if (!all[k].empty()) return k == 0 ? all[k] : "rank " + std::to_string(k) + ": " + all[k];
  }
  return {};
}

std::vector<TaskResult> MpiTeam::run(const std::vector<Task>& wave, const TaskSolver& here,
                                     TaskWatch& watch) {
  return Handout(*line_, wave, here, watch).run();
}

void MpiTeam::serve(const TaskSolver& here) {
  try {
    for (;;) {
      const MpiMessage message = line_->wait();
      if (message.tag == MpiTag::home) return;
      if (message.tag == MpiTag::task)
        solve_for_leader(message, here);  // a late stop means nothing
    }
  } catch (...) {  // the leader cannot be told any more, and would wait for ever
    boost::mpi::environment::abort(2);
  }
}

void MpiTeam::solve_for_leader(const MpiMessage& message, const TaskSolver& here) {
  LeaderWatch watch([this](MpiTag tag, const auto& body) { line_->send(0, tag, body); },
                    [this] { return line_->look_for(MpiTag::stop); });
  try {
    here(decode_task(JsonNode(message.body, "task")), watch);
  } catch (const std::exception& error) {
    line_->send(0, MpiTag::mistake, encode_mistake(error));
  }
}

}  // namespace moo
