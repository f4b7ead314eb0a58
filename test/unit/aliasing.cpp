// SPDX-License-Identifier: MIT
// Views as inputs and as targets: padded, unaligned, const, empty, overlapping.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <vector>

namespace {

using ctg::dim;
using ctg::stride;

std::vector<float> numbers(std::size_t n) {
  std::vector<float> v(n);
  for (std::size_t i = 0; i < n; ++i) v[i] = 0.25f * static_cast<float>(i % 23) - 2;
  return v;
}

}  // namespace

TEST_CASE("an assigned leaf may not share memory with another leaf of the program") {
  std::vector<float> memory(64);
  ctg::row_view<"a", float, 16> a(memory.data());
  ctg::row_view<"b", float, 16> overlapping(memory.data() + 8), behind(memory.data() + 16), same(memory.data());
  auto const overlap = [&](auto& b) { return ctg::program(ctg::assign(a, a + b)); };
  CHECK_THROWS_AS(overlap(overlapping), ctg::binding_error);
  CHECK_THROWS_AS(overlap(same), ctg::binding_error);
  CHECK_NOTHROW(overlap(behind));
  // read only, they may
  CHECK_NOTHROW(ctg::program(sum(a % overlapping)));
  try {
    overlap(overlapping);
    FAIL("nothing was thrown");
  } catch (ctg::binding_error const& e) {
    std::string const text = e.what();
    CHECK(text.find('a') != std::string::npos);
    CHECK(text.find('b') != std::string::npos);
  }
  // nor may bind bring it about; the program goes on as it was
  auto p = overlap(behind);
  memory[16] = 5;
  CHECK_THROWS_AS(p.bind(overlapping), ctg::binding_error);
  p();
  CHECK(a(0, 0) == 5);
  // a view on an owning leaf
  ctg::matrix<"M", float, 4, 4> M;
  ctg::row_view<"r", float const, 4> row(M.data() + 4);
  CHECK_THROWS_AS(ctg::program(ctg::assign(M, M + row)), ctg::binding_error);
  CHECK_NOTHROW(ctg::evaluate(M + row));
}

TEST_CASE("columns of one padded matrix, side by side, share nothing") {
  std::vector<float> memory = numbers(64), before = memory;
  ctg::matrix_view<"l", float, dim<"N">, 3> left(memory.data(), 8, stride(8));
  ctg::matrix_view<"r", float, dim<"N">, 3> right(memory.data() + 3, 8, stride(8));
  ctg::column_view<"c", float, dim<"N">> last(memory.data() + 7, 8, stride(8));
  auto p = ctg::program(ctg::assign(left, right), ctg::assign(right, left), ctg::assign(last, last + 1));
  p();
  for (std::size_t i = 0; i < 64; ++i) {
    std::size_t const j = i % 8;
    CHECK(memory[i] == (j < 3 ? before[i + 3] : j < 6 ? before[i - 3] : j == 6 ? before[i] : before[i] + 1));
  }
  // one column more, or one row's shift, and they meet; so do rows of other lengths
  ctg::matrix_view<"w", float, dim<"N">, 4> wide(memory.data() + 2, 7, stride(8));
  ctg::matrix_view<"o", float, dim<"N">, 3> other(memory.data() + 3, 8, stride(7));
  ctg::matrix_view<"s", float, dim<"N">, 3> round(memory.data() + 6, 7, stride(8));
  ctg::matrix_view<"l", float, dim<"N">, 3> shorter(memory.data(), 7, stride(8));
  CHECK_THROWS_AS(ctg::program(ctg::assign(shorter, sum<1>(wide))), ctg::binding_error);
  CHECK_THROWS_AS(ctg::program(ctg::assign(left, other)), ctg::binding_error);
  CHECK_THROWS_AS(ctg::program(ctg::assign(round, shorter)), ctg::binding_error);
  // one row among rows
  ctg::row_view<"x", float, 3> row(memory.data() + 19), below(memory.data() + 17);
  CHECK_NOTHROW(ctg::program(ctg::assign(row, sum<0>(left))));
  CHECK_THROWS_AS(ctg::program(ctg::assign(below, sum<0>(left))), ctg::binding_error);
}

TEST_CASE("padded and unaligned views are read and written entry for entry") {
  // every offset of a vector's lanes, widths around them
  for (std::int64_t offset : {0, 1, 3, 7}) {
    for (std::int64_t n : {1, 2, 8, 13}) {
      std::vector<float> in = numbers(400), out(400, -77);
      ctg::matrix_view<"X", float const, dim<"N">, 11> X(in.data() + offset, n, stride(13 + offset));
      ctg::matrix_view<"Y", float, dim<"N">, 11> Y(out.data() + offset, n, stride(17));
      ctg::matrix_view<"Z", float, 11, dim<"N">> Z(out.data() + 240, n, stride(n + 1));
      ctg::program(ctg::assign(Y, square(X) - 1), ctg::assign(Z, transpose(X)))();
      std::vector<char> written(400, 0);
      bool right = true;
      for (int i = 0; i < n; ++i)
        for (int j = 0; j < 11; ++j) {
          right = right && Y(i, j) == X(i, j) * X(i, j) - 1 && Z(j, i) == X(i, j);
          written[static_cast<std::size_t>(offset + i * 17 + j)] = 1;
          written[static_cast<std::size_t>(240 + j * (n + 1) + i)] = 1;
        }
      CHECK(right);
      bool untouched = true;
      for (std::size_t i = 0; i < out.size(); ++i) untouched = untouched && (written[i] || out[i] == -77);
      CHECK(untouched);
    }
  }
}

