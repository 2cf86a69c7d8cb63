#pragma once

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "libmoo/problem/reference/tangent.hpp"

namespace moo {

/// The record of a computation, for derivatives of its results with respect to its inputs by one
/// sweep backwards, whatever their number (reverse mode). Number is double, or Tangent for
/// derivatives of derivatives: Hessian products.
/// Source: Griewank, Walther 2008, chapters 3 and 5.
template <class Number>
class Tape {
 public:
  /// Records an operation and returns its place. A parent -1 is a constant.
  int record(int first, const Number& first_slope, int second = -1,
             const Number& second_slope = Number(0.0)) {
    nodes_.push_back({{first, second}, {first_slope, second_slope}});
    return static_cast<int>(nodes_.size()) - 1;
  }

  void reserve(std::size_t operations) { nodes_.reserve(operations); }

  /// Seeds are derivatives of some result with respect to every node; on return those of the inputs
  /// are complete.
  void sweep(std::vector<Number>& seeds) const {
    for (std::size_t k = nodes_.size(); k-- > 0;) {
      if (vanishes(seeds[k])) continue;  // also where a slope is infinite
      for (int side = 0; side < 2; ++side) {
        const int parent = nodes_[k].parents[side];
        if (parent >= 0) seeds[parent] += seeds[k] * nodes_[k].slopes[side];
      }
    }
  }

  [[nodiscard]] std::size_t size() const { return nodes_.size(); }

 private:
  struct Node {
    std::array<int, 2> parents;
    std::array<Number, 2> slopes;
  };
  std::vector<Node> nodes_;
};

/// A number on a tape, or a constant beside it.
template <class Number>
class Traced {
 public:
  Traced() = default;
  Traced(double constant) : value_(constant) {}  // NOLINT: constants mix freely
  Traced(const Number& value, int place, Tape<Number>* tape)
      : value_(value), place_(place), tape_(tape) {}

  [[nodiscard]] const Number& value() const { return value_; }
  [[nodiscard]] int place() const { return place_; }

  /// The result of a function of this number alone: its value and slope here.
  [[nodiscard]] Traced map(const Number& value, const Number& slope) const {
    return tape_ ? Traced(value, tape_->record(place_, slope), tape_) : constant(value);
  }
  /// The result of an operation on a and b, with its slopes.
  static Traced combine(const Number& value, const Traced& a, const Number& slope_a,
                        const Traced& b, const Number& slope_b) {
    if (!a.tape_) return b.map(value, slope_b);
    if (!b.tape_) return a.map(value, slope_a);
    return Traced(value, a.tape_->record(a.place_, slope_a, b.place_, slope_b), a.tape_);
  }

  Traced& operator+=(const Traced& b) { return *this = *this + b; }

  friend Traced operator-(const Traced& a) { return a.map(-a.value_, Number(-1.0)); }
  friend Traced operator+(const Traced& a, const Traced& b) {
    return combine(a.value_ + b.value_, a, Number(1.0), b, Number(1.0));
  }
  friend Traced operator-(const Traced& a, const Traced& b) {
    return combine(a.value_ - b.value_, a, Number(1.0), b, Number(-1.0));
  }
  friend Traced operator*(const Traced& a, const Traced& b) {
    return combine(a.value_ * b.value_, a, b.value_, b, a.value_);
  }
  friend Traced operator/(const Traced& a, const Traced& b) {
    const Number quotient = a.value_ / b.value_;
    return combine(quotient, a, Number(1.0) / b.value_, b, -quotient / b.value_);
  }

 private:
  static Traced constant(const Number& value) { return Traced(value, -1, nullptr); }

  Number value_ = Number(0.0);
  int place_ = -1;
  Tape<Number>* tape_ = nullptr;
};

template <class Number>
Traced<Number> sin(const Traced<Number>& a) {
  using std::cos;
  using std::sin;
  return a.map(sin(a.value()), cos(a.value()));
}
template <class Number>
Traced<Number> cos(const Traced<Number>& a) {
  using std::cos;
  using std::sin;
  return a.map(cos(a.value()), -sin(a.value()));
}
template <class Number>
Traced<Number> exp(const Traced<Number>& a) {
  using std::exp;
  const Number e = exp(a.value());
  return a.map(e, e);
}
template <class Number>
Traced<Number> sqrt(const Traced<Number>& a) {
  using std::sqrt;
  const Number root = sqrt(a.value());
  return a.map(root, Number(0.5) / root);
}
template <class Number>
Traced<Number> pow(const Traced<Number>& a, double exponent) {
  using std::pow;
  return a.map(pow(a.value(), exponent), Number(exponent) * pow(a.value(), exponent - 1.0));
}
template <class Number>
Traced<Number> atan2(const Traced<Number>& y, const Traced<Number>& x) {
  using std::atan2;
  const Number square = x.value() * x.value() + y.value() * y.value();
  return Traced<Number>::combine(atan2(y.value(), x.value()), y, x.value() / square, x,
                                 -y.value() / square);
}
template <class Number>
double value_of(const Traced<Number>& a) {
  return value_of(a.value());
}

}  // namespace moo
