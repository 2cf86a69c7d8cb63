#pragma once

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {

// Predictions P = link(Z) and their derivatives, column by column (one sample each); all q x B, no
// allocation. Z logits, P predictions, dZ a tangent of Z, C a cotangent of P.

/// P = link(Z).
void apply_link(Link link, ConstMatrixRef logits, MatrixRef predictions);

/// dP = link'(Z) dZ, from P.
void link_pushforward(Link link, ConstMatrixRef predictions, ConstMatrixRef tangents,
                      MatrixRef results);

/// link'(Z)^T C, from P. `results` may be the cotangents themselves.
void link_pullback(Link link, ConstMatrixRef predictions, ConstMatrixRef cotangents,
                   MatrixRef results);

/// The derivative of link'(Z)^T C along dZ with C fixed: the link's own curvature.
/// @param prediction_tangents dP of link_pushforward
void link_curvature(Link link, ConstMatrixRef predictions, ConstMatrixRef prediction_tangents,
                    ConstMatrixRef cotangents, MatrixRef results);

}  // namespace moo
