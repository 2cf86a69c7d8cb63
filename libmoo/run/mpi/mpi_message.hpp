#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/io/json_node.hpp"
#include "libmoo/minimize/minimizer.hpp"

namespace moo {

/// What the ranks say to each other; the number is the message's tag.
enum class MpiTag : int {
  task = 1,   ///< leader: solve this
  stop,       ///< leader: wind up the task you are at
  home,       ///< leader: no more tasks
  iteration,  ///< of the task a rank is at, with the gradients spent
  point,      ///< it recorded a point
  result,     ///< it is done
  mistake     ///< it ended with an exception
};

/// An iterate, with the gradients spent since the last message. True rates are asked for here,
/// because the linearization stays behind.
[[nodiscard]] nlohmann::ordered_json encode_iteration(const Iterate& iterate, long gradients);

/// An iterate that came from another rank.
class ReceivedIteration {
 public:
  /// Throws: FileError when the message is not one of encode_iteration.
  explicit ReceivedIteration(const JsonNode& node);

  [[nodiscard]] long gradients() const { return gradients_; }
  [[nodiscard]] Iterate iterate() const;  ///< refers to this object

 private:
  /// Knows the values and the rates, and nothing else.
  class Remembered final : public Linearization {
   public:
    Remembered(Vector values, Vector rates)
        : values_(std::move(values)), rates_(std::move(rates)) {}
    [[nodiscard]] const Vector& values() const override { return values_; }
    void pullback(ConstMatrixRef weights, MatrixRef gradients) const override;
    [[nodiscard]] Vector violation_rates() const override { return rates_; }

   private:
    Vector values_;
    Vector rates_;
  };

  Remembered linearization_;
  int iteration_;
  double scalarized_;
  double gradient_norm_;
  double step_norm_;
  long gradients_;
};

/// An exception as a message, and back.
[[nodiscard]] nlohmann::ordered_json encode_mistake(const std::exception& error);
[[noreturn]] void rethrow_mistake(const JsonNode& node, int rank);

}  // namespace moo
