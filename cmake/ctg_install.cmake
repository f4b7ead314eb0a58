# SPDX-License-Identifier: MIT
# `cmake --install` and the package that find_package(ctg) reads.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(ctg_package_dir ${CMAKE_INSTALL_DATADIR}/cmake/ctg)

install(TARGETS ctg EXPORT ctgTargets FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
set(ctg_any_machine ARCH_INDEPENDENT)
if(CTG_BUILD_KERNELS)
  install(TARGETS ctg_kernels EXPORT ctgTargets)
  set(ctg_any_machine)
endif()
install(EXPORT ctgTargets NAMESPACE ctg:: DESTINATION ${ctg_package_dir})
configure_package_config_file(cmake/ctgConfig.cmake.in ctgConfig.cmake INSTALL_DESTINATION ${ctg_package_dir})
write_basic_package_version_file(ctgConfigVersion.cmake COMPATIBILITY SameMinorVersion ${ctg_any_machine})
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/ctgConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/ctgConfigVersion.cmake
  cmake/ctg_dependencies.cmake DESTINATION ${ctg_package_dir})
install(FILES share/gdb/ctg.py DESTINATION ${CMAKE_INSTALL_DATADIR}/ctg/gdb)
