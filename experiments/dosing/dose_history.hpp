#pragma once

namespace moo {

/// Hours in which half of the quinidine leaves the body.
/// Source: Verme, Ludden, Clementi, Harris (1992), who find 6 to 8 h in most patients.
constexpr double quinidine_half_life = 7.0;

/// What the doses taken so far left behind at a moment.
struct BodyLoad {
  double amount = 0.0;       ///< mg, 0 before the first dose
  double last_dose = 0.0;    ///< mg
  double hours_since = 0.0;  ///< the last dose
};

/// The drug in one patient's body as a single compartment into which doses go at once and from
/// which they leave exponentially:
///
///     A(t) = sum over doses i of D_i 2^(-(t - t_i) / H),       H = quinidine_half_life.
///
/// A dose that was repeated every tau hours before finds the steady state,
/// A = D / (1 - 2^(-tau / H)) right after it.
/// Source: Rowland and Tozer (1995), "Clinical Pharmacokinetics", chapters 3 and 7.
class DoseHistory {
 public:
  /// @param time h, not before the last one   @param dose mg, > 0   @param interval tau in h; 0 for
  /// a dose of its own
  void take(double time, double dose, double interval);

  /// @param time h, not before the last dose
  [[nodiscard]] BodyLoad at(double time) const;

 private:
  double time_ = 0.0;    // of the last dose
  double amount_ = 0.0;  // right after it
  double dose_ = 0.0;
};

}  // namespace moo
