#include "experiments/tabular/config_text.hpp"

#include <algorithm>
#include <cctype>
#include <set>
#include <vector>

#include "experiments/tabular/config_object.hpp"
#include "libmoo/base/error.hpp"

namespace moo::tabular {
namespace {

/// Follows the parser through the document to find names that an object has twice: the parsed value
/// no longer shows them.
class DuplicateFinder {
 public:
  explicit DuplicateFinder(std::string file) : file_(std::move(file)) {}

  void follow(Json::parse_event_t event, const Json& parsed) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start || event == Event::array_start) {
      const bool in_array = event == Event::array_start;
      levels_.push_back({.place = here(), .in_array = in_array});
    } else if (event == Event::key) {
      Level& level = levels_.back();
      level.name = parsed.get<std::string>();
      if (!level.names.insert(level.name).second) {
        refuse(level.place / level.name, "is there twice", "each name once in an object", "",
               "the second one would silently win");
      }
    } else {
      if (event != Event::value) levels_.pop_back();
      if (!levels_.empty()) ++levels_.back().index;
    }
  }

 private:
  struct Level {
    Place place;
    bool in_array = false;
    std::size_t index = 0;
    std::string name = {};
    std::set<std::string> names = {};
  };

  [[nodiscard]] Place here() const {
    if (levels_.empty()) return {file_, ""};
    const Level& level = levels_.back();
    return level.in_array ? level.place / level.index : level.place / level.name;
  }

  std::string file_;
  std::vector<Level> levels_;
};

/// The part of the parser's message that says what it saw, without its own line and column.
std::string reason_of(const std::string& message) {
  for (const char* mark : {"syntax error while ", "syntax error - "}) {
    const auto found = message.find(mark);
    if (found != std::string::npos) return message.substr(found + std::string(mark).size());
  }
  const auto bracket = message.find("] ");
  return bracket == std::string::npos ? message : message.substr(bracket + 2);
}

/// The usual slips, by what stands before the place where the parser gave up.
std::string hint_for(const std::string& text, std::size_t position) {
  const auto last_before = [&](std::size_t end) {
    return end == 0 ? std::string::npos : text.find_last_not_of(" \t\r\n", end - 1);
  };
  if (position >= text.size()) {
    const auto last = last_before(text.size());
    return last == std::string::npos ? "the file is empty" : "a bracket or quote is not closed";
  }
  const char stop = text[position];
  const auto before = last_before(position);
  if (before == std::string::npos) return "";
  if ((stop == '}' || stop == ']') && text[before] == ',') {
    return std::string("remove the comma before ") + stop;
  }
  if (stop == '\'') return "texts are in double quotes";
  if (stop == '"' || stop == '{' || stop == '[') {
    const auto end = static_cast<unsigned char>(text[before]);
    if (std::isalnum(end) != 0 || end == '"' || end == '}' || end == ']') {
      return "is a comma or colon missing?";
    }
  }
  return "";
}

/// Where what the parser could not use begins: it counts the bytes up to its end.
std::size_t slip_of(const std::string& text, std::size_t byte, const std::string& message) {
  const std::size_t last = std::min(byte == 0 ? 0 : byte - 1, text.size());
  if (message.find("unexpected string literal") == std::string::npos || last == 0) return last;
  const auto opening = text.find_last_of('"', last - 1);
  return opening == std::string::npos ? last : opening;
}

[[noreturn]] void refuse_text(const std::string& text, const std::string& file, std::size_t byte,
                              const std::string& message) {
  const std::size_t slip = slip_of(text, byte, message);
  const auto lines = std::count(text.begin(), text.begin() + static_cast<long>(slip), '\n');
  const auto start = slip == 0 ? std::string::npos : text.find_last_of('\n', slip - 1);
  const std::size_t column = start == std::string::npos ? slip + 1 : slip - start;
  throw FileError(
      {file,
       "is no JSON at line " + std::to_string(lines + 1) + ", column " + std::to_string(column), "",
       reason_of(message), hint_for(text, slip)});
}

}  // namespace

Json parse_commented_json(const std::string& text, const std::string& file) {
  DuplicateFinder finder(file);
  const auto follow = [&](int, Json::parse_event_t event, Json& parsed) {
    finder.follow(event, parsed);
    return true;
  };
  try {
    return Json::parse(text, follow, /*allow_exceptions=*/true, /*ignore_comments=*/true);
  } catch (const Json::parse_error& error) {
    refuse_text(text, file, error.byte, error.what());
  } catch (const Json::exception& error) {
    throw FileError({file, "is no JSON", "", reason_of(error.what()), ""});
  }
}

}  // namespace moo::tabular
