#include "libmoo/constraint/pde_residual.hpp"

#include <cmath>
#include <map>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"
#include "libmoo/constraint/polynomial_rows.hpp"

namespace moo {
namespace {

/// The directional probes a rule has appended, by what they are along.
class Directions {
 public:
  Directions(const PlacedProbes& places, ProbeBatch& batch) : places_(places), batch_(batch) {}

  /// The first of the probes along these inputs, appended when there are none yet.
  int along(const std::vector<std::string>& inputs) {
    const auto found = first_.find(inputs);
    if (found != first_.end()) return found->second;
    const int first = places_.append_along(inputs, batch_);
    first_.emplace(inputs, first);
    return first;
  }

  /// The first probes along anything, for values.
  int any(const std::string& otherwise) {
    return first_.empty() ? along({otherwise}) : first_.begin()->second;
  }

 private:
  const PlacedProbes& places_;
  ProbeBatch& batch_;
  std::map<std::vector<std::string>, int> first_;
};

/// A derivative at place k as a sum of entries: factor * column of the quantity at place 0.
struct Entry {
  double factor;
  int column;
};

std::vector<Entry> derivative_of(const PdeTerm& term, Directions& directions) {
  const std::vector<std::string>& along = term.along;
  if (along.size() == 1) return {{1.0, derivative_column(directions.along(along), 1)}};
  const int x = directions.along({along[0]});
  if (along[0] == along[1]) return {{1.0, derivative_column(x, 2)}};
  const int t = directions.along({along[1]});
  const bool ordered = along[0] < along[1];
  const int both = directions.along({along[ordered ? 0 : 1], along[ordered ? 1 : 0]});
  return {{0.5, derivative_column(both, 2)},
          {-0.5, derivative_column(x, 2)},
          {-0.5, derivative_column(t, 2)}};
}

}  // namespace

std::vector<PdeTerm> heat_equation(const std::string& time, const std::vector<std::string>& space,
                                   double diffusivity, int output) {
  std::vector<PdeTerm> terms = {{.along = {time}, .output = output}};
  for (const std::string& x : space) {
    terms.push_back({.coefficient = -diffusivity, .along = {x, x}, .output = output});
  }
  return terms;
}

std::vector<PdeTerm> advection_equation(const std::string& time, const std::string& space,
                                        double velocity, int output) {
  return {{.along = {time}, .output = output},
          {.coefficient = velocity, .along = {space}, .output = output}};
}

std::vector<PdeTerm> burgers_equation(const std::string& time, const std::string& space,
                                      double viscosity, int output) {
  std::vector<PdeTerm> terms = heat_equation(time, {space}, viscosity, output);
  terms.push_back({.along = {space}, .power = 1, .output = output, .carrier = output});
  return terms;
}

std::vector<PdeTerm> fisher_equation(const std::string& time, const std::string& space,
                                     double diffusivity, double growth, int output) {
  std::vector<PdeTerm> terms = heat_equation(time, {space}, diffusivity, output);
  terms.push_back({.coefficient = -growth, .output = output});
  terms.push_back({.coefficient = growth, .power = 1, .output = output, .carrier = output});
  return terms;
}

PdeResidual::PdeResidual(PdeResidualOptions options) : options_(std::move(options)) {
  if (options_.name.empty()) options_.name = "PdeResidual";
  if (options_.terms.empty()) {
    throw InvalidArgument({name(), "no equation", "at least one term", "none", ""});
  }
  for (const PdeTerm& term : options_.terms) {
    if (std::isfinite(term.coefficient) && term.power >= 0 && term.along.size() <= 2) continue;
    throw InvalidArgument(
        {name(), "no such term", "a finite coefficient, a power >= 0, up to two inputs in `along`",
         "coefficient " + number_text(term.coefficient) + ", power " + std::to_string(term.power) +
             ", along '" + join_names(term.along) + "'",
         ""});
  }
}

std::unique_ptr<BoundConstraint> PdeResidual::bind(const Dataset& data, ProbeBatch& batch) const {
  for (const PdeTerm& term : options_.terms) {
    require_output(name(), term.output, data);
    require_output(name(), term.carrier, data);
  }
  const PlacedProbes places(name(), options_.where, data);
  Directions directions(places, batch);
  std::vector<std::vector<Entry>> entries;
  for (const PdeTerm& term : options_.terms) {
    entries.push_back(term.along.empty() ? std::vector<Entry>{} : derivative_of(term, directions));
  }
  const int value = derivative_column(directions.any(data.input_names.front()), 0);
  for (std::vector<Entry>& sum : entries) {
    if (sum.empty()) sum.push_back({1.0, value});
  }
  const Vector source = places.values_of(options_.source);
  PolynomialRows rows(static_cast<int>(data.targets.rows()));
  for (int k = 0; k < places.size(); ++k) {
    for (std::size_t t = 0; t < entries.size(); ++t) {
      const PdeTerm& term = options_.terms[t];
      for (const auto& [factor, column] : entries[t]) {
        rows.add_term(factor * term.coefficient, {{term.carrier, value + 3 * k, term.power},
                                                  {term.output, column + 3 * k, 1}});
      }
    }
    rows.end_residual(-source(k));
  }
  return rows.bind(derivative_columns(batch));
}

}  // namespace moo
