// SPDX-License-Identifier: MIT
// A constant with more digits than a fraction of 64-bit numbers holds.
// EXPECT: _c takes 18 digits at most
// MAX-LINES: 25
#include <ctg/expr/operators.hpp>

using namespace ctg::literals;
#ifdef CTG_TWIN
auto tenth_of_log = 0.43429448190325183_c;
#else
auto tenth_of_log = 0.4342944819032518277_c;
#endif
