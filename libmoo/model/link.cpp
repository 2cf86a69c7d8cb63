#include "libmoo/model/link.hpp"

#include <cmath>

#include "libmoo/model/kernels/elementwise.hpp"

namespace moo {

void apply_link(Link link, ConstMatrixRef logits, MatrixRef predictions) {
  switch (link) {
    case Link::identity:
      predictions = logits;
      return;
    case Link::sigmoid:
      return kernels::sigmoid(logits, predictions);
    case Link::softmax:
      for (Eigen::Index b = 0; b < logits.cols(); ++b) {
        predictions.col(b).array() = (logits.col(b).array() - logits.col(b).maxCoeff()).exp();
        predictions.col(b) /= predictions.col(b).sum();
      }
      return;
  }
}

void link_pushforward(Link link, ConstMatrixRef predictions, ConstMatrixRef tangents,
                      MatrixRef results) {
  // The Jacobians of all three are symmetric.
  link_pullback(link, predictions, tangents, results);
}

void link_pullback(Link link, ConstMatrixRef predictions, ConstMatrixRef cotangents,
                   MatrixRef results) {
  const auto p = predictions.array();
  switch (link) {
    case Link::identity:
      results = cotangents;
      return;
    case Link::sigmoid:
      results.array() = p * (1.0 - p) * cotangents.array();
      return;
    case Link::softmax:  // p o (c - p.c)
      for (Eigen::Index b = 0; b < predictions.cols(); ++b) {
        const double mean = predictions.col(b).dot(cotangents.col(b));
        results.col(b).array() = p.col(b) * (cotangents.col(b).array() - mean);
      }
      return;
  }
}

void link_curvature(Link link, ConstMatrixRef predictions, ConstMatrixRef prediction_tangents,
                    ConstMatrixRef cotangents, MatrixRef results) {
  const auto p = predictions.array();
  const auto dp = prediction_tangents.array();
  switch (link) {
    case Link::identity:
      results.setZero();
      return;
    case Link::sigmoid:  // d(p (1 - p)) c
      results.array() = (1.0 - 2.0 * p) * dp * cotangents.array();
      return;
    case Link::softmax:  // d[p o (c - p.c)] = dp o (c - p.c) - p (dp.c)
      for (Eigen::Index b = 0; b < predictions.cols(); ++b) {
        const double mean = predictions.col(b).dot(cotangents.col(b));
        const double drift = prediction_tangents.col(b).dot(cotangents.col(b));
        results.col(b).array() = dp.col(b) * (cotangents.col(b).array() - mean) - p.col(b) * drift;
      }
      return;
  }
}

}  // namespace moo
