#include <gtest/gtest.h>

#include <functional>
#include <limits>

#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/front_json.hpp"
#include "tests/io/random_document.hpp"
#include "tests/io/small_document.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

namespace fs = std::filesystem;
using Names = std::vector<std::string>;

struct Change {
  const char* reason;  ///< what the message has to hold
  std::function<void(FrontDocument&)> change;
};

ParetoPoint& point(FrontDocument& document, std::size_t k) {
  return document.report.front.points()[k];
}

/// Every change makes writing fail with InvalidArgument, for its reason, before a file is touched.
void expect_refused(const std::vector<Change>& changes) {
  const TemporaryFolder folder;
  write_front(folder / "front.json", small_document());
  const Names names = folder.names();
  const std::string text = read_file(folder / "front.json");
  const std::string bytes = read_file(folder / "front.safetensors");
  for (const Change& change : changes) {
    FrontDocument document = small_document();
    change.change(document);
    const std::string message =
        message_of<InvalidArgument>([&] { write_front(folder / "front.json", document); });
    EXPECT_NE(message.find(change.reason), std::string::npos)
        << "expected '" << change.reason << "' in '" << message << "'";
    EXPECT_EQ(message.find("another error"), std::string::npos) << message;
    EXPECT_EQ(folder.names(), names) << change.reason;
    EXPECT_EQ(read_file(folder / "front.json"), text);
    EXPECT_EQ(read_file(folder / "front.safetensors"), bytes);
  }
}

TEST(FrontWriting, refuses_a_number_that_is_not_finite_by_the_name_of_its_field) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double infinity = std::numeric_limits<double>::infinity();
  using D = FrontDocument;
  expect_refused({
      {"points[1].objectives[0] is not finite", [=](D& d) { point(d, 1).objectives(0) = nan; }},
      {"points[2].constraints[0] is", [=](D& d) { point(d, 2).constraints(0) = -infinity; }},
      {"points[0].weights[1] is", [=](D& d) { point(d, 0).weights(1) = nan; }},
      {"points[0].multipliers[2] is", [=](D& d) { point(d, 0).multipliers(2) = infinity; }},
      {"points[2].kkt_residual is", [=](D& d) { point(d, 2).kkt_residual = nan; }},
      {"points[2].parameters[7] is", [=](D& d) { point(d, 2).parameters(7) = nan; }},
      {"points[1].generator.numbers.weight is",
       [=](D& d) { point(d, 1).generator.numbers["weight"] = nan; }},
      {"points[1].cost.seconds is", [=](D& d) { point(d, 1).cost.seconds = nan; }},
      {"points[1].evaluation.train.objectives[1] is",
       [=](D& d) { point(d, 1).evaluation["train"].objectives(1) = nan; }},
      {"points[1].evaluation.train.metrics.accuracy is",
       [=](D& d) { point(d, 1).evaluation["train"].metrics["accuracy"] = nan; }},
      {"points[1].evaluation.train.violation_rates.fairness.lower is",
       [=](D& d) { point(d, 1).evaluation["train"].violation_rates["fairness"].lower = nan; }},
      {"scaling.nadir[1] is",
       [=](D& d) {
         d.report.front.freeze_scaling({Vector{{0.0, 0.0}}, Vector{{1.0, infinity}}});
       }},
      {"solver.options.tolerance is", [=](D& d) { d.report.options["tolerance"] = nan; }},
      {"solver.kkt_tolerance is", [=](D& d) { d.report.kkt_tolerance = infinity; }},
      {"totals.seconds is", [=](D& d) { d.report.totals.seconds = nan; }},
      {"problem.model.weight_decay is", [=](D& d) { d.model->weight_decay = nan; }},
      {"problem.model.input_mean[1] is", [=](D& d) { d.model->input_mean(1) = nan; }},
      {"problem.model.input_scale[0] is", [=](D& d) { d.model->input_scale(0) = nan; }},
      {"problem.model.output_shift[0] is", [=](D& d) { d.model->output_shift(0) = infinity; }},
      {"problem.model.output_factor[0] is", [=](D& d) { d.model->output_factor(0) = nan; }},
      {"problem.groups[0].scale is", [=](D& d) { d.groups[0].scale = nan; }},
      {"problem.groups[1].margin is", [=](D& d) { d.groups[1].margin = infinity; }},
      {"problem.groups[2].tolerance is", [=](D& d) { d.groups[2].tolerance = nan; }},
      {"problem.groups[0].shape_parameter is", [=](D& d) { d.groups[0].shape_parameter = nan; }},
      {"problem.groups[0].aggregation.share is",
       [=](D& d) { d.groups[0].aggregation_parameter = nan; }},
      {"problem.groups[2].chance.delta is", [=](D& d) { d.groups[2].chance->delta = nan; }},
      {"problem.groups[2].chance.temperature is",
       [=](D& d) { d.groups[2].chance->temperature = infinity; }},
      {"points[1].influence.fairness.first_order[0] is",
       [=](D& d) { point(d, 1).influence["fairness"].estimate(0) = nan; }},
      {"points[1].influence.fairness.resolved[1] is",
       [=](D& d) { point(d, 1).influence["fairness"].exact(1) = infinity; }},
      {"indicators.held_out.reference[0] is", [=](D& d) { d.held_out->reference(0) = nan; }},
      {"indicators.held_out.hypervolume.test is",
       [=](D& d) { d.held_out->hypervolume["test"] = nan; }},
      {"problem.objectives[0].tolerance is",
       [=](D& d) {
         std::vector<ObjectiveInfo> objectives = d.report.front.objectives();
         objectives[0].tolerance = nan;
         d.report.front = Front(NamedProblem("x", 13, objectives, {}));
       }},
      {"scaling.resolution[1] is",
       [=](D& d) {
         std::vector<ObjectiveInfo> objectives = d.report.front.objectives();
         objectives[1].resolution = infinity;
         d.report.front = Front(NamedProblem("x", 13, objectives, {}));
       }},
      {"problem.constraints[0].tolerance is",
       [=](D& d) {
         const ConstraintRow row{"x", "x", Sense::equality, nan, "1"};
         d.report.front = Front(NamedProblem("x", 13, d.report.front.objectives(), {row}));
       }},
      {"points[1].objectives is not finite in the units of the scaling",
       [](D& d) {  // finite numbers until they are scaled
         d.report.front.freeze_scaling({Vector{{0.0, 0.0}}, Vector{{1e-300, 1e-300}}});
         point(d, 1).objectives = Vector{{-1e300, 1e300}};
       }},
  });
}

