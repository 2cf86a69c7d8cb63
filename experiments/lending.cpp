// Lending: what do fairness, monotonicity, caution and the regulator cost a lender's network?
//
// Data      2,380 mortgage applications of the Boston HMDA study (Munnell and others 1996), kept in
//           experiments/data/hmda; its README has source, licence and checksum. Or 9,857 loans
//           between peers: --data experiments/data/lending_club/lending_club.csv, which
//           experiments/data/prepare lending_club makes (MIT).
// Label     hmda: denial of the application; lending_club: the loan went bad.
// Inputs    ratios, scores and flags of the application (experiments/lending/loan_book.cpp),
//           standardised with the training rows' statistics. Protected columns (hmda: afam, single;
//           lending_club: incomes below 50,000) are not inputs, and neither is the lender's
//           verdict.
// Model     a small fully connected network; the output is the probability of denial.
// Groups    parity: mean probability of denial inside and outside the minority, because 28 % of the
//           afam applications were denied and 9 % of the others;
//           parity_single: the same over the marital status (hmda);
//           monotonicity: the probability must not fall when a debt ratio rises or a credit history
//           gets worse by one standard deviation, because no officer could explain that;
//           risk: the mean loss among the approved stays under a ceiling; the true decisions are
//           what is reported;
//           regulatory: a loan beyond the limits is surely denied, whatever else speaks for it
//           (hmda: with probability 0.9 where it is more than 80 % of the value and insurance was
//           denied).
// Front     parity costs cross-entropy at a growing rate: the first half of the gap is cheap, the
//           last tenth is not. Monotonicity is nearly free here, and so is the regulator: lenders
//           knew the rule. Risk is cheap on the training rows, widens the gap of parity, and is a
//           promise that few other rows keep.

#include <cmath>
#include <utility>

#include "experiments/data_parts.hpp"
#include "experiments/driver.hpp"
#include "experiments/lending/approved_loss.hpp"
#include "experiments/lending/loan_book.hpp"
#include "libmoo/assess/evaluation.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/base/error.hpp"
#include "libmoo/constraint/demographic_parity.hpp"
#include "libmoo/constraint/implication.hpp"
#include "libmoo/constraint/monotone_pairs.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {
namespace {

using lending::ApprovedLoss;
using lending::LoanBook;

/// A residual of this size counts as one in the penalty and as a violation in the reports.
constexpr double parity_tolerance = 0.01;          // one percentage point between the groups
constexpr double monotonicity_tolerance = 0.0001;  // a fall of a hundredth of a percentage point

ConstraintGroup parity_over(const std::string& name, const std::string& column) {
  return {.name = name,
          .penalty = {.scale = parity_tolerance},
          .tolerance = parity_tolerance,
          .constraints = {std::make_shared<DemographicParity>(column)}};
}

ConstraintGroup monotonicity_of(const LoanBook& book) {
  ConstraintGroup group{.name = "monotonicity",
                        .penalty = {.scale = monotonicity_tolerance},
                        .tolerance = monotonicity_tolerance};
  group.constraints.push_back(
      std::make_shared<MonotonePairs>(book.rising, MonotonePairs::Direction::rising, /*step=*/1.0));
  if (!book.falling.empty()) {
    group.constraints.push_back(std::make_shared<MonotonePairs>(
        book.falling, MonotonePairs::Direction::falling, /*step=*/1.0));
  }
  return group;
}

SmoothDecision denial(const LoanBook& book) {
  return {.threshold = std::log(book.denied_from / (1.0 - book.denied_from)), .temperature = 0.5};
}

std::vector<ConstraintGroup> groups_of(const LoanBook& book) {
  std::vector<ConstraintGroup> groups = {parity_over("parity", book.minority)};
  if (book.data.columns.count("single") > 0) {
    groups.push_back(parity_over("parity_single", "single"));
  }
  groups.push_back(monotonicity_of(book));
  groups.push_back(
      {.name = "risk",
       .penalty = {.scale = 0.001},
       .constraints = {std::make_shared<ApprovedLoss>("loss", book.loss_ceiling, denial(book))}});
  groups.push_back({.name = "regulatory",
                    .penalty = {.scale = 0.05},
                    .tolerance = 0.05,
                    .constraints = {std::make_shared<Implication>(
                        ImplicationOptions{.premise = book.uninsured,
                                           .conclusion = Conclusion::at_least,
                                           .bound = book.surely_denied,
                                           .unit = "probability"})}});
  return groups;
}

std::map<std::string, double> metrics(const LoanBook& book, const TrainingProblem& problem,
                                      ConstVectorRef theta) {
  const Dataset& data = problem.setup().data;
  const Vector p = problem.predictions(theta).row(0).transpose();
  const Vector y = data.targets.row(0).transpose();
  const Vector denied = decisions(p, book.denied_from);
  const Vector approved = 1.0 - denied.array();
  const Vector& minority = data.column(book.minority);
  const auto rates = evaluate(problem, theta).violation_rates;
  std::map<std::string, double> found = {
      {"cross_entropy", binary_cross_entropy(p, y)},
      {"error_rate", error_rate(p, y)},
      {"auc", area_under_curve(p, y)},
      {"parity_gap", std::abs(group_gap(p, minority))},
      {"parity_gap_decisions", std::abs(group_gap(denied, minority))},
      {"monotonicity_violations", rates.at("monotonicity").rate},
      {"approved_share", approved.mean()},
      {"approved_loss", approved.dot(data.column("loss")) / std::max(approved.sum(), 1.0)},
      {"regulatory_violations", rates.at("regulatory").rate}};
  if (data.columns.count("single") > 0) {
    found["parity_gap_single"] = std::abs(group_gap(p, data.column("single")));
  }
  return found;
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "parity") return {"parity_gap", 0.5};
  if (objective == "parity_single") return {"parity_gap_single", 0.5};
  if (objective == "monotonicity") return {"monotonicity_violations", 0.5};
  if (objective == "risk") return {"approved_loss", 0.1};
  if (objective == "regulatory") return {"regulatory_violations", 1.0};
  return {"cross_entropy", 1.0};
}

