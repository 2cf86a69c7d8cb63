#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>

#include "libmoo/base/error.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/io/exact_json.hpp"
#include "libmoo/io/json_text.hpp"
#include "libmoo/io/task_json.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

std::uint64_t bits(double number) { return std::bit_cast<std::uint64_t>(number); }

/// As it comes out of a file or a message.
Json through_text(const Json& json) { return Json::parse(compact_json(json)); }

/// Any 64 bits as a double: every exponent as often as any other, NaN with any payload.
double any_double(RandomStream& random) {
  std::uint64_t pattern = 0;
  for (int k = 0; k < 4; ++k) {
    pattern = pattern << 16 | static_cast<std::uint64_t>(random.index(1 << 16));
  }
  return std::bit_cast<double>(pattern);
}

Vector any_vector(RandomStream& random) {
  Vector vector(random.index(6));
  for (double& number : vector) number = any_double(random);
  return vector;
}

std::string any_name(RandomStream& random) {
  static const char* const names[] = {"", "weights", "a\"b\\c", "\n", "\xc3\xa9", "weight/3"};
  return std::string(names[random.index(6)]) + std::to_string(random.index(1000));
}

bool same(ConstVectorRef a, ConstVectorRef b) {
  if (a.size() != b.size()) return false;
  for (Eigen::Index k = 0; k < a.size(); ++k) {
    if (bits(a(k)) != bits(b(k))) return false;
  }
  return true;
}

Task any_task(RandomStream& random) {
  Task task{any_name(random), any_name(random), any_vector(random), {}, {}};
  task.scaling = {any_vector(random), any_vector(random)};
  for (int k = random.index(4); k > 0; --k) task.numbers[any_name(random)] = any_vector(random);
  return task;
}

ParetoPoint any_point(RandomStream& random) {
  ParetoPoint point;
  point.task = any_name(random);
  point.parameters = any_vector(random);
  point.objectives = any_vector(random);
  point.constraints = any_vector(random);
  point.weights = any_vector(random);
  point.multipliers = any_vector(random);
  point.kkt_residual = any_double(random);
  point.converged = random.index(2) == 0;
  point.feasible = random.index(2) == 0;
  point.generator.kind = any_name(random);
  for (int k = random.index(4); k > 0; --k) {
    point.generator.numbers[any_name(random)] = any_double(random);
  }
  point.cost = {random.index(1000), random.index(1000), random.index(1000), any_double(random)};
  return point;
}

void expect_same(const Cost& a, const Cost& b) {
  EXPECT_EQ(a.evaluations, b.evaluations);
  EXPECT_EQ(a.gradients, b.gradients);
  EXPECT_EQ(a.hessian_products, b.hessian_products);
  EXPECT_EQ(bits(a.seconds), bits(b.seconds));
}

void expect_same(const ParetoPoint& a, const ParetoPoint& b) {
  EXPECT_EQ(a.task, b.task);
  EXPECT_TRUE(same(a.parameters, b.parameters));
  EXPECT_TRUE(same(a.objectives, b.objectives));
  EXPECT_TRUE(same(a.constraints, b.constraints));
  EXPECT_TRUE(same(a.weights, b.weights));
  EXPECT_TRUE(same(a.multipliers, b.multipliers));
  EXPECT_EQ(bits(a.kkt_residual), bits(b.kkt_residual));
  EXPECT_EQ(a.converged, b.converged);
  EXPECT_EQ(a.feasible, b.feasible);
  EXPECT_EQ(a.generator.kind, b.generator.kind);
  ASSERT_EQ(a.generator.numbers.size(), b.generator.numbers.size());
  for (const auto& [name, number] : a.generator.numbers) {
    EXPECT_EQ(bits(number), bits(b.generator.numbers.at(name))) << name;
  }
  expect_same(a.cost, b.cost);
}

TEST(ExactJson, GivesEveryDoubleBackBitForBit) {
  RandomStream random(1);
  using Limits = std::numeric_limits<double>;
  std::vector<double> numbers{0.0,
                              -0.0,
                              1.0 / 3.0,
                              1.0,
                              -5.0,
                              1e16,
                              9007199254740993.0,
                              Limits::denorm_min(),
                              Limits::min(),
                              Limits::max(),
                              Limits::infinity(),
                              -Limits::infinity(),
                              Limits::quiet_NaN(),
                              -Limits::quiet_NaN(),
                              Limits::signaling_NaN()};
  for (int k = 0; k < 100000; ++k) numbers.push_back(any_double(random));
  for (const double number : numbers) {
    const Json json = through_text(exact_json(number));
    ASSERT_EQ(bits(exact_number(JsonNode(json, "here"))), bits(number)) << number;
  }
}