TEST(FrontWriting, refuses_what_the_schema_does_not_allow) {
  using D = FrontDocument;
  expect_refused({
      {"context.created is unusable", [](D& d) { d.context.created = "yesterday"; }},
      {"context.cores is unusable", [](D& d) { d.context.cores = 0; }},
      {"context.seed is unusable; expected the report's 7, got 8",
       [](D& d) { d.context.seed = 8; }},
      {"problem.num_variables is unusable", [](D& d) { d.report.front = Front(); }},
      {"problem.objectives is unusable",
       [](D& d) { d.report.front = Front(NamedProblem("x", 13, {}, {})); }},
      {"scaling.resolution is unusable",
       [](D& d) {
         std::vector<ObjectiveInfo> objectives = d.report.front.objectives();
         objectives[0].resolution = -1.0;
         d.report.front = Front(NamedProblem("x", 13, objectives, {}));
       }},
      {"scaling.ideal has the wrong size",
       [](D& d) {
         d.report.front.freeze_scaling({Vector{{1.0}}, Vector{{1.0, 2.0}}});
       }},
      {"scaling.nadir has the wrong size",
       [](D& d) {
         d.report.front.freeze_scaling({Vector{{1.0, 2.0}}, Vector{{1.0}}});
       }},
      {"coverage[0].right is unusable; expected another point",
       [](D& d) { d.report.coverage[0].right = 0; }},
      {"coverage[1].decided_by is unusable", [](D& d) { d.report.coverage[1].decided_by.clear(); }},
      {"points[1].id is unusable; expected its position 1, got 5",
       [](D& d) { point(d, 1).id = 5; }},
      {"points[0].objectives has the wrong size; expected 2, got 1",
       [](D& d) { point(d, 0).objectives = Vector{{1.0}}; }},
      {"points[0].constraints has the wrong size",
       [](D& d) { point(d, 0).constraints = Vector(); }},
      {"points[0].weights has the wrong size", [](D& d) { point(d, 0).weights = Vector{{1.0}}; }},
      {"points[0].multipliers has the wrong size; expected 3, got 2",
       [](D& d) {
         point(d, 0).multipliers = Vector{{1.0, 2.0}};
       }},
      {"points[2].kkt_residual is unusable", [](D& d) { point(d, 2).kkt_residual = -1.0; }},
      {"points[2].cost.gradients is unusable", [](D& d) { point(d, 2).cost.gradients = -1; }},
      {"points[0].evaluation.train.objectives has the wrong size",
       [](D& d) { point(d, 0).evaluation["train"].objectives = Vector(); }},
      {"points[0].evaluation.train.violation_rates.fairness is unusable",
       [](D& d) { point(d, 0).evaluation["train"].violation_rates["fairness"].upper = 1.5; }},
      {"violation_rates.fairness.count is unusable",
       [](D& d) { point(d, 0).evaluation["train"].violation_rates["fairness"].count = -1; }},
      {"solver.kkt_tolerance is unusable", [](D& d) { d.report.kkt_tolerance = -1.0; }},
      {"totals.evaluations is unusable", [](D& d) { d.report.totals.evaluations = -1; }},
      {"problem.data.sha256 is unusable", [](D& d) { d.data->sha256 = "abc"; }},
      {"problem.data.sha256 is unusable", [](D& d) { d.data->sha256[5] = 'A'; }},
      {"problem.data.rows is unusable", [](D& d) { d.data->rows = -1; }},
      {"'train' again", [](D& d) { d.data->splits.emplace_back("train", 1); }},
      {"problem.data.splits.test is unusable", [](D& d) { d.data->splits[1].second = -1; }},
      {"problem.model.layers is unusable", [](D& d) { d.model->layers.clear(); }},
      {"problem.model.layers is unusable", [](D& d) { d.model->layers[1] = 0; }},
      {"did you mean 'tanh'?", [](D& d) { d.model->activation = "tanhh"; }},
      {"problem.model.link is unusable", [](D& d) { d.model->link = "probit"; }},
      {"problem.model.weight_decay is unusable", [](D& d) { d.model->weight_decay = -1.0; }},
      {"problem.model.input_mean has the wrong size",
       [](D& d) { d.model->input_mean = Vector::Zero(3); }},
      {"problem.model.input_scale has the wrong size",
       [](D& d) { d.model->input_scale = Vector::Zero(1); }},
      {"indicators.held_out.reference has the wrong size",
       [](D& d) { d.held_out->metrics.pop_back(); }},
      {"points[1].parameters has the wrong size; expected 13, got 0",
       [](D& d) { point(d, 1).parameters = Vector(); }},
      {"a name used twice", [](D& d) { d.layout[1].name = "layers.0.weight"; }},
      {"an empty name", [](D& d) { d.layout[1].name = ""; }},
      {"offset 6: no gap, no overlap, got 7", [](D& d) { d.layout[1].offset = 7; }},
      {"offset 0: no gap, no overlap, got -1", [](D& d) { d.layout[0].offset = -1; }},
      {"layout of all tensors has the wrong size", [](D& d) { d.layout.pop_back(); }},
      {"0 x 2", [](D& d) { d.layout[0].rows = 0; }},
      {"3 x -1", [](D& d) { d.layout[0].cols = -1; }},
      {"'layers.0.weight' is unusable",
       [](D& d) { d.layout[0].rows = d.layout[0].cols = 1L << 33; }},
  });
}

