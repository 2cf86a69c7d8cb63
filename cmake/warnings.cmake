# moo_warnings: the warnings of the project's own code. Third-party headers come from imported
# targets, which are system headers and stay silent.
add_library(moo_warnings INTERFACE)
target_compile_options(moo_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Woverloaded-virtual
  -Wno-sign-conversion                # Eigen::Index is signed, std::size_t is not: every loop
  -Wno-missing-field-initializers)    # Options{.points = 24} is the house style

# GCC's flow analysis reports phantom overflows and uninitialised reads inside inlined Eigen and
# std::string code (std::string + "literal" under C++20 is the best known); the sanitize preset finds
# the real ones.
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  target_compile_options(moo_warnings INTERFACE
    -Wno-restrict -Wno-array-bounds -Wno-maybe-uninitialized -Wno-stringop-overflow
    -Wno-stringop-overread)
endif()
if(MOO_WARNINGS_AS_ERRORS)
  target_compile_options(moo_warnings INTERFACE -Werror)
endif()
