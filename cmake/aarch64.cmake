# SPDX-License-Identifier: MIT
# Toolchain: AArch64 (NEON) from another Linux, by Debian's cross compiler; its programs run under QEMU. xsimd and Catch2
# are headers: they are taken from the host, behind the target's own.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_CXX_COMPILER aarch64-linux-gnu-g++)
set(CMAKE_CXX_FLAGS_INIT "-idirafter /usr/include")
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
file(GLOB xsimd_DIR /usr/lib/*/cmake/xsimd)  # of the host's architecture
# -isystem /usr/include, as the host's packages ask for, would put the host's C library in front
set(CMAKE_PROJECT_cotangent_INCLUDE ${CMAKE_CURRENT_LIST_DIR}/aarch64_host_headers.cmake)
