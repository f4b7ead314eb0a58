# SPDX-License-Identifier: MIT
# How the project's own programs are compiled: tests, examples, benchmarks. Nothing here reaches a user of ctg::ctg.

set(default_arch "")
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64" AND NOT MSVC)
  set(default_arch x86-64-v3)
endif()
set(CTG_ARCH "${default_arch}" CACHE STRING "-march of the tests, examples and benchmarks; empty for the compiler's own")
option(CTG_CCACHE "Compile through ccache where it is installed" ON)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_COMPILE_WARNING_AS_ERROR ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(CTG_CCACHE_PROGRAM ccache)
if(CTG_CCACHE AND CTG_CCACHE_PROGRAM AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # without this sloppiness ccache refuses translation units with a precompiled header
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
    CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CTG_CCACHE_PROGRAM})
endif()

add_library(ctg_program_options INTERFACE)
if(NOT MSVC)
  # The sign of an index is no news in a library of signed extents and unsigned standard containers.
  target_compile_options(ctg_program_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion $<$<BOOL:${CTG_ARCH}>:-march=${CTG_ARCH}>)
  # g++ 12 takes the undefined operands inside its own AVX-512 intrinsics for mistakes (GCC bug 105593).
  if(CTG_ARCH STREQUAL "native" AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    target_compile_options(ctg_program_options INTERFACE -Wno-uninitialized -Wno-maybe-uninitialized)
  endif()
endif()
target_link_libraries(ctg_program_options INTERFACE ctg::ctg)

# ctg_optimize(<target> <level>): -O<level>, unless a build type already says how to optimise.
function(ctg_optimize target level)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    target_compile_options(${target} PRIVATE -O${level})
  endif()
endfunction()
