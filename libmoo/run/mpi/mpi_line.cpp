#include "libmoo/run/mpi/mpi_line.hpp"

#include <algorithm>
#include <boost/mpi/environment.hpp>
#include <thread>

#include "libmoo/io/json_text.hpp"

namespace moo {
namespace {

constexpr std::chrono::microseconds longest_pause{500};

/// MPI can be started once in a process, and is ended with it.
void start_mpi() { static const boost::mpi::environment session(boost::mpi::threading::funneled); }

}  // namespace

MpiTeam::Line::Line() { start_mpi(); }

void MpiTeam::Line::send(int rank, MpiTag tag, const nlohmann::ordered_json& body) const {
  const std::string text = compact_json(body);
  world_.send(rank, static_cast<int>(tag), text.data(), static_cast<int>(text.size()));
}

std::optional<MpiMessage> MpiTeam::Line::look() {
  const auto status = world_.iprobe(boost::mpi::any_source, boost::mpi::any_tag);
  if (!status) return std::nullopt;
  std::string text(static_cast<std::size_t>(status->count<char>().value_or(0)), '\0');
  world_.recv(status->source(), status->tag(), text.data(), static_cast<int>(text.size()));
  pause_ = {};
  return MpiMessage{status->source(), static_cast<MpiTag>(status->tag()),
                    nlohmann::ordered_json::parse(text)};
}

MpiMessage MpiTeam::Line::wait() {
  for (;;) {
    if (std::optional<MpiMessage> message = look()) return *std::move(message);
    rest();
  }
}

bool MpiTeam::Line::look_for(MpiTag tag) const {
  const auto status = world_.iprobe(0, static_cast<int>(tag));
  if (!status) return false;
  std::string text(static_cast<std::size_t>(status->count<char>().value_or(0)), '\0');
  world_.recv(0, static_cast<int>(tag), text.data(), static_cast<int>(text.size()));
  return true;
}

void MpiTeam::Line::rest() {
  std::this_thread::sleep_for(pause_);
  pause_ = std::min(longest_pause, 2 * pause_ + std::chrono::microseconds(10));
}

}  // namespace moo
