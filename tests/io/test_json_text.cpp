#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "libmoo/io/json_text.hpp"
#include "tests/support/temporary_folder.hpp"

namespace moo {
namespace {

using Json = nlohmann::ordered_json;

TEST(ReadableJson, keeps_numbers_on_one_line_and_breaks_up_what_is_long) {
  const Json value{{"name", "front"},
                   {"numbers", std::vector<double>(40, 0.1)},
                   {"short", {{"a", 1}, {"b", {1, 2}}}},
                   {"long", {{"text", std::string(95, 'x')}, {"more", {"y", "z"}}}},
                   {"none", Json::array()},
                   {"nobody", Json::object()}};
  std::string numbers = "0.1";
  for (int k = 1; k < 40; ++k) numbers += ", 0.1";
  EXPECT_EQ(readable_json(value), "{\n  \"name\": \"front\",\n  \"numbers\": [" + numbers +
                                      "],\n  \"short\": {\"a\": 1, \"b\": [1, 2]},\n"
                                      "  \"long\": {\n    \"text\": \"" +
                                      std::string(95, 'x') +
                                      "\",\n    \"more\": [\"y\", \"z\"]\n  },\n"
                                      "  \"none\": [],\n  \"nobody\": {}\n}\n");
  EXPECT_EQ(readable_json(Json::object()), "{}\n");
  EXPECT_EQ(readable_json(3), "3\n");
}

TEST(ReadableJson, lines_that_could_be_broken_have_at_most_100_columns) {
  for (std::size_t size = 60; size < 100; ++size) {
    const Json value{{"key", {{"inner", Json::array({std::string(size, 'x')})}, {"k", 1}}},
                     {"z", 1}};
    const std::string text = readable_json(value);
    std::size_t begin = 0;
    for (std::size_t end = text.find('\n'); end != std::string::npos;
         end = text.find('\n', begin)) {
      const std::string line = text.substr(begin, end - begin);
      if (line.find(": {\"") != std::string::npos || line.find(": [\"") != std::string::npos) {
        EXPECT_LE(line.size(), 100u) << line;
      }
      begin = end + 1;
    }
  }
}

TEST(ReadableJson, numbers_are_short_exact_and_never_change_their_type) {
  const auto text = [](const Json& value) { return readable_json(Json::array({value})); };
  EXPECT_EQ(text(1.0), "[\n  1.0\n]\n");
  EXPECT_EQ(text(0.1), "[\n  0.1\n]\n");
  EXPECT_EQ(text(-0.0), "[\n  -0.0\n]\n");
  EXPECT_EQ(text(1e300), "[\n  1e+300\n]\n");
  EXPECT_EQ(text(100000.0), "[\n  1e+05\n]\n");
  EXPECT_EQ(text(1), "[\n  1\n]\n");
  EXPECT_EQ(text(std::numeric_limits<std::uint64_t>::max()), "[\n  18446744073709551615\n]\n");
}

TEST(ReadableJson, bytes_that_are_not_text_do_no_harm) {
  const Json value{{"a\xff", "b\xfe"}};
  EXPECT_TRUE(Json::accept(readable_json(value)));
  EXPECT_TRUE(Json::accept(compact_json(value)));
}

TEST(RequireFinite, names_the_place_of_the_number) {
  const double infinity = std::numeric_limits<double>::infinity();
  Json value{{"points", {{{"id", 0}}, {{"objectives", {1.0, infinity}}}}}};
  const std::string message =
      message_of<InvalidArgument>([&] { require_finite("write_front", value); });
  EXPECT_EQ(message.find("write_front: points[1].objectives[1] is not finite"), 0u) << message;
  value["points"][1]["objectives"][1] = 2.0;
  EXPECT_NO_THROW(require_finite("write_front", value));
}

}  // namespace
}  // namespace moo
