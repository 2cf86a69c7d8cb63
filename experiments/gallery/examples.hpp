#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace moo::gallery {

/// An example of docs/constraints.md and the picture that belongs to it, as the page has them:
///
///     <!-- picture monotone_pairs, scene dose, weight 0.99 -->
///     ```json
///     {"name": "effect", "rules": [{"rule": "monotone_pairs", ...}]}
///     ```
///     ![...](gallery/rules/monotone_pairs.png)
///
/// JSON is a group of a config. In the ```cpp block of a rule of the user's own is a struct of
/// experiments/gallery/own_rules.cpp, word for word.
struct Example {
  std::string picture;  ///< its file's name without folder and suffix
  std::string title;    ///< the heading above
  std::string scene;
  double weight = 0.98;  ///< of the rule against the loss, both in units of their first value
  std::string language;  ///< "json" or "cpp"
  std::string text;      ///< of the block
  int line = 0;          ///< of the comment, from 1
};

/// All examples of a page, in its order.
/// Throws: FileError for a page that cannot be read; InvalidArgument naming the line for a comment
/// that cannot be understood or one without a block or its picture.
std::vector<Example> read_examples(const std::filesystem::path& page);

}  // namespace moo::gallery
