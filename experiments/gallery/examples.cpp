#include "experiments/gallery/examples.hpp"

#include <fstream>
#include <regex>

#include "libmoo/base/error.hpp"

namespace moo::gallery {
namespace {

constexpr std::string_view comment_form =
    "<!-- picture NAME, scene SCENE --> or <!-- picture NAME, scene SCENE, weight NUMBER -->";

/// The lines of a page and where in it we are.
class Page {
 public:
  explicit Page(const std::filesystem::path& path) : path_(path) {
    std::ifstream stream(path);
    if (!stream) throw FileError({path.string(), "cannot be read", "a Markdown page", "", ""});
    for (std::string line; std::getline(stream, line);) lines_.push_back(line);
  }

  [[nodiscard]] bool done() const { return next_ == lines_.size(); }
  [[nodiscard]] int line() const { return static_cast<int>(next_); }  ///< of what take() gave
  std::string take() { return done() ? std::string() : lines_[next_++]; }

  /// The next line that is not empty.
  std::string take_text() {
    std::string line = take();
    while (line.empty() && !done()) line = take();
    return line;
  }

  [[noreturn]] void refuse(const std::string& what, std::string_view expected,
                           const std::string& got) const {
    throw InvalidArgument({path_.string() + ":" + std::to_string(next_), what,
                           std::string(expected), "'" + got + "'", ""});
  }

 private:
  std::filesystem::path path_;
  std::vector<std::string> lines_;
  std::size_t next_ = 0;
};

void read_comment(const std::string& line, const Page& page, Example& example) {
  static const std::regex form(
      R"(<!-- picture ([a-z_0-9]+), scene ([a-z]+)(, weight (0\.[0-9]+))? -->)");
  std::smatch parts;
  if (!std::regex_match(line, parts, form)) {
    page.refuse("is no comment of a picture", comment_form, line);
  }
  example.picture = parts[1];
  example.scene = parts[2];
  if (parts[4].matched) example.weight = std::stod(parts[4]);
  example.line = page.line();
}

void read_block(Page& page, Example& example) {
  const std::string fence = page.take_text();
  if (fence != "```json" && fence != "```cpp") {
    page.refuse("is no example of a picture", "```json or ```cpp", fence);
  }
  example.language = fence.substr(3);
  while (true) {
    if (page.done()) page.refuse("is the end inside an example", "```", "");
    const std::string line = page.take();
    if (line == "```") break;
    example.text += line + "\n";
  }
}

}  // namespace

std::vector<Example> read_examples(const std::filesystem::path& path) {
  Page page(path);
  std::vector<Example> examples;
  std::string title;
  while (!page.done()) {
    const std::string line = page.take();
    if (line.starts_with("### ")) title = line.substr(4);
    if (!line.starts_with("<!-- picture")) continue;
    Example example{.title = title};
    read_comment(line, page, example);
    read_block(page, example);
    const std::string picture = page.take_text();
    const std::string target = "](gallery/rules/" + example.picture + ".png)";
    if (!picture.starts_with("![") || !picture.ends_with(target)) {
      page.refuse("is not the example's picture", "![...]" + target.substr(1), picture);
    }
    examples.push_back(std::move(example));
  }
  return examples;
}

}  // namespace moo::gallery
