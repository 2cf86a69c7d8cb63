# moo_precompile(target [header...]): precompiles the headers nearly every file parses, plus those
# named. Sources still include what they use: the sanitize preset compiles without this.
function(moo_precompile target)
  if(NOT MOO_PRECOMPILED_HEADERS)
    return()
  endif()
  target_precompile_headers(${target} PRIVATE
    <algorithm> <cmath> <cstdint> <functional> <limits> <map> <memory> <optional> <span> <sstream>
    <string> <string_view> <utility> <vector> <Eigen/Core> <Eigen/Cholesky> ${ARGN})
  moo_cacheable_precompiled_header(${target})
endfunction()

# moo_precompile_from(target donor): the same precompiled header, compiled once for both.
function(moo_precompile_from target donor)
  if(NOT MOO_PRECOMPILED_HEADERS)
    return()
  endif()
  target_precompile_headers(${target} REUSE_FROM ${donor})
  moo_cacheable_precompiled_header(${target})
endfunction()

# ccache can only follow GCC into a precompiled header with this flag.
function(moo_cacheable_precompiled_header target)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    target_compile_options(${target} PRIVATE -fpch-preprocess)
  endif()
endfunction()
