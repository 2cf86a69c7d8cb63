#pragma once

#include <boost/mpi/communicator.hpp>
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "libmoo/run/mpi/mpi_message.hpp"
#include "libmoo/run/mpi/mpi_team.hpp"

namespace moo {

/// What came from another rank.
struct MpiMessage {
  int rank = 0;
  MpiTag tag = MpiTag::home;
  nlohmann::ordered_json body;
};

/// Messages to and from the other ranks; used by one thread. Whoever waits sleeps between looks,
/// so that the core is free for those who compute.
class MpiTeam::Line {
 public:
  Line();

  [[nodiscard]] const boost::mpi::communicator& world() const { return world_; }

  void send(int rank, MpiTag tag, const nlohmann::ordered_json& body = nullptr) const;

  /// The next message of any rank and kind, if there is one.
  [[nodiscard]] std::optional<MpiMessage> look();
  /// The next message, however long it takes.
  [[nodiscard]] MpiMessage wait();
  /// Whether a message of this kind has come from the leader; takes it.
  [[nodiscard]] bool look_for(MpiTag tag) const;

  /// To be called after a look in vain; longer after several.
  void rest();

 private:
  boost::mpi::communicator world_;
  std::chrono::microseconds pause_{0};
};

}  // namespace moo