TEST(FrontWriting, refuses_groups_that_took_part_in_no_known_way) {
  using D = FrontDocument;
  expect_refused({
      {"problem.groups[1].name is unusable; expected every name once, got 'fairness' again",
       [](D& d) { d.groups[1].name = "fairness"; }},
      {"problem.groups[0].probes is unusable", [](D& d) { d.groups[0].probes = -1; }},
      {"problem.groups[0].tolerance is unusable", [](D& d) { d.groups[0].tolerance = -0.1; }},
      {"problem.groups[1].scale is unusable; expected a number > 0",
       [](D& d) { d.groups[1].scale = 0.0; }},
      {"problem.groups[1].scale_origin is unusable; expected one of given, automatic",
       [](D& d) { d.groups[1].scale_origin = "measured"; }},
      {"did you mean 'huber_hinge'?", [](D& d) { d.groups[0].shape = "huberhinge"; }},
      {"problem.groups[0].shape is unusable; expected one, as soft groups have, got none",
       [](D& d) { d.groups[0].shape.clear(); }},
      {"problem.groups[1].shape is unusable; expected none, got one (only soft groups have one)",
       [](D& d) { d.groups[1].shape = "hinge"; }},
      {"problem.groups[2].shape_parameter is unusable; expected none",
       [](D& d) { d.groups[2].shape_parameter = 0.1; }},
      {"problem.groups[0].shape_parameter is unusable; expected a number > 0",
       [](D& d) { d.groups[0].shape_parameter = 0.0; }},
      {"problem.groups[0].aggregation is unusable; expected one, as soft groups have",
       [](D& d) { d.groups[0].aggregation.clear(); }},
      {"problem.groups[1].aggregation is unusable; expected none",
       [](D& d) { d.groups[1].aggregation = "mean"; }},
      {"problem.groups[2].aggregation parameter is unusable; expected none",
       [](D& d) { d.groups[2].aggregation_parameter = 0.1; }},
      {"problem.groups[0].aggregation.kind is unusable",
       [](D& d) { d.groups[0].aggregation = "median"; }},
      {"problem.groups[0].aggregation parameter is unusable; expected none",
       [](D& d) { d.groups[0].aggregation = "mean"; }},
      {"problem.groups[0].aggregation parameter is unusable; expected one",
       [](D& d) { d.groups[0].aggregation_parameter.reset(); }},
      {"problem.groups[0].aggregation.share is unusable; expected 0 < share <= 1",
       [](D& d) { d.groups[0].aggregation_parameter = 1.5; }},
      {"problem.groups[0].aggregation.temperature is unusable; expected a number > 0",
       [](D& d) {
         d.groups[0].aggregation = "log_mean_exp";
         d.groups[0].aggregation_parameter = 0.0;
       }},
      {"problem.groups[0].chance is unusable; expected none",
       [](D& d) { d.groups[0].chance = d.groups[2].chance; }},
      {"problem.groups[2].chance is unusable; expected one, as probabilistic groups have",
       [](D& d) { d.groups[2].chance.reset(); }},
      {"problem.groups[2].chance.delta is unusable; expected 0 < delta < 1",
       [](D& d) { d.groups[2].chance->delta = 0.0; }},
      {"problem.groups[2].chance.surrogate is unusable",
       [](D& d) { d.groups[2].chance->surrogate = "hope"; }},
      {"problem.groups[2].chance.temperature is unusable; expected none",
       [](D& d) { d.groups[2].chance->surrogate = "cvar"; }},
      {"problem.groups[2].chance.temperature is unusable; expected a number > 0",
       [](D& d) { d.groups[2].chance->temperature = -0.1; }},
      {"points[2].influence.fairness.first_order has the wrong size; expected 2, got 3",
       [](D& d) { point(d, 2).influence["fairness"].estimate = Vector::Ones(3); }},
      {"points[2].influence.fairness.resolved has the wrong size; expected 2, got 1",
       [](D& d) { point(d, 2).influence["fairness"].exact = Vector::Ones(1); }},
      {"points[2].influence is unusable; expected one of fairness, safety, budget, got 'law'",
       [](D& d) { point(d, 2).influence["law"] = {}; }},
  });
}

