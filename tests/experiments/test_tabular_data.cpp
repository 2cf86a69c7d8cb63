// read_table_data: a table and what a config says of its columns, as numbers to learn from.

#include <gtest/gtest.h>

#include <set>

#include "experiments/tabular/table_dataset.hpp"
#include "libmoo/base/random.hpp"
#include "tests/support/expect_complaint.hpp"

namespace moo::tabular {
namespace {

using Cells = std::vector<std::string>;
using test::complaint_of;
using test::expect_says;

/// A table of columns; rows begin on line 2.
Table table_of(const std::vector<std::pair<std::string, Cells>>& columns) {
  std::vector<std::string> names;
  std::vector<Cells> cells;
  for (const auto& [name, column] : columns) {
    names.push_back(name);
    cells.push_back(column);
  }
  std::vector<long> lines;
  for (long k = 0; k < std::ssize(cells.front()); ++k) lines.push_back(k + 2);
  return {"t.csv", names, cells, lines};
}

/// `count` cells that repeat the words.
Cells repeated(const Cells& words, int count) {
  Cells cells;
  for (int k = 0; k < count; ++k)
    cells.push_back(words[static_cast<std::size_t>(k) % words.size()]);
  return cells;
}

Cells counting(int count) {
  Cells cells;
  for (int k = 0; k < count; ++k) cells.push_back(std::to_string(k));
  return cells;
}

/// 60 rows: y is a or b, x counts, word has three levels, flag two, member is 0 or 1.
Table loans() {
  return table_of({{"x", counting(60)},
                   {"word", repeated({"red", "green", "blue", "green"}, 60)},
                   {"flag", repeated({"yes", "no", "no"}, 60)},
                   {"member", repeated({"0", "1", "1", "0", "1"}, 60)},
                   {"y", repeated({"a", "b"}, 60)}});
}

/// The table with other cells in one column.
Table with(const Table& table, const std::string& name, const Cells& cells) {
  std::vector<std::pair<std::string, Cells>> columns;
  for (const std::string& column : table.names()) {
    columns.emplace_back(column, column == name ? cells : table.text(column));
  }
  if (!table.has(name)) columns.emplace_back(name, cells);
  return table_of(columns);
}

DataConfig binary() { return {.target = "y", .task = Task::binary}; }

/// Some parts for one seed.
TableData read(const Table& table, const DataConfig& data, const SplitConfig& split = {},
               std::uint64_t seed = 1) {
  return read_table_data(table, data, split, seed);
}

template <class Exception = InvalidArgument>
Complaint refusal(const Table& table, const DataConfig& data, const SplitConfig& split = {}) {
  return complaint_of<Exception>([&] { read(table, data, split); });
}

/// Raw values of an input, from the standardised ones.
Vector raw(const TableData& data, const std::string& input) {
  const int i = data.rows.input_index(input);
  return (data.rows.inputs.row(i).array() * data.standardizer.scale(i) + data.standardizer.mean(i))
      .transpose();
}

TEST(TableData, CodesNumbersFlagsAndLevels) {
  const TableData data = read(loans(), binary());
  EXPECT_EQ(data.rows.input_names,
            (Cells{"x", "word=blue", "word=green", "word=red", "flag", "member"}));
  EXPECT_NEAR(raw(data, "x")(17), 17.0, 1e-9);
  EXPECT_EQ(data.rows.column("flag").head(3), Vector({{1.0, 0.0, 0.0}})) << "the later word is 1";
  EXPECT_EQ(data.rows.column("word=green").head(4), Vector({{0.0, 1.0, 0.0, 1.0}}));
  EXPECT_EQ(data.class_names, Cells{"b"});
  EXPECT_EQ(data.negative, "a");
  EXPECT_EQ(data.rows.targets.leftCols(3), Matrix({{0.0, 1.0, 0.0}}));
}

TEST(TableData, SideColumnsAreTheRawInputs) {
  const TableData data = read(loans(), binary());
  for (const std::string& name : data.rows.input_names) {
    EXPECT_LT((raw(data, name) - data.rows.column(name)).lpNorm<Eigen::Infinity>(), 1e-9) << name;
  }
}

TEST(TableData, StandardisesWithTheTrainingRowsOnly) {
  const TableData data = read(loans(), binary());
  const Matrix train = data.rows.inputs(Eigen::all, data.split.train);
  EXPECT_LT(train.rowwise().mean().lpNorm<Eigen::Infinity>(), 1e-12);
  // Another value in a test row changes nothing but that row.
  Cells cells = counting(60);
  cells[static_cast<std::size_t>(data.split.test.front())] = "1e6";
  const TableData other = read(with(loans(), "x", cells), binary());
  EXPECT_EQ(other.standardizer.mean, data.standardizer.mean);
  EXPECT_EQ(Matrix(other.rows.inputs(Eigen::all, other.split.train)), train);
}

TEST(TableData, ProtectedColumnsAreNoInputsUnlessListed) {
  DataConfig data = binary();
  data.protected_columns = {"member", "word"};
  const TableData hidden = read(loans(), data);
  EXPECT_EQ(hidden.rows.input_names, (Cells{"x", "flag"}));
  EXPECT_EQ(hidden.protected_columns, (Cells{"member", "word=blue", "word=green", "word=red"}));
  EXPECT_EQ(hidden.rows.column("member").head(3), Vector({{0.0, 1.0, 1.0}}));
  data.inputs = {"member", "x"};
  EXPECT_EQ(read(loans(), data).rows.input_names, (Cells{"member", "x"}));
}

TEST(TableData, NumbersAreCodesWhereTheConfigSaysSo) {
  DataConfig data = binary();
  data.inputs = {"code"};
  data.categorical = {"code"};
  const Table table = with(loans(), "code", repeated({"10", "2", "2.0", "7"}, 60));
  EXPECT_EQ(read(table, data).rows.input_names, (Cells{"code=2", "code=7", "code=10"}))
      << "in the order of the numbers; 2 and 2.0 are one level";
}

TEST(TableData, PositiveWordAndClassesAreTheConfigs) {
  DataConfig data = binary();
  data.positive = "a";
  const TableData reversed = read(loans(), data);
  EXPECT_EQ(reversed.rows.targets(0, 0), 1.0);
  EXPECT_EQ(reversed.negative, "b");
  data = {.target = "word", .task = Task::multiclass};
  const TableData classes = read(loans(), data);
  EXPECT_EQ(classes.class_names, (Cells{"blue", "green", "red"}));
  EXPECT_EQ(classes.rows.targets.col(0), Vector({{0.0, 0.0, 1.0}}));
  EXPECT_EQ(classes.rows.targets.colwise().sum(), Matrix::Ones(1, 60));
}

TEST(TableData, RegressionTargetsAndWeightsStayInTheirUnit) {
  DataConfig data{.target = "x", .task = Task::regression, .weights = "w"};
  const TableData read_in = read(with(loans(), "w", repeated({"0", "2.5"}, 60)), data);
  EXPECT_EQ(read_in.rows.targets(0, 59), 59.0);
  EXPECT_EQ(read_in.rows.weights.head(2), Vector({{0.0, 2.5}}));
  EXPECT_EQ(read_in.class_names, Cells{"x"});
  EXPECT_EQ(read_in.rows.input_names,
            (Cells{"word=blue", "word=green", "word=red", "flag", "member", "y"}));
}

TEST(TableData, DropsIncompleteRowsAndRemembersWhichStay) {
  Cells cells = counting(60);
  cells[4] = "NA";
  cells[7] = "?";
  DataConfig data = binary();
  data.missing = MissingPolicy::drop_row;
  const TableData kept = read(with(loans(), "x", cells), data);
  EXPECT_EQ(kept.rows.num_rows(), 58);
  EXPECT_EQ(kept.row_of_file[4], 5);
  EXPECT_EQ(kept.row_of_file[6], 8);
  ASSERT_EQ(kept.remarks.size(), 1u);
  EXPECT_NE(kept.remarks[0].find("2 of 60 rows left out"), std::string::npos);
  data.exclude = {"x"};
  EXPECT_EQ(read(with(loans(), "x", cells), data).rows.num_rows(), 60) << "an unused column";
}

TEST(TableData, ImputesTheMedianOfTheTrainingRowsAndALevelOfItsOwn) {
  Cells numbers = counting(60);
  Cells words = repeated({"red", "green"}, 60);
  numbers[10] = "";
  words[20] = "null";
  DataConfig data = binary();
  data.missing = MissingPolicy::impute;
  const Table table = with(with(loans(), "x", numbers), "word", words);
  const TableData imputed = read(table, data);
  EXPECT_EQ(imputed.imputed_cells, 2);
  EXPECT_EQ(imputed.rows.num_rows(), 60);
  EXPECT_EQ(imputed.rows.column("word=missing").sum(), 1.0);
  EXPECT_EQ(imputed.rows.column("word=missing")(20), 1.0);
  std::vector<double> known;
  for (const int row : imputed.split.train) {
    if (row != 10) known.push_back(row);
  }
  std::sort(known.begin(), known.end());
  const std::size_t half = known.size() / 2;
  const double median = known.size() % 2 == 1 ? known[half] : 0.5 * (known[half - 1] + known[half]);
  EXPECT_NEAR(imputed.rows.column("x")(10), median, 1e-12);
}

TEST(TableData, NeverMakesUpATarget) {
  Cells labels = repeated({"a", "b"}, 60);
  labels[5] = "";
  DataConfig data = binary();
  data.missing = MissingPolicy::impute;
  EXPECT_EQ(read(with(loans(), "y", labels), data).rows.num_rows(), 59);
}

TEST(TableData, LeavesConstantColumnsOutAndSaysSo) {
  const TableData data = read(with(loans(), "same", Cells(60, "7")), binary());
  EXPECT_EQ(std::count(data.rows.input_names.begin(), data.rows.input_names.end(), "same"), 0);
  ASSERT_EQ(data.remarks.size(), 1u);
  EXPECT_NE(data.remarks[0].find("constant, left out: same"), std::string::npos);
}

// --- splits --------------------------------------------------------------------------------------

TEST(TableSplit, IsStratifiedByTheTargetAndFurtherColumns) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    const TableData data =
        read(loans(), binary(), {.kind = SplitKind::stratified, .by = {"flag"}}, seed);
    const double share = data.rows.column("flag")(data.split.test).mean();
    EXPECT_NEAR(share, 1.0 / 3.0, 0.1);
    EXPECT_NEAR(data.rows.targets(0, data.split.test).mean(), 0.5, 0.1);
  }
}

