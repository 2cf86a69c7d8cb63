#pragma once

#include <memory>
#include <string>
#include <vector>

#include "experiments/tabular/config.hpp"
#include "libmoo/base/random.hpp"

namespace moo::test {

/// 24 rows of three inputs in raw units a (about 100 +- 20), b (3 +- 0.5) and c, standardised, with
/// their raw numbers and what rules need as side columns; q = 1 target of 0 and 1 or q > 1 classes.
struct RuleSample {
  Dataset data;
  Standardizer standardizer;
  std::vector<std::string> class_names;
  std::vector<int> hidden = {5, 4};

  explicit RuleSample(int outputs) {
    constexpr int rows = 24;
    RandomStream random(2027);
    Matrix raw(3, rows);
    for (int b = 0; b < rows; ++b) {
      raw.col(b) << 100.0 + 20.0 * random.normal(), 3.0 + 0.5 * random.normal(), random.normal();
    }
    standardizer = Standardizer::fit(raw);
    data.inputs = standardizer.apply(raw);
    data.input_names = {"a", "b", "c"};
    data.targets = Matrix::Zero(outputs, rows);
    Vector group(rows), list(rows), item(rows), merit(rows), region(rows);
    for (int b = 0; b < rows; ++b) {
      group(b) = b % 2;
      list(b) = b / 8;
      item(b) = b % 6;
      merit(b) = 1.0 + 0.1 * b;
      region(b) = b % 3 == 0 ? 1.0 : 0.0;
      const int kind = b / 2;
      data.targets(outputs > 1 ? kind % outputs : 0, b) = outputs > 1 ? 1.0 : kind % 2;
    }
    data.columns = {{"a", raw.row(0)}, {"b", raw.row(1)},       {"c", raw.row(2)},
                    {"group", group},  {"list", list},          {"item", item},
                    {"merit", merit},  {"region=north", region}};
    class_names = outputs > 1 ? std::vector<std::string>{"red", "green", "blue"}
                              : std::vector<std::string>{"yes"};
  }

  [[nodiscard]] tabular::RuleContext context(const std::string& unit = "probability") const {
    return {data, standardizer, class_names, unit, hidden};
  }
};

/// A rule as it stands in a config, and as it is made in C++, for a model with q outputs.
struct RuleExample {
  std::string json;
  int outputs = 1;
  std::vector<std::shared_ptr<const Constraint>> rules;
};

/// Every family at least once, with every field it has.
std::vector<RuleExample> rule_examples(const Standardizer& standardizer);

/// Those of them on derivatives and positions, and those on decisions and hidden layers.
std::vector<RuleExample> derivative_examples(const Standardizer& standardizer);
std::vector<RuleExample> network_examples();

}  // namespace moo::test
