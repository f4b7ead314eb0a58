// SPDX-License-Identifier: MIT
// A gradient checked with respect to a subexpression.
// EXPECT: check_gradient(sum(exp(A))(scalar),
// EXPECT: exp(A)(2 x 3))
// EXPECT: the leaves whose gradients are checked
// MAX-LINES: 25
#include <ctg/check.hpp>
#include <ctg/ctg.hpp>

ctg::matrix<"A", double, 2, 3> A;
#ifdef CTG_TWIN
auto report = ctg::check_gradient(sum(exp(A)), A);
#else
auto report = ctg::check_gradient(sum(exp(A)), exp(A));
#endif
