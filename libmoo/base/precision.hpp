#pragma once

namespace moo {

/// In which numbers a model is evaluated. Everything outside of it is always in double.
enum class Precision { full, single };

}  // namespace moo
