// SPDX-License-Identifier: MIT
// A Jacobian of eight axes, with more on the way.
// EXPECT: 2 x 2 x 2 x 2 x 2 x 2 x 2 x 2
// EXPECT: more than 8 axes
// MAX-LINES: 30
#include <ctg/calculus/jacobian.hpp>
#include <ctg/run/evaluate.hpp>

ctg::tensor<"T", float, 2, 2, 2, 2> T;
#ifdef CTG_TWIN
auto J = evaluate(jacobian(reshape<2, 2, 2, 2>(exp(reshape<4, 2, 2>(T))), T));
#else
auto J = evaluate(jacobian(reshape<2, 2, 2, 2>(exp(reshape<1, 2, 2, 2, 2>(T))), T));
#endif
