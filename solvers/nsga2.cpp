#include "solvers/nsga2.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "libmoo/front/dominance.hpp"

namespace moo {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

struct Individual {
  Vector theta;            ///< n
  Vector values;           ///< m + p
  double violation = 0.0;  ///< of the hard rows, in multiples of their tolerances; 0: feasible
  int rank = 0;            ///< of its front, from 0
  double crowding = 0.0;
};

using Population = std::vector<Individual>;

/// Lower rank first, then the lonelier one.
bool beats(const Individual& a, const Individual& b) {
  return a.rank != b.rank ? a.rank < b.rank : a.crowding > b.crowding;
}

/// Sum of half the gaps to the neighbours in every objective; infinite at the ends.
void measure_crowding(Population& population, std::vector<int> members, Eigen::Index m) {
  for (const int k : members) population[static_cast<std::size_t>(k)].crowding = 0.0;
  for (Eigen::Index i = 0; i < m; ++i) {
    const auto value = [&](int k) { return population[static_cast<std::size_t>(k)].values(i); };
    std::stable_sort(members.begin(), members.end(),
                     [&](int a, int b) { return value(a) < value(b); });
    const double range = value(members.back()) - value(members.front());
    population[static_cast<std::size_t>(members.front())].crowding = infinity;
    population[static_cast<std::size_t>(members.back())].crowding = infinity;
    if (!(range > 0.0)) continue;
    for (std::size_t k = 1; k + 1 < members.size(); ++k) {
      population[static_cast<std::size_t>(members[k])].crowding +=
          (value(members[k + 1]) - value(members[k - 1])) / range;
    }
  }
}

/// Ranks by peeling off non-dominated fronts; infeasible ones come after all feasible ones, by
/// violation. Fills in crowding and sorts the population, best first.
void sort_population(Population& population, Eigen::Index m) {
  std::vector<int> feasible;
  std::vector<int> infeasible;
  for (std::size_t k = 0; k < population.size(); ++k) {
    (population[k].violation > 0.0 ? infeasible : feasible).push_back(static_cast<int>(k));
  }
  int rank = 0;
  for (; !feasible.empty(); ++rank) {
    Matrix objectives(m, static_cast<Eigen::Index>(feasible.size()));
    for (std::size_t k = 0; k < feasible.size(); ++k) {
      objectives.col(static_cast<Eigen::Index>(k)) =
          population[static_cast<std::size_t>(feasible[k])].values.head(m);
    }
    std::vector<int> members;
    for (const int k : nondominated_columns(objectives)) {
      members.push_back(feasible[static_cast<std::size_t>(k)]);
      population[static_cast<std::size_t>(members.back())].rank = rank;
    }
    measure_crowding(population, members, m);
    std::erase_if(feasible,
                  [&](int k) { return std::binary_search(members.begin(), members.end(), k); });
  }
  std::stable_sort(infeasible.begin(), infeasible.end(), [&](int a, int b) {
    return population[static_cast<std::size_t>(a)].violation <
           population[static_cast<std::size_t>(b)].violation;
  });
  for (const int k : infeasible) population[static_cast<std::size_t>(k)].rank = rank++;
  std::stable_sort(population.begin(), population.end(), beats);
}

/// Where variables may be: the problem's bounds, or a box around its starts.
struct SearchBox {
  Vector lower;
  Vector upper;
  Bounds bounds;  ///< hard ones; empty where there are none

  SearchBox(const Problem& problem, const Population& starts, double spread)
      : bounds(problem.bounds()) {
    lower = upper = starts.front().theta;
    for (const Individual& start : starts) {
      lower = lower.cwiseMin(start.theta);
      upper = upper.cwiseMax(start.theta);
    }
    const Vector reach = (spread * (upper - lower)).cwiseMax(spread * 1e-3);
    lower -= reach;
    upper += reach;
    for (Eigen::Index j = 0; !bounds.empty() && j < lower.size(); ++j) {
      if (std::isfinite(bounds.lower(j))) lower(j) = bounds.lower(j);
      if (std::isfinite(bounds.upper(j))) upper(j) = bounds.upper(j);
    }
  }

