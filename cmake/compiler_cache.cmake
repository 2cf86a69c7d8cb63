# Compiles through ccache where it is found; -DCMAKE_CXX_COMPILER_LAUNCHER= (empty) turns it off.
find_program(MOO_CCACHE ccache)
mark_as_advanced(MOO_CCACHE)
if(MOO_CCACHE AND NOT DEFINED CMAKE_CXX_COMPILER_LAUNCHER)
  # The sloppiness lets ccache serve files that use a precompiled header.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${MOO_CCACHE})
endif()