TEST(TableSplit, IsStratifiedByFifthsOfANumber) {
  const TableData data = read(loans(), {.target = "x", .task = Task::regression},
                              {.kind = SplitKind::stratified, .validation = 0.25, .test = 0.25});
  std::map<int, int> fifths;
  for (const int row : data.split.test) ++fifths[static_cast<int>(data.rows.targets(0, row)) / 12];
  for (int fifth = 0; fifth < 5; ++fifth) EXPECT_EQ(fifths[fifth], 3);
}

TEST(TableSplit, FollowsAColumnThatIsThenNoInput) {
  const Table table =
      with(loans(), "part", repeated({"train", "train", "train", "test", "validation"}, 60));
  const TableData data = read(table, binary(), {.kind = SplitKind::column, .by = {"part"}});
  EXPECT_EQ(data.split.train.size(), 36u);
  EXPECT_EQ(data.split.test.front(), 3);
  for (const std::string& name : data.rows.input_names) EXPECT_NE(name.substr(0, 4), "part");
}

TEST(TableSplit, FollowsTimeInNumbersOrDates) {
  Cells dates;
  for (int k = 0; k < 60; ++k) {
    dates.push_back("20" + std::to_string(99 - k) + "-06-01");  // the file begins with the latest
  }
  const TableData data =
      read(with(loans(), "when", dates), binary(),
           {.kind = SplitKind::time, .validation = 0.2, .test = 0.2, .by = {"when"}});
  EXPECT_EQ(data.split.test.back(), 11);
  EXPECT_EQ(data.split.train.front(), 24);
}

