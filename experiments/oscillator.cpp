// Oscillator: what does a network learn of a pendulum from forty noisy readings, and what does the
// equation of motion add where nobody has measured?
//
// Data      simulated: theta'' + 0.25 theta' + 4 sin theta = 0, theta(0) = 2 rad, at rest, by
//           Boost.odeint (Dormand-Prince, to 1e-10). 40 readings at random times of the first 6 s
//           with noise of 0.15 rad to train on and 20 more to validate; the test is the noiseless
//           truth from 6 to 9 s, where the model has seen nothing. Nothing to fetch, no licence.
// Inputs    the time t in s, standardised. Output: the angle in rad.
// Model     a small fully connected network; rules read its derivatives, which are exact.
// Groups    physics: the equation of motion at 120 times of the whole 9 s, as an equality;
//           energy: the mechanical energy never increases at those times, which also holds for
//           pendulums whose damping nobody knows;
//           start: theta(0) = 2 rad and theta'(0) = 0.
// Front     on the readings the equation costs what noise was fitted to; beyond them it is the
//           only guide, so that the test error falls as the training error rises. The energy rule
//           alone keeps extrapolations bounded but not in phase.

#include <array>
#include <boost/numeric/odeint.hpp>
#include <cmath>
#include <numbers>
#include <sstream>

#include "experiments/data_parts.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/motion_energy.hpp"
#include "libmoo/constraint/ode_residual.hpp"
#include "libmoo/data/sha256.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {
namespace {

using State = std::array<double, 2>;  // angle in rad, angular velocity in rad/s

constexpr double damping = 0.25;        // 1/s
constexpr double gravity = 4.0;         // g / l, 1/s^2
constexpr double start_angle = 2.0;     // rad
constexpr double measured_until = 6.0;  // s
constexpr double horizon = 9.0;         // s
constexpr double noise = 0.15;          // rad

/// The truth at these rising times, rad.
Vector simulate(const std::vector<double>& times) {
  namespace odeint = boost::numeric::odeint;
  const auto motion = [](const State& x, State& rate, double) {
    rate = {x[1], -damping * x[1] - gravity * std::sin(x[0])};
  };
  const auto stepper = odeint::make_dense_output(1e-10, 1e-10, odeint::runge_kutta_dopri5<State>());
  std::vector<double> asked = {0.0};
  asked.insert(asked.end(), times.begin(), times.end());
  std::vector<double> angles;
  State state = {start_angle, 0.0};
  odeint::integrate_times(stepper, motion, state, asked.begin(), asked.end(), 0.01,
                          [&](const State& x, double) { angles.push_back(x[0]); });
  return Eigen::Map<const Vector>(angles.data() + 1, std::ssize(times));
}

/// `count` readings at sorted random times; `truth` goes along as a side column.
Dataset readings(int count, double from, double to, double deviation, RandomStream random) {
  Vector drawn = random.uniform_vector(count, from, to);
  std::sort(drawn.begin(), drawn.end());
  const Vector truth = simulate({drawn.begin(), drawn.end()});
  Dataset data;
  data.input_names = {"t"};
  data.inputs = drawn.transpose();
  data.targets = (truth + random.normal_vector(count, deviation)).transpose();
  data.columns = {{"truth", truth}};
  return data;
}

std::string digest_of(const Dataset& data) {
  std::ostringstream text;
  text.precision(17);
  text << data.inputs << '\n' << data.targets << '\n';
  Sha256 digest;
  digest.update(text.str());
  return digest.hex_digest();
}

std::vector<ConstraintGroup> groups(const Standardizer& standardizer) {
  using Scheme = Collocation::Scheme;
  const ProbePlaces everywhere{
      standardizer,
      Collocation{.ranges = {{"t", 0.0, horizon}}, .count = 120, .scheme = Scheme::grid}};
  const ProbePlaces at_start{standardizer,
                             Collocation{.ranges = {}, .count = 1, .held = {{"t", 0.0}}}};
  return {{.name = "physics",
           .penalty = {.scale = 0.5},
           .tolerance = 0.1,
           .constraints = {std::make_shared<OdeResidual>(OdeResidualOptions{.input = "t",
                                                                            .mass = 1.0,
                                                                            .damping = damping,
                                                                            .sine = gravity,
                                                                            .where = everywhere,
                                                                            .unit = "rad/s^2"})}},
          {.name = "energy",
           .penalty = {.scale = 0.2},
           .tolerance = 0.05,
           .constraints = {std::make_shared<MotionEnergy>(
               MotionEnergyOptions{.input = "t", .pendulum = gravity, .where = everywhere})}},
          {.name = "start",
           .penalty = {.scale = 0.1},
           .tolerance = 0.05,
           .constraints = {
               std::make_shared<OdeResidual>(OdeResidualOptions{.input = "t",
                                                                .stiffness = 1.0,
                                                                .source = {.constant = start_angle},
                                                                .where = at_start,
                                                                .unit = "rad"}),
               std::make_shared<OdeResidual>(OdeResidualOptions{
                   .input = "t", .damping = 1.0, .where = at_start, .unit = "rad/s"})}}};
}

double root_mean_square(const Vector& v) {
  return std::sqrt(v.squaredNorm() / static_cast<double>(v.size()));
}

std::map<std::string, double> metrics(const TrainingProblem& problem, ConstVectorRef theta) {
  const Dataset& data = problem.setup().data;
  const Vector p = problem.predictions(theta).row(0).transpose();
  const Vector energy = problem.residuals(1, theta).residuals;
  return {{"rmse_readings", root_mean_squared_error(p, data.targets.row(0).transpose())},
          {"rmse_truth", root_mean_squared_error(p, data.column("truth"))},
          {"equation_rms", root_mean_square(problem.residuals(0, theta).residuals)},
          {"energy_gained", energy.cwiseMax(0.0).mean() * horizon},
          {"start_error", problem.residuals(2, theta).residuals.cwiseAbs().maxCoeff()}};
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "physics") return {"equation_rms", 5.0};
  if (objective == "energy") return {"energy_gained", 10.0};
  if (objective == "start") return {"start_error", 2.0};
  return {"rmse_truth", 2.0};
}

