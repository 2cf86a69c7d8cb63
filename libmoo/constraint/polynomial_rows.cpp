#include "libmoo/constraint/polynomial_rows.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// One factor of one term, and where its entry stands among the values of the Jacobian.
struct Factor {
  int row;
  int column;
  int power;
  std::size_t slot;
};

struct BoundTerm {
  int residual;
  double coefficient;
  std::size_t first;  ///< of its factors
  std::size_t last;   ///< past them
};

/// The derivative of that order of x^power.
double derivative_of(double x, int power, int order) {
  double result = 1.0;
  for (int i = 0; i < order; ++i) result *= power - i;
  for (int i = order; i < power; ++i) result *= x;
  return result;
}

class BoundPolynomial final : public BoundConstraint {
 public:
  /// @param pattern has the entries of all factors
  BoundPolynomial(const std::vector<PolynomialRows::Term>& terms, Vector constants, int height,
                  ResidualJacobian pattern)
      : constants_(std::move(constants)), pattern_(std::move(pattern)) {
    for (const PolynomialRows::Term& term : terms) {
      terms_.push_back({term.residual, term.coefficient, factors_.size(), 0});
      const int* const first = pattern_.innerIndexPtr() + pattern_.outerIndexPtr()[term.residual];
      const int* const last =
          pattern_.innerIndexPtr() + pattern_.outerIndexPtr()[term.residual + 1];
      for (const auto& [row, column, power] : term.factors) {
        const int* const entry = std::lower_bound(first, last, row + height * column);
        factors_.push_back(
            {row, column, power, static_cast<std::size_t>(entry - pattern_.innerIndexPtr())});
      }
      terms_.back().last = factors_.size();
    }
  }

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(constants_.size()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef quantity, VectorRef residuals) const override {
    residuals = constants_;
    for (const BoundTerm& term : terms_) {
      residuals(term.residual) += product(term, quantity, term.last, term.last);
    }
  }

  void update(ConstMatrixRef quantity, ResidualJacobian& jacobian) const override {
    std::fill(jacobian.valuePtr(), jacobian.valuePtr() + jacobian.nonZeros(), 0.0);
    for (const BoundTerm& term : terms_) {
      for (std::size_t i = term.first; i < term.last; ++i) {
        jacobian.valuePtr()[factors_[i].slot] += product(term, quantity, i, term.last);
      }
    }
  }

  void add_curvature(ConstMatrixRef quantity, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (const BoundTerm& term : terms_) {
      if (weights(term.residual) == 0.0) continue;
      for (std::size_t i = term.first; i < term.last; ++i) {
        double sum = 0.0;
        for (std::size_t j = term.first; j < term.last; ++j) {
          sum += product(term, quantity, i, j) * tangents(factors_[j].row, factors_[j].column);
        }
        result(factors_[i].row, factors_[i].column) += weights(term.residual) * sum;
      }
    }
  }

 private:
  /// The term, differentiated by the entries of its factors i and j (term.last: by none).
  [[nodiscard]] double product(const BoundTerm& term, ConstMatrixRef quantity, std::size_t i,
                               std::size_t j) const {
    double result = term.coefficient;
    for (std::size_t f = term.first; f < term.last; ++f) {
      result *= derivative_of(quantity(factors_[f].row, factors_[f].column), factors_[f].power,
                              (f == i ? 1 : 0) + (f == j ? 1 : 0));
    }
    return result;
  }

  Vector constants_;
  ResidualJacobian pattern_;
  std::vector<BoundTerm> terms_;
  std::vector<Factor> factors_;
};

}  // namespace

void PolynomialRows::add_term(double coefficient, const std::vector<PolynomialFactor>& factors) {
  Term term{static_cast<int>(constants_.size()), coefficient, {}};
  for (const PolynomialFactor& factor : factors) {
    if (factor.power == 0) continue;
    const auto same = std::find_if(term.factors.begin(), term.factors.end(), [&](const auto& f) {
      return f.row == factor.row && f.column == factor.column;
    });
    if (same == term.factors.end()) {
      term.factors.push_back(factor);
    } else {
      same->power += factor.power;
    }
  }
  terms_.push_back(std::move(term));
}

void PolynomialRows::end_residual(double constant) { constants_.push_back(constant); }

std::unique_ptr<BoundConstraint> PolynomialRows::bind(int columns) const {
  const auto is_linear = [](const Term& term) {
    return term.factors.size() == 1 && term.factors.front().power == 1;
  };
  if (std::all_of(terms_.begin(), terms_.end(), is_linear)) {
    LinearRows rows(height_);
    auto term = terms_.begin();
    for (std::size_t k = 0; k < constants_.size(); ++k) {
      for (; term != terms_.end() && term->residual == static_cast<int>(k); ++term) {
        rows.add_term(term->coefficient, term->factors.front().row, term->factors.front().column);
      }
      rows.end_residual(constants_[k]);
    }
    return rows.bind_columns(columns);
  }
  std::vector<Eigen::Triplet<double>> entries;
  for (const Term& term : terms_) {
    for (const auto& [row, column, power] : term.factors) {
      entries.emplace_back(term.residual, row + height_ * column, 0.0);
    }
  }
  ResidualJacobian pattern(static_cast<Eigen::Index>(constants_.size()),
                           height_ * static_cast<Eigen::Index>(columns));
  pattern.setFromTriplets(entries.begin(), entries.end());
  pattern.makeCompressed();
  return std::make_unique<BoundPolynomial>(
      terms_, Eigen::Map<const Vector>(constants_.data(), pattern.rows()), height_,
      std::move(pattern));
}

}  // namespace moo
