#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/driver.hpp"
#include "libmoo/data/split.hpp"
#include "libmoo/data/standardize.hpp"

namespace moo {

/// Rows of a driver's data under one name: train, validation, test, or a shifted part.
struct DataPart {
  std::string name;
  std::vector<int> rows;
};

/// The three parts of a split, those without rows left out.
std::vector<DataPart> parts_of(const Split& split);

/// The rows of all of them, one after the other; side columns are those of the first.
/// Throws: InvalidArgument when another one lacks a column.
Dataset joined(const std::vector<Dataset>& parts);

/// Mean of the targets, and their standard deviation, row by row: the scale on which a regression
/// is trained (TrainingSetup::output_shift, output_factor).
void scale_outputs_to(const Matrix& train_targets, TrainingSetup& setup);

/// What every driver makes of its data in the same way: a problem with the groups that are
/// objectives of the run, and one with every group, on each part; predictions for all rows; and
/// what the front file says about data and model. The driver adds metrics, headline and, by
/// describe_table, where the data are from.
///
/// @param setup everything but data and groups   @param parts the first is trained on; a part
/// named "validation" is the problem's own validation as well
/// Throws: InvalidArgument naming the part when a rule cannot be bound there.
Experiment experiment_on(const TrainingSetup& setup, const Dataset& all,
                         const std::vector<DataPart>& parts,
                         const std::vector<ConstraintGroup>& every_group,
                         const std::vector<std::string>& objectives);

/// What the front file says about a table: the file, its target, and how its inputs were scaled.
/// Throws: FileError when the file cannot be read.
void describe_table(const std::filesystem::path& path, const std::string& target,
                    const Standardizer& standardizer, Experiment& experiment);

/// Inputs, hidden layers as the flags say, outputs.
/// @param embeddings of the first inputs
Network network_of(const DriverFlags& flags, int num_inputs, int num_outputs,
                   std::vector<Embedding> embeddings = {});

}  // namespace moo
