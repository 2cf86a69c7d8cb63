// Rings: a point of the plane that should lie on two circles which do not meet. The driver to copy.
//
// Model     theta in R^2, a point; no network and no data.
// Accuracy  ring_a: its squared distance to the circle of radius 1 around (-2, 0), and to the line
//           between the centres, without which a whole circle would be equally good.
// Group     ring_b: the same for the circle around (+2, 0).
// Front     known: the best points lie on the line between the circles, at t from the first and
//           2 - t from the second, so that sqrt(ring_a) + sqrt(ring_b) = 2. Every solver has to
//           find this curve; `distance_to_front` says how well it did.

#include <cmath>

#include "experiments/driver.hpp"
#include "libmoo/problem/dense_problem.hpp"

namespace moo {
namespace {

constexpr double gap = 2.0;  // between the circles

/// f_i = (|theta - c_i| - 1)^2 + theta_y^2, c = (-2, 0) and (2, 0).
class RingsProblem final : public DenseProblem {
 public:
  std::string name() const override { return "rings"; }
  int num_variables() const override { return 2; }
  const std::vector<ObjectiveInfo>& objectives() const override { return objectives_; }
  Vector start(RandomStream& random) const override { return random.uniform_vector(2, -1.0, 1.0); }

  Vector values(ConstVectorRef theta) const override {
    const Eigen::Array2d off = (theta.replicate(1, 2) - centres_).colwise().norm().array() - 1.0;
    return off.square() + theta(1) * theta(1);
  }
  Matrix gradients(ConstVectorRef theta) const override {
    Matrix towards = theta.replicate(1, 2) - centres_;
    for (auto column : towards.colwise()) column *= 2.0 * (1.0 - 1.0 / column.norm());
    towards.row(1).array() += 2.0 * theta(1);
    return towards;
  }

 private:
  Eigen::Matrix2d centres_{{-2.0, 2.0}, {0.0, 0.0}};
  std::vector<ObjectiveInfo> objectives_ = {{.name = "ring_a", .kind = ObjectiveKind::accuracy},
                                            {.name = "ring_b", .kind = ObjectiveKind::penalty}};
};

class Rings final : public Driver {
 public:
  std::string name() const override { return "rings"; }
  std::string summary() const override { return "a point between two circles; the front is known"; }
  bool trains_network() const override { return false; }
  std::vector<std::pair<std::string, std::string>> objectives() const override {
    return {{"ring_a", "squared distance to the left circle and the line"},
            {"ring_b", "squared distance to the right circle and the line"}};
  }

  Experiment prepare(const DriverFlags& flags) const override {
    require_all_objectives(*this, flags);
    const auto rings = std::make_shared<const RingsProblem>();
    const auto evaluate = [rings](const std::string&, ConstVectorRef theta) -> SplitEvaluation {
      const Vector f = rings->values(theta);
      const double off = std::abs(std::sqrt(f(0)) + std::sqrt(f(1)) - gap);
      return {f, {{"ring_a", f(0)}, {"ring_b", f(1)}, {"distance_to_front", off}}, {}};
    };
    Experiment experiment;
    experiment.plain = {rings, {"train"}, evaluate, {{"point", 0, 2, 0}}};
    experiment.headline = {{"ring_a", gap * gap}, {"ring_b", gap * gap}};
    return experiment;
  }
};

}  // namespace
}  // namespace moo

int main(int argc, char** argv) { return moo::run_driver(moo::Rings(), argc, argv); }
