// SPDX-License-Identifier: MIT
// Rows of few known columns: in registers, or with a row in each lane where they are reduced. All widths around a
// vector, all numbers of rows around a group, against the interpreter.
#include <ctg/ctg.hpp>

#include "against_reference.hpp"

#include <limits>
#include <utility>
#include <vector>

namespace {

using namespace ctg::literals;

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

/// A training step that is one piece of code, kernel by kernel (which it is not then) and by the interpreter; B is a
/// padded view, whose padding stays.
template <class T, int In, int Hidden, int Out>
void check_tiny() {
  INFO(In << " -> " << Hidden << " -> " << Out);
  constexpr T padding = 100;
  std::vector<T> memory(Hidden * (Out + 2), padding);
  ctg::row<"x", T, In> x;
  ctg::row<"t", T, Out> t;
  ctg::matrix<"A", T, In, Hidden> A;
  ctg::matrix_view<"B", T, Hidden, Out> B(memory.data(), ctg::stride(Out + 2));
  ctg::row<"a", T, Hidden> a;
  ctg::row<"b", T, Out> b;
  test::fill(x);
  test::fill(t);
  auto const start = [&] {
    test::fill(A);
    test::fill(b);
    test::fill(a);
    for (int i = 0; i < Hidden; ++i)
      for (int j = 0; j < Out; ++j) B(i, j) = static_cast<T>(std::cos(1.3 * (i * Out + j)));
  };
  auto const J = mse(tanh(x * A + a) * B + b, t);
  auto const rest = [](auto& leaf, auto const& value) { return leaf - 0.5_c * gradient(value, leaf); };
  auto step = ctg::program(J, assign(A, rest(A, J)), assign(B, rest(B, J)), assign(a, rest(a, J)),
                           assign(b, rest(b, J)), gradient(J, x));
  static_assert(ctg::kernel::tiny_program<typename decltype(step)::plan_type>::applies);
  start();
  auto const value = evaluate_reference(J);
  auto const dx = evaluate_reference(gradient(J, x));
  auto const new_A = evaluate_reference(rest(A, J));
  auto const new_B = evaluate_reference(rest(B, J));
  auto const new_a = evaluate_reference(rest(a, J));
  auto const new_b = evaluate_reference(rest(b, J));
  auto const verify = [&] {
    auto const near = [](double got, double right) { return std::fabs(got - right) <= 1e-5; };
    CHECK(near(step[J], value));
    for (int i = 0; i < In; ++i) {
      REQUIRE(near(step[gradient(J, x)](0, i), dx(0, i)));
      for (int j = 0; j < Hidden; ++j) REQUIRE(near(A(i, j), new_A(i, j)));
    }
    for (int j = 0; j < Hidden; ++j) REQUIRE(near(a(0, j), new_a(0, j)));
    for (int k = 0; k < Out; ++k) {
      REQUIRE(near(b(0, k), new_b(0, k)));
      for (int j = 0; j < Hidden; ++j) REQUIRE(near(B(j, k), new_B(j, k)));
    }
    for (int j = 0; j < Hidden; ++j)
      for (int k = Out; k < Out + 2; ++k) REQUIRE(memory[static_cast<std::size_t>(j * (Out + 2) + k)] == padding);
  };
  step();
  verify();
  start();
  step(ctg::traced{[](int) {}});
  verify();
}

}  // namespace

TEST_CASE("tiny networks, one piece of code") {
  check_tiny<float, 4, 8, 3>();
  check_tiny<double, 5, 6, 3>();
}

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

/// All differences of N points and K others, which every point shares: sums over them, over either set, and extrema.
template <int K, int Axes>
void check_pairs(int n) {
  INFO(n << " and " << K << " points of " << Axes);
  ctg::tensor<"X", float, ctg::dim<"N">, 1, Axes> X(n);
  ctg::tensor<"C", float, K, Axes> C;
  ctg::tensor<"w", float, K, 1> w;
  test::fill(X);
  test::fill(C);
  test::fill(w);
  auto const D = X - C;
  auto const squares = sum<2>(square(D));
  test::check(1e-4, squares, sum<1>(w % D), sum<0>(w % D), max<2>(D), sum(exp(-squares)));
}

TEST_CASE("a group of rows that many matrices share is transposed once") {
  check_pairs<16, 3>(5);
  check_pairs<21, 8>(3);
  check_pairs<300, 8>(2);  // more groups than are kept
}

TEST_CASE("rows that lie side by side in memory are read and written as they lie") {
  ctg::matrix<"A", float, 5, 37> A;
  test::fill(A);
  test::check(2e-5, sum<1>(square(transpose(A))), softmax(transpose(A)), transpose(softmax(transpose(A))));
}

