# SPDX-License-Identifier: MIT
# Configures, builds and runs the consumer in a fresh folder of the build tree. HOW: find_package or add_subdirectory.
set(top ${BUILD}/consumer/${HOW})
set(prefix ${top}/installed)
file(REMOVE_RECURSE ${top})
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tests)
cmake_path(GET tests PARENT_PATH source)

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(HOW STREQUAL "find_package")
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
  set(arguments -DCMAKE_PREFIX_PATH=${prefix})
else()
  set(arguments -DCTG_SOURCE=${source})
endif()

run(${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${top}/build -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER} ${arguments})
run(${CMAKE_COMMAND} --build ${top}/build)
run(${top}/build/consumer)
