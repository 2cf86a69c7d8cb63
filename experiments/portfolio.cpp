// Portfolio: what does an investor pay for less risk, less concentration and less trading?
//
// Data      1,860 daily closes of four stock indices (DAX, SMI, CAC, FTSE), 1991 to 1998, kept in
//           experiments/data/eustockmarkets; its README has source, licence (GPL-2 or GPL-3) and
//           checksum. Train, validation and test are the first 60 %, the next 20 % and the last 20
//           % of the days: nobody invests in the past.
// Model     theta = the n weights of the indices. Hard rules: they sum to one (the budget), and
// none
//           is negative (no short sales). There is no network.
// Accuracy  the expected return of a year.
// Groups    variance: of that return, as in Markowitz (1952);
//           cvar: the mean loss of the worst 5 % of the days stays under a ceiling of 1.5 % of the
//           wealth, because variance counts good days as risk too;
//           concentration: the sum of squared weights, because four estimates of a mean are noise;
//           turnover: what has to be traded by somebody who holds only FTSE today.
// Front     return against variance alone is the efficient frontier, known in closed form:
//           `frontier_gap` is the variance beyond it at the same return, 0 up to rounding. The
//           other groups pull into its inside. Means of the past do not last: on the test days the
//           order of the points by return is another one, that by risk survives.

#include <cmath>
#include <map>

#include "experiments/driver.hpp"
#include "experiments/portfolio/efficient_frontier.hpp"
#include "experiments/portfolio/portfolio_problem.hpp"
#include "libmoo/assess/clopper_pearson.hpp"
#include "libmoo/data/sha256.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/table.hpp"

namespace moo {
namespace {

using portfolio::days_per_year;
using portfolio::PortfolioProblem;

const std::vector<std::string> assets = {"DAX", "SMI", "CAC", "FTSE"};
constexpr double cvar_ceiling = 0.015;  // of the wealth, on the worst 5 % of the days

/// n x (days - 1): p(t + 1) / p(t) - 1.
Matrix daily_returns(const Table& table) {
  Matrix returns(static_cast<Eigen::Index>(assets.size()), table.num_rows() - 1);
  for (std::size_t k = 0; k < assets.size(); ++k) {
    const Vector price = table.numeric(assets[k]);
    const Eigen::Index days = returns.cols();
    returns.row(static_cast<Eigen::Index>(k)) =
        (price.tail(days).array() / price.head(days).array() - 1.0).transpose();
  }
  return returns;
}

/// What the weights were worth on some days.
std::map<std::string, double> metrics(const PortfolioProblem& days, const portfolio::Terms& terms,
                                      ConstVectorRef w) {
  const Vector daily = days.returns().transpose() * w;
  const double mean = days.mean().dot(w);
  const double variance = w.dot(days.covariance() * w);
  const double cvar = portfolio::conditional_value_at_risk(daily, terms.tail);
  std::map<std::string, double> found = {{"negative_return", -mean},
                                         {"volatility", std::sqrt(variance)},
                                         {"sharpe_ratio", mean / std::sqrt(variance)},
                                         {"cvar", cvar},
                                         {"cvar_excess", std::max(cvar - terms.cvar_ceiling, 0.0)},
                                         {"maximum_drawdown", portfolio::maximum_drawdown(daily)},
                                         {"concentration", w.squaredNorm()},
                                         {"effective_assets", 1.0 / w.squaredNorm()},
                                         {"turnover", 0.5 * (w - terms.held).lpNorm<1>()}};
  const Vector best = portfolio::efficient_weights(days.mean(), days.covariance(), mean / w.sum(),
                                                   portfolio::ShortSales::forbidden);
  if (best.size() > 0) found["frontier_gap"] = variance - best.dot(days.covariance() * best);
  return found;
}

HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "variance") return {"volatility", 0.3};
  if (objective == "cvar") return {"cvar_excess", 0.02};
  if (objective == "concentration") return {"concentration", 1.0};
  if (objective == "turnover") return {"turnover", 1.0};
  return {"negative_return", 0.1};
}

class Portfolio final : public Driver {
 public:
  std::string name() const override { return "portfolio"; }
  std::string summary() const override {
    return "return against risk, concentration and turnover of a portfolio of four stock indices";
  }
  bool trains_network() const override { return false; }
  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return portfolio::portfolio_objectives();
  }
  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.objectives = {"expected_return", "variance", "turnover"};
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("eustockmarkets/eustockmarkets.csv", name().c_str())
                           : flags.data;
    const Matrix returns = daily_returns(read_csv(path));
    const Split split = ordered_split(Vector::LinSpaced(returns.cols(), 0.0, 1.0),
                                      /*validation=*/0.2, /*test=*/0.2);
    portfolio::Terms terms;
    terms.held = Vector::Unit(returns.rows(), 3);  // FTSE
    terms.cvar_ceiling = cvar_ceiling;

    Experiment experiment;
    std::map<std::string, std::shared_ptr<const PortfolioProblem>> parts;
    const std::vector<std::pair<std::string, std::vector<int>>> named = {
        {"train", split.train}, {"validation", split.validation}, {"test", split.test}};
    experiment.plain.emplace();
    for (const auto& [part, days] : named) {
      parts[part] = std::make_shared<const PortfolioProblem>(returns(Eigen::all, days),
                                                             flags.objectives, terms);
      experiment.plain->splits.push_back(part);
      experiment.data.splits.emplace_back(part, std::ssize(days));
    }
    experiment.plain->problem = parts.at("train");
    experiment.plain->evaluate = [parts, terms](const std::string& part, ConstVectorRef w) {
      const PortfolioProblem& days = *parts.at(part);
      SplitEvaluation evaluation{
          days.values(w).head(days.num_objectives()), metrics(days, terms, w), {}};
      const bool broken = evaluation.metrics.at("cvar_excess") > 0.0;
      evaluation.violation_rates["cvar"] = clopper_pearson(broken ? 1 : 0, 1);
      return evaluation;
    };
    experiment.plain->layout = {{"weights", 0, returns.rows(), 0}};
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    experiment.data.file = std::filesystem::proximate(path).string();
    experiment.data.sha256 = sha256_of_file(path);
    experiment.data.rows = returns.cols();
    experiment.data.inputs = assets;
    experiment.data.target = "return";
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Portfolio(), argc, argv); }