/// Sums of columns take several rows at once; what is left of them goes one by one.
template <auto Columns>
void check_column_sums(auto... columns) {
  for (int n : {1, 3, 4, 9}) {
    INFO(n << " rows");
    ctg::matrix<"X", float, ctg::dim<"N">, Columns> X(n, columns...);
    ctg::column<"w", float, ctg::dim<"N">> w(n);
    test::fill(X);
    test::fill(w);
    test::check(1e-5, sum<0>(X), min<0>(w % X), w / 3.f + square(X), sum<0>(w / 3.f + square(X)));
  }
}

TEST_CASE("sums of columns, rows in groups") {
  check_column_sums<5>();
  check_column_sums<19>();
  check_column_sums<ctg::dim<"M">>(37);
}

TEST_CASE("a reduction of a transpose reads rows as they lie") {
  ctg::tensor<"A", float, 3, 4, 5> A;
  test::fill(A);
  auto const T = transpose<2, 0, 1>(A);
  test::check(1e-5, sum<0>(T), max<1>(T), min<2>(T), sum(T));
  ctg::matrix<"B", float, 7, 9> B;
  static_assert(ctg::equivalent(sum<0>(transpose(B)), transpose(sum<1>(B))));
}

/// Element-wise work on a transpose, of more and less rows and columns than a tile has; V has padded rows.
template <class T, int Rows, int Columns>
void check_turned() {
  INFO(Rows << " x " << Columns);
  std::vector<T> memory(Columns * (Rows + 3));
  ctg::matrix<"A", T, ctg::dim<"M">, ctg::dim<"N">> A(Columns, Rows);
  ctg::matrix_view<"V", T, ctg::dim<"M">, ctg::dim<"N">> V(memory.data(), Columns, Rows, ctg::stride(Rows + 3));
  ctg::matrix<"B", T, ctg::dim<"N">, ctg::dim<"M">> B(Rows, Columns);
  ctg::column<"w", T, ctg::dim<"N">> w(Rows);
  test::fill(A);
  test::fill(B);
  test::fill(w);
  for (int i = 0; i < Columns; ++i)
    for (int j = 0; j < Rows; ++j) V(i, j) = static_cast<T>(std::sin(0.7 * (i * Rows + j)));
  test::check(2e-6, transpose(A) + B, w % transpose(A) - transpose(V), exp(transpose(V)) / (w + T(3)), transpose(V));
}

TEST_CASE("what is read transposed is turned tile by tile") {
  check_turned<float, 37, 70>();
  check_turned<float, 3, 100>();
  check_turned<double, 64, 9>();
  ctg::tensor<"R", float, 5, 20, 67> R;
  test::fill(R);
  test::check(2e-6, transpose<0, 2, 1>(R) * 2_c, exp(transpose<2, 1, 0>(R)), exp(transpose<1, 0, 2>(R)));
  ctg::matrix<"S", float, 33, 33> S;
  test::fill(S);
  auto const before = S;
  S = S + transpose(S);
  for (int i = 0; i < 33; ++i)
    for (int j = 0; j < 33; ++j) REQUIRE(S(i, j) == before(i, j) + before(j, i));
}

/// Rows and a row for all of them (one a buffer, with room behind it), beside each other, in two batches, and apart.
template <class T, int Columns>
void check_beside() {
  for (int n : {7, 8, 15, 16, 17, 37}) {
    INFO(n << " rows of " << Columns << ", " << sizeof(T) << " bytes");
    ctg::tensor<"X", T, 2, ctg::dim<"N">, Columns> X(n);
    ctg::tensor<"w", T, 2, 1, Columns> w;
    ctg::row<"b", T, Columns> b;
    test::fill(X);
    test::fill(w);
    test::fill(b);
    test::check(1e-6, X % w + b, X % softmax(b));
    std::vector<T> memory(static_cast<std::size_t>(n * (Columns + 1)), T(100));
    ctg::matrix_view<"V", T, ctg::dim<"N">, Columns> V(memory.data(), n, ctg::stride(Columns + 1));
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < Columns; ++j) V(i, j) = X(0, i, j);
    V = V - b;
    for (int i = 0; i < n; ++i) {
      for (int j = 0; j < Columns; ++j) REQUIRE(V(i, j) == X(0, i, j) - b(0, j));
      REQUIRE(memory[static_cast<std::size_t>(i * (Columns + 1) + Columns)] == T(100));
    }
  }
}

TEST_CASE("rows of part of a vector, several to a vector") {
  check_beside<float, 3>();
  check_beside<double, 3>();
}

