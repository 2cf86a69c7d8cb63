#include "libmoo/io/exact_json.hpp"

#include <array>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>

namespace moo {

using Json = nlohmann::ordered_json;

Json exact_json(double number) {
  if (std::isfinite(number)) return number;
  std::array<char, 17> digits{};
  std::snprintf(digits.data(), digits.size(), "%016llx",
                static_cast<unsigned long long>(std::bit_cast<std::uint64_t>(number)));
  return digits.data();
}

Json exact_json(ConstVectorRef vector) {
  Json numbers = Json::array();
  for (const double number : vector) numbers.push_back(exact_json(number));
  return numbers;
}

double exact_number(const JsonNode& node) {
  if (!node.is_text()) return node.number();
  const std::string digits = node.text();
  std::uint64_t bits = 0;
  const char* const end = digits.data() + digits.size();
  const auto [stop, code] = std::from_chars(digits.data(), end, bits, 16);
  if (digits.size() != 16 || code != std::errc() || stop != end) {
    node.refuse("a number, or 16 hexadecimal digits");
  }
  return std::bit_cast<double>(bits);
}

Vector exact_vector(const JsonNode& node) {
  const std::vector<JsonNode> items = node.items();
  Vector vector(static_cast<Eigen::Index>(items.size()));
  for (std::size_t k = 0; k < items.size(); ++k) {
    vector(static_cast<Eigen::Index>(k)) = exact_number(items[k]);
  }
  return vector;
}

}  // namespace moo
