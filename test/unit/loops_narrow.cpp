// SPDX-License-Identifier: MIT
// Rows of few known columns: in registers, or with a row in each lane where they are reduced. All widths around a
// vector, all numbers of rows around a group, against the interpreter.
#include <ctg/ctg.hpp>

#include "against_reference.hpp"

#include <vector>

namespace {

/// A softmax's loss with its gradients (a bias of one row, column sums) and labels over Rows × Columns.
template <auto Rows, int Columns>
void check_rows(auto... rows) {
  ctg::matrix<"Z", float, Rows, Columns> Z(rows...);
  ctg::column<"y", std::int32_t, Rows> y(rows...);
  ctg::row<"b", float, Columns> b;
  test::fill(Z);
  test::fill(b);
  for (std::int64_t i = 0; i < y.size(); ++i) y.data()[i] = static_cast<std::int32_t>(i % Columns);
  auto const J = cross_entropy(Z + b, y);
  test::check(2e-5, J, gradient(J, Z), gradient(J, b), max<1>(Z + b));
}

template <int Columns>
void check_width() {
  for (int n : {1, 7, 8, 16, 19, 48}) {
    INFO(n << " x " << Columns);
    check_rows<ctg::dim<"N">, Columns>(n);
  }
}

}  // namespace

TEST_CASE("rows of less, about, and more than one or two vectors") {
  check_width<3>();
  check_width<8>();
  check_width<10>();
  check_width<17>();
  check_width<33>();
}

TEST_CASE("few rows, so that no lane could have one") { check_rows<3, 10>(); }

TEST_CASE("element-wise rows of few columns with column sums, in a padded view") {
  std::vector<float> memory(7 * 24, 100.f);
  ctg::matrix_view<"V", float, 7, 19> V(memory.data(), ctg::stride(24));
  for (int i = 0; i < 7; ++i)
    for (int j = 0; j < 19; ++j) V(i, j) = static_cast<float>(std::cos(1.3 * (i * 19 + j)));
  ctg::row<"b", float, 19> b;
  test::fill(b);
  test::check(2e-5, sum<0>(tanh(V + b)), V % b);
  V = V + b;
  for (int i = 0; i < 7; ++i)
    for (int j = 19; j < 24; ++j) REQUIRE(memory[static_cast<std::size_t>(i * 24 + j)] == 100.f);
}

TEST_CASE("double in the lanes") {
  ctg::matrix<"Z", double, ctg::dim<"N">, 5> Z(13);
  ctg::column<"y", std::int64_t, ctg::dim<"N">> y(13);
  test::fill(Z);
  for (int i = 0; i < 13; ++i) y.data()[i] = i % 5;
  auto const J = cross_entropy(Z, y);
  test::check(1e-14, J, gradient(J, Z));
}
