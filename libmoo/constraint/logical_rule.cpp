#include "libmoo/constraint/logical_rule.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// Under the product t-norm. The residual is affine in each output.
class BoundProductLogic final : public BoundConstraint {
 public:
  BoundProductLogic(Connective connective, std::vector<Literal> literals, const Dataset& data,
                    const ProbeBatch& batch)
      : connective_(connective),
        literals_(std::move(literals)),
        pattern_(data.num_rows(), data.targets.rows() * batch.size()) {
    // An implication is the disjunction of its negated premises and its conclusion.
    if (connective_ == Connective::implication) {
      connective_ = Connective::disjunction;
      for (std::size_t i = 0; i + 1 < literals_.size(); ++i) {
        literals_[i].negated = !literals_[i].negated;
      }
    }
    // The entries of a row of the Jacobian stand in the order of the outputs; so do the literals.
    std::sort(literals_.begin(), literals_.end(),
              [](const Literal& a, const Literal& b) { return a.output < b.output; });
    const Eigen::Index q = data.targets.rows();
    pattern_.reserve(Eigen::VectorXi::Constant(data.num_rows(), static_cast<int>(size())));
    for (Eigen::Index b = 0; b < data.num_rows(); ++b) {
      for (const Literal& literal : literals_) pattern_.insert(b, literal.output + q * b) = 0.0;
    }
    pattern_.makeCompressed();
  }

  [[nodiscard]] int num_residuals() const override { return static_cast<int>(pattern_.rows()); }
  [[nodiscard]] const ResidualJacobian& jacobian() const override { return pattern_; }
  [[nodiscard]] bool is_linear() const override { return false; }

  void residuals(ConstMatrixRef predictions, VectorRef residuals) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) residuals(b) = at({predictions, b});
  }

  void update(ConstMatrixRef predictions, ResidualJacobian& jacobian) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      for (Eigen::Index i = 0; i < size(); ++i) {
        jacobian.valuePtr()[b * size() + i] =
            at({predictions, b, i, 1.0}) - at({predictions, b, i, 0.0});
      }
    }
  }

  void add_curvature(ConstMatrixRef predictions, ConstVectorRef weights, ConstMatrixRef tangents,
                     MatrixRef result) const override {
    for (Eigen::Index b = 0; b < pattern_.rows(); ++b) {
      for (Eigen::Index i = 0; i < size(); ++i) {
        for (Eigen::Index j = 0; j < i; ++j) {
          const double second =
              at({predictions, b, i, 1.0, j, 1.0}) - at({predictions, b, i, 1.0, j, 0.0}) -
              at({predictions, b, i, 0.0, j, 1.0}) + at({predictions, b, i, 0.0, j, 0.0});
          const int p = literal(i).output;
          const int o = literal(j).output;
          result(p, b) += weights(b) * second * tangents(o, b);
          result(o, b) += weights(b) * second * tangents(p, b);
        }
      }
    }
  }

 private:
  /// A row's outputs, up to two of which are replaced: corners of the unit cube.
  struct Point {
    ConstMatrixRef predictions;
    Eigen::Index row;
    Eigen::Index i = -1;
    double output_i = 0.0;
    Eigen::Index j = -1;
    double output_j = 0.0;
  };

  [[nodiscard]] Eigen::Index size() const { return std::ssize(literals_); }
  [[nodiscard]] const Literal& literal(Eigen::Index k) const {
    return literals_[static_cast<std::size_t>(k)];
  }

  [[nodiscard]] double truth(const Point& point, Eigen::Index k) const {
    const double p = k == point.i   ? point.output_i
                     : k == point.j ? point.output_j
                                    : point.predictions(literal(k).output, point.row);
    return literal(k).negated ? 1.0 - p : p;
  }

  /// The residual.
  [[nodiscard]] double at(const Point& point) const {
    double product = 1.0;
    double sum = 0.0;
    switch (connective_) {
      case Connective::conjunction:
        for (Eigen::Index k = 0; k < size(); ++k) product *= truth(point, k);
        return 1.0 - product;
      case Connective::implication:
      case Connective::disjunction:
        for (Eigen::Index k = 0; k < size(); ++k) product *= 1.0 - truth(point, k);
        return product;
      case Connective::exactly_one:
        for (Eigen::Index one = 0; one < size(); ++one) {
          product = truth(point, one);
          for (Eigen::Index k = 0; k < size(); ++k) {
            if (k != one) product *= 1.0 - truth(point, k);
          }
          sum += product;
        }
        return 1.0 - sum;
    }
    return 0.0;
  }

  Connective connective_;
  std::vector<Literal> literals_;
  ResidualJacobian pattern_;
};

