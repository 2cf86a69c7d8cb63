#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "libmoo/base/vector.hpp"

namespace moo {

/// How the penalties phi_k of a group's K probes become one number A.
enum class AggregationKind {
  mean,          ///< mean_k phi_k, the default
  log_mean_exp,  ///< t log mean_k e^(phi_k / t): a smooth worst case, from the mean to the maximum
  cvar,          ///< mean of the worst share alpha of the phi_k
};

/// Penalties of a group's probes to one number between their mean and their maximum, which rises
/// when any of them does and does not depend on their order. CVaR is
///
///     A = v + sum_k max(phi_k - v, 0) / (alpha K),
///
/// v the phi at place ceil(alpha K) from the top: a share that is no whole number of probes takes
/// the last one in part, and one below 1 / K is the maximum.
/// Source: Rockafellar and Uryasev (2000), section 2 (with alpha for their 1 - beta).
struct Aggregation {
  AggregationKind kind = AggregationKind::mean;
  double temperature = 0.1;  ///< t of log_mean_exp, in units of the penalty; > 0
  double share = 0.1;        ///< alpha of cvar; in (0, 1]
};

/// A(phi), and weights = dA / dphi (>= 0, their sum is 1). Where CVaR has a kink, penalties that
/// are equal to v share what is left evenly, which is a subgradient. O(K). Numbers that are not
/// finite give a result that is not.
/// @param phi K >= 1   @param weights K   @param scratch K, overwritten
double aggregate(const Aggregation& aggregation, ConstVectorRef phi, VectorRef weights,
                 VectorRef scratch);

/// Whether A is curved: false where d2A / dphi2 is zero (almost) everywhere.
bool is_curved(const Aggregation& aggregation);

/// v <- (d2A / dphi2) v with a = the weights of aggregate(): (diag(a) - a a^T) v / t for
/// log_mean_exp, 0 for the others. Positive semi-definite.
/// @param weights, v K
void apply_curvature(const Aggregation& aggregation, ConstVectorRef weights, VectorRef v);

/// Throws: InvalidArgument in the name of `who` when temperature or share have no meaning.
void check_aggregation(const std::string& who, const Aggregation& aggregation);

std::string_view to_string(AggregationKind kind);

/// The names in the order of the enumeration.
const std::vector<std::string>& aggregation_names();

/// Throws: InvalidArgument for a name that is none, listing the names and the nearest one.
AggregationKind aggregation_from(const std::string& name);

}  // namespace moo
