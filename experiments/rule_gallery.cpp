// The numbers behind the pictures of docs/constraints.md:
//
//     rule_gallery PAGE.md OUT.json
//
// fits the scene of every example of the page without and with its rule and writes data, curves,
// loss, penalty and violation rate of both. scripts/update_gallery runs it and draws the pictures.

#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "experiments/gallery/examples.hpp"
#include "experiments/gallery/fits.hpp"
#include "libmoo/constraint/constraint.hpp"

namespace moo::gallery {
namespace {

using Json = nlohmann::ordered_json;

constexpr Eigen::Index most_residuals = 400;

/// One list per row, to four digits: more than a picture shows.
Json numbers(const Matrix& matrix) {
  Json rows = Json::array();
  for (Eigen::Index i = 0; i < matrix.rows(); ++i) {
    Json row = Json::array();
    for (Eigen::Index j = 0; j < matrix.cols(); ++j) {
      char text[32];
      std::snprintf(text, sizeof text, "%.4g", matrix(i, j));
      row.push_back(std::stod(text));
    }
    rows.push_back(std::move(row));
  }
  return rows;
}

Json written(const Scene& scene) {
  Json columns;
  for (const auto& [name, values] : scene.data.columns) {
    columns[name] = numbers(values.transpose())[0];
  }
  return {{"inputs", scene.data.input_names},
          {"outputs", scene.outputs},
          {"unit", scene.unit},
          {"columns", columns},
          {"targets", numbers(scene.data.targets)},
          {"grid", numbers(scene.grid)}};
}

Matrix raw_rows(const Scene& scene) {
  Matrix raw(scene.data.num_inputs(), scene.data.num_rows());
  for (int i = 0; i < raw.rows(); ++i) {
    raw.row(i) = scene.data.column(scene.data.input_names[static_cast<std::size_t>(i)]);
  }
  return raw;
}

/// Predictions at the data rows once more, with every input of zeros and ones set to either.
Json switched(const Scene& scene, const Vector& theta) {
  Json found;
  for (std::size_t j = 0; j < scene.data.input_names.size(); ++j) {
    const std::string& name = scene.data.input_names[j];
    const Vector& values = scene.data.column(name);
    if (((values.array() != 0.0) && (values.array() != 1.0)).any()) continue;
    Matrix raw = raw_rows(scene);
    for (const int value : {0, 1}) {
      raw.row(static_cast<Eigen::Index>(j)).setConstant(value);
      found[name].push_back(numbers(predict(scene, theta, raw))[0]);
    }
  }
  return found;
}

bool reads_activations(const ConstraintGroup& group) {
  return group.constraints.front()->reads().kind == ModelQuantity::Kind::activations;
}

Json written(const Fit& fit, const Comparison& comparison) {
  const Scene& scene = comparison.scene;
  Json json = {{"loss", fit.loss},
               {"penalty", fit.penalty},
               {"violation_rate", fit.violation_rate},
               {"rows", numbers(predict(scene, fit.theta, raw_rows(scene)))}};
  if (scene.grid.cols() > 0) json["grid"] = numbers(predict(scene, fit.theta, scene.grid));
  if (fit.residuals.size() <= most_residuals) {
    json["residuals"] = numbers(fit.residuals.transpose())[0];
  }
  if (reads_activations(comparison.group)) {
    json["activations"] = numbers(activations(scene, fit.theta));
  }
  const Json copies = switched(scene, fit.theta);
  if (!copies.empty()) json["switched"] = copies;
  return json;
}

Json written(const Example& example, const Comparison& comparison) {
  const auto& rule = comparison.group.constraints.front();
  return {{"picture", example.picture},
          {"title", example.title},
          {"scene", example.scene},
          {"group", example.language == "json" ? Json::parse(example.text) : Json()},
          {"unit", rule->unit()},
          {"equality", rule->sense() == Sense::equality},
          {"tolerance", comparison.group.tolerance},
          {"before", written(comparison.before, comparison)},
          {"after", written(comparison.after, comparison)}};
}

int run(const std::string& page, const std::string& out) {
  Json scenes;
  Json pictures = Json::array();
  for (const Example& example : read_examples(page)) {
    const Comparison comparison = compare(example);
    scenes[example.scene] = written(comparison.scene);
    pictures.push_back(written(example, comparison));
    const Fit& before = comparison.before;
    const Fit& after = comparison.after;
    std::printf(
        "%-26s loss %8.4f -> %8.4f  penalty %9.3g -> %9.3g  violated %5.1f %% -> %5.1f %%\n",
        example.picture.c_str(), before.loss, after.loss, before.penalty, after.penalty,
        100.0 * before.violation_rate, 100.0 * after.violation_rate);
    std::fflush(stdout);
  }
  std::ofstream stream(out);
  stream << Json{{"scenes", scenes}, {"pictures", pictures}}.dump() << "\n";
  return stream ? 0 : 1;
}

}  // namespace
}  // namespace moo::gallery

int main(int argc, char** argv) {
  if (argc != 3) {
    std::cerr << "usage: rule_gallery PAGE.md OUT.json\n";
    return 2;
  }
  try {
    return moo::gallery::run(argv[1], argv[2]);
  } catch (const std::exception& error) {
    std::cerr << "rule_gallery: " << error.what() << "\n";
    return 2;
  }
}
