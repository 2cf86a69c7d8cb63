#include "experiments/dosing/dose_factor.hpp"

#include <cmath>
#include <cstdio>

#include "libmoo/model/forward_pass.hpp"

namespace moo {
namespace {

constexpr int num_factors = 41;

/// One row's log predictions at rising log factors.
std::optional<double> crossing(const Vector& log_factors, ConstVectorRef log_predictions,
                               double log_target) {
  std::optional<double> found;
  for (Eigen::Index k = 1; k < log_factors.size(); ++k) {
    const double before = log_predictions(k - 1);
    const double after = log_predictions(k);
    if (after < before) return std::nullopt;
    if (found || before > log_target || after < log_target || after == before) continue;
    const double share = (log_target - before) / (after - before);
    found = std::exp(log_factors(k - 1) + share * (log_factors(k) - log_factors(k - 1)));
  }
  return found;
}

}  // namespace

std::vector<std::optional<double>> dose_factors(const TrainingProblem& problem,
                                                ConstVectorRef theta,
                                                const Standardizer& standardizer,
                                                const DosingRange& range) {
  const TrainingSetup& setup = problem.setup();
  const Vector log_factors =
      Vector::LinSpaced(num_factors, std::log(range.lowest_factor), std::log(range.highest_factor));
  Matrix predictions(num_factors, setup.data.num_rows());
  ForwardPass pass(setup.network);
  for (Eigen::Index k = 0; k < num_factors; ++k) {
    Matrix inputs = setup.data.inputs;
    for (const char* dose : {"log_amount", "log_last_dose"}) {
      const int i = setup.data.input_index(dose);
      inputs.row(i).array() += log_factors(k) / standardizer.scale(i);
    }
    pass.run(theta, inputs);
    predictions.row(k) =
        (pass.outputs().array() * setup.output_factor(0) + setup.output_shift(0)).matrix();
  }
  std::vector<std::optional<double>> factors;
  for (Eigen::Index b = 0; b < predictions.cols(); ++b) {
    factors.push_back(crossing(log_factors, predictions.col(b), std::log(range.target)));
  }
  return factors;
}

std::string doses_csv(const Experiment& experiment, const Standardizer& standardizer,
                      const Front& front) {
  std::string text = "row,split";
  std::vector<std::vector<std::optional<double>>> factors;
  char cell[40];
  for (const int k : spread_points(front)) {
    std::snprintf(cell, sizeof cell, ",point_%03d", k);
    text += cell;
    factors.push_back(dose_factors(*experiment.all_rows,
                                   front.points()[static_cast<std::size_t>(k)].parameters,
                                   standardizer));
  }
  text += "\n";
  for (std::size_t row = 0; row < experiment.split_of_row.size(); ++row) {
    text += std::to_string(experiment.row_of_file[row]) + "," + experiment.split_of_row[row];
    for (const auto& of_point : factors) {
      std::snprintf(cell, sizeof cell, ",%.4g", of_point[row].value_or(0.0));
      text += of_point[row] ? cell : ",none";
    }
    text += "\n";
  }
  return text;
}

}  // namespace moo