TEST(TableSplit, DependsOnTheSeedAndNothingElse) {
  const TableData one = read(loans(), binary(), {}, 5);
  EXPECT_EQ(read(loans(), binary(), {}, 5).split.test, one.split.test);
  EXPECT_NE(read(loans(), binary(), {}, 6).split.test, one.split.test);
}

// --- what cannot be used -------------------------------------------------------------------------

TEST(TableData, SaysWhichNameIsWrongAndWhichIsNear) {
  DataConfig data = binary();
  data.target = "yy";
  expect_says(refusal(loans(), data), {"/data/target", "'yy'", "did you mean 'y'"});
  data = binary();
  data.inputs = {"x", "flagg"};
  expect_says(refusal(loans(), data), {"/data/inputs", "did you mean 'flag'"});
  data = binary();
  data.protected_columns = {"sex"};
  expect_says(refusal(loans(), data), {"/data/protected", "'sex'", "member"});
  data = binary();
  data.positive = "bb";
  expect_says(refusal(loans(), data), {"/data/positive", "did you mean 'b'"});
  data = binary();
  data.inputs = {"x", "y"};
  expect_says(refusal(loans(), data), {"the target cannot be an input"});
}

TEST(TableData, SaysInWhichLineAMissingOrUnusableCellStands) {
  Cells cells = counting(60);
  cells[3] = "NaN";
  expect_says(refusal<FileError>(with(loans(), "x", cells), binary()),
              {"t.csv:5", "'x'", "a missing value", "drop_row"});
  cells[3] = "inf";
  expect_says(refusal<FileError>(with(loans(), "x", cells), binary()), {"t.csv:5", "inf"});
  cells[3] = "oops";
  expect_says(refusal<FileError>(with(loans(), "x", cells), binary()),
              {"t.csv:5", "numbers and words", "oops", "categorical"});
}

