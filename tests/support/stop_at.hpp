#pragma once

#include <string>

#include "libmoo/solver/observer.hpp"

namespace moo {

/// Asks a run to stop at its n-th iteration, and goes on asking.
class StopAt final : public Observer {
 public:
  explicit StopAt(int iteration) : iteration_(iteration) {}
  Verdict on_iteration(const std::string&, const Iterate&) override {
    return ++seen_ >= iteration_ ? Verdict::stop : Verdict::proceed;
  }

 private:
  int iteration_;
  int seen_ = 0;
};

}  // namespace moo
