// SPDX-License-Identifier: MIT
// Rows by a number of the sample's own have no batched form.
// EXPECT: no form for many samples
// MAX-LINES: 25
#include <ctg/expr/batched.hpp>
#include <ctg/expr/pieces.hpp>

ctg::matrix<"A", float, 5, 2> A;
ctg::tensor<"y", std::int32_t, ctg::dim<"N">, 1> y(3);
ctg::tensor<"z", std::int32_t, 4> z;
#ifdef CTG_TWIN
ctg::tensor<"B", float, ctg::dim<"N">, 5, 2> B(3);
auto rows = ctg::batched<"N">([](auto const& b) { return gather(b, z); })(B);
#else
auto rows = ctg::batched<"N">([](auto const& i) { return gather(A, i); })(y);
#endif