  [[nodiscard]] Vector inside(const Vector& theta) const {
    return bounds.empty() ? theta : Vector(theta.cwiseMax(bounds.lower).cwiseMin(bounds.upper));
  }
};

/// Simulated binary crossover: children spread about their parents as bits would. Which child a
/// variable's near value goes to is drawn as well, or each would stay close to one parent.
void cross(const Nsga2Options& options, RandomStream& random, Vector& a, Vector& b) {
  for (Eigen::Index j = 0; j < a.size(); ++j) {
    if (random.uniform() < 0.5) continue;
    const double u = random.uniform();
    const double power = 1.0 / (options.crossover_index + 1.0);
    const double beta = u <= 0.5 ? std::pow(2.0 * u, power) : std::pow(0.5 / (1.0 - u), power);
    const double middle = 0.5 * (a(j) + b(j));
    const double half = (random.uniform() < 0.5 ? -0.5 : 0.5) * beta * (b(j) - a(j));
    a(j) = middle - half;
    b(j) = middle + half;
  }
}

/// Polynomial mutation of one variable in n, in units of the box.
void mutate(const Nsga2Options& options, const SearchBox& box, RandomStream& random, Vector& a) {
  const double rate = 1.0 / static_cast<double>(a.size());
  for (Eigen::Index j = 0; j < a.size(); ++j) {
    if (random.uniform() >= rate) continue;
    const double u = random.uniform();
    const double power = 1.0 / (options.mutation_index + 1.0);
    const double delta =
        u < 0.5 ? std::pow(2.0 * u, power) - 1.0 : 1.0 - std::pow(2.0 * (1.0 - u), power);
    a(j) += delta * (box.upper(j) - box.lower(j));
  }
}

/// Values that are not finite count as infeasible beyond all others.
Individual evaluated(const Problem& problem, Vector theta) {
  Individual individual;
  individual.theta = std::move(theta);
  individual.values = problem.linearize(individual.theta)->values();
  if (!individual.values.allFinite()) {
    individual.violation = infinity;
    return individual;
  }
  for (int i = 0; i < problem.num_hard_rows(); ++i) {
    const ConstraintRow& row = problem.hard_rows()[static_cast<std::size_t>(i)];
    const double c = individual.values(problem.num_objectives() + i);
    const double excess = (row.sense == Sense::equality ? std::abs(c) : c) / row.tolerance - 1.0;
    individual.violation += std::max(excess, 0.0);
  }
  return individual;
}

/// The better of two drawn at random.
const Individual& tournament(const Population& population, RandomStream& random) {
  const auto count = static_cast<int>(population.size());
  const Individual& a = population[static_cast<std::size_t>(random.index(count))];
  const Individual& b = population[static_cast<std::size_t>(random.index(count))];
  return beats(b, a) ? b : a;
}

Population offspring(const Problem& problem, const Population& parents, const SearchBox& box,
                     const Nsga2Options& options, RandomStream& random) {
  Population children;
  while (children.size() < parents.size()) {
    Vector a = tournament(parents, random).theta;
    Vector b = tournament(parents, random).theta;
    if (random.uniform() < options.crossover_rate) cross(options, random, a, b);
    for (Vector* child : {&a, &b}) {
      mutate(options, box, random, *child);
      if (children.size() < parents.size()) {
        children.push_back(evaluated(problem, box.inside(*child)));
      }
    }
  }
  return children;
}

}  // namespace

Nsga2Solver::Nsga2Solver() {
  table_.set_owner("solver nsga2");
  table_.add("points", "size of the population", &options_.points, {4, 100000});
  table_.add("generations", "each evaluates as many points as there are", &options_.generations,
             {1, 10000000});
  table_.add("crossover_rate", "share of pairs that are crossed", &options_.crossover_rate,
             {0.0, 1.0});
  table_.add("crossover_index", "how close children stay to their parents",
             &options_.crossover_index, {0.0, 1000.0});
  table_.add("mutation_index", "how small mutations are", &options_.mutation_index, {0.0, 1000.0});
  table_.add("spread", "of the first box beyond the starts, in its own size; without bounds",
             &options_.spread, {1e-6, 1e6});
}

std::vector<Task> Nsga2Solver::plan(const Front& so_far) const {
  if (!so_far.points().empty()) return {};
  return {{"evolve", "evolve", Vector(), Scaling::identity(so_far.num_objectives()), {}}};
}

void Nsga2Solver::solve(const Problem& problem, const Task&, Recorder& recorder) const {
  RandomStream random = recorder.random();
  const Eigen::Index m = problem.num_objectives();
  const auto size = static_cast<std::size_t>(options_.points);
  Population population;
  for (std::size_t k = 0; k < size; ++k) {
    population.push_back(evaluated(problem, problem.start(random)));
  }
  const SearchBox box(problem, population, options_.spread);
  for (Individual& individual : population) {  // the box, evenly
    const Vector share = random.uniform_vector(problem.num_variables());
    individual = evaluated(problem, box.lower + share.cwiseProduct(box.upper - box.lower));
  }
  sort_population(population, m);
  for (int generation = 1; generation <= options_.generations; ++generation) {
    if (!recorder.proceed({generation, population.front().values})) break;
    Population children = offspring(problem, population, box, options_, random);
    population.insert(population.end(), std::make_move_iterator(children.begin()),
                      std::make_move_iterator(children.end()));
    sort_population(population, m);
    population.resize(size);
  }
  if (!std::isfinite(population.front().violation)) {
    recorder.fail("the objectives are not finite at any point of the first box");
    return;
  }
  for (const Individual& individual : population) {
    if (individual.rank > 0) break;
    recorder.record({individual.theta, Vector(), Vector(), {"evolution", {}}});
  }
}

}  // namespace moo
