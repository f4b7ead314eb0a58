# SPDX-License-Identifier: MIT
# Configures, builds and runs the consumer in a fresh folder of the build tree. HOW: find_package or add_subdirectory,
# kernels_find_package or kernels_add_subdirectory (the same with ctg::kernels).
set(top ${BUILD}/consumer/${HOW})
set(prefix ${top}/installed)
file(REMOVE_RECURSE ${top})
cmake_path(GET CMAKE_CURRENT_LIST_DIR PARENT_PATH tests)
cmake_path(GET tests PARENT_PATH source)
set(configure ${CMAKE_COMMAND} -G ${GENERATOR} -DCMAKE_CXX_COMPILER=${COMPILER})

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(HOW STREQUAL "find_package")
  run(${CMAKE_COMMAND} --install ${BUILD} --prefix ${prefix})
  set(arguments -DCMAKE_PREFIX_PATH=${prefix})
elseif(HOW STREQUAL "kernels_find_package")
  run(${configure} -S ${source} -B ${top}/library -DCTG_BUILD_KERNELS=ON -DCTG_BUILD_TESTS=OFF -DCTG_BUILD_EXAMPLES=OFF)
  run(${CMAKE_COMMAND} --build ${top}/library)
  run(${CMAKE_COMMAND} --install ${top}/library --prefix ${prefix})
  set(arguments -DCMAKE_PREFIX_PATH=${prefix} -DCTG_BUILD_KERNELS=ON)
else()
  set(arguments -DCTG_SOURCE=${source})
  if(HOW STREQUAL "kernels_add_subdirectory")
    list(APPEND arguments -DCTG_BUILD_KERNELS=ON)
  endif()
endif()

run(${configure} -S ${CMAKE_CURRENT_LIST_DIR} -B ${top}/build ${arguments})
run(${CMAKE_COMMAND} --build ${top}/build)
run(${top}/build/consumer)

# Compiled for other instructions than the library the consumer does not link, and reads which it is compiled for.
cmake_host_system_information(RESULT processor QUERY OS_PLATFORM)
if(HOW STREQUAL "kernels_find_package" AND processor STREQUAL "x86_64")
  run(${configure} -S ${CMAKE_CURRENT_LIST_DIR} -B ${top}/other ${arguments} "-DCMAKE_CXX_FLAGS=-mavx2 -mfma")
  execute_process(COMMAND ${CMAKE_COMMAND} --build ${top}/other RESULT_VARIABLE result OUTPUT_VARIABLE said
    ERROR_VARIABLE said)
  if(result EQUAL 0)
    message(FATAL_ERROR "what is compiled for AVX2 links kernels that are compiled for the processor's least")
  endif()
  if(NOT said MATCHES "gemm<float, xsimd::[^\n]*avx2")
    message(FATAL_ERROR "the linker does not say which instructions it looked for:\n${said}")
  endif()
endif()
