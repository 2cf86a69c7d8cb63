// Fashion: what do consistency, caution, even service and sparsity cost a network of a hundred
// thousand parameters that tells clothes apart?
//
// Data      Fashion-MNIST (Xiao, Rasul, Vollgraf 2017; MIT licence), made by
//           `experiments/data/prepare fashion_mnist`; 12,000 images to train on, 3,000 to validate,
//           4,000 of its test set. --data FILE.csv reads images as experiments/data/digits has
//           them, the quick stand-in.
// Inputs    the pixels, all with one mean and one scale. Output: probabilities of ten classes.
// Model     a fully connected network, 784-128-64-10: 109,386 parameters, trained on minibatches.
// Groups    consistency: the same probabilities when the image moves by two pixels (digits: one),
//           because nothing about a shirt depends on where it hangs;
//           caution: no class gets more than 0.95, so that a threshold can still tell doubts apart;
//           parity: the mean error of every class is the mean over classes (shirts are hard);
//           sparsity: few units of the first hidden layer are active, which is what is paid for on
//           small devices.
// Solvers   weighted_sum as it comes; the options of pareto_tracing and augmented_lagrangian are in
//           --help. With so few steps certificates stay between 1e-3 and 3e-2 on the steep part.
// Front     consistency is not free in a network without convolutions: it has to be learned. It
//           buys most of what moved images lose. Caution costs cross-entropy and no errors.

#include <cmath>
#include <map>

#include "experiments/data_parts.hpp"
#include "experiments/fashion/images.hpp"
#include "libmoo/assess/metrics.hpp"
#include "libmoo/constraint/activation_sparsity.hpp"
#include "libmoo/constraint/class_error_parity.hpp"
#include "libmoo/constraint/image_shift.hpp"
#include "libmoo/constraint/output_range.hpp"
#include "libmoo/data/sha256.hpp"
#include "libmoo/data/standardize.hpp"
#include "libmoo/model/forward_pass.hpp"
#include "libmoo/model/link.hpp"

namespace moo {
namespace {

constexpr double ceiling = 0.95;

std::vector<ConstraintGroup> groups(const ImageShiftOptions& shift) {
  return {{.name = "consistency",
           .penalty = {.scale = 0.1},
           .tolerance = 0.1,
           .constraints = {std::make_shared<ImageShift>(shift)}},
          {.name = "caution",
           .penalty = {.scale = 0.02},
           .tolerance = 0.005,
           .constraints = {std::make_shared<OutputRange>(
               OutputRangeOptions{.high = ceiling, .unit = "probability"})}},
          {.name = "parity",
           .penalty = {.scale = 0.05},
           .tolerance = 0.05,
           .constraints = {std::make_shared<ClassErrorParity>()}},
          {.name = "sparsity",
           .penalty = {.scale = 0.1},
           .tolerance = 0.01,
           .constraints = {std::make_shared<ActivationSparsity>(
               ActivationSparsityOptions{.layer = 0, .target = 0.05})}}};
}

Matrix probabilities(const ForwardPass& pass) {
  Matrix p(pass.outputs().rows(), pass.outputs().cols());
  apply_link(Link::softmax, pass.outputs(), p);
  return p;
}

std::map<std::string, double> metrics(const ImageShiftOptions& shift,
                                      const TrainingProblem& problem, ConstVectorRef theta) {
  const TrainingSetup& setup = problem.setup();
  const Matrix& y = setup.data.targets;
  ForwardPass pass(setup.network);
  pass.run(theta, setup.data.inputs);
  const Matrix p = probabilities(pass);
  const double active = (pass.activations(0).array().abs() > 0.05).cast<double>().mean();
  double moved_error = 0.0;
  for (const auto& by : shift.shifts) {
    const Matrix moved = shifted_images(shift, by, setup.data.inputs);
    pass.run(theta, moved);
    moved_error +=
        class_error_rate(probabilities(pass), y) / static_cast<double>(shift.shifts.size());
  }
  double worst = 0.0;
  double best = 1.0;
  for (Eigen::Index c = 0; c < y.rows(); ++c) {
    const Vector members = y.row(c).transpose();
    if (members.sum() == 0.0) continue;
    const double error = class_error_rate(p, y, members);
    worst = std::max(worst, error);
    best = std::min(best, error);
  }
  const Vector confidence = p.colwise().maxCoeff().transpose();
  return {{"cross_entropy", cross_entropy(p, y)},
          {"error_rate", class_error_rate(p, y)},
          {"error_rate_moved", moved_error},
          {"worst_class_error", worst},
          {"class_error_gap", worst - best},
          {"above_ceiling", (confidence.array() > ceiling).cast<double>().mean()},
          {"active_share", active}};
}

/// The metric that stands for an objective on held-out data, and its worst value that counts.
HeadlineMetric headline_of(const std::string& objective) {
  if (objective == "consistency") return {"error_rate_moved", 1.0};
  if (objective == "caution") return {"above_ceiling", 1.0};
  if (objective == "parity") return {"class_error_gap", 1.0};
  if (objective == "sparsity") return {"active_share", 1.0};
  return {"cross_entropy", std::log(10.0)};
}

class Fashion final : public Driver {
 public:
  std::string name() const override { return "fashion"; }

