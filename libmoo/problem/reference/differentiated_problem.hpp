#pragma once

#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/problem/reference/known_front.hpp"
#include "libmoo/problem/reference/reference_problem.hpp"
#include "libmoo/problem/reference/tape.hpp"

namespace moo {

/// What a reference problem states beside its formulas.
struct ReferenceFacts {
  std::string name;
  int num_variables = 0;
  int num_objectives = 2;
  std::vector<ConstraintRow> hard_rows;
  Bounds bounds;
  Bounds start;  ///< box that starts are drawn from; none: the middle 80 % of the bounds
  FrontShape shape = FrontShape::convex;
  bool has_local_fronts = false;
  Vector ideal;  ///< m; none: the best of the front's ends, right for curves
  Vector nadir;  ///< m; none: the worst of them
};

/// Hard rows c0, c1, ... <= 0, each its own group.
std::vector<ConstraintRow> inequality_rows(int count);

/// lower <= theta_i <= upper for all n variables; change single ones afterwards.
Bounds equal_bounds(int num_variables, double lower, double upper);

/// Pieces 0 <= u <= 1, 1 <= u <= 2, ...: one for every part of a front whose formula changes.
std::vector<Bounds> unit_pieces(int count);

/// A reference problem put together from its facts and its front.
class StatedProblem : public ReferenceProblem {
 public:
  StatedProblem(ReferenceFacts facts, std::unique_ptr<const KnownFront> front);

  [[nodiscard]] std::string name() const override { return facts_.name; }
  [[nodiscard]] int num_variables() const override { return facts_.num_variables; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override {
    return facts_.hard_rows;
  }
  [[nodiscard]] Bounds bounds() const override { return facts_.bounds; }
  [[nodiscard]] Vector start(RandomStream& random) const override;

  [[nodiscard]] FrontShape shape() const override { return facts_.shape; }
  [[nodiscard]] bool has_local_fronts() const override { return facts_.has_local_fronts; }
  [[nodiscard]] Vector ideal() const override { return facts_.ideal; }
  [[nodiscard]] Vector nadir() const override { return facts_.nadir; }
  [[nodiscard]] Matrix front(int count) const override;
  [[nodiscard]] Matrix optima(int count) const override;
  [[nodiscard]] double distance_to_front(ConstVectorRef f) const override;

 private:
  /// Variables that attain the point of the front at parameters u; n.
  [[nodiscard]] virtual Vector optimum(ConstVectorRef u) const = 0;

  ReferenceFacts facts_;
  std::vector<ObjectiveInfo> objectives_;
  std::unique_ptr<const KnownFront> front_;
};

/// A problem written down once, as a formula over any kind of number,
///
///     template <class Number>
///     void evaluate(std::span<const Number> x, std::span<Number> values) const;
///
/// (n in, m + p out) and differentiated exactly: gradients by one sweep back for each value,
/// Hessian products by one evaluation and one sweep for each direction. Base is the class it
/// extends.
template <class Derived, class Base = StatedProblem>
class DifferentiatedProblem : public Base {
 public:
  using Base::Base;

  [[nodiscard]] Vector values(ConstVectorRef theta) const override {
    Vector result(this->num_values());
    derived().template evaluate<double>(span_of(theta), {result.data(), size_of(result)});
    return result;
  }

  [[nodiscard]] Matrix gradients(ConstVectorRef theta) const override {
    Tape<double> tape;
    const auto traced = trace<double>(tape, theta, Vector::Zero(theta.size()));
    Matrix result(theta.size(), this->num_values());
    std::vector<double> seeds;
    for (int i = 0; i < this->num_values(); ++i) {
      seeds.assign(tape.size(), 0.0);
      if (traced[i].place() >= 0) seeds[traced[i].place()] = 1.0;
      tape.sweep(seeds);
      result.col(i) = Eigen::Map<const Vector>(seeds.data(), theta.size());
    }
    return result;
  }

  [[nodiscard]] Matrix hessian(ConstVectorRef theta, ConstVectorRef weights) const override {
    return hessian_product(theta, weights, Matrix::Identity(theta.size(), theta.size()));
  }

  [[nodiscard]] Matrix hessian_product(ConstVectorRef theta, ConstVectorRef weights,
                                       ConstMatrixRef directions) const override {
    Matrix products(theta.size(), directions.cols());
    std::vector<Tangent> seeds;
    for (int k = 0; k < directions.cols(); ++k) {
      Tape<Tangent> tape;
      const auto traced = trace<Tangent>(tape, theta, directions.col(k));
      seeds.assign(tape.size(), Tangent(0.0));
      for (int i = 0; i < this->num_values(); ++i) {
        if (traced[i].place() >= 0) seeds[traced[i].place()] += weights(i);
      }
      tape.sweep(seeds);
      for (int j = 0; j < theta.size(); ++j) products(j, k) = seeds[j].slope;
    }
    return products;
  }

  [[nodiscard]] bool has_hessian() const override { return true; }

 private:
  [[nodiscard]] const Derived& derived() const { return static_cast<const Derived&>(*this); }

  static std::size_t size_of(ConstVectorRef x) { return static_cast<std::size_t>(x.size()); }
  static std::span<const double> span_of(ConstVectorRef x) { return {x.data(), size_of(x)}; }
  static double number(double value, double, double) { return value; }
  static Tangent number(double value, double slope, Tangent) { return {value, slope}; }

  /// All values, recorded; the inputs are the first n places of the tape.
  template <class Number>
  std::vector<Traced<Number>> trace(Tape<Number>& tape, ConstVectorRef theta,
                                    ConstVectorRef direction) const {
    std::vector<Traced<Number>> x;
    x.reserve(size_of(theta));
    tape.reserve(8 * size_of(theta) + 64);
    for (int j = 0; j < theta.size(); ++j) {
      x.emplace_back(number(theta(j), direction(j), Number(0.0)), tape.record(-1, Number(0.0)),
                     &tape);
    }
    std::vector<Traced<Number>> values(static_cast<std::size_t>(this->num_values()));
    derived().template evaluate<Traced<Number>>({x.data(), x.size()},
                                                {values.data(), values.size()});
    return values;
  }
};

}  // namespace moo
