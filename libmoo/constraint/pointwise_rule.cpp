#include "libmoo/constraint/pointwise_rule.hpp"

#include <algorithm>
#include <utility>

#include "libmoo/base/error.hpp"
#include "libmoo/constraint/linear_rows.hpp"

namespace moo {
namespace {

/// The numbers a functor sees of the data in one block: d x N. `inputs` are the row or its copy.
Matrix block_of(const std::vector<RowColumn>& columns, const Dataset& data, const Matrix& inputs) {
  if (columns.empty()) return inputs;
  Matrix block(static_cast<Eigen::Index>(columns.size()), inputs.cols());
  for (Eigen::Index c = 0; c < block.rows(); ++c) {
    const RowColumn& column = columns[static_cast<std::size_t>(c)];
    if (column.kind == RowColumn::Kind::model_input) {
      block.row(c) = inputs.row(data.input_index(column.name));
    } else {
      const Vector& values = data.column(column.name);
      require_size("PointwiseRule", "column '" + column.name + "'", inputs.cols(), values.size());
      block.row(c) = values.transpose();
    }
  }
  return block;
}

void require_count(const std::string& rule, const std::string& what, int seen, std::size_t given,
                   const std::string& hint) {
  if (static_cast<std::size_t>(seen) == given) return;
  throw InvalidArgument({rule, "the functor sees another number of " + what, std::to_string(seen),
                         std::to_string(given), hint});
}

}  // namespace

PointwiseLayout lay_out(const PointwiseOptions& options, int outputs_seen, int copies_seen,
                        const Dataset& data, ProbeBatch& batch) {
  const std::string rule = options.name.empty() ? "PointwiseRule" : options.name;
  const std::vector<int> outputs = chosen_outputs(rule, options.outputs, data);
  require_count(rule, "outputs", outputs_seen, outputs.size(),
                "list the ones it is about in options.outputs");
  require_count(rule, "changed copies", copies_seen, options.copies.size(),
                "PointwiseRule<Functor, Outputs, Copies> and options.copies must agree");
  const std::vector<int> rows = matching_rows(rule, options.rows, data);

  std::vector<int> first = {0};
  std::vector<Matrix> blocks = {block_of(options.columns, data, data.inputs)};
  for (const Transformation& copy : options.copies) {
    const Matrix changed = changed_inputs(rule, copy, data);
    first.push_back(batch.append(changed));
    blocks.push_back(block_of(options.columns, data, changed));
  }

  const Eigen::Index q = data.targets.rows();
  const auto count = static_cast<Eigen::Index>(rows.size());
  const Eigen::Index d = blocks.front().rows();
  Eigen::MatrixXi columns(static_cast<Eigen::Index>(first.size() * outputs.size()), count);
  Matrix inputs(d * static_cast<Eigen::Index>(blocks.size()), count);
  for (Eigen::Index k = 0; k < count; ++k) {
    const int b = rows[static_cast<std::size_t>(k)];
    Eigen::Index i = 0;
    for (std::size_t c = 0; c < first.size(); ++c) {
      inputs.col(k).segment(d * static_cast<Eigen::Index>(c), d) = blocks[c].col(b);
      for (const int output : outputs) {
        columns(i++, k) = static_cast<int>(output + q * (first[c] + b));
      }
    }
  }
  return layout_of(std::move(columns), std::move(inputs), q * batch.size());
}

PointwiseLayout layout_of(Eigen::MatrixXi columns, Matrix inputs, Eigen::Index size) {
  const Eigen::Index seen = columns.rows();
  const Eigen::Index count = columns.cols();
  PointwiseLayout layout{ResidualJacobian(count, size), std::move(columns), {}, std::move(inputs)};
  layout.pattern.reserve(Eigen::VectorXi::Constant(count, static_cast<int>(seen)));
  for (Eigen::Index k = 0; k < count; ++k) {
    for (Eigen::Index i = 0; i < seen; ++i) {
      const int column = layout.columns(i, k);
      layout.pattern.insert(k, column) = 0.0;
      layout.slots.push_back(static_cast<int>((layout.columns.col(k).array() < column).count()));
    }
  }
  layout.pattern.makeCompressed();
  return layout;
}

}  // namespace moo