void require_known(const std::vector<std::string>& objectives, const LoanBook& book) {
  if (book.data.columns.count("single") > 0) return;
  for (const std::string& objective : objectives) {
    if (objective == "parity_single") {
      throw InvalidArgument({"--objectives", "this table has no column 'single'",
                             "objectives without parity_single", "", ""});
    }
  }
}

class Lending final : public Driver {
 public:
  std::string name() const override { return "lending"; }

  std::string summary() const override {
    return "trade-off between accuracy, fairness, monotonicity, risk and regulation of a "
           "lender's network";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"cross_entropy", "accuracy of the predicted denials"},
            {"parity", "squared gap of the mean denial probability inside and outside afam"},
            {"monotonicity",
             "denial probability falling where debt rises or the credit history gets worse"},
            {"parity_single", "squared gap over the marital status (hmda)"},
            {"risk", "mean loss among the approved beyond a ceiling"},
            {"regulatory", "forbidden loans whose denial is not certain enough"}};
  }

  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.objectives = {"cross_entropy", "parity", "monotonicity"};
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const std::filesystem::path path =
        flags.data.empty() ? find_data("hmda/hmda.csv", name().c_str()) : flags.data;
    LoanBook book = lending::read_loans(path);
    require_known(flags.objectives, book);

    std::vector<int> strata;
    for (int i = 0; i < book.data.num_rows(); ++i) {
      strata.push_back(
          static_cast<int>(2 * book.data.targets(0, i) + book.data.column(book.minority)(i)));
    }
    const Split split =
        stratified_split(strata, 0.2, 0.2, RandomStream(flags.seed).substream("split"));
    const Dataset train = book.data.subset(split.train);
    const Standardizer standardizer = Standardizer::fit(train.inputs);
    book.data.inputs = standardizer.apply(book.data.inputs);

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, book.data.num_inputs(), 1);
    setup.loss = Loss(LossKind::binary_cross_entropy);
    setup.accuracy_name = "cross_entropy";
    setup.weight_decay = flags.weight_decay;
    const double base_rate = train.targets.mean();
    setup.null_bias = Vector::Constant(1, std::log(base_rate / (1.0 - base_rate)));

    Experiment experiment =
        experiment_on(setup, book.data, parts_of(split), groups_of(book), flags.objectives);
    experiment.metrics = [book](const TrainingProblem& problem, ConstVectorRef theta) {
      return metrics(book, problem, theta);
    };
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    describe_table(path, book.target, standardizer, experiment);
    experiment.data.protected_columns = book.protecteds;
    const std::vector<std::string> suspects = leak_suspects(train);
    if (!suspects.empty()) {
      experiment.remarks.push_back("these inputs predict the label almost alone: " +
                                   join_names(suspects));
    }
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Lending(), argc, argv); }