class Oscillator final : public Driver {
 public:
  std::string name() const override { return "oscillator"; }

  std::string summary() const override {
    return "a damped pendulum from few noisy readings, with and without its equation of motion";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {
        {"squared_error", "error on the noisy readings of the first 6 s, scaled by their variance"},
        {"physics", "residual of the equation of motion over 9 s"},
        {"energy", "mechanical energy that comes from nowhere, over 9 s"},
        {"start", "angle and velocity at t = 0"}};
  }

  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.hidden = {16};
    flags.weight_decay = 1e-4;
    flags.objectives = {"squared_error", "physics"};
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const RandomStream random(flags.seed);
    const std::vector<Dataset> parts = {
        readings(40, 0.0, measured_until, noise, random.substream("train")),
        readings(20, 0.0, measured_until, noise, random.substream("validation")),
        readings(60, measured_until, horizon, 0.0, random.substream("test"))};
    Dataset all = joined(parts);
    const std::string digest = digest_of(all);
    const Standardizer standardizer = Standardizer::fit(parts.front().inputs);
    all.inputs = standardizer.apply(all.inputs);

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, 1, 1);
    setup.loss = Loss(LossKind::squared_error);
    setup.weight_decay = flags.weight_decay;
    scale_outputs_to(parts.front().targets, setup);

    std::vector<DataPart> rows;
    int first = 0;
    for (const char* part : {"train", "validation", "test"}) {
      const int count = parts[rows.size()].num_rows();
      rows.push_back({part, {}});
      for (int k = 0; k < count; ++k) rows.back().rows.push_back(first++);
    }
    Experiment experiment = experiment_on(setup, all, rows, groups(standardizer), flags.objectives);
    experiment.metrics = metrics;
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    experiment.data.file = "simulated with seed " + std::to_string(flags.seed);
    experiment.data.sha256 = digest;
    experiment.data.target = "angle";
    experiment.model.input_mean = standardizer.mean;
    experiment.model.input_scale = standardizer.scale;
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Oscillator(), argc, argv); }
