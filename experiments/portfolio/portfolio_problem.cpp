#include "experiments/portfolio/portfolio_problem.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "libmoo/base/error.hpp"

namespace moo::portfolio {
namespace {

ObjectiveInfo info_of(const std::string& name) {
  ObjectiveInfo info{.name = name, .kind = ObjectiveKind::penalty, .group = name};
  if (name == "expected_return") info.kind = ObjectiveKind::accuracy;
  const std::vector<std::pair<std::string, std::string>> units = {
      {"expected_return", "per year"},
      {"variance", "per year"},
      {"cvar", "(loss per day / 0.001)^2"},
      {"concentration", "sum of squared weights"},
      {"turnover", "share of the wealth"}};
  for (const auto& [known, unit] : units) {
    if (known == name) info.unit = unit;
  }
  return info;
}

double logistic(double x) { return 1.0 / (1.0 + std::exp(-x)); }

double softplus(double x) { return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x))); }

/// v with mean_k logistic((losses_k - v) / t) = tail, by safeguarded Newton steps.
double smoothed_quantile(const Vector& losses, double tail, double t) {
  double low = losses.minCoeff() - 40.0 * t;
  double high = losses.maxCoeff() + 40.0 * t;
  double v = 0.5 * (low + high);
  for (int step = 0; step < 200 && high - low > 1e-15 * (1.0 + std::abs(v)); ++step) {
    const Eigen::ArrayXd s = ((losses.array() - v) / t).unaryExpr(&logistic);
    const double excess = s.mean() - tail;
    if (excess == 0.0) break;
    (excess > 0.0 ? low : high) = v;
    const double newton = v + t * excess / std::max((s * (1.0 - s)).mean(), 1e-300);
    const double next = newton > low && newton < high ? newton : 0.5 * (low + high);
    if (std::abs(next - v) < 1e-16) break;
    v = next;
  }
  return v;
}

}  // namespace

/// Value, gradient and Hessian of one objective.
struct PortfolioProblem::Term {
  double value = 0.0;
  Vector gradient;
  Matrix hessian;
};

const std::vector<std::pair<std::string, std::string>>& portfolio_objectives() {
  static const std::vector<std::pair<std::string, std::string>> objectives = {
      {"expected_return", "minus the expected return of a year"},
      {"variance", "of the return of a year"},
      {"cvar", "mean loss of the worst days beyond a ceiling"},
      {"concentration", "sum of the squared weights, less that of equal weights"},
      {"turnover", "share of the wealth traded to get there from today's weights"}};
  return objectives;
}

PortfolioProblem::PortfolioProblem(Matrix returns, std::vector<std::string> objectives, Terms terms)
    : returns_(std::move(returns)), terms_(std::move(terms)) {
  const auto& known = portfolio_objectives();
  for (const std::string& name : objectives) {
    if (std::none_of(known.begin(), known.end(), [&](const auto& k) { return k.first == name; })) {
      throw InvalidArgument({"PortfolioProblem", "unknown objective '" + name + "'", "", "", ""});
    }
    infos_.push_back(info_of(name));
  }
  if (returns_.cols() < 2 || terms_.held.size() != returns_.rows() || infos_.empty()) {
    throw InvalidArgument({"PortfolioProblem", "sizes do not fit",
                           "n x N returns with N >= 2, n weights held, an objective",
                           std::to_string(returns_.rows()) + " x " +
                               std::to_string(returns_.cols()) + ", " +
                               std::to_string(terms_.held.size()) + " held",
                           ""});
  }
  const Vector daily = returns_.rowwise().mean();
  const Matrix centred = returns_.colwise() - daily;
  mean_ = days_per_year * daily;
  covariance_ =
      days_per_year / static_cast<double>(returns_.cols()) * centred * centred.transpose();
  rows_ = {{.name = "budget",
            .group = "budget",
            .sense = Sense::equality,
            .tolerance = 1e-9,
            .unit = "share of the wealth"}};
}

Bounds PortfolioProblem::bounds() const {
  return {Vector::Constant(num_variables(), terms_.lowest),
          Vector::Constant(num_variables(), terms_.highest)};
}

Vector PortfolioProblem::start(RandomStream& random) const {
  const Vector w = random.uniform_vector(num_variables(), 0.1, 1.0);
  return w / w.sum();
}

