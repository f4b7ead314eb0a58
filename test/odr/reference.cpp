// SPDX-License-Identifier: MIT
// A unit in reference mode, which makes the same program as main.cpp.
#define CTG_REFERENCE
#include "wrong.hpp"

bool reference_mode_notices(ctg::row<"x", float, 3> const& x) {
  auto p = ctg::program(ctg::call<wrong>(x));
  try {
    p();
  } catch (ctg::reference_error const&) {
    return true;
  }
  return false;
}