TEST(TableData, RefusesTargetsThatAreNone) {
  expect_says(refusal<FileError>(with(loans(), "y", Cells(60, "a")), binary()),
              {"the target 'y' is constant", "'a' in every row"});
  DataConfig data = binary();
  data.target = "word";
  expect_says(refusal<FileError>(loans(), data),
              {"no two levels", "blue, green, red", "multiclass"});
  data.task = Task::regression;
  expect_says(refusal<FileError>(loans(), data), {"no number", "'red'"});
  data = {.target = "x", .task = Task::multiclass};
  expect_says(refusal<FileError>(loans(), data), {"looks like an identifier", "at most 50"});
  Cells rare = repeated({"a", "b"}, 60);
  rare[9] = "c";
  data = {.target = "y", .task = Task::multiclass};
  expect_says(refusal<FileError>(with(loans(), "y", rare), data), {"too few rows", "1 of 'c'"});
}

TEST(TableData, RefusesColumnsOfTooManyWords) {
  Cells names;
  for (int k = 0; k < 60; ++k) names.push_back("customer " + std::to_string(k));
  expect_says(refusal<FileError>(with(loans(), "who", names), binary()),
              {"'who' looks like an identifier", "exclude"});
}

TEST(TableData, RefusesTablesTooSmallToSplit) {
  const Table one = table_of({{"x", {"1"}}, {"y", {"2"}}});
  expect_says(refusal<FileError>(one, {.target = "y", .task = Task::regression}), {"t.csv"});
  const Table two = table_of({{"x", {"1", "2"}}, {"y", {"2", "5"}}});
  expect_says(refusal<FileError>(two, {.target = "y", .task = Task::regression}),
              {"too few rows to split", "at least 3"});
  const Table none = table_of({{"x", {}}, {"y", {}}});
  expect_says(refusal<FileError>(none, {.target = "y", .task = Task::regression}),
              {"no row is left", "header only"});
}

TEST(TableData, RefusesInputsThatSayNothing) {
  const Table table = table_of({{"x", Cells(30, "1")}, {"y", counting(30)}});
  expect_says(refusal<FileError>(table, {.target = "y", .task = Task::regression}),
              {"no input to learn from", "constant x"});
}

TEST(TableData, RefusesUnusableSplitColumns) {
  const Table table = with(loans(), "when", repeated({"2024-01-01", "soon"}, 60));
  expect_says(refusal<FileError>(table, binary(), {.kind = SplitKind::time, .by = {"when"}}),
              {"t.csv:3", "no time", "'soon'", "ISO 8601"});
  expect_says(refusal<FileError>(loans(), binary(), {.kind = SplitKind::column, .by = {"word"}}),
              {"t.csv:2", "train, validation, test", "'red'"});
}

TEST(TableData, RefusesUnusableWeights) {
  DataConfig data = binary();
  data.weights = "w";
  expect_says(refusal<FileError>(with(loans(), "w", repeated({"1", "-1"}, 60)), data),
              {"t.csv:3", "negative row weight"});
  expect_says(refusal<FileError>(with(loans(), "w", Cells(60, "0")), data), {"all row weights"});
}

TEST(TableData, RefusesAHundredThousandColumnsInAClearLine) {
  std::vector<std::pair<std::string, Cells>> columns = {{"y", {"1", "2", "3", "4"}}};
  for (int k = 0; k < 100000; ++k) {
    columns.push_back({"c" + std::to_string(k), {"1", "2", "3", "5"}});
  }
  const Complaint complaint = refusal(table_of(columns), {.target = "y", .task = Task::regression});
  expect_says(complaint, {"too many inputs", "at most 10000", "100000 from 100000 columns"});
  EXPECT_LT(complaint.message().size(), 500u);
}

}  // namespace
}  // namespace moo::tabular