TEST(FrontWriting, refuses_outputs_and_data_that_do_not_fit) {
  using D = FrontDocument;
  expect_refused({
      {"problem.model.embeddings is unusable; expected at most one per input, got 3",
       [](D& d) {
         d.model->embeddings = {{1, 1}, {1, 1}, {1, 1}};
       }},
      {"problem.model.embeddings is unusable; expected counts and dimensions >= 1, got 0 and 2",
       [](D& d) {
         d.model->embeddings = {{0, 2}};
       }},
      {"problem.model.output_shift has the wrong size; expected 1, got 2",
       [](D& d) { d.model->output_shift = Vector::Ones(2); }},
      {"problem.model.output_factor has the wrong size; expected 1, got 0",
       [](D& d) { d.model->output_factor = Vector(); }},
      {"problem.model.output_factor has the wrong size; expected 0, got 1",
       [](D& d) { d.model->output_shift = Vector(); }},
      {"problem.model.output_factor is unusable; expected a number > 0",
       [](D& d) { d.model->output_factor(0) = 0.0; }},
      {"problem.model.output_shift is unusable; expected none with the link sigmoid",
       [](D& d) { d.model->link = "sigmoid"; }},
      {"problem.model.class_names has the wrong size; expected 1, got 2",
       [](D& d) { d.model->class_names.emplace_back("grant"); }},
      {"problem.data.dropped_rows is unusable", [](D& d) { d.data->dropped_rows = -1; }},
      {"problem.data.imputed_cells is unusable", [](D& d) { d.data->imputed_cells = -1; }},
  });
}

