# Installs the build into a fresh prefix, then configures, builds and runs the project in outside/
# against it, as somebody with nothing but find_package(libmoo) would.
# Takes: BUILD_DIR WORK_DIR GENERATOR COMPILER CONFIGURATION
set(prefix ${WORK_DIR}/prefix)
set(outside_build ${WORK_DIR}/outside)
file(REMOVE_RECURSE ${WORK_DIR})

function(step what)
  message(STATUS "${what}")
  execute_process(COMMAND ${ARGN} RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE output)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "${what} failed (${result}):\n${output}")
  endif()
  set(step_output "${output}" PARENT_SCOPE)
endfunction()

step("install" ${CMAKE_COMMAND} --install ${BUILD_DIR} --prefix ${prefix})
step("configure the outside project" ${CMAKE_COMMAND}
  -S ${CMAKE_CURRENT_LIST_DIR}/outside -B ${outside_build} -G ${GENERATOR}
  -D CMAKE_BUILD_TYPE=${CONFIGURATION} -D CMAKE_CXX_COMPILER=${COMPILER}
  -D CMAKE_PREFIX_PATH=${prefix})
step("build the outside project" ${CMAKE_COMMAND} --build ${outside_build})
step("run the outside project" ${outside_build}/outside)
if(NOT step_output MATCHES "^[0-9]+ points, hypervolume 0\\.[0-9]+, [0-9]+ gradients")
  message(FATAL_ERROR "the outside project ran but did not print its front:\n${step_output}")
endif()

# The solver of docs/writing_a_solver.md: its project built against the installation, its program
# run, and its module loaded by an installed driver.
set(solver_project ${CMAKE_CURRENT_LIST_DIR}/../../experiments/out_of_tree_solver)
set(solver_build ${WORK_DIR}/out_of_tree_solver)
step("configure the solver outside the tree" ${CMAKE_COMMAND}
  -S ${solver_project} -B ${solver_build} -G ${GENERATOR}
  -D CMAKE_BUILD_TYPE=${CONFIGURATION} -D CMAKE_CXX_COMPILER=${COMPILER}
  -D CMAKE_PREFIX_PATH=${prefix})
step("build the solver outside the tree" ${CMAKE_COMMAND} --build ${solver_build})
step("hold the solver outside the tree against its contract" ${solver_build}/check)
if(NOT step_output MATCHES "random_weights keeps its contract on ([0-9]+) problems")
  message(FATAL_ERROR "the contract was not checked:\n${step_output}")
endif()
step("run the module in a driver" ${prefix}/bin/lending run
  --plugin ${solver_build}/random_weights.so --solver random_weights --points 4
  --option concentration=2 --objectives cross_entropy,parity --hidden 4 --out ${WORK_DIR}/fronts)
if(NOT step_output MATCHES "random_weights: 4 points" OR
   NOT EXISTS ${WORK_DIR}/fronts/random_weights.json)
  message(FATAL_ERROR "the module's solver gave no front:\n${step_output}")
endif()

# The page shows these files as they are.
file(READ ${CMAKE_CURRENT_LIST_DIR}/../../docs/writing_a_solver.md page)
foreach(shown random_weights.hpp plugin.cpp cantilever.hpp CMakeLists.txt main.cpp)
  file(READ ${solver_project}/${shown} text)
  string(FIND "${page}" "${text}```" position)
  if(position EQUAL -1)
    message(FATAL_ERROR "docs/writing_a_solver.md does not show ${shown} as it is")
  endif()
endforeach()
file(STRINGS ${solver_project}/random_weights.hpp lines)
list(LENGTH lines count)
if(count GREATER 60)
  message(FATAL_ERROR "the smallest solver has grown to ${count} lines")
endif()

# README shows this very program.
file(READ ${CMAKE_CURRENT_LIST_DIR}/outside/main.cpp program)
file(READ ${CMAKE_CURRENT_LIST_DIR}/../../README.md readme)
string(FIND "${readme}" "```cpp\n${program}```" position)
if(position EQUAL -1)
  message(FATAL_ERROR "the C++ block of README.md is not tests/install/outside/main.cpp")
endif()

file(GLOB found ${prefix}/share/libmoo/front.schema.json ${prefix}/share/libmoo/data/*/*
     ${prefix}/bin/lending)
list(LENGTH found count)
if(count LESS 3)
  message(FATAL_ERROR "schema, data or driver missing from the installation; found only: ${found}")
endif()

# An installed file that names the build or source folder would break as soon as that is gone.
file(GLOB_RECURSE package_files ${prefix}/lib*/cmake/libmoo/*.cmake)
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tests_dir)
cmake_path(GET tests_dir PARENT_PATH source_dir)
foreach(file IN LISTS package_files)
  file(READ ${file} text)
  string(FIND "${text}" "${source_dir}" position)
  if(NOT position EQUAL -1)
    message(FATAL_ERROR "${file} names the source folder ${source_dir}")
  endif()
endforeach()
