#include "libmoo/model/activation_taylor.hpp"

#include "libmoo/model/kernels/elementwise.hpp"

namespace moo {
namespace {

void derivative(Activation activation, std::size_t order, ConstMatrixRef h, ConstMatrixRef a,
                MatrixRef result) {
  switch (order) {
    case 1:
      return kernels::first_derivative(activation, h, a, result);
    case 2:
      return kernels::second_derivative(activation, h, a, result);
    case 3:
      return kernels::third_derivative(activation, h, a, result);
    default:
      return kernels::fourth_derivative(activation, h, a, result);
  }
}

}  // namespace

void ActivationTaylor::apply(const Matrix& pre, Eigen::Index num_directional, Matrix& post) {
  num_directional_ = num_directional;
  num_plain_ = pre.cols() - 3 * num_directional;
  plain_ready_ = directional_ready_ = 0;
  if (num_directional_ == 0) return;
  ensure(pre, post, 0, 2);
  jet(post, 1) = at(1) * jet(pre, 1);
  jet(post, 2) = at(2) * jet(pre, 1).square() + at(1) * jet(pre, 2);
}

void ActivationTaylor::ensure(const Matrix& pre, const Matrix& post, int plain, int directional) {
  const auto compute = [&](int& ready, int orders, Eigen::Index first, Eigen::Index count) {
    for (; ready < orders; ++ready) {
      const auto k = static_cast<std::size_t>(ready);
      const Eigen::Index kept = k < 2 ? num_plain_ + num_directional_ : num_directional_;
      order_[k].resize(pre.rows(), kept);
      derivative(activation_, k + 1, pre.middleCols(first, count), post.middleCols(first, count),
                 order_[k].middleCols(first + kept - num_plain_ - num_directional_, count));
    }
  };
  compute(plain_ready_, plain, 0, num_plain_);
  if (num_directional_ > 0) compute(directional_ready_, directional, num_plain_, num_directional_);
}

void ActivationTaylor::pull(const Matrix& pre, Columns g) const {
  plain(g) *= plain(order_[0]);
  if (num_directional_ > 0) pull_directional(pre, g);
}

void ActivationTaylor::pull_values(Columns g) const { g.array() *= order_[0].array(); }

void ActivationTaylor::pull_directional(const Matrix& pre, Columns g) const {
  const auto h1 = jet(pre, 1);
  const auto h2 = jet(pre, 2);
  jet(g, 0) =
      jet(g, 0) * at(1) + jet(g, 1) * at(2) * h1 + jet(g, 2) * (at(3) * h1.square() + at(2) * h2);
  jet(g, 1) = jet(g, 1) * at(1) + 2.0 * jet(g, 2) * at(2) * h1;
  jet(g, 2) *= at(1);
}

void ActivationTaylor::push(const Matrix& pre, const Matrix& pre_tangent,
                            Matrix& post_tangent) const {
  const Eigen::Index values = num_plain_ + num_directional_;
  post_tangent.resize(pre.rows(), pre.cols());
  post_tangent.leftCols(values) = order_[0].cwiseProduct(pre_tangent.leftCols(values));
  if (num_directional_ == 0) return;
  const auto h1 = jet(pre, 1);
  const auto h2 = jet(pre, 2);
  const auto r0 = jet(pre_tangent, 0);
  const auto r1 = jet(pre_tangent, 1);
  const auto r2 = jet(pre_tangent, 2);
  jet(post_tangent, 1) = at(2) * r0 * h1 + at(1) * r1;
  jet(post_tangent, 2) = at(3) * r0 * h1.square() + at(2) * (2.0 * h1 * r1 + r0 * h2) + at(1) * r2;
}

void ActivationTaylor::pull_tangent(const Matrix& pre, const Matrix& pre_tangent, Columns g,
                                    Columns rg) const {
  // `pull` is linear in g: applied to the tangent of g, plus its own tangent applied to g.
  plain(rg) = plain(rg) * plain(order_[0]) + plain(g) * plain(order_[1]) * plain(pre_tangent);
  if (num_directional_ == 0) return;
  pull_directional(pre, rg);
  const auto h1 = jet(pre, 1);
  const auto h2 = jet(pre, 2);
  const auto r0 = jet(pre_tangent, 0);
  const auto r1 = jet(pre_tangent, 1);
  const auto r2 = jet(pre_tangent, 2);
  const auto bend = at(3) * r0 * h1 + at(2) * r1;  // R{s'' h'}
  jet(rg, 0) +=
      jet(g, 0) * at(2) * r0 + jet(g, 1) * bend +
      jet(g, 2) * (at(4) * r0 * h1.square() + at(3) * (2.0 * h1 * r1 + r0 * h2) + at(2) * r2);
  jet(rg, 1) += jet(g, 1) * at(2) * r0 + 2.0 * jet(g, 2) * bend;
  jet(rg, 2) += jet(g, 2) * at(2) * r0;
}

}  // namespace moo
