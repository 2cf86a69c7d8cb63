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
  long dropped_rows = 0;   ///< of the file, left out for missing values; not among `rows`
  long imputed_cells = 0;  ///< missing values that were filled in
  std::string weights;     ///< column that weighs the rows in the loss; empty: all count the same
};

/// A table of a model: the input of the same place is an index into it, and the vector found there
/// takes the input's place.
struct EmbeddingInfo {
  long count = 1;      ///< of vectors
  long dimension = 1;  ///< of each

  friend bool operator==(const EmbeddingInfo&, const EmbeddingInfo&) = default;
};

/// What it takes to predict with the parameters of a point.
struct ModelInfo {
  std::vector<long> layers;               ///< width of every layer, inputs first, outputs last
  std::vector<EmbeddingInfo> embeddings;  ///< of the first inputs, one each; mostly empty
  std::string activation;  ///< of the hidden layers: tanh, softplus, silu, sigmoid, relu, identity
  std::string link;        ///< of the outputs: identity, sigmoid, softmax
  double weight_decay = 0.0;
  Vector input_mean;   ///< layers.front(), subtracted from the inputs
  Vector input_scale;  ///< layers.front(), divides what is left
  /// The model predicts output_shift + output_factor z from its raw outputs z; both
  /// layers.back() and only for the identity link, or empty for 0 and 1.
  Vector output_shift;
  Vector output_factor;                  ///< > 0
  std::vector<std::string> class_names;  ///< one per output; may be empty
};

/// How a probabilistic group was trained.
struct ChanceInfo {
  double delta = 0.05;    ///< share of probes that may break the rule, in (0, 1)
  std::string surrogate;  ///< cvar, smoothed_rate
  /// Of smoothed_rate, in units of the group's scale; > 0. Without one for cvar.
  std::optional<double> temperature;
};

/// How a constraint group took part in a run. Penalty and aggregation belong to soft groups: the
/// residuals of a hard one are rows themselves, and a probabilistic one has its surrogate.
struct GroupInfo {
  std::string name;
  Enforcement enforcement = Enforcement::soft;
  std::vector<std::string> rules;      ///< their names
  std::string unit;                    ///< of the residuals
  long probes = 0;                     ///< number of residuals on the training data
  double tolerance = 0.0;              ///< residual above which a probe counts as violated, >= 0
  double margin = 0.0;                 ///< extra distance asked for while training
  double scale = 1.0;                  ///< residual that counts as one; > 0
  std::string scale_origin = "given";  ///< or automatic: typical residual at the accuracy optimum
  std::string shape;                   ///< of the penalty of a soft group, such as squared_hinge
  std::optional<double> shape_parameter;        ///< of shapes that have one, default filled in
  std::string aggregation;                      ///< of a soft group: mean, log_mean_exp, cvar
  std::optional<double> aggregation_parameter;  ///< temperature of log_mean_exp, share of cvar
  std::optional<ChanceInfo> chance;             ///< of a probabilistic group
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
  std::vector<GroupInfo> groups;  ///< empty: not recorded
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