TEST(FrontWriting, fails_in_a_place_that_takes_no_file) {
  const TemporaryFolder folder;
  write_file_atomically(folder / "file", "content");
  fs::create_directory(folder / "folder.json");
  for (const fs::path& path : {folder / "none" / "front.json", folder / "file" / "front.json",
                               folder / "folder.json", fs::path("/proc/front.json")}) {
    EXPECT_THROW(write_front(path, small_document()), FileError) << path;
  }
  EXPECT_THROW(write_front(folder / "front.safetensors", small_document()), InvalidArgument);
  EXPECT_EQ(folder.names(), (Names{"file", "folder.json"}));
}

TEST(FrontWriting, a_parameters_file_that_cannot_be_written_leaves_no_front_file) {
  const TemporaryFolder folder;
  fs::create_directory(folder / "front.safetensors");
  const std::string message =
      message_of<FileError>([&] { write_front(folder / "front.json", small_document()); });
  EXPECT_NE(message.find("front.safetensors"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{"front.safetensors"});
}

TEST(FrontWriting, a_full_disk_leaves_the_old_pair_of_files_whichever_file_it_hits) {
  const TemporaryFolder folder;
  write_front(folder / "front.json", small_document());
  const std::string text = read_file(folder / "front.json");
  const std::string bytes = read_file(folder / "front.safetensors");
  ASSERT_LT(bytes.size(), text.size());
  const Names names = folder.names();
  for (const rlim_t size : {rlim_t{100}, static_cast<rlim_t>(bytes.size())}) {
    const auto write = [&] {
      FrontDocument document = small_document();
      document.report.notes.emplace_back("another run");
      const FileSizeLimit limit(size);
      write_front(folder / "front.json", document);
    };
    const std::string message = message_of<FileError>(write);
    EXPECT_NE(message.find(size == 100 ? "front.safetensors" : "front.json"), std::string::npos)
        << message;
    EXPECT_EQ(folder.names(), names);
    EXPECT_EQ(read_file(folder / "front.json"), text);
    EXPECT_EQ(read_file(folder / "front.safetensors"), bytes);
  }
}

TEST(FrontWriting, when_the_front_file_cannot_be_put_in_place_its_parameters_go_too) {
  const TemporaryFolder folder;
  const fs::path path = folder / ("front." + std::string(300, 'x'));  // too long for a name
  const std::string message = message_of<FileError>([&] { write_front(path, small_document()); });
  EXPECT_NE(message.find("cannot be put in place"), std::string::npos) << message;
  EXPECT_EQ(folder.names(), Names{});
}

}  // namespace
}  // namespace moo
