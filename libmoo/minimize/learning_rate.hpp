#pragma once

#include <limits>
#include <string>
#include <string_view>
#include <vector>

namespace moo {

/// How the length of stochastic steps changes over a run.
enum class ScheduleKind {
  constant,
  cosine,   ///< half a cosine from the rate down to its smallest share
  plateau,  ///< halved whenever the full objective has not improved for a while
};

struct LearningRateSettings {
  double rate = 5e-3;  ///< longest step of a coordinate, in the unit of theta
  ScheduleKind kind = ScheduleKind::cosine;
  double warm_up = 0.05;         ///< share of the steps in which the rate rises linearly from zero
  double smallest_share = 1e-3;  ///< of the rate, where cosine ends and plateau stops halving
  int patience = 5;              ///< plateau: judgements without improvement before it halves
};

/// The learning rate of every step of a run.
/// Source: cosine without restarts, Loshchilov and Hutter (2017), eq. 5; linear warm-up, Goyal and
/// others (2017), section 2.2.
class LearningRate {
 public:
  /// @param steps of the whole run, >= 1
  /// Throws: InvalidArgument unless rate > 0, 0 <= warm_up < 1, 0 < smallest_share <= 1,
  /// patience >= 1 and steps >= 1.
  LearningRate(const LearningRateSettings& settings, int steps);

  /// Of step 0, 1, ..., steps - 1; later steps have the last one's.
  [[nodiscard]] double at(int step) const;

  /// Tells the plateau schedule how the full objective is doing.
  void judge(double objective);

  /// Divides all later rates by four: the steps so far were too long to be stable.
  void back_off() { factor_ *= 0.25; }

 private:
  LearningRateSettings settings_;
  int steps_;
  double factor_ = 1.0;
  double best_ = std::numeric_limits<double>::infinity();
  int worse_ = 0;
};

/// By name: "constant", "cosine" or "plateau".
/// Throws: InvalidArgument on another name, listing these.
ScheduleKind schedule_from(std::string_view name);
std::string_view to_string(ScheduleKind kind);
const std::vector<std::string>& schedule_names();

}  // namespace moo