/// sum_i signs_i a_i + constant over the literals, for every row.
void add_linear(const std::vector<Literal>& literals, const std::vector<double>& signs,
                double constant, int rows, LinearRows& linear) {
  for (std::size_t i = 0; i < literals.size(); ++i) {
    if (literals[i].negated) constant += signs[i];
  }
  for (int b = 0; b < rows; ++b) {
    for (std::size_t i = 0; i < literals.size(); ++i) {
      linear.add_term(literals[i].negated ? -signs[i] : signs[i], literals[i].output, b);
    }
    linear.end_residual(constant);
  }
}

}  // namespace

LogicalRule::LogicalRule(LogicalRuleOptions options) : options_(std::move(options)) {
  const auto& literals = options_.literals;
  for (auto literal = literals.begin(); literal != literals.end(); ++literal) {
    const auto same = [&](const Literal& other) { return other.output == literal->output; };
    if (std::any_of(literals.begin(), literal, same)) {
      throw InvalidArgument({"LogicalRule", "two literals of one output", "distinct outputs",
                             "output " + std::to_string(literal->output) + " twice", ""});
    }
  }
  if (literals.size() < 2) {
    throw InvalidArgument({"LogicalRule", "no formula", "at least two literals",
                           std::to_string(literals.size()), "is(output), is_not(output)"});
  }
}

std::string LogicalRule::name() const {
  const bool exactly = options_.connective == Connective::exactly_one;
  const std::string word = exactly                                          ? ", "
                           : options_.connective == Connective::disjunction ? " or "
                                                                            : " and ";
  std::string text = exactly ? "exactly one of " : "";
  for (std::size_t i = 0; i < options_.literals.size(); ++i) {
    const bool last = i + 1 == options_.literals.size();
    const bool implied = last && options_.connective == Connective::implication;
    text += i == 0 ? "" : implied ? " implies " : word;
    text += (options_.literals[i].negated ? "not output " : "output ") +
            std::to_string(options_.literals[i].output);
  }
  return text + (options_.t_norm == TNorm::product ? " (product)" : " (Lukasiewicz)");
}

std::unique_ptr<BoundConstraint> LogicalRule::bind(const Dataset& data, ProbeBatch& batch) const {
  const auto& [connective, literals, t_norm] = options_;
  for (const Literal& literal : literals) require_output(name(), literal.output, data);
  if (t_norm == TNorm::product) {
    return std::make_unique<BoundProductLogic>(connective, literals, data, batch);
  }
  LinearRows linear(data);
  const auto n = static_cast<double>(literals.size());
  std::vector<double> falling(literals.size(), -1.0);
  std::vector<double> rising(literals.size(), 1.0);
  switch (connective) {
    case Connective::conjunction:
      add_linear(literals, falling, n, data.num_rows(), linear);
      break;
    case Connective::disjunction:
      add_linear(literals, falling, 1.0, data.num_rows(), linear);
      break;
    case Connective::implication:
      rising.back() = -1.0;
      add_linear(literals, rising, 2.0 - n, data.num_rows(), linear);
      break;
    case Connective::exactly_one:
      add_linear(literals, falling, 1.0, data.num_rows(), linear);
      add_linear(literals, rising, -1.0, data.num_rows(), linear);
      break;
  }
  return linear.bind(batch);
}

}  // namespace moo
