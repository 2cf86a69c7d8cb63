# MOO_GIT_COMMIT: the commit of this checkout, or "unknown" outside one. A new commit re-runs CMake.
set(MOO_GIT_COMMIT unknown)
find_package(Git QUIET)
if(GIT_FOUND)
  function(moo_git result)
    execute_process(COMMAND ${GIT_EXECUTABLE} ${ARGN} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR}
      OUTPUT_VARIABLE output RESULT_VARIABLE failure ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
    if(failure)
      set(output "")
    endif()
    set(${result} "${output}" PARENT_SCOPE)
  endfunction()

  # A copy of the sources inside somebody else's repository must not report that one's commit.
  moo_git(prefix rev-parse --show-prefix)
  moo_git(commit rev-parse --verify HEAD)
  if(commit AND prefix STREQUAL "")
    set(MOO_GIT_COMMIT ${commit})
    moo_git(head_log rev-parse --path-format=absolute --git-path logs/HEAD)
    if(EXISTS "${head_log}")
      set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${head_log}")
    endif()
  endif()
endif()