PortfolioProblem::Term PortfolioProblem::smoothed_cvar(ConstVectorRef w) const {
  const double t = terms_.temperature;
  const double count = terms_.tail * static_cast<double>(returns_.cols());
  const Vector losses = -(returns_.transpose() * w);
  const double v = smoothed_quantile(losses, terms_.tail, t);
  const Vector x = (losses.array() - v) / t;
  const Vector s = x.unaryExpr(&logistic);
  const Vector slope = s.array() * (1.0 - s.array());
  const Vector across = returns_ * slope;  // v moves with w: its share of the second derivative
  return {v + t / count * x.unaryExpr(&softplus).sum(), -(returns_ * s) / count,
          (returns_ * slope.asDiagonal() * returns_.transpose() -
           across * across.transpose() / slope.sum()) /
              (count * t)};
}

PortfolioProblem::Term PortfolioProblem::term(const std::string& objective,
                                              ConstVectorRef w) const {
  const Eigen::Index n = w.size();
  if (objective == "expected_return") return {-mean_.dot(w), -mean_, Matrix::Zero(n, n)};
  if (objective == "variance") {
    const Vector image = covariance_ * w;
    return {w.dot(image), 2.0 * image, 2.0 * covariance_};
  }
  if (objective == "concentration") {
    return {w.squaredNorm() - 1.0 / static_cast<double>(n), 2.0 * w, 2.0 * Matrix::Identity(n, n)};
  }
  if (objective == "turnover") {
    const double e = terms_.turnover_edge;
    const Eigen::ArrayXd change = w - terms_.held;
    const Eigen::ArrayXd length = (change.square() + e * e).sqrt();
    return {length.sum() - e * static_cast<double>(n), change / length,
            Vector(e * e / length.cube()).asDiagonal()};
  }
  Term risk = smoothed_cvar(w);
  const double excess = std::max(risk.value - terms_.cvar_ceiling, 0.0) / terms_.cvar_scale;
  const double active = excess > 0.0 ? 2.0 / (terms_.cvar_scale * terms_.cvar_scale) : 0.0;
  return {excess * excess, 2.0 * excess / terms_.cvar_scale * risk.gradient,
          active * risk.gradient * risk.gradient.transpose() +
              2.0 * excess / terms_.cvar_scale * risk.hessian};
}

Vector PortfolioProblem::values(ConstVectorRef w) const {
  Vector values(num_values());
  for (int i = 0; i < num_objectives(); ++i) {
    values(i) = term(infos_[static_cast<std::size_t>(i)].name, w).value;
  }
  values(num_objectives()) = w.sum() - 1.0;
  return values;
}

Matrix PortfolioProblem::gradients(ConstVectorRef w) const {
  Matrix gradients(num_variables(), num_values());
  for (int i = 0; i < num_objectives(); ++i) {
    gradients.col(i) = term(infos_[static_cast<std::size_t>(i)].name, w).gradient;
  }
  gradients.col(num_objectives()).setOnes();
  return gradients;
}

Matrix PortfolioProblem::hessian(ConstVectorRef w, ConstVectorRef weights) const {
  Matrix sum = Matrix::Zero(num_variables(), num_variables());
  for (int i = 0; i < num_objectives(); ++i) {
    if (weights(i) == 0.0) continue;
    sum += weights(i) * term(infos_[static_cast<std::size_t>(i)].name, w).hessian;
  }
  return sum;
}

double conditional_value_at_risk(ConstVectorRef daily, double tail) {
  Vector losses = -daily;
  std::sort(losses.begin(), losses.end(), std::greater<>());
  const double count = tail * static_cast<double>(losses.size());
  const auto whole = std::min(static_cast<Eigen::Index>(count), losses.size() - 1);
  return (losses.head(whole).sum() + (count - static_cast<double>(whole)) * losses(whole)) / count;
}

double maximum_drawdown(ConstVectorRef daily) {
  double wealth = 1.0;
  double peak = 1.0;
  double worst = 0.0;
  for (const double r : daily) {
    wealth *= 1.0 + r;
    peak = std::max(peak, wealth);
    worst = std::max(worst, 1.0 - wealth / peak);
  }
  return worst;
}

}  // namespace moo::portfolio
