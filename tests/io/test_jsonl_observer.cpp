#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <sstream>

#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/jsonl_observer.hpp"
#include "libmoo/io/observer_list.hpp"
#include "tests/io/random_document.hpp"
#include "tests/support/function_problem.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

/// A solver with an option of every type and nothing to do.
class IdleSolver final : public Solver {
 public:
  IdleSolver() {
    table_.add("points", "how many", &points_, {2, 100});
    table_.add("tolerance", "how exact", &tolerance_, {0.0, 1.0});
    table_.add("minimizer", "which", &minimizer_, {"lbfgs", "newton"});
  }
  [[nodiscard]] std::string id() const override { return "idle"; }
  [[nodiscard]] OptionTable& options() override { return table_; }
  [[nodiscard]] const OptionTable& options() const override { return table_; }
  [[nodiscard]] std::vector<Task> plan(const Front&) const override { return {}; }
  void solve(const Problem&, const Task&, Recorder&) const override {}

 private:
  int points_ = 20;
  double tolerance_ = 0.5;
  std::string minimizer_ = "lbfgs";
  OptionTable table_;
};

NamedProblem small_problem() {
  const Front& front = small_document().report.front;
  return {"lending", 13, front.objectives(), front.hard_rows()};
}

std::vector<Json> lines_of(const std::filesystem::path& path) {
  std::istringstream stream(read_file(path));
  std::vector<Json> lines;
  for (std::string line; std::getline(stream, line);) lines.push_back(Json::parse(line));
  return lines;
}

TEST(JsonLinesObserver, writes_one_event_per_line_in_the_order_of_the_run) {
  const TemporaryFolder folder;
  const FrontDocument document = small_document();
  const NamedProblem problem = small_problem();
  const Vector values{{0.25, std::numeric_limits<double>::infinity(), -1.0}};
  JsonLinesObserver observer(folder / "log.jsonl");
  observer.on_start(problem, IdleSolver());
  EXPECT_EQ(observer.on_iteration(
                "task \"1\"\n", {3, values, std::numeric_limits<double>::quiet_NaN(), 0.5, 0.125}),
            Verdict::proceed);
  EXPECT_EQ(observer.on_point(document.report.front.points()[1], {1, 0.5, 2.0, {4, 3, 2, 1.0}}),
            Verdict::proceed);
  observer.on_finish(document.report, {3, 0.75, 4.0, {}});
  EXPECT_TRUE(observer.complete());

  const std::vector<Json> lines = lines_of(folder / "log.jsonl");
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0], Json::parse(R"({"event":"start","problem":{"name":"lending",
      "num_variables":13,"objectives":["cross_entropy","equal_approval"],"constraints":["norm"]},
      "solver":{"id":"idle","options":{"minimizer":"lbfgs","points":20,"tolerance":0.5}}})"));
  EXPECT_EQ(lines[1], Json::parse(R"({"event":"iteration","task":"task \"1\"\n","iteration":3,
      "objectives":[0.25,null],"constraints":[-1.0],"groups":{"fairness":{"penalty":null},
      "safety":{"penalty":0.0}},"scalarized":null,"gradient_norm":0.5,"step_norm":0.125})"));
  EXPECT_EQ(lines[2]["event"], "point");
  EXPECT_EQ(lines[2]["objectives"], (Json{0.5, 0.25}));
  EXPECT_EQ(lines[2]["generator"], (Json{{"kind", "weight"}, {"numbers", {{"weight", 0.75}}}}));
  EXPECT_EQ(lines[2]["progress"]["cost"]["gradients"], 3);
  EXPECT_EQ(lines[3]["event"], "finish");
  EXPECT_EQ(lines[3]["status"], "complete");
  EXPECT_EQ(lines[3]["points"], 3);
  EXPECT_EQ(lines[3]["nondominated"], 3);
  EXPECT_EQ(lines[3]["progress"]["hypervolume"], 0.75);
}

/// One variable; a soft group, a hard one, and one that is only watched.
test::Functions guarded() {
  test::Functions f;
  f.num_objectives = 2;
  f.infos = {{.name = "loss", .kind = ObjectiveKind::accuracy, .group = "loss"},
             {.name = "parity", .kind = ObjectiveKind::penalty, .group = "fairness"}};
  f.senses = {Sense::inequality, Sense::equality, Sense::inequality};
  f.start = Vector{{0.5}};
  f.values = [](const Vector& x) {
    return Vector{{0.5 * (x(0) - 1.0) * (x(0) - 1.0), 0.5 * x(0) * x(0), -2.0, -0.25, x(0) - 2.0}};
  };
  f.gradients = [](const Vector& x) { return Matrix{{x(0) - 1.0, x(0), 0.0, 0.0, 1.0}}; };
  f.rule_groups = {"c1", "fairness", "watched"};
  f.violation_rates = [](const Vector& x) { return Vector{{0.5, x(0), 0.125}}; };
  return f;
}

