#include "experiments/gallery/scenes.hpp"

#include <cmath>
#include <numbers>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"

namespace moo::gallery {
namespace {

using std::numbers::pi;

/// Standardises the inputs and keeps the raw ones as side columns.
Scene scene_of(std::string name, const std::vector<std::string>& inputs, const Matrix& raw,
               Matrix targets) {
  Scene scene{.name = std::move(name)};
  scene.standardizer = Standardizer::fit(raw);
  scene.data.inputs = scene.standardizer.apply(raw);
  scene.data.targets = std::move(targets);
  scene.data.input_names = inputs;
  for (std::size_t j = 0; j < inputs.size(); ++j) {
    scene.data.columns[inputs[j]] = raw.row(static_cast<Eigen::Index>(j)).transpose();
  }
  return scene;
}

Matrix line(int count, double low, double high) {
  return Eigen::RowVectorXd::LinSpaced(count, low, high);
}

double sigmoid(double z) { return 1.0 / (1.0 + std::exp(-z)); }

/// Response to a drug in % of the largest possible: half of 90 % at 2 mg, measured with 7 % noise.
Scene dose() {
  RandomStream random(11);
  const int rows = 36;
  Matrix raw(1, rows);
  Matrix response(1, rows);
  for (int b = 0; b < rows; ++b) {
    const double mg = 10.0 * (b + 0.5 * random.uniform()) / rows;
    raw(0, b) = mg;
    response(0, b) = 90.0 * mg / (mg + 2.0) + random.normal(0.0, 7.0);
  }
  Scene scene = scene_of("dose", {"dose_mg"}, raw, response);
  scene.data.columns["standard_drug"] = (raw.array() * 75.0 / (raw.array() + 2.0)).row(0);
  scene.outputs = {"response"};
  scene.unit = "response";
  scene.grid = line(141, 0.0, 14.0);
  return scene;
}

/// Deflection of a bridge under its own weight; hardly anything was measured right of its middle.
Scene beam() {
  RandomStream random(12);
  const int rows = 24;
  Matrix raw(1, rows);
  Matrix deflection(1, rows);
  for (int b = 0; b < rows; ++b) {
    const double m = b < 20 ? random.uniform(-10.0, 1.0) : random.uniform(1.0, 10.0);
    raw(0, b) = m;
    deflection(0, b) = 40.0 * std::cos(pi * m / 20.0) + random.normal(0.0, 3.0);
  }
  Scene scene = scene_of("beam", {"position_m"}, raw, deflection);
  scene.outputs = {"deflection"};
  scene.unit = "deflection";
  scene.grid = line(61, -10.0, 10.0);
  return scene;
}

/// Applicants for a loan: whether they paid it back. Newcomers have lower incomes.
Scene applicants() {
  RandomStream random(13);
  const int rows = 240;
  Matrix raw(3, rows);
  Matrix repaid(1, rows);
  Vector age(rows);
  Vector bureau(rows);
  for (int b = 0; b < rows; ++b) {
    const bool newcomer = b % 3 == 0;
    const double income = random.normal(newcomer ? 28.0 : 38.0, 8.0);
    const double debt = random.uniform(0.05, 0.6);
    raw.col(b) << income, debt, newcomer ? 1.0 : 0.0;
    age(b) = random.normal(25.0 + 0.5 * income, 6.0);
    const double chance =
        sigmoid(0.12 * (income - 33.0) - 5.0 * (debt - 0.35) - (newcomer ? 0.5 : 0.0));
    repaid(0, b) = random.uniform() < chance ? 1.0 : 0.0;
    bureau(b) = sigmoid(0.1 * (income - 33.0) + random.normal(0.0, 0.5));
  }
  Scene scene = scene_of("applicants", {"income", "debt", "newcomer"}, raw, repaid);
  scene.data.columns["age"] = age;
  scene.data.columns["bureau_score"] = bureau;
  scene.loss = LossKind::binary_cross_entropy;
  scene.weight_decay = 3e-4;
  scene.hidden = {8};
  scene.outputs = {"repaid"};
  scene.unit = "probability";
  return scene;
}

/// Sand, silt and clay in % of the mass of a soil sample, each weighed with an error of its own.
Scene soil() {
  RandomStream random(14);
  const int rows = 30;
  const Matrix raw = line(rows, 0.0, 150.0);
  Matrix shares(3, rows);
  for (int b = 0; b < rows; ++b) {
    const double sand = 65.0 - 0.28 * raw(0, b);
    const double clay = 0.5 + 40.0 * sigmoid((raw(0, b) - 105.0) / 8.0);
    shares.col(b) << sand, 100.0 - sand - clay, clay;
    for (int o = 0; o < 3; ++o) shares(o, b) += random.normal(0.0, 6.0);
  }
  Scene scene = scene_of("soil", {"depth_cm"}, raw, shares);
  scene.hidden = {12};
  scene.weight_decay = 1e-4;
  scene.outputs = {"sand", "silt", "clay"};
  scene.unit = "percent";
  scene.grid = line(61, 0.0, 150.0);
  return scene;
}

/// Minutes to the airport: the 10 %, 50 % and 90 % quantiles of a handful of trips each.
Scene travel() {
  RandomStream random(15);
  const int rows = 36;
  const Matrix raw = line(rows, 5.0, 23.0);
  Matrix minutes(3, rows);
  for (int b = 0; b < rows; ++b) {
    const double rush = std::exp(-std::pow((raw(0, b) - 8.0) / 1.7, 2.0)) +
                        std::exp(-std::pow((raw(0, b) - 17.0) / 2.0, 2.0));
    minutes.col(b) << 28.0 + 10.0 * rush, 31.0 + 16.0 * rush, 34.0 + 26.0 * rush;
    for (int o = 0; o < 3; ++o) minutes(o, b) += random.normal(0.0, 3.0);
  }
  Scene scene = scene_of("travel", {"hour"}, raw, minutes);
  scene.outputs = {"p10", "p50", "p90"};
  scene.unit = "minutes";
  scene.grid = line(73, 5.0, 23.0);
  return scene;
}

/// State of a road as people called it from a photograph, by its temperature.
Scene road() {
  RandomStream random(16);
  const int rows = 150;
  Matrix raw(1, rows);
  Matrix state = Matrix::Zero(3, rows);
  for (int b = 0; b < rows; ++b) {
    const double celsius = random.uniform(-12.0, 20.0);
    raw(0, b) = celsius;
    const double icy = std::exp(-0.45 * celsius);
    const double wet = 1.3 * std::exp(-std::pow((celsius - 3.0) / 6.0, 2.0));
    const double dry = std::exp(0.18 * (celsius - 5.0));
    const double draw = random.uniform() * (icy + wet + dry);
    state(draw < icy ? 0 : draw < icy + wet ? 1 : 2, b) = 1.0;
  }
  Scene scene = scene_of("road", {"celsius"}, raw, state);
  scene.loss = LossKind::cross_entropy;
  scene.weight_decay = 3e-4;
  scene.hidden = {8};
  scene.outputs = {"icy", "wet", "dry"};
  scene.unit = "probability";
  scene.grid = line(61, -12.0, 20.0);
  return scene;
}

/// Ten pages of eight articles each, with the clicks they had in a thousand views.
Scene articles() {
  RandomStream random(17);
  const int rows = 80;
  Matrix raw(2, rows);
  Matrix clicks(1, rows);
  Vector page(rows);
  Vector writer(rows);
  Vector small_press(rows);
  Vector quality(rows);
  Vector topic(rows);
  for (int b = 0; b < rows; ++b) {
    const bool small = random.uniform() < 0.4;
    const double relevance = random.uniform();
    const double fame = small ? random.uniform(0.0, 0.4) : random.uniform(0.2, 1.0);
    raw.col(b) << relevance, fame;
    clicks(0, b) = 0.2 + 1.6 * relevance + 2.2 * fame * fame + random.normal(0.0, 0.25);
    page(b) = b / 8;
    writer(b) = random.index(12);
    small_press(b) = small ? 1.0 : 0.0;
    quality(b) = 0.3 + relevance;
    topic(b) = 3.0 * fame + random.normal(0.0, 0.5);
  }
  Scene scene = scene_of("articles", {"relevance", "fame"}, raw, clicks);
  scene.data.columns["page"] = page;
  scene.data.columns["writer"] = writer;
  scene.data.columns["small_press"] = small_press;
  scene.data.columns["quality"] = quality;
  scene.data.columns["topic"] = topic;
  scene.hidden = {8};
  scene.outputs = {"clicks"};
  scene.unit = "clicks";
  return scene;
}

/// A pendulum of 1 m with friction, p'' + 0.3 p' + 9.81 sin p = 0 from 1 rad at rest, by steps of
/// Runge and Kutta's fourth order; a few snapshots of its angle.
Scene pendulum() {
  RandomStream random(18);
  const int rows = 14;
  const double step = 0.005;
  Matrix raw(1, rows);
  Matrix angle(1, rows);
  Eigen::Vector2d state(1.0, 0.0);
  const auto slope = [](const Eigen::Vector2d& s) {
    return Eigen::Vector2d(s(1), -0.3 * s(1) - 9.81 * std::sin(s(0)));
  };
  int taken = 0;
  for (int k = 0; taken < rows; ++k) {
    if (k == 60 * taken) {
      raw(0, taken) = k * step;
      angle(0, taken++) = state(0) + random.normal(0.0, 0.06);
    }
    const Eigen::Vector2d a = slope(state);
    const Eigen::Vector2d b = slope(state + 0.5 * step * a);
    const Eigen::Vector2d c = slope(state + 0.5 * step * b);
    const Eigen::Vector2d d = slope(state + step * c);
    state += step / 6.0 * (a + 2.0 * b + 2.0 * c + d);
  }
  Scene scene = scene_of("pendulum", {"seconds"}, raw, angle);
  scene.hidden = {32};
  scene.outputs = {"angle"};
  scene.unit = "radians";
  scene.grid = line(79, 0.0, 3.9);
  return scene;
}

/// Temperature of a rod of 1 m with a hot middle and cold ends: a solution of the heat equation
/// with diffusivity 0.02 m2/min, known from few noisy probes.
Scene rod() {
  RandomStream random(19);
  const int rows = 40;
  Matrix raw(2, rows);
  Matrix celsius(1, rows);
  for (int b = 0; b < rows; ++b) {
    const double x = random.uniform();
    const double minutes = random.uniform(0.0, 5.0);
    raw.col(b) << x, minutes;
    celsius(0, b) =
        80.0 * std::exp(-0.02 * pi * pi * minutes) * std::sin(pi * x) + random.normal(0.0, 5.0);
  }
  Scene scene = scene_of("rod", {"metres", "minutes"}, raw, celsius);
  scene.hidden = {16};
  scene.outputs = {"celsius"};
  scene.unit = "celsius";
  scene.grid.resize(2, 123);
  for (int k = 0; k < 123; ++k) scene.grid.col(k) << (k % 41) / 40.0, 2.5 * (k / 41);
  return scene;
}

/// The way a person walked a robot across a room, through where a table stands now.
Scene robot() {
  RandomStream random(20);
  const int rows = 30;
  const Matrix raw = line(rows, 0.0, 6.0);
  Matrix position(2, rows);
  for (int b = 0; b < rows; ++b) {
    const double s = raw(0, b) / 6.0;
    position.col(b) << 4.0 * s + random.normal(0.0, 0.06),
        1.0 + 1.2 * s + 0.4 * std::sin(5.0 * s) + random.normal(0.0, 0.06);
  }
  Scene scene = scene_of("robot", {"seconds"}, raw, position);
  scene.hidden = {16};
  scene.outputs = {"x", "y"};
  scene.unit = "metres";
  scene.grid = line(61, 0.0, 6.0);
  return scene;
}

struct Named {
  const char* name;
  Scene (*make)();
};

constexpr Named scenes[] = {
    {"dose", dose},     {"beam", beam},  {"applicants", applicants}, {"soil", soil},
    {"travel", travel}, {"road", road},  {"articles", articles},     {"pendulum", pendulum},
    {"rod", rod},       {"robot", robot}};

}  // namespace

const std::vector<std::string>& scene_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const Named& scene : scenes) all.emplace_back(scene.name);
    return all;
  }();
  return names;
}

Scene make_scene(const std::string& name) {
  for (const Named& scene : scenes) {
    if (name == scene.name) return scene.make();
  }
  throw InvalidArgument(
      {"make_scene", "no such scene", join_names(scene_names()), "'" + name + "'", ""});
}

}  // namespace moo::gallery
