#include "libmoo/problem/reference/degenerate.hpp"

#include <cmath>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/reference/differentiated_problem.hpp"

namespace moo {
namespace {

ReferenceFacts facts_of(const std::string& name, int n, FrontShape shape) {
  ReferenceFacts facts{.name = name, .num_variables = n};
  facts.start = equal_bounds(n, -2.0, 2.0);
  facts.shape = shape;
  return facts;
}

template <class Number>
Number squared_distance(std::span<const Number> x, double centre) {
  Number sum = 0.0;
  for (const Number& one : x) sum += (one - centre) * (one - centre);
  return sum;
}

class NothingInConflict final : public DifferentiatedProblem<NothingInConflict> {
 public:
  explicit NothingInConflict(int n)
      : DifferentiatedProblem(facts_of("nothing_in_conflict", n, FrontShape::degenerate),
                              point_front(Eigen::Vector2d(0.0, 1.0))) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    values[0] = squared_distance(x, 1.0);
    values[1] = 1.0;
    for (std::size_t j = 0; j < x.size(); ++j) {
      const Number square = (x[j] - 1.0) * (x[j] - 1.0);
      values[1] += (1.0 + static_cast<double>(j)) * (square + square * square);
    }
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef) const override {
    return Vector::Ones(num_variables());
  }
};

class IdenticalObjectives final : public DifferentiatedProblem<IdenticalObjectives> {
 public:
  explicit IdenticalObjectives(int n)
      : DifferentiatedProblem(facts_of("identical_objectives", n, FrontShape::degenerate),
                              point_front(Vector::Zero(2))) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    values[0] = values[1] = squared_distance(x, 1.0);
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef) const override {
    return Vector::Ones(num_variables());
  }
};

class FlatDirection final : public DifferentiatedProblem<FlatDirection> {
 public:
  explicit FlatDirection(int n)
      : DifferentiatedProblem(facts_of("flat_direction", n, FrontShape::convex),
                              curve_front(0.0, 2.0, [](double t) -> Vector {
                                return Eigen::Vector2d(t * t, (t - 2.0) * (t - 2.0));
                              })) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    values[0] = values[1] = 0.0;
    const double share = 1.0 / static_cast<double>(x.size() - 1);
    for (std::size_t j = 0; j + 1 < x.size(); ++j) {
      const Number z = x[j] + x[j + 1];
      values[0] += share * z * z;
      values[1] += share * (z - 2.0) * (z - 2.0);
    }
  }

 private:
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return Vector::Constant(num_variables(), 0.5 * u(0));
  }
};

class NanOutsideBall final : public DifferentiatedProblem<NanOutsideBall> {
 public:
  explicit NanOutsideBall(int n)
      : DifferentiatedProblem(facts_within(n), curve_front(0.0, 2.0, [](double t) -> Vector {
                                return Eigen::Vector2d(3.0 - std::sqrt(9.0 - t * t),
                                                       (2.0 - t) * (2.0 - t));
                              })) {}

  template <class Number>
  void evaluate(std::span<const Number> x, std::span<Number> values) const {
    using std::sqrt;
    const double centre = 1.0 / std::sqrt(static_cast<double>(x.size()));
    values[0] = 3.0 - sqrt(9.0 - squared_distance(x, centre));
    values[1] = squared_distance(x, -centre);
  }

 private:
  /// Starts within the unit ball, at most 2 from a.
  static ReferenceFacts facts_within(int n) {
    ReferenceFacts facts = facts_of("nan_outside_ball", n, FrontShape::convex);
    facts.start = equal_bounds(n, -1.0 / std::sqrt(n), 1.0 / std::sqrt(n));
    return facts;
  }
  [[nodiscard]] Vector optimum(ConstVectorRef u) const override {
    return Vector::Constant(num_variables(), (1.0 - u(0)) / std::sqrt(num_variables()));
  }
};

class InfeasibleRows final : public DenseProblem {
 public:
  explicit InfeasibleRows(int n)
      : num_variables_(n),
        objectives_{{.name = "f0", .group = "f0"}, {.name = "f1", .group = "f1"}},
        rows_(inequality_rows(2)) {}

  [[nodiscard]] std::string name() const override { return "infeasible_rows"; }
  [[nodiscard]] int num_variables() const override { return num_variables_; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return rows_; }
  [[nodiscard]] Vector start(RandomStream& random) const override {
    return random.uniform_vector(num_variables_, -2.0, 2.0);
  }

  [[nodiscard]] Vector values(ConstVectorRef theta) const override {
    return Eigen::Vector4d(theta.squaredNorm(), (theta.array() - 1.0).square().sum(),
                           theta(0) + 1.0, 1.0 - theta(0));
  }
  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override {
    Matrix gradients = Matrix::Zero(num_variables_, 4);
    gradients.col(0) = 2.0 * theta;
    gradients.col(1) = 2.0 * (theta.array() - 1.0);
    gradients(0, 2) = 1.0;
    gradients(0, 3) = -1.0;
    return gradients;
  }
  [[nodiscard]] Matrix hessian(ConstVectorRef, ConstVectorRef weights) const override {
    return 2.0 * (weights(0) + weights(1)) * Matrix::Identity(num_variables_, num_variables_);
  }
  [[nodiscard]] bool has_hessian() const override { return true; }

 private:
  int num_variables_;
  std::vector<ObjectiveInfo> objectives_;
  std::vector<ConstraintRow> rows_;
};

template <class Case>
ReferenceEntry entry(const std::string& name, int least, int published) {
  return {name, two_objectives(), variables_from(least, published),
          [](int n, int) { return std::make_shared<Case>(n); }};
}

}  // namespace

std::vector<ReferenceEntry> degenerate_problems() {
  return {entry<NothingInConflict>("nothing_in_conflict", 1, 5),
          entry<IdenticalObjectives>("identical_objectives", 1, 5),
          entry<FlatDirection>("flat_direction", 2, 10),
          entry<NanOutsideBall>("nan_outside_ball", 1, 5)};
}

std::shared_ptr<const Problem> make_infeasible_problem(int num_variables) {
  if (num_variables < 1) {
    throw InvalidArgument(
        {"make_infeasible_problem", "unusable size", "n >= 1", std::to_string(num_variables), ""});
  }
  return std::make_shared<InfeasibleRows>(num_variables);
}

}  // namespace moo
