// SPDX-License-Identifier: MIT
// The version of the library; CMake reads it from here, so that it stands in one place. (Not major and minor: the C
// library's sys/sysmacros.h makes macros of those.)
#pragma once

namespace ctg::inline v0 {

inline constexpr int version_major = 0;
inline constexpr int version_minor = 1;
inline constexpr int version_patch = 0;

}  // namespace ctg::inline v0
