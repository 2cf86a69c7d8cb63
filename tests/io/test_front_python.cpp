#include <gtest/gtest.h>

#include <cstdlib>

#include "libmoo/io/atomic_file.hpp"
#include "libmoo/io/front_json.hpp"
#include "tests/io/random_document.hpp"
#include "tests/io/small_document.hpp"
#include "tests/support/temporary_folder.hpp"

// Python reads what C++ wrote. Tests run in the repository root.

namespace moo {
namespace {

constexpr const char* python = "/usr/bin/python3";

/// Runs Python code in the folder; true when it ended well. Its output goes to the test's.
bool runs(const TemporaryFolder& folder, const std::string& code) {
  write_file_atomically(folder / "script.py", code);
  const std::string command =
      "cd '" + folder.path().string() + "' && " + python + " script.py 2>&1";
  return std::system(command.c_str()) == 0;
}

bool has_package(const TemporaryFolder& folder, const std::string& package) {
  return runs(folder,
              "import importlib.util, sys\n"
              "sys.exit(importlib.util.find_spec('" +
                  package + "') is None)\n");
}

TEST(FrontForPython, every_written_file_fits_the_schema) {
  const TemporaryFolder folder;
  if (!has_package(folder, "jsonschema")) {
    GTEST_SKIP() << "no jsonschema in " << python << ": the schema was not tested";
  }
  write_file_atomically(folder / "schema.json", read_file("libmoo/io/front.schema.json"));
  write_front(folder / "front_small.json", small_document());
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    RandomStream random(seed);
    write_front(folder / ("front_" + std::to_string(seed) + ".json"), random_document(random));
  }
  EXPECT_TRUE(runs(folder, R"(
import glob, json, jsonschema
schema = json.load(open("schema.json"))
jsonschema.Draft7Validator.check_schema(schema)
validator = jsonschema.Draft7Validator(schema)
names = glob.glob("front_*.json")
assert len(names) == 41, names
errors = [(name, error.json_path, error.message)
          for name in names for error in validator.iter_errors(json.load(open(name)))]
assert not errors, errors
def refused(spoil):
    document = json.load(open("front_small.json"))
    spoil(document)
    return not validator.is_valid(document)
assert refused(lambda d: d["points"][0].update(id=-1)), "the validator does not look into points"
soft, hard, probabilistic = range(3)
for group, spoilt in [
        (soft, {"chance": {"delta": 0.1, "surrogate": "cvar"}}), (soft, {"shape": "huber"}),
        (soft, {"aggregation": {"kind": "mean", "share": 0.1}}), (soft, {"scale": 0}),
        (soft, {"aggregation": {"kind": "cvar", "temperature": 0.1}}), (hard, {"shape": "hinge"}),
        (hard, {"shape_parameter": 0.1}), (hard, {"aggregation": {"kind": "mean"}}),
        (hard, {"enforcement": "soft"}), (hard, {"enforcement": "probabilistic"}), (hard, {"x": 1}),
        (probabilistic, {"chance": {"delta": 0.1, "surrogate": "smoothed_rate"}}),
        (probabilistic, {"chance": {"delta": 0.1, "surrogate": "cvar", "temperature": 1}}),
        (probabilistic, {"chance": {"delta": 1, "surrogate": "cvar"}})]:
    assert refused(lambda d: d["problem"]["groups"][group].update(spoilt)), (group, spoilt)
assert refused(lambda d: d["problem"]["model"].pop("output_shift"))
assert refused(lambda d: d["points"][0]["influence"]["fairness"].update(guessed=[1.0, 2.0]))
)"));
}

TEST(FrontForPython, the_example_of_the_manual_reads_a_front_and_its_parameters) {
  const TemporaryFolder folder;
  if (!has_package(folder, "numpy")) {
    GTEST_SKIP() << "no numpy in " << python << ": the example was not tested";
  }
  const std::string page = read_file("docs/front_file.md");
  const std::string fence = "```python\n";
  const std::size_t begin = page.find(fence);
  ASSERT_NE(begin, std::string::npos);
  const std::size_t end = page.find("```", begin + fence.size());
  ASSERT_NE(end, std::string::npos);
  std::filesystem::create_directories(folder / "fronts/lending");
  write_front(folder / "fronts/lending/weighted_sum.json", small_document());
  const std::string example = page.substr(begin + fence.size(), end - begin - fence.size());
  EXPECT_TRUE(runs(folder, example + R"(
assert len(front["points"]) == 3 and objectives.shape == (3, 2)
weight = parameters("point_002")["layers.0.weight"]
assert weight.tolist() == [[200, 203], [201, 204], [202, 205]], weight
assert parameters("point_002")["layers.1.bias"].tolist() == [212]
assert sorted(parameters("point_000")) == [
    "layers.0.bias", "layers.0.weight", "layers.1.bias", "layers.1.weight"]
)"));
}

}  // namespace
}  // namespace moo
