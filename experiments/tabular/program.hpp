#pragma once

namespace moo::tabular {

/// The program `tabular`. Returns its exit code: 0, or 2 after one clear line on standard error.
int run_tabular(int argc, const char* const* argv);

}  // namespace moo::tabular
