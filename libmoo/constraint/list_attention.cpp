#include "libmoo/constraint/list_attention.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo {
namespace {

enum Buffer { attention_buffer, slope_buffer, direction_buffer, result_buffer, num_buffers };

/// n numbers of the calling thread's own, so that it allocates only while they grow.
VectorRef buffer(Buffer which, Eigen::Index n) {
  thread_local std::array<Vector, num_buffers> buffers;
  if (buffers[which].size() < n) buffers[which].resize(n);
  return buffers[which].head(n);
}

class BoundAttention final : public BoundConstraint {
 public:
  BoundAttention(std::vector<AttentionResidual> residuals, const RankedLists& lists,
                 const Dataset& data, const ProbeBatch& batch)
      : parts_(std::move(residuals)), temperature_(lists.temperature), output_(lists.output) {
    const Eigen::Index q = data.targets.rows();
    std::vector<Eigen::Triplet<double>> entries;
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      for (const std::vector<int>& list : parts_[k].lists) {
        for (const int b : list) {
          entries.emplace_back(static_cast<int>(k), static_cast<int>(output_ + q * b), 0.0);
        }
      }
    }
    pattern_.resize(static_cast<Eigen::Index>(parts_.size()), q * batch.size());
    pattern_.setFromTriplets(entries.begin(), entries.end());
    pattern_.makeCompressed();
  }

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(parts_.size()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      residuals(static_cast<Eigen::Index>(k)) =
          parts_[k].function->value(attention(parts_[k], predictions));
    }
  }

  // With u = dF/da and <.> the mean under a within a list, dF/dp_b = a_b (u_b - <u>) / T.
  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    const Eigen::Index q = predictions.rows();
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const VectorRef a = attention(parts_[k], predictions);
      VectorRef u = buffer(slope_buffer, a.size());
      parts_[k].function->gradient(a, u);
      const auto row = static_cast<Eigen::Index>(k);
      const int* const first = jacobian.innerIndexPtr() + jacobian.outerIndexPtr()[row];
      const int* const last = jacobian.innerIndexPtr() + jacobian.outerIndexPtr()[row + 1];
      Eigen::Index begin = 0;
      for (const std::vector<int>& list : parts_[k].lists) {
        const auto size = static_cast<Eigen::Index>(list.size());
        const double mean = a.segment(begin, size).dot(u.segment(begin, size));
        for (Eigen::Index i = 0; i < size; ++i) {
          const auto column = static_cast<int>(output_ + q * list[static_cast<std::size_t>(i)]);
          const int* const entry = std::lower_bound(first, last, column);
          jacobian.valuePtr()[entry - jacobian.innerIndexPtr()] =
              a(begin + i) * (u(begin + i) - mean) / temperature_;
        }
        begin += size;
      }
    }
  }

  // Along v: da = a (v - <v>) / T and du = F'' da change the gradient by
  // (da (u - <u>) + a (du - da.u - <du>)) / T.
  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (std::size_t k = 0; k < parts_.size(); ++k) {
      const double weight = weights(static_cast<Eigen::Index>(k));
      if (weight == 0.0) continue;
      const VectorRef a = attention(parts_[k], predictions);
      VectorRef u = buffer(slope_buffer, a.size());
      VectorRef da = buffer(direction_buffer, a.size());
      VectorRef du = buffer(result_buffer, a.size());
      parts_[k].function->gradient(a, u);
      for_each_list(parts_[k], [&](const std::vector<int>& list, Eigen::Index begin) {
        double mean = 0.0;
        for (std::size_t i = 0; i < list.size(); ++i) {
          mean += a(begin + static_cast<Eigen::Index>(i)) * tangents(output_, list[i]);
        }
        for (std::size_t i = 0; i < list.size(); ++i) {
          const Eigen::Index at = begin + static_cast<Eigen::Index>(i);
          da(at) = a(at) * (tangents(output_, list[i]) - mean) / temperature_;
        }
      });
      parts_[k].function->hessian_product(a, da, du);
      for_each_list(parts_[k], [&](const std::vector<int>& list, Eigen::Index begin) {
        const auto size = static_cast<Eigen::Index>(list.size());
        const double mean = a.segment(begin, size).dot(u.segment(begin, size));
        const double change = da.segment(begin, size).dot(u.segment(begin, size)) +
                              a.segment(begin, size).dot(du.segment(begin, size));
        for (std::size_t i = 0; i < list.size(); ++i) {
          const Eigen::Index at = begin + static_cast<Eigen::Index>(i);
          result(output_, list[i]) +=
              weight * (da(at) * (u(at) - mean) + a(at) * (du(at) - change)) / temperature_;
        }
      });
    }
  }

 private:
  template <class Action>
  static void for_each_list(const AttentionResidual& part, const Action& action) {
    Eigen::Index begin = 0;
    for (const std::vector<int>& list : part.lists) {
      action(list, begin);
      begin += static_cast<Eigen::Index>(list.size());
    }
  }

  [[nodiscard]] VectorRef attention(const AttentionResidual& part,
                                    ConstMatrixRef predictions) const {
    Eigen::Index n = 0;
    for (const std::vector<int>& list : part.lists) n += static_cast<Eigen::Index>(list.size());
    VectorRef a = buffer(attention_buffer, n);
    for_each_list(part, [&](const std::vector<int>& list, Eigen::Index begin) {
      double top = -std::numeric_limits<double>::infinity();
      for (const int b : list) top = std::max(top, predictions(output_, b));
      double sum = 0.0;
      for (std::size_t i = 0; i < list.size(); ++i) {
        const double e = std::exp((predictions(output_, list[i]) - top) / temperature_);
        a(begin + static_cast<Eigen::Index>(i)) = e;
        sum += e;
      }
      a.segment(begin, static_cast<Eigen::Index>(list.size())) /= sum;
    });
    return a;
  }

  std::vector<AttentionResidual> parts_;
  double temperature_;
  int output_;
  ResidualJacobian pattern_;
};

}  // namespace

void require_temperature(const std::string& rule, const RankedLists& lists) {
  if (lists.temperature > 0.0 && std::isfinite(lists.temperature)) return;
  throw InvalidArgument({rule, "no such temperature", "a number > 0",
                         std::to_string(lists.temperature),
                         "about the difference of two scores that matters"});
}

std::unique_ptr<BoundConstraint> bind_attention(std::vector<AttentionResidual> residuals,
                                                const RankedLists& lists, const Dataset& data,
                                                const ProbeBatch& batch) {
  return std::make_unique<BoundAttention>(std::move(residuals), lists, data, batch);
}

}  // namespace moo
