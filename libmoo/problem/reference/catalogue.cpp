#include "libmoo/problem/reference/catalogue.hpp"

#include <algorithm>

#include "libmoo/base/error.hpp"
#include "libmoo/problem/reference/constrained.hpp"
#include "libmoo/problem/reference/constrained_dtlz.hpp"
#include "libmoo/problem/reference/degenerate.hpp"
#include "libmoo/problem/reference/dtlz.hpp"
#include "libmoo/problem/reference/maf.hpp"
#include "libmoo/problem/reference/uf.hpp"
#include "libmoo/problem/reference/unconstrained.hpp"
#include "libmoo/problem/reference/wfg.hpp"
#include "libmoo/problem/reference/zdt.hpp"

namespace moo {
namespace {

const std::vector<ReferenceEntry>& catalogue() {
  static const std::vector<ReferenceEntry> entries = [] {
    std::vector<ReferenceEntry> all;
    for (const auto& family :
         {unconstrained_problems(), zdt_problems(), dtlz_problems(), maf_problems(), wfg_problems(),
          uf_problems(), constrained_problems(), constrained_dtlz_problems(),
          degenerate_problems()}) {
      all.insert(all.end(), family.begin(), family.end());
    }
    return all;
  }();
  return entries;
}

std::string describe(const SizeRange& range) {
  if (range.least == range.most) return std::to_string(range.least);
  if (range.most >= kAnySize) return "at least " + std::to_string(range.least);
  return std::to_string(range.least) + " to " + std::to_string(range.most);
}

/// The wanted size, or the published one when 0 is wanted.
int choose_size(const std::string& name, const std::string& what, const SizeRange& range,
                int wanted) {
  if (wanted == 0) return range.published;
  if (wanted >= range.least && wanted <= range.most) return wanted;
  throw InvalidArgument({"reference problem '" + name + "'", "does not exist in this size",
                         describe(range) + " " + what, std::to_string(wanted),
                         "0 stands for the published size, " + std::to_string(range.published)});
}

}  // namespace

std::function<SizeRange(int)> variables_from(int least, int published) {
  return [=](int) { return SizeRange{published, least, kAnySize}; };
}

std::function<SizeRange(int)> fixed_variables(int count) {
  return [=](int) { return exactly(count); };
}

const std::vector<std::string>& reference_problem_names() {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    for (const ReferenceEntry& entry : catalogue()) all.push_back(entry.name);
    return all;
  }();
  return names;
}

std::shared_ptr<const ReferenceProblem> make_reference_problem(const std::string& name,
                                                               int num_variables,
                                                               int num_objectives) {
  const auto& entries = catalogue();
  const auto entry = std::find_if(entries.begin(), entries.end(),
                                  [&](const ReferenceEntry& one) { return one.name == name; });
  if (entry == entries.end()) {
    const std::string nearest = nearest_name(name, reference_problem_names());
    throw InvalidArgument({"make_reference_problem", "no such problem",
                           "one of " + join_names(reference_problem_names()), "'" + name + "'",
                           nearest.empty() ? "" : "did you mean '" + nearest + "'?"});
  }
  const int m = choose_size(name, "objectives", entry->objectives, num_objectives);
  const int n = choose_size(name, "variables", entry->variables(m), num_variables);
  return entry->make(n, m);
}

std::string_view to_string(FrontShape shape) {
  switch (shape) {
    case FrontShape::convex:
      return "convex";
    case FrontShape::concave:
      return "concave";
    case FrontShape::mixed:
      return "mixed";
    case FrontShape::linear:
      return "linear";
    case FrontShape::disconnected:
      return "disconnected";
    case FrontShape::degenerate:
      return "degenerate";
  }
  return "unknown";
}

}  // namespace moo
