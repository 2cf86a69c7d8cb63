#pragma once

#include <string>
#include <vector>

#include "libmoo/base/random.hpp"
#include "libmoo/io/front_document.hpp"
#include "libmoo/problem/problem.hpp"
#include "tests/io/small_document.hpp"

namespace moo {

/// A problem that has names and sizes only.
class NamedProblem final : public Problem {
 public:
  NamedProblem(std::string name, int num_variables, std::vector<ObjectiveInfo> objectives,
               std::vector<ConstraintRow> hard_rows);
  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] int num_variables() const override { return num_variables_; }
  [[nodiscard]] const std::vector<ObjectiveInfo>& objectives() const override {
    return objectives_;
  }
  [[nodiscard]] const std::vector<ConstraintRow>& hard_rows() const override { return hard_rows_; }
  [[nodiscard]] Vector start(RandomStream& random) const override;
  [[nodiscard]] LinearizationPtr linearize(ConstVectorRef theta) const override;

 private:
  std::string name_;
  int num_variables_;
  std::vector<ObjectiveInfo> objectives_;
  std::vector<ConstraintRow> hard_rows_;
};

/// A valid document with every kind of name and number in it; optional parts come and go.
FrontDocument random_document(RandomStream& random);

}  // namespace moo
