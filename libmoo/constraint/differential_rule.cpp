#include "libmoo/constraint/differential_rule.hpp"

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

void require_count(const std::string& rule, const std::string& what, int seen, std::size_t given) {
  if (static_cast<std::size_t>(seen) == given) return;
  throw InvalidArgument(
      {rule, "the functor sees another number of " + what, std::to_string(seen),
       std::to_string(given),
       "DifferentialRule<Functor, Outputs, Directions> and options." + what + " must agree"});
}

/// The functor's `inputs` at all places: sources, then model inputs.
Matrix inputs_of(const DifferentialOptions& options, const PlacedProbes& places,
                 const Dataset& data) {
  const Matrix raw = places.raw_points();
  const auto sources = static_cast<Eigen::Index>(options.sources.size());
  const auto chosen = static_cast<Eigen::Index>(options.inputs.size());
  Matrix inputs(sources + (chosen > 0 ? chosen : raw.rows()), raw.cols());
  for (Eigen::Index s = 0; s < sources; ++s) {
    inputs.row(s) = places.values_of(options.sources[static_cast<std::size_t>(s)]).transpose();
  }
  for (Eigen::Index c = 0; c < chosen; ++c) {
    inputs.row(sources + c) =
        raw.row(data.input_index(options.inputs[static_cast<std::size_t>(c)]));
  }
  if (chosen == 0) inputs.bottomRows(raw.rows()) = raw;
  return inputs;
}

}  // namespace

PointwiseLayout lay_out(const DifferentialOptions& options, int outputs_seen, int directions_seen,
                        const Dataset& data, ProbeBatch& batch) {
  const std::string rule = options.name.empty() ? "DifferentialRule" : options.name;
  const std::vector<int> outputs = chosen_outputs(rule, options.outputs, data);
  require_count(rule, "outputs", outputs_seen, outputs.size());
  require_count(rule, "directions", directions_seen, options.directions.size());
  const PlacedProbes places(rule, options.where, data);
  std::vector<int> first;
  for (const std::vector<std::string>& along : options.directions) {
    first.push_back(places.append_along(along, batch));
  }
  const Eigen::Index q = data.targets.rows();
  Eigen::MatrixXi columns(outputs_seen * (1 + 2 * directions_seen), places.size());
  for (int k = 0; k < places.size(); ++k) {
    Eigen::Index i = 0;
    const auto add = [&](int probe, int order) {
      for (const int output : outputs) {
        columns(i++, k) = static_cast<int>(output + q * derivative_column(probe + k, order));
      }
    };
    add(first.front(), 0);
    for (const int probe : first) {
      add(probe, 1);
      add(probe, 2);
    }
  }
  return layout_of(std::move(columns), inputs_of(options, places, data),
                   q * derivative_columns(batch));
}

}  // namespace moo