TEST(ExactJson, WritesFiniteNumbersAsNumbersAndTheOthersAsDigits) {
  EXPECT_EQ(compact_json(exact_json(0.1)), "0.1");
  EXPECT_EQ(compact_json(exact_json(Vector::Constant(2, INFINITY))),
            "[\"7ff0000000000000\",\"7ff0000000000000\"]");
}

TEST(ExactJson, RefusesOtherTexts) {
  for (const char* const text :
       {"", "inf", "7ff000000000000", "7ff0000000000000 ", "0x7ff00000000000"}) {
    const Json json = text;
    EXPECT_THROW(static_cast<void>(exact_number(JsonNode(json, "here"))), FileError) << text;
  }
}

TEST(TaskJson, GivesTasksBackBitForBit) {
  RandomStream random(2);
  for (int k = 0; k < 500; ++k) {
    const Task task = any_task(random);
    const Json json = through_text(encode_task(task));
    const Task back = decode_task(JsonNode(json, "here"));
    EXPECT_EQ(back.id, task.id);
    EXPECT_EQ(back.kind, task.kind);
    EXPECT_TRUE(same(back.start, task.start));
    EXPECT_TRUE(same(back.scaling.ideal, task.scaling.ideal));
    EXPECT_TRUE(same(back.scaling.nadir, task.scaling.nadir));
    ASSERT_EQ(back.numbers.size(), task.numbers.size());
    for (const auto& [name, numbers] : task.numbers) {
      EXPECT_TRUE(same(back.numbers.at(name), numbers)) << name;
    }
    EXPECT_EQ(fingerprint(back), fingerprint(task));
  }
}

TEST(TaskJson, GivesResultsBackBitForBit) {
  RandomStream random(3);
  for (int k = 0; k < 300; ++k) {
    TaskResult result;
    for (int i = random.index(3); i > 0; --i) result.points.push_back(any_point(random));
    for (int i = random.index(3); i > 0; --i) result.scouts.push_back(any_point(random));
    for (int i = random.index(3); i > 0; --i) {
      result.failures.push_back({any_name(random), any_name(random)});
    }
    result.cost = {random.index(1000), 2, 3, any_double(random)};
    result.interrupted = random.index(2) == 0;
    const Json json = through_text(encode_result(result));
    const TaskResult back = decode_result(JsonNode(json, "here"));
    ASSERT_EQ(back.points.size(), result.points.size());
    ASSERT_EQ(back.scouts.size(), result.scouts.size());
    ASSERT_EQ(back.failures.size(), result.failures.size());
    for (std::size_t i = 0; i < back.points.size(); ++i) {
      expect_same(back.points[i], result.points[i]);
    }
    for (std::size_t i = 0; i < back.scouts.size(); ++i) {
      expect_same(back.scouts[i], result.scouts[i]);
    }
    for (std::size_t i = 0; i < back.failures.size(); ++i) {
      EXPECT_EQ(back.failures[i].task, result.failures[i].task);
      EXPECT_EQ(back.failures[i].reason, result.failures[i].reason);
    }
    expect_same(back.cost, result.cost);
    EXPECT_EQ(back.interrupted, result.interrupted);
  }
}

TEST(TaskJson, SaysWhatIsWrongWhere) {
  Json json = encode_task({"t", "k", Vector::Ones(2), Scaling::identity(2), {}});
  json["start"][1] = "one";
  try {
    static_cast<void>(decode_task(JsonNode(json, "message")));
    FAIL() << "nothing was thrown";
  } catch (const FileError& error) {
    EXPECT_NE(std::string(error.what()).find("message: start[1]"), std::string::npos)
        << error.what();
  }
}

TEST(TaskJson, FingerprintsTellTasksApartByEveryBit) {
  const Task task{"t", "k", Vector::Ones(3), Scaling::identity(2), {{"w", Vector::Ones(2)}}};
  Task other = task;
  EXPECT_EQ(fingerprint(other), fingerprint(task));
  other.start(1) = std::nextafter(1.0, 2.0);
  EXPECT_NE(fingerprint(other), fingerprint(task));
  other = task;
  other.kind = "l";
  EXPECT_NE(fingerprint(other), fingerprint(task));
  other = task;
  other.scaling.nadir(0) = 2.0;
  EXPECT_NE(fingerprint(other), fingerprint(task));
  other = task;
  other.numbers = {{"v", Vector::Ones(2)}};
  EXPECT_NE(fingerprint(other), fingerprint(task));
  other = task;
  other.numbers["w"] = Vector::Ones(3);
  EXPECT_NE(fingerprint(other), fingerprint(task));
}

}  // namespace
}  // namespace moo
