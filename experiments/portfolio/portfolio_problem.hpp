#pragma once

#include <string>
#include <vector>

#include "libmoo/problem/dense_problem.hpp"

namespace moo::portfolio {

/// Trading days of a year, for numbers per year: those of the data.
constexpr double days_per_year = 260.0;

/// What the objectives are measured against.
struct Terms {
  Vector held;                  ///< n weights that the investor holds today
  double tail = 0.05;           ///< share of the worst days in CVaR
  double cvar_ceiling = 0.0;    ///< of the loss on those days, a share of the wealth per day
  double cvar_scale = 1e-3;     ///< excess that counts as one
  double temperature = 3e-4;    ///< that smooths which days are the worst, a loss per day
  double turnover_edge = 1e-2;  ///< change of a weight below which |change| is rounded off
  double lowest = 0.0;          ///< weight of an asset: no short sales
  double highest = 1.0;
};

/// Choosing weights w in R^n of n assets with daily returns r_k, k = 1 ... N: any of
///
///     expected_return   - days mean_k(r_k' w)                      per year
///     variance            days w' S w, S the covariance (1/N)      per year
///     cvar                ((CVaR(w) - ceiling)+ / scale)^2, the smoothed mean loss of the worst
///     days concentration       w' w - 1/n                               0 for equal weights
///     turnover            sum_i sqrt((w_i - held_i)^2 + e^2) - e   the share of the wealth traded
///
/// subject to sum_i w_i = 1 (a hard row) and lowest <= w_i <= highest (bounds). Variance and
/// concentration are quadratic, the others convex; second derivatives are exact.
///
/// The smoothed CVaR is min_v v + t/(tail N) sum_k log(1 + e^((l_k - v)/t)), l_k = -r_k' w: between
/// the true one and t log(2)/tail above it. Source: Rockafellar and Uryasev (2000), section 3, with
/// softplus for their max(., 0); Markowitz (1952) for the first two objectives.
class PortfolioProblem final : public DenseProblem {
 public:
  /// @param returns n x N daily returns, a day a column   @param objectives names from the above
  /// Throws: InvalidArgument for an unknown objective, or terms that do not fit.
  PortfolioProblem(Matrix returns, std::vector<std::string> objectives, Terms terms);

  [[nodiscard]] std::string name() const override { return "portfolio"; }
  [[nodiscard]] int num_variables() const override { return static_cast<int>(mean_.size()); }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override { return infos_; }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return rows_; }
  [[nodiscard]] Bounds bounds() const override;
  [[nodiscard]] Vector start(RandomStream& random) const override;

  [[nodiscard]] Vector values(ConstVectorRef w) const override;
  [[nodiscard]] Matrix gradients(ConstVectorRef w) const override;
  [[nodiscard]] Matrix hessian(ConstVectorRef w, ConstVectorRef weights) const override;
  [[nodiscard]] bool has_hessian() const override { return true; }

  [[nodiscard]] const Vector& mean() const { return mean_; }              ///< n, per year
  [[nodiscard]] const Matrix& covariance() const { return covariance_; }  ///< n x n, per year
  [[nodiscard]] const Matrix& returns() const { return returns_; }

 private:
  struct Term;
  [[nodiscard]] Term term(const std::string& objective, ConstVectorRef w) const;
  [[nodiscard]] Term smoothed_cvar(ConstVectorRef w) const;

  Matrix returns_;
  std::vector<ObjectiveInfo> infos_;
  std::vector<ConstraintRow> rows_;
  Terms terms_;
  Vector mean_;
  Matrix covariance_;
};

/// The names above, and what they mean.
const std::vector<std::pair<std::string, std::string>>& portfolio_objectives();

/// The mean loss of the worst `tail` of the days, a day counted in part where needed; exact.
/// @param daily N returns
double conditional_value_at_risk(ConstVectorRef daily, double tail);

/// The largest fall of the wealth from a peak, as a share of the peak, when weights are restored
/// every day.
double maximum_drawdown(ConstVectorRef daily);

}  // namespace moo::portfolio
