#include "libmoo/model/kernels/instruction_set.hpp"

#include "libmoo/base/error.hpp"
#include "libmoo/model/kernels/targets.hpp"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "libmoo/model/kernels/instruction_set.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace moo::kernels::HWY_NAMESPACE {

const char* name_here() { return hwy::TargetName(HWY_TARGET); }

}  // namespace moo::kernels::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace moo::kernels {

HWY_EXPORT(name_here);

namespace {

/// Bits of the compiled instruction sets this processor has, best (lowest) first.
std::vector<std::int64_t> available_targets() {
  hwy::SetSupportedTargetsForTest(0);
  std::vector<std::int64_t> targets;
  for (std::int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1) {
    targets.push_back(rest & -rest);
  }
  return targets;
}

}  // namespace

std::string instruction_set() { return HWY_DYNAMIC_DISPATCH(name_here)(); }

std::vector<std::string> available_instruction_sets() {
  std::vector<std::string> names;
  for (const std::int64_t target : available_targets()) names.push_back(hwy::TargetName(target));
  return names;
}

void use_instruction_set(const std::string& name) {
  for (const std::int64_t target : available_targets()) {
    if (name == hwy::TargetName(target)) return hwy::SetSupportedTargetsForTest(target);
  }
  throw InvalidArgument({"use_instruction_set", "not on this processor",
                         "one of " + join_names(available_instruction_sets()), "'" + name + "'",
                         ""});
}

void use_best_instruction_set() { hwy::SetSupportedTargetsForTest(0); }

}  // namespace moo::kernels
#endif
