#include "libmoo/model/link_taylor.hpp"

#include "libmoo/model/link.hpp"

namespace moo {
namespace {

/// p, p' and p'' of one sample; or three cotangents or tangents of them.
struct Sample {
  Sample(ConstMatrixRef interleaved, Eigen::Index k)
      : order{interleaved.col(3 * k), interleaved.col(3 * k + 1), interleaved.col(3 * k + 2)} {}
  Eigen::Ref<const Vector> order[3];
};

/// result += factor S^(order) c. Sigmoid: S = diag(p (1 - p)). Softmax: S c = p o c - p <p, c>.
template <class Column, class Result>
void add_jacobian(Link link, int order, const Sample& sample, double factor, const Column& c,
                  Result&& result) {
  const auto& [p, p1, p2] = sample.order;
  switch (link) {
    case Link::identity:
      if (order == 0) result += factor * c;
      return;
    case Link::sigmoid: {
      const auto bend = 1.0 - 2.0 * p.array();
      if (order == 0) result.array() += factor * p.array() * (1.0 - p.array()) * c.array();
      if (order == 1) result.array() += factor * p1.array() * bend * c.array();
      if (order == 2) {
        result.array() += factor * (p2.array() * bend - 2.0 * p1.array().square()) * c.array();
      }
      return;
    }
    case Link::softmax: {
      const double mean = p.dot(c);
      if (order == 0) result.array() += factor * p.array() * (c.array() - mean);
      if (order == 1) {
        result.array() += factor * (p1.array() * (c.array() - mean) - p.array() * p1.dot(c));
      }
      if (order == 2) {
        result.array() += factor * (p2.array() * (c.array() - mean) - 2.0 * p1.array() * p1.dot(c) -
                                    p.array() * p2.dot(c));
      }
      return;
    }
  }
}

/// result += factor (the derivative of S^(order) along dp) c.
template <class Column, class Result>
void add_jacobian_tangent(Link link, int order, const Sample& sample, const Sample& tangent,
                          double factor, const Column& c, Result&& result) {
  const auto& [p, p1, p2] = sample.order;
  const auto& [dp, dp1, dp2] = tangent.order;
  switch (link) {
    case Link::identity:
      return;
    case Link::sigmoid: {
      const auto bend = 1.0 - 2.0 * p.array();
      if (order == 0) result.array() += factor * bend * dp.array() * c.array();
      if (order == 1) {
        result.array() += factor * (dp1.array() * bend - 2.0 * p1.array() * dp.array()) * c.array();
      }
      if (order == 2) {
        result.array() +=
            factor *
            (dp2.array() * bend - 2.0 * p2.array() * dp.array() - 4.0 * p1.array() * dp1.array()) *
            c.array();
      }
      return;
    }
    case Link::softmax: {
      const double mean = p.dot(c);
      const double drift = dp.dot(c);
      if (order == 0) {
        result.array() += factor * (dp.array() * (c.array() - mean) - p.array() * drift);
      }
      if (order == 1) {
        result.array() += factor * (dp1.array() * (c.array() - mean) - p1.array() * drift -
                                    dp.array() * p1.dot(c) - p.array() * dp1.dot(c));
      }
      if (order == 2) {
        result.array() += factor * (dp2.array() * (c.array() - mean) - p2.array() * drift -
                                    2.0 * dp1.array() * p1.dot(c) - 2.0 * p1.array() * dp1.dot(c) -
                                    dp.array() * p2.dot(c) - p.array() * dp2.dot(c));
      }
      return;
    }
  }
}

}  // namespace

void apply_link_taylor(Link link, ConstMatrixRef logits, MatrixRef predictions) {
  const Eigen::Index count = logits.cols() / 3;
  for (Eigen::Index k = 0; k < count; ++k) {
    apply_link(link, logits.col(k), predictions.col(3 * k));
    predictions.middleCols(3 * k + 1, 2).setZero();
    const Sample sample(predictions, k);  // refers to the columns, which fill up
    add_jacobian(link, 0, sample, 1.0, logits.col(count + k), predictions.col(3 * k + 1));
    add_jacobian(link, 0, sample, 1.0, logits.col(2 * count + k), predictions.col(3 * k + 2));
    add_jacobian(link, 1, sample, 1.0, logits.col(count + k), predictions.col(3 * k + 2));
  }
}

void link_taylor_pushforward(Link link, ConstMatrixRef predictions, ConstMatrixRef tangents,
                             MatrixRef results) {
  const Eigen::Index count = tangents.cols() / 3;
  results.setZero();
  for (Eigen::Index k = 0; k < count; ++k) {
    const Sample sample(predictions, k);
    const auto dz = tangents.col(k);
    const auto dz1 = tangents.col(count + k);
    const auto dz2 = tangents.col(2 * count + k);
    add_jacobian(link, 0, sample, 1.0, dz, results.col(3 * k));
    add_jacobian(link, 0, sample, 1.0, dz1, results.col(3 * k + 1));
    add_jacobian(link, 1, sample, 1.0, dz, results.col(3 * k + 1));
    add_jacobian(link, 0, sample, 1.0, dz2, results.col(3 * k + 2));
    add_jacobian(link, 1, sample, 2.0, dz1, results.col(3 * k + 2));
    add_jacobian(link, 2, sample, 1.0, dz, results.col(3 * k + 2));
  }
}

void link_taylor_pullback(Link link, ConstMatrixRef predictions, ConstMatrixRef cotangents,
                          MatrixRef results) {
  const Eigen::Index count = cotangents.cols() / 3;
  results.setZero();
  for (Eigen::Index k = 0; k < count; ++k) {
    const Sample sample(predictions, k);
    const Sample c(cotangents, k);
    add_jacobian(link, 0, sample, 1.0, c.order[0], results.col(k));
    add_jacobian(link, 1, sample, 1.0, c.order[1], results.col(k));
    add_jacobian(link, 2, sample, 1.0, c.order[2], results.col(k));
    add_jacobian(link, 0, sample, 1.0, c.order[1], results.col(count + k));
    add_jacobian(link, 1, sample, 2.0, c.order[2], results.col(count + k));
    add_jacobian(link, 0, sample, 1.0, c.order[2], results.col(2 * count + k));
  }
}

void link_taylor_curvature(Link link, ConstMatrixRef predictions,
                           ConstMatrixRef prediction_tangents, ConstMatrixRef cotangents,
                           MatrixRef results) {
  const Eigen::Index count = cotangents.cols() / 3;
  results.setZero();
  for (Eigen::Index k = 0; k < count; ++k) {
    const Sample sample(predictions, k);
    const Sample tangent(prediction_tangents, k);
    const Sample c(cotangents, k);
    const auto add = [&](int order, double factor, int which, auto&& column) {
      add_jacobian_tangent(link, order, sample, tangent, factor, c.order[which], column);
    };
    add(0, 1.0, 0, results.col(k));
    add(1, 1.0, 1, results.col(k));
    add(2, 1.0, 2, results.col(k));
    add(0, 1.0, 1, results.col(count + k));
    add(1, 2.0, 2, results.col(count + k));
    add(0, 1.0, 2, results.col(2 * count + k));
  }
}

}  // namespace moo