TEST_CASE("padded views under reductions, reshapes and products") {
  std::vector<float> in = numbers(200), weights = numbers(100), out(200, -77);
  ctg::matrix_view<"X", float const, dim<"N">, 6> X(in.data() + 1, 9, stride(10));
  ctg::matrix_view<"W", float, 6, 4> W(weights.data() + 3, stride(7));
  ctg::matrix_view<"Y", float, dim<"N">, 4> Y(out.data() + 5, 9, stride(9));

  auto p = ctg::program(ctg::assign(Y, X * W), sum<0>(X), sum<1>(X),
                        sum(reshape<dim<"N">, 2, 3>(X) % reshape<dim<"N">, 2, 3>(X)), max(X));
  p();
  float squares = 0, largest = X(0, 0);
  for (int i = 0; i < 9; ++i) {
    float row = 0;
    for (int j = 0; j < 6; ++j) {
      row += X(i, j);
      squares += X(i, j) * X(i, j);
      largest = std::max(largest, X(i, j));
    }
    CHECK(p.result<2>()(i, 0) == row);
    for (int j = 0; j < 4; ++j) {
      float sum = 0;
      for (int k = 0; k < 6; ++k) sum += X(i, k) * W(k, j);
      CHECK(Y(i, j) == sum);  // sums of few multiples of 1/16: exact
    }
  }
  float column = 0;
  for (int i = 0; i < 9; ++i) column += X(i, 5);
  CHECK(p.result<1>()(0, 5) == column);
  CHECK(p.result<3>() == squares);
  CHECK(p.result<4>() == largest);
  CHECK(out[4] == -77);
  CHECK(out[5 + 4] == -77);
  CHECK(out[5 + 8 * 9 + 4] == -77);
}

TEST_CASE("what goes to a padded view is read on in another shape") {
  std::vector<float> in = numbers(64), out(64, -77);
  ctg::matrix_view<"X", float const, 4, 6> X(in.data());
  ctg::matrix_view<"Y", float, 4, 6> Y(out.data(), stride(11));
  auto y = X + 1;
  auto z = 2 * reshape<8, 3>(y);
  auto p = ctg::program(ctg::assign(Y, y), z);
  p();
  for (int i = 0; i < 4; ++i)
    for (int j = 0; j < 6; ++j) {
      CHECK(Y(i, j) == X(i, j) + 1);
      CHECK(p[z]((i * 6 + j) / 3, (i * 6 + j) % 3) == 2 * (X(i, j) + 1));
    }
}

TEST_CASE("views of rank 1 and 3, of doubles, in place") {
  std::vector<double> memory(90);
  for (std::size_t i = 0; i < memory.size(); ++i) memory[i] = static_cast<double>(i);
  auto const before = memory;
  ctg::tensor_view<"T", double, 2, 3, 5> T(memory.data() + 1, stride(7));
  T = T * 2 + 1;
  ctg::tensor_view<"u", double, 5> u(memory.data() + 60);
  u -= 0.5 * u;
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 5; ++k) {
        auto const at = static_cast<std::size_t>(1 + (i * 3 + j) * 7 + k);
        CHECK(memory[at] == 2 * before[at] + 1);
      }
  CHECK(memory[6] == before[6]);  // between two rows
  CHECK(u(4) == 32);
  CHECK(memory[65] == 65);
}

TEST_CASE("empty views") {
  ctg::matrix_view<"X", float const, dim<"N">, 6> X(nullptr, 0);
  ctg::matrix_view<"Y", float, dim<"N">, 6> Y(nullptr, 0);
  auto p = ctg::program(ctg::assign(Y, X + 1), sum(X), sum<0>(X));
  p();
  CHECK(p.result<1>() == 0);
  CHECK(p.result<2>()(0, 5) == 0);
}

TEST_CASE("a number is assigned to all entries of a leaf, and to none of its padding") {
  constexpr auto at_compile_time = [] {
    ctg::matrix<"W", float, 2, 3> W;
    W = 3;
    return W(0, 0) + W(1, 2);
  };
  static_assert(at_compile_time() == 6);
  std::vector<double> memory(20, 7);
  ctg::matrix_view<"V", double, dim<"N">, 3> V(memory.data(), 4, stride(5));
  V = 1;
  for (std::size_t i = 0; i < 20; ++i) CHECK(memory[i] == (i % 5 < 3 ? 1 : 7));
  ctg::tensor<"T", float, 2, dim<"N">, 2> T(3);
  T = 2.5;
  CHECK(ctg::evaluate(sum(T)) == 30);
}
