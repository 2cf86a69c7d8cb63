#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

/// Namespace of everything in libmoo.
namespace moo {

/// What went wrong, in the five parts a reader needs. Empty parts are left out of the message.
struct Complaint {
  std::string who;       ///< the function, option or file that complains
  std::string what;      ///< what is wrong, in one clause
  std::string expected;  ///< what would have been right
  std::string got;       ///< what was there instead
  std::string hint;      ///< what to do about it

  /// One line: "who: what; expected ..., got ... (hint)".
  [[nodiscard]] std::string message() const;
};

/// Base of every exception libmoo throws.
class Error : public std::runtime_error {
 public:
  explicit Error(Complaint complaint);
  [[nodiscard]] const Complaint& complaint() const { return complaint_; }

 private:
  Complaint complaint_;
};

/// The caller passed something unusable. Numerical outcomes are never reported this way.
class InvalidArgument : public Error {
 public:
  using Error::Error;
};

/// A file could not be read, parsed or written.
class FileError : public Error {
 public:
  using Error::Error;
};

/// Throws InvalidArgument unless two sizes agree.
void require_size(std::string_view who, std::string_view what, long expected, long got);

/// The candidate nearest to `word` in edit distance (Levenshtein 1966), or "" when none is within
/// half the word's length (one edit at least): the "did you mean" of an error message. The first of
/// equally near ones.
std::string nearest_name(std::string_view word, const std::vector<std::string>& candidates);

/// "a, b, c": a list of names for an error message.
std::string join_names(const std::vector<std::string>& names);

}  // namespace moo