TEST(JsonLinesObserver, logs_penalty_and_true_violation_rate_of_every_group) {
  const TemporaryFolder folder;
  const test::FunctionProblem problem(guarded());
  {
    JsonLinesObserver observer(folder / "log.jsonl");
    observer.on_start(problem, IdleSolver());
    const LinearizationPtr at = problem.linearize(Vector{{0.25}});
    (void)observer.on_iteration("task", {1, at->values(), 1.0, 1.0, 1.0, at.get()});
    (void)observer.on_iteration("task", {2, at->values(), 1.0, 1.0, 1.0});  // rates unknown
    Vector broken = at->values();
    broken(1) = std::numeric_limits<double>::quiet_NaN();
    (void)observer.on_iteration("task", {3, broken, 1.0, 1.0, 1.0});
  }
  const std::vector<Json> lines = lines_of(folder / "log.jsonl");
  EXPECT_EQ(lines[1]["groups"], Json::parse(R"({"c1": {"penalty": 0.25, "violation_rate": 0.5},
      "fairness": {"penalty": 0.03125, "violation_rate": 0.25},
      "watched": {"penalty": null, "violation_rate": 0.125},
      "c0": {"penalty": 0.0}, "c2": {"penalty": 0.0}})"));
  EXPECT_EQ(lines[2]["groups"]["fairness"], (Json{{"penalty", 0.03125}}));
  EXPECT_TRUE(lines[3]["groups"]["fairness"]["penalty"].is_null());
}

TEST(JsonLinesObserver, leaves_hard_rows_to_their_groups_when_there_are_many) {
  const TemporaryFolder folder;
  test::Functions many = guarded();
  many.senses.assign(21, Sense::inequality);
  many.values = [](const Vector&) -> Vector { return Vector::Constant(23, 0.5); };
  const test::FunctionProblem problem(many);
  const Vector values = Vector::Constant(23, 0.5);
  {
    JsonLinesObserver observer(folder / "log.jsonl");
    observer.on_start(problem, IdleSolver());
    (void)observer.on_iteration("task", {1, values, 0.0, 0.0, 0.0});
  }
  const std::vector<Json> lines = lines_of(folder / "log.jsonl");
  ASSERT_GE(lines.size(), 2u);
  EXPECT_FALSE(lines[1].contains("constraints"));
  EXPECT_EQ(lines[1]["groups"]["c1"]["penalty"], 0.5);
}

TEST(JsonLinesObserver, has_everything_on_the_disk_after_a_point) {
  const TemporaryFolder folder;
  const Vector values{{0.25, 0.5, -1.0}};
  JsonLinesObserver observer(folder / "log.jsonl");
  observer.on_start(small_problem(), IdleSolver());
  EXPECT_EQ(lines_of(folder / "log.jsonl").size(), 1u);
  for (int k = 0; k < 5; ++k) (void)observer.on_iteration("task", {k, values});
  (void)observer.on_point(small_document().report.front.points()[0], {});
  EXPECT_EQ(lines_of(folder / "log.jsonl").size(), 7u);
}

TEST(JsonLinesObserver, counts_all_values_as_objectives_when_it_joins_late) {
  const TemporaryFolder folder;
  const Vector values{{0.25, 0.5, -1.0}};
  {
    JsonLinesObserver observer(folder / "log.jsonl");
    (void)observer.on_iteration("task", {0, values});
  }
  EXPECT_EQ(lines_of(folder / "log.jsonl")[0]["objectives"].size(), 3u);
}

TEST(JsonLinesObserver, says_at_once_when_its_file_cannot_be_written) {
  const TemporaryFolder folder;
  for (const auto& path :
       {folder / "none" / "log.jsonl", folder.path(), std::filesystem::path("/proc/log.jsonl")}) {
    const std::string message = message_of<FileError>([&] { JsonLinesObserver observer(path); });
    EXPECT_NE(message.find("cannot be written"), std::string::npos) << message;
  }
}

TEST(JsonLinesObserver, lets_the_run_go_on_when_the_disk_is_full) {
  const TemporaryFolder folder;
  JsonLinesObserver observer(folder / "log.jsonl");
  {
    const FileSizeLimit limit(100);
    EXPECT_NO_THROW(observer.on_start(small_problem(), IdleSolver()));
  }
  EXPECT_FALSE(observer.complete());
  EXPECT_EQ(observer.on_point(small_document().report.front.points()[0], {}), Verdict::proceed);
}

/// Counts its calls and answers as told.
struct CountingObserver final : Observer {
  explicit CountingObserver(Verdict answer) : verdict(answer) {}
  void on_start(const Problem&, const Solver&) override { ++calls; }
  Verdict on_iteration(const std::string&, const Iterate&) override {
    ++calls;
    return verdict;
  }
  Verdict on_point(const ParetoPoint&, const Progress&) override {
    ++calls;
    return verdict;
  }
  void on_finish(const Report&, const Progress&) override { ++calls; }
  Verdict verdict;
  int calls = 0;
};

TEST(ObserverList, tells_everyone_everything_and_stops_when_one_says_so) {
  const Vector values{{0.25, 0.5, -1.0}};
  const FrontDocument document = small_document();
  for (const int stopper : {-1, 0, 1, 2}) {
    std::vector<CountingObserver> observers;
    observers.reserve(3);
    ObserverList list;
    for (int k = 0; k < 3; ++k) {
      observers.emplace_back(k == stopper ? Verdict::stop : Verdict::proceed);
    }
    for (CountingObserver& observer : observers) list.add(observer);
    const Verdict expected = stopper < 0 ? Verdict::proceed : Verdict::stop;
    list.on_start(small_problem(), IdleSolver());
    EXPECT_EQ(list.on_iteration("task", {0, values}), expected);
    EXPECT_EQ(list.on_point(document.report.front.points()[0], {}), expected);
    list.on_finish(document.report, {});
    for (const CountingObserver& observer : observers) EXPECT_EQ(observer.calls, 4);
  }
}

TEST(ObserverList, of_nobody_lets_the_run_go_on) {
  ObserverList list;
  EXPECT_EQ(list.on_point(ParetoPoint(), {}), Verdict::proceed);
}

}  // namespace
}  // namespace moo
