# SPDX-License-Identifier: MIT
# Dependencies that are not installed are fetched by FetchContent, at a pinned version.
include(FetchContent)

# Their warnings are theirs.
function(ctg_make_available name)
  set(CMAKE_COMPILE_WARNING_AS_ERROR OFF)
  FetchContent_MakeAvailable(${name})
endfunction()

# Makes ctg::<name> available: installed by preference, else fetched.
macro(ctg_require name)
  cmake_language(CALL ctg_find_${name})
  if(NOT TARGET ctg::${name})
    message(STATUS "${name} is not installed: fetching it")
    cmake_language(CALL ctg_fetch_${name})
  endif()
endmacro()

macro(ctg_fetch_xsimd)
  FetchContent_Declare(xsimd GIT_REPOSITORY https://github.com/xtensor-stack/xsimd.git GIT_TAG 13.0.0 GIT_SHALLOW ON SYSTEM)
  ctg_make_available(xsimd)
  ctg_wrap(xsimd xsimd)
endmacro()

# Catch2 with a main function, as ctg_catch2: version 3 and Debian's version 2 have one for the host's architecture.
macro(ctg_require_catch2)
  FetchContent_Declare(Catch2 GIT_REPOSITORY https://github.com/catchorg/Catch2.git GIT_TAG v3.7.1 GIT_SHALLOW ON SYSTEM
    FIND_PACKAGE_ARGS NAMES Catch2)
  ctg_make_available(Catch2)
  if(TARGET Catch2::Catch2WithMain AND NOT CMAKE_CROSSCOMPILING)
    add_library(ctg_catch2 INTERFACE)
    target_link_libraries(ctg_catch2 INTERFACE Catch2::Catch2WithMain)
  else()
    file(CONFIGURE OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/catch_main.cpp" @ONLY
      CONTENT "#define CATCH_CONFIG_MAIN\n#include <catch2/catch.hpp>\n")
    add_library(ctg_catch2 STATIC "${CMAKE_CURRENT_BINARY_DIR}/catch_main.cpp")
    target_compile_features(ctg_catch2 PUBLIC cxx_std_20)
    target_link_libraries(ctg_catch2 PUBLIC Catch2::Catch2)
  endif()
endmacro()

macro(ctg_require_benchmark)
  set(BENCHMARK_ENABLE_TESTING OFF)
  set(BENCHMARK_ENABLE_INSTALL OFF)
  FetchContent_Declare(benchmark GIT_REPOSITORY https://github.com/google/benchmark.git GIT_TAG v1.7.1 GIT_SHALLOW ON SYSTEM
    FIND_PACKAGE_ARGS 1.7)
  ctg_make_available(benchmark)
endmacro()
