#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiments/driver.hpp"
#include "experiments/tabular/config.hpp"
#include "experiments/tabular/table_dataset.hpp"

namespace moo::tabular {

/// Anyone's table as a driver: a config says what the columns are for and which rules hold.
class TabularDriver final : public Driver {
 public:
  explicit TabularDriver(Config config) : config_(std::move(config)) {}

  [[nodiscard]] std::string name() const override { return "tabular"; }
  [[nodiscard]] std::string summary() const override;
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> objectives() const override;
  [[nodiscard]] DriverFlags default_flags() const override;  ///< as the config says
  [[nodiscard]] Experiment prepare(const DriverFlags& flags) const override;

  [[nodiscard]] const Config& config() const { return config_; }

 private:
  Config config_;
};

/// The loss of a config: what it says, or cross-entropy for classes and squared error for numbers.
LossKind loss_of(const Config& config);

/// Name of objective 0: "cross_entropy" for classes, or that of the loss.
std::string accuracy_name(const Config& config);

/// The groups of a config with their rules made for these data, hard ones too, in its order.
/// Automatic scales are not filled in. Throws: InvalidArgument as make_rule.
/// @param hidden widths of the hidden layers, for rules on their activations
std::vector<ConstraintGroup> groups_of(const Config& config, const TableData& table,
                                       const std::vector<int>& hidden);

}  // namespace moo::tabular
