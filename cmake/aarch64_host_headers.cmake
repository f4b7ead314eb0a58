# SPDX-License-Identifier: MIT
# For aarch64.cmake: CMake leaves out of the command lines what it takes for a directory of the compiler's own.
list(APPEND CMAKE_CXX_IMPLICIT_INCLUDE_DIRECTORIES /usr/include)
