// SPDX-License-Identifier: MIT
// Precompiled for all other tests.
#pragma once

#include "pch_kernel.hpp"

#if __has_include(<ctg/ctg.hpp>)
#include <ctg/ctg.hpp>
#endif
