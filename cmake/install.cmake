# cmake --install: headers, schema, libraries with find_package(libmoo) support, drivers, their data.
include(CMakePackageConfigHelpers)
set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/libmoo)

install(DIRECTORY ${PROJECT_SOURCE_DIR}/libmoo ${PROJECT_SOURCE_DIR}/solvers
  DESTINATION ${MOO_INSTALL_INCLUDE_ROOT} FILES_MATCHING PATTERN "*.hpp")
install(FILES ${PROJECT_SOURCE_DIR}/libmoo/io/front.schema.json
  DESTINATION ${CMAKE_INSTALL_DATADIR}/libmoo)

install(TARGETS moo_core moo_learning moo_solvers moo EXPORT libmooTargets)
install(EXPORT libmooTargets NAMESPACE moo:: DESTINATION ${package_dir})
if(MOO_HAS_MPI)  # find_package(libmoo COMPONENTS mpi): others need no MPI to be found
  install(TARGETS moo_mpi EXPORT libmooMpiTargets)
  install(EXPORT libmooMpiTargets NAMESPACE moo:: DESTINATION ${package_dir})
endif()
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/libmooConfig.cmake.in
  ${PROJECT_BINARY_DIR}/libmooConfig.cmake INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/libmooConfigVersion.cmake
  COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/libmooConfig.cmake
  ${PROJECT_BINARY_DIR}/libmooConfigVersion.cmake DESTINATION ${package_dir})

if(MOO_EXPERIMENTS)
  install(TARGETS ${MOO_EXPERIMENTS})
  # The tables the project keeps; what was prepared here has terms of its own and stays here.
  foreach(table IN ITEMS hmda concrete pima quinidine eustockmarkets spam digits robot_maps)
    install(DIRECTORY ${PROJECT_SOURCE_DIR}/experiments/data/${table}
            DESTINATION ${MOO_INSTALL_DATA_DIR})
  endforeach()
  # Beside the data: configs name their tables relative to themselves, as in the source tree.
  install(DIRECTORY ${PROJECT_SOURCE_DIR}/experiments/configs/
          DESTINATION ${CMAKE_INSTALL_DATADIR}/libmoo/configs)
endif()
