# header_self_containment: one translation unit per header that includes it twice, so a header that
# needs another header in front of it, or has no include guard, fails to compile. Nothing links it.
# With precompiled headers, a third of the time, it does not see that one of those is missing; the
# preset sanitize does.
file(GLOB_RECURSE headers RELATIVE ${PROJECT_SOURCE_DIR} CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/libmoo/*.hpp
  ${PROJECT_SOURCE_DIR}/solvers/*.hpp
  ${PROJECT_SOURCE_DIR}/experiments/*.hpp)
if(NOT MOO_HAS_MPI)
  list(FILTER headers EXCLUDE REGEX "libmoo/run/mpi/")
endif()
foreach(header IN LISTS headers)
  string(MAKE_C_IDENTIFIER "${header}" name)
  set(unit ${CMAKE_CURRENT_BINARY_DIR}/headers/${name}.cpp)
  file(CONFIGURE OUTPUT ${unit} CONTENT "#include \"@header@\"\n#include \"@header@\"\n" @ONLY)
  list(APPEND header_units ${unit})
endforeach()

add_library(header_self_containment OBJECT ${header_units})
target_link_libraries(header_self_containment PRIVATE moo_driver GTest::gtest moo_warnings)
if(MOO_HAS_MPI)
  target_link_libraries(header_self_containment PRIVATE Boost::mpi MPI::MPI_CXX)
endif()
moo_precompile_from(header_self_containment moo_test_headers)