  std::string summary() const override {
    return "images of clothes: accuracy against consistency, caution, parity and sparsity, trained "
           "on minibatches. pareto_tracing needs --option corrector=augmented --option restarts=0 "
           "here, because Newton steps see all data, and augmented_lagrangian --option "
           "max_outer_iterations=4, because minibatches never meet its tolerance";
  }

  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"cross_entropy", "accuracy of the predicted classes"},
            {"consistency", "probabilities that change when the image moves"},
            {"caution", "probabilities above 0.95"},
            {"parity", "gap of the classes' errors"},
            {"sparsity", "mean activity of the first hidden layer above 0.05"}};
  }

  DriverFlags default_flags() const override {
    DriverFlags flags = Driver::default_flags();
    flags.hidden = {128, 64};
    flags.activation = "relu";
    flags.weight_decay = 3e-4;
    flags.kkt_tolerance = 1e-2;  // minibatches do not get nearer
    // A minibatch is 2 % of the data, a look at all data costs as much as fifty of them.
    flags.solver_options = {{"points", "6"},           {"minimizer", "adam"},
                            {"max_iterations", "600"}, {"check_every", "200"},
                            {"precision", "single"},   {"extreme_weight", "0.05"}};
    flags.max_gradients = 12000;  // five minutes; a solver that does not fit minibatches ends there
    flags.objectives = {"cross_entropy", "consistency"};
    return flags;
  }

  DriverFlags quick_flags() const override {
    DriverFlags flags = Driver::quick_flags();
    flags.data = find_data("digits/digits.csv", name().c_str());
    flags.activation = "tanh";
    flags.weight_decay = 2e-3;
    flags.solver_options = {{"points", "4"}};  // few rows: all of them in every step
    flags.max_gradients = 2000;
    return flags;
  }

  Experiment prepare(const DriverFlags& flags) const override {
    const bool table = flags.data.extension() == ".csv";
    const std::filesystem::path path =
        !flags.data.empty()
            ? flags.data
            : find_data("fashion_mnist/train-images-idx3-ubyte", name().c_str()).parent_path();
    const RandomStream random = RandomStream(flags.seed).substream("images");
    LabelledImages images =
        table ? read_digits(path, random) : read_fashion(path, ImageCounts{}, random);
    Dataset& all = images.data;
    const Matrix train = all.subset(images.parts.front().rows).inputs;
    const double mean = train.mean();
    const double scale = std::sqrt((train.array() - mean).square().mean());
    const Standardizer standardizer{Vector::Constant(train.rows(), mean),
                                    Vector::Constant(train.rows(), scale)};
    all.inputs = standardizer.apply(all.inputs);
    const int step = images.rows < 20 ? 1 : 2;
    const ImageShiftOptions shift{.rows = images.rows,
                                  .columns = images.columns,
                                  .shifts = {{step, 0}, {0, step}},
                                  .background = -mean / scale};

    TrainingSetup setup;
    setup.name = name();
    setup.network = network_of(flags, all.num_inputs(), static_cast<int>(all.targets.rows()));
    setup.loss = Loss(LossKind::cross_entropy);
    setup.accuracy_name = "cross_entropy";
    setup.initialization = Initialization::he;
    setup.weight_decay = flags.weight_decay;
    setup.null_bias = Vector::Constant(all.targets.rows(), -std::log(double(all.targets.rows())));

    Experiment experiment =
        experiment_on(setup, all, images.parts, groups(shift), flags.objectives);
    experiment.metrics = [shift](const TrainingProblem& problem, ConstVectorRef theta) {
      return metrics(shift, problem, theta);
    };
    for (const std::string& objective : flags.objectives) {
      experiment.headline.push_back(headline_of(objective));
    }
    experiment.output_names = images.class_names;
    experiment.data.file = std::filesystem::proximate(path).string();
    experiment.data.sha256 = sha256_of_file(table ? path : path / "train-images-idx3-ubyte");
    experiment.data.target = "class";
    experiment.model.class_names = images.class_names;
    experiment.model.input_mean = standardizer.mean;
    experiment.model.input_scale = standardizer.scale;
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Fashion(), argc, argv); }
