# The drivers. Each name below is a file experiments/NAME.cpp with a main(); every other source in
# experiments/ and its folders (but for out_of_tree_solver/) is shared by all of them.
set(MOO_EXPERIMENTS lending portfolio spam concrete oscillator rings dosing planner fashion
    films tabular compare rule_gallery)

find_package(Boost 1.74 REQUIRED COMPONENTS program_options)

set(MOO_INSTALL_DATA_DIR ${CMAKE_INSTALL_DATADIR}/libmoo/data)
file(RELATIVE_PATH MOO_DATA_FROM_BIN
  ${CMAKE_INSTALL_FULL_BINDIR} ${CMAKE_INSTALL_FULL_DATADIR}/libmoo/data)

file(GLOB shared_sources CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/experiments/*.cpp ${PROJECT_SOURCE_DIR}/experiments/*/*.cpp)
list(FILTER shared_sources EXCLUDE REGEX "/out_of_tree_solver/")
foreach(name IN LISTS MOO_EXPERIMENTS)
  list(REMOVE_ITEM shared_sources ${PROJECT_SOURCE_DIR}/experiments/${name}.cpp)
endforeach()

add_library(moo_driver STATIC ${shared_sources})
target_link_libraries(moo_driver
  PUBLIC moo::moo Boost::program_options
  PRIVATE moo_warnings)
if(MOO_HAS_MPI)
  target_link_libraries(moo_driver PUBLIC moo::mpi)
  set_source_files_properties(${PROJECT_SOURCE_DIR}/experiments/workforce.cpp PROPERTIES
    SKIP_PRECOMPILE_HEADERS ON COMPILE_DEFINITIONS MOO_HAS_MPI)
endif()
# Where a driver finds its data: in the checkout, or else beside the installed program (a path
# relative to the folder of the executable, so that an installation can be moved).
target_compile_definitions(moo_driver PUBLIC
  LIBMOO_SOURCE_DATA_DIR="${PROJECT_SOURCE_DIR}/experiments/data"
  LIBMOO_INSTALLED_DATA_DIR="${MOO_DATA_FROM_BIN}")
moo_precompile(moo_driver)

foreach(name IN LISTS MOO_EXPERIMENTS)
  add_executable(${name} ${PROJECT_SOURCE_DIR}/experiments/${name}.cpp)
  target_link_libraries(${name} PRIVATE moo_driver moo_warnings)
  set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  moo_precompile_from(${name} moo_driver)
endforeach()
