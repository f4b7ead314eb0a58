// SPDX-License-Identifier: MIT
// The source that CMake needs to make a precompiled header.
