# moo_warnings: the warnings of the project's own code. Third-party headers come from imported
# targets, which are system headers and stay silent.
add_library(moo_warnings INTERFACE)
target_compile_options(moo_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-sign-conversion                # Eigen::Index is signed, std::size_t is not: every loop
  -Wno-missing-field-initializers)    # Options{.points = 24} is the house style

# GCC's flow analysis reports phantom overflows inside inlined Eigen and std::string code
# (std::string + "literal" under C++20 is the best known): worth a line, never a failed build.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(moo_warnings INTERFACE -Wno-restrict)
  if(MOO_WARNINGS_AS_ERRORS)
    target_compile_options(moo_warnings INTERFACE
      -Wno-error=array-bounds -Wno-error=maybe-uninitialized
      -Wno-error=stringop-overflow -Wno-error=stringop-overread)
  endif()
endif()
if(MOO_WARNINGS_AS_ERRORS)
  target_compile_options(moo_warnings INTERFACE -Werror)
endif()
