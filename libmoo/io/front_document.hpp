#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "libmoo/base/vector.hpp"
#include "libmoo/io/context.hpp"
#include "libmoo/solver/report.hpp"

namespace moo {

/// Where one tensor of a model lies in the parameter vector of a point.
struct TensorLayout {
  std::string name;  ///< such as "layers.0.weight"
  long offset = 0;   ///< index of its first number in the vector
  long rows = 0;     ///< >= 1
  long cols = 0;     ///< rows x cols, column-major in the vector; 0: one axis of `rows` numbers

  [[nodiscard]] long size() const { return cols == 0 ? rows : rows * cols; }
};

/// The data a model was trained on.
struct DataInfo {
  std::string file;
  std::string sha256;  ///< of the file's bytes: 64 lower-case hexadecimal digits
  long rows = 0;
  std::vector<std::string> inputs;  ///< columns the model sees, in its order
  std::string target;
  std::vector<std::string> protected_columns;        ///< fairness looks at them; may be inputs too
  std::vector<std::pair<std::string, long>> splits;  ///< name and number of rows, in reading order
};

/// What it takes to predict with the parameters of a point.
struct ModelInfo {
  std::vector<long> layers;  ///< width of every layer, inputs first, outputs last
  std::string activation;  ///< of the hidden layers: tanh, softplus, silu, sigmoid, relu, identity
  std::string link;        ///< of the outputs: identity, sigmoid, softmax
  double weight_decay = 0.0;
  Vector input_mean;   ///< layers.front(), subtracted from the inputs
  Vector input_scale;  ///< layers.front(), divides what is left
};

/// Hypervolume of declared metrics on every split, against one fixed reference point.
struct HeldOut {
  std::vector<std::string> metrics;
  Vector reference;                           ///< one number per metric, in its unit
  std::map<std::string, double> hypervolume;  ///< by split
};

/// A front file in memory: what a run found out, and what is needed to read, trust and repeat it.
struct FrontDocument {
  RunContext context;
  Report report;
  std::optional<DataInfo> data;
  std::optional<ModelInfo> model;
  std::optional<HeldOut> held_out;
  /// How parameter vectors split into tensors; together they cover the vector exactly once. Empty:
  /// parameters are not kept.
  std::vector<TensorLayout> layout;
};

/// Throws: InvalidArgument unless the tensors, each with a name of its own, cover a vector of
/// `num_variables` parameters exactly once. An empty layout is fine.
void check_layout(const std::vector<TensorLayout>& layout, long num_variables);

/// Throws: InvalidArgument naming the first field that the front file's schema, or a size elsewhere
/// in the document, does not allow, such as "points[3].weights". Finite numbers are not its
/// business.
void check_document(const FrontDocument& document);

}  // namespace moo