/// A matrix of short rows times one of so many entries, plus a row: by itself, assigned to what it reads, and to a
/// padded view.
template <class T, int N, int K>
void check_short_products() {
  for (int m : {16, 31, 32, 33, 36, 37, 41, 700}) {
    INFO(m << " x " << K << " times " << K << " x " << N << ", " << sizeof(T) << " bytes");
    ctg::matrix<"P", T, ctg::dim<"N">, K> P(m);
    ctg::matrix<"Q", T, ctg::dim<"N">, N> Q(m);
    ctg::matrix<"R", T, N, K> R;
    ctg::matrix<"W", T, N, N> W;
    ctg::row<"t", T, N> t;
    for (int i = 0; i < N; ++i) W(i, i) = 1;
    std::vector<T> memory(static_cast<std::size_t>(m * (N + 1)), T(100));
    ctg::matrix_view<"V", T, ctg::dim<"N">, N> V(memory.data(), m, ctg::stride(N + 1));
    test::fill(P);
    test::fill(R);
    test::fill(t);
    auto const Y = P * transpose(R) + t;
    test::check(1e-6, Y, relu(P * transpose(R)) % t);
    test::check(1e-6, Y);
    auto const expected = ctg::evaluate_reference(Y);
    V = Y;
    Q = Y;
    Q = Q * W + t;
    for (int i = 0; i < m; ++i) {
      REQUIRE(memory[static_cast<std::size_t>(i * (N + 1) + N)] == T(100));
      for (int j = 0; j < N; ++j) {
        REQUIRE(std::fabs(V(i, j) - expected(i, j)) <= T(1e-6));
        REQUIRE(std::fabs(Q(i, j) - expected(i, j) - t(0, j)) <= T(1e-6));
      }
    }
  }
}

TEST_CASE("a product of short rows and what follows it") {
  check_short_products<float, 3, 3>();
  check_short_products<float, 4, 2>();
  check_short_products<double, 2, 4>();
}

/// Rows read backwards, of any length and of ten columns, as they are and of a view with padded rows.
template <class T>
void check_backwards() {
  for (int m : {1, 3, 4, 7, 8, 9, 15, 16, 17, 33}) {
    INFO(m << " columns, " << sizeof(T) << " bytes");
    ctg::matrix<"X", T, 3, ctg::dim<"M">> X(m);
    std::vector<T> memory(static_cast<std::size_t>(3 * (m + 1)), T(100));
    ctg::matrix_view<"V", T, 3, ctg::dim<"M">> V(memory.data(), m, ctg::stride(m + 1));
    ctg::matrix<"Y", T, 3, 10> Y;
    test::fill(X);
    test::fill(Y);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < m; ++j) V(i, j) = -X(i, j);
    test::check(1e-6, flip<1>(X) % X, flip<1>(V) + X, flip<1>(Y));
  }
}

TEST_CASE("rows read backwards") {
  check_backwards<float>();
  check_backwards<double>();
}

/// Rows that are folded as they lie: of all, of one operand and of two; a NaN at each place of a row.
template <class T, int Columns>
void check_folded() {
  for (int n : {1, 7, 8, 15, 16, 17, 33}) {
    INFO(n << " rows of " << Columns << ", " << sizeof(T) << " bytes");
    ctg::matrix<"X", T, ctg::dim<"N">, Columns> X(n);
    ctg::matrix<"Z", T, ctg::dim<"N">, Columns> Z(n);
    test::fill(X);
    test::fill(Z);
    Z = cos(3 * Z);
    test::check(1e-5, max<1>(X), sum<1>(X % Z), min<1>(2 * X), sqrt(sum<1>(square(X - Z))) + max<1>(Z));
    test::check(1e-5, prod<1>(X + Z), sum(abs(sum<1>(X))));
    auto p = ctg::program(max<1>(X), min<1>(X + Z));
    for (int i = 0; i < n; ++i)
      for (int j = 0; j < Columns; ++j) {
        T const x = std::exchange(X(i, j), std::numeric_limits<T>::quiet_NaN());
        p();
        X(i, j) = x;
        for (int k = 0; k < n; ++k) {
          REQUIRE(std::isnan(p.template result<0>()(k, 0)) == (k == i));
          REQUIRE(std::isnan(p.template result<1>()(k, 0)) == (k == i));
        }
      }
  }
}

TEST_CASE("rows of a power of two, folded as they lie") {
  check_folded<float, 8>();
  check_folded<float, 16>();
  check_folded<double, 2>();
}

TEST_CASE("double in the lanes") {
  ctg::matrix<"Z", double, ctg::dim<"N">, 5> Z(13);
  ctg::column<"y", std::int64_t, ctg::dim<"N">> y(13);
  test::fill(Z);
  for (int i = 0; i < 13; ++i) y.data()[i] = i % 5;
  auto const J = cross_entropy(Z, y);
  test::check(1e-14, J, gradient(J, Z));
}

TEST_CASE("a small space that is one row, behind products of several matrices") {
  ctg::tensor<"A", float, 3, 3, 80> A;
  ctg::tensor<"B", float, 3, 80, 3> B;
  struct {
    ctg::tensor<"Y", float, 3, 3, 3> Y;
    std::array<float, 64> behind{};
  } to;
  test::fill(A), test::fill(B);
  auto const e = tanh(A * B);
  auto const want = ctg::evaluate_reference(e);
  ctg::program(ctg::assign(to.Y, e))();
  CHECK(test::difference(to.Y, want) < 1e-5);
  CHECK(std::all_of(to.behind.begin(), to.behind.end(), [](float x) { return x == 0; }));
}
