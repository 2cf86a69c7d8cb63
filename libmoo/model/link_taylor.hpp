#pragma once

#include "libmoo/base/vector.hpp"
#include "libmoo/model/activation.hpp"

namespace moo {

// Links on Taylor coefficients: p(t) = link(z(t)) with two derivatives, for P samples of q outputs.
// Logits lie in three blocks of P columns, [z z' z''], as a ForwardPass has them; predictions lie
// sample by sample, columns 3k to 3k + 2 are p, p' and p'' of sample k, as constraints read them.
// With S the link's (symmetric) Jacobian and S(t) = S(z(t)),
//
//     p' = S z',   p'' = S z'' + S' z',
//     dp = S dz,   dp' = S dz' + S' dz,   dp'' = S dz'' + 2 S' dz' + S'' dz,
//
// and S, S', S'' are polynomials in p, p', p''. No allocation.
// Source: Griewank and Walther (2008), "Evaluating Derivatives", section 13.2 (Taylor arithmetic).

/// @param logits q x 3P, blocks   @param predictions q x 3P, interleaved
void apply_link_taylor(Link link, ConstMatrixRef logits, MatrixRef predictions);

/// Tangents of the logits (blocks) to those of the predictions (interleaved).
void link_taylor_pushforward(Link link, ConstMatrixRef predictions, ConstMatrixRef tangents,
                             MatrixRef results);

/// Cotangents of the predictions (interleaved) to those of the logits (blocks).
void link_taylor_pullback(Link link, ConstMatrixRef predictions, ConstMatrixRef cotangents,
                          MatrixRef results);

/// The derivative of the pull-back along a tangent with its cotangents fixed.
/// @param prediction_tangents interleaved, from link_taylor_pushforward
void link_taylor_curvature(Link link, ConstMatrixRef predictions,
                           ConstMatrixRef prediction_tangents, ConstMatrixRef cotangents,
                           MatrixRef results);

}  // namespace moo
