#include "libmoo/constraint/linear_rows.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <numeric>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_constraint.hpp"

namespace moo {

void LinearRows::add_term(double coefficient, int output, int probe) {
  terms_.emplace_back(static_cast<int>(constants_.size()), output + num_outputs_ * probe,
                      coefficient);
}

void LinearRows::end_residual(double constant) { constants_.push_back(constant); }

std::unique_ptr<BoundConstraint> LinearRows::bind(const ProbeBatch& batch) const {
  return bind_columns(batch.size());
}

std::unique_ptr<BoundConstraint> LinearRows::bind_columns(int columns) const {
  const auto rows = static_cast<Eigen::Index>(constants_.size());
  ResidualJacobian jacobian(rows, num_outputs_ * static_cast<Eigen::Index>(columns));
  jacobian.setFromTriplets(terms_.begin(), terms_.end());
  Vector offset = -Eigen::Map<const Vector>(constants_.data(), rows);
  return std::make_unique<LinearConstraint>(std::move(jacobian), std::move(offset));
}

std::vector<int> chosen_outputs(const std::string& rule, const std::vector<int>& outputs,
                                const Dataset& data) {
  std::vector<int> chosen = outputs;
  if (chosen.empty()) {
    chosen.resize(static_cast<std::size_t>(data.targets.rows()));
    std::iota(chosen.begin(), chosen.end(), 0);
  }
  for (auto output = chosen.begin(); output != chosen.end(); ++output) {
    require_output(rule, *output, data);
    if (std::find(chosen.begin(), output, *output) != output) {
      throw InvalidArgument({rule, "an output is there twice", "distinct outputs",
                             "output " + std::to_string(*output) + " twice", ""});
    }
  }
  return chosen;
}

std::string number_text(double number) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%g", number);
  return text.data();
}

}  // namespace moo
