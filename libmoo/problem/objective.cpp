#include "libmoo/problem/objective.hpp"

namespace moo {

std::string_view to_string(ObjectiveKind kind) {
  switch (kind) {
    case ObjectiveKind::accuracy:
      return "accuracy";
    case ObjectiveKind::penalty:
      return "penalty";
    case ObjectiveKind::other:
      return "other";
  }
  return "other";
}

std::string_view to_string(Enforcement enforcement) {
  switch (enforcement) {
    case Enforcement::soft:
      return "soft";
    case Enforcement::hard:
      return "hard";
    case Enforcement::probabilistic:
      return "probabilistic";
  }
  return "soft";
}

std::string_view to_string(Sense sense) {
  return sense == Sense::inequality ? "inequality" : "equality";
}

}  // namespace moo
