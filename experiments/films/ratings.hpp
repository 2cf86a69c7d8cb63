#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "experiments/data_parts.hpp"
#include "libmoo/base/random.hpp"
#include "libmoo/data/dataset.hpp"

namespace moo {

/// What of the ratings takes part, and how long the lists are that people are shown.
struct RatingOptions {
  int people = 0;           ///< how many, drawn at random; 0: all
  int fewest_ratings = 10;  ///< of a film among the training rows; other films are left out
  int list_length = 50;     ///< candidates a person's list holds on every part of the data
};

/// Ratings of films, and per part and person a list of candidates: up to half of it films the
/// person rated there, the rest drawn from those the person never rated.
///
/// A row is a person and a film. Inputs: the indices of both, then numbers (person_mean,
/// person_count, film_mean, film_count, year; means in stars and shrunk, counts as logarithms, all
/// from training ratings alone), then a flag per genre. Side columns: "person", "film" (the
/// indices), "rated" (also the row's weight in the loss: candidates without a rating have none),
/// "listed", "relevance" (stars; 0 without a rating), "active" (the person has more training
/// ratings than half of the people), "tail" (the film is not among the fifth with the most training
/// ratings), and the genres' flags by their names.
struct Ratings {
  Dataset data;
  std::vector<DataPart> parts;  ///< train, validation, test
  std::vector<std::string> genres;
  int people = 0;
  int films = 0;
  std::vector<int> rows;  ///< of the file, per row of data; -1 for candidates that are no rating
  long dropped = 0;       ///< ratings of the chosen people left out with their films

  /// First input that is a flag; those between it and the two indices are numbers.
  static constexpr int first_flag = 7;
};

/// A table with the columns movieId, year, genres (separated by "|"), userId and rating. A fifth of
/// every person's ratings is the validation, another the test.
/// Throws: FileError when the table cannot be read; InvalidArgument when no film is left.
Ratings read_ratings(const std::filesystem::path& path, const RatingOptions& options,
                     const RandomStream& random);

}  // namespace moo
