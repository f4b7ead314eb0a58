// SPDX-License-Identifier: MIT
// The worked examples of the lecture notes, case by case (test/cases/seeds.txt): values and derivatives as the program
// that runs computes them, in double, at the tolerance that the file states.
#include <ctg/ctg.hpp>

#include "../cases/case_reader.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <set>
#include <string>
#include <vector>

namespace {

using namespace ctg;

std::vector<Case> const& all_cases() {
  static std::vector<Case> const cases = [] {
    std::string const file = __FILE__;
    return read_cases(file.substr(0, file.find_last_of("/\\")) + "/../cases/seeds.txt");
  }();
  return cases;
}

// A case by its id; every id asked for is noted.
class seed {
 public:
  explicit seed(std::string const& id) {
    for (Case const& c : all_cases())
      if (c.id == id) case_ = &c;
    INFO(id);
    REQUIRE(case_);
    used().insert(id);
  }
  static std::set<std::string>& used() {
    static std::set<std::string> ids;
    return ids;
  }

  template <class Leaf>
  void fill(Leaf& leaf, char const* name) const {
    CaseTensor const& t = case_->in.at(name);
    INFO(case_->id << " " << name);
    REQUIRE(static_cast<std::size_t>(leaf.size()) == t.data.size());
    std::copy(t.data.begin(), t.data.end(), leaf.data());
  }

  /// The outputs of one program of these expressions against the case's outputs of those names.
  template <class... E>
  void check(std::array<char const*, sizeof...(E)> const& names, E const&... e) const {
    auto p = program(e...);
    p();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (compare(p.template result<static_cast<int>(I)>(), names[I]), ...);
    }
    (std::index_sequence_for<E...>{});
  }
  /// One number against entry i of an output.
  void check_entry(char const* name, std::size_t i, double got) const {
    CaseTensor const& want = case_->out.at(name);
    INFO(case_->id << " " << name << ", entry " << i << ": " << got << " for " << want.data[i]);
    CHECK(case_close(got, want.data[i], case_->rtol, case_->atol));
  }

 private:
  template <class V>
  void compare(V const& v, char const* name) const {
    std::size_t const count = case_->out.at(name).data.size();
    INFO(case_->id << " " << name);
    if constexpr (std::is_arithmetic_v<V>) {
      REQUIRE(count == 1);
      check_entry(name, 0, v);
    } else {
      REQUIRE(static_cast<std::size_t>(v.size()) == count);
      for (std::size_t i = 0; i < count; ++i) check_entry(name, i, v.data()[i]);
    }
  }

  Case const* case_ = nullptr;
};

}  // namespace

TEST_CASE("seeds: TUM exercises", "[seeds]") {
  {
    seed const c("tum_exercise2");
    matrix<"X", double, 2, 2> X;
    matrix<"W", double, 2, 2> W;
    c.fill(X, "X"), c.fill(W, "W");
    auto const Y = X * W;
    auto const f = square(Y);
    auto const L = sum(f);
    c.check({"Y", "f", "L", "dL_df", "dL_dY", "grad_X", "grad_W"}, Y, f, L, gradient(L, f), gradient(L, Y),
            gradient(L, X), gradient(L, W));
  }
  {
    seed const c("tum_chain_2x");
    tensor<"x", double, 4> x;
    c.fill(x, "x");
    auto const L = sum(2 * x);
    c.check({"L", "grad_x"}, L, gradient(L, x));
  }
  {
    seed const c("tum_affine_vjp");
    matrix<"X", double, 2, 2> X;
    matrix<"W", double, 2, 3> W;
    row<"b", double, 3> b;
    matrix<"dY", double, 2, 3> dY;
    c.fill(X, "X"), c.fill(W, "W"), c.fill(b, "b"), c.fill(dY, "dY");
    auto const Y = affine(X, W, b);
    c.check({"Y", "grad_X", "grad_W", "grad_b"}, Y, vjp(Y, dY, X), vjp(Y, dY, W), vjp(Y, dY, b));
  }
  {
    seed const c("tum_exercise1_sigmoid");
    matrix<"X", double, 2, 2> X;
    matrix<"W", double, 2, 3> W;
    matrix<"dS", double, 2, 3> dS;
    c.fill(X, "X"), c.fill(W, "W"), c.fill(dS, "dS");
    auto const Y = X * W;
    auto const S = sigmoid(Y);
    c.check({"S", "dL_dY", "grad_X", "grad_W"}, S, vjp(S, dS, Y), vjp(S, dS, X), vjp(S, dS, W));
  }
  {
    seed const c("stanford_linear_N1D2M3");
    row<"x", double, 2> x;
    matrix<"w", double, 2, 3> w;
    row<"dy", double, 3> dy;
    c.fill(x, "x"), c.fill(w, "w"), c.fill(dy, "dy");
    auto const y = x * w;
    c.check({"y", "grad_x", "grad_w"}, y, vjp(y, dy, x), vjp(y, dy, w));
  }
}

TEST_CASE("seeds: Expansion of Jacobians", "[seeds]") {
  matrix<"X", double, 2, 3> X;
  matrix<"dY", double, 2, 3> dY;
  {
    seed const c("exp_sum_mean");
    c.fill(X, "X");
    c.check({"sum", "grad_sum", "mean", "grad_mean"}, sum(X), gradient(sum(X), X), mean(X), gradient(mean(X), X));
  }
  {
    seed const c("exp_unary_vjps");
    c.fill(X, "X"), c.fill(dY, "dY");
    // log |X|: the case gives the derivative with respect to |X|
    c.check({"exp", "dX_exp", "sigmoid", "dX_sigmoid", "tanh", "dX_tanh", "relu", "dX_relu"}, exp(X),
            vjp(exp(X), dY, X), sigmoid(X), vjp(sigmoid(X), dY, X), tanh(X), vjp(tanh(X), dY, X), relu(X),
            vjp(relu(X), dY, X));
    auto const size = abs(X);
    c.check({"log_absX", "dX_log_absX"}, log(size), vjp(log(size), dY, size));
  }
  {
    seed const c("exp_relu_at_zero_convention");
    tensor<"x", double, 4> x;
    c.fill(x, "x");
    c.check({"seed"}, gradient(sum(relu(x)), x));
  }
  {
    seed const c("exp_total_derivative");
    scalar<"x1", double> x1;
    scalar<"x2", double> x2;
    scalar<"x3", double> x3;
    tensor<"x", double, 3> x;
    c.fill(x, "x");
    x1 = x(0), x2 = x(1), x3 = x(2);
    auto const y1 = sin(x1);
    auto const y2 = x1 * x2;
    auto const y3 = x1 + square(x2);
    auto const y4 = exp(x3);
    auto const J = square(y1) + square(y2) + square(y3) + square(y4);
    auto p = program(J, gradient(J, x1), gradient(J, x2), gradient(J, x3), y1, y2, y3, y4);
    p();
    c.check_entry("J", 0, p[J]);
    c.check_entry("grad_x", 0, p.result<1>()), c.check_entry("grad_x", 1, p.result<2>()),
        c.check_entry("grad_x", 2, p.result<3>());
    c.check_entry("y", 0, p[y1]), c.check_entry("y", 1, p[y2]), c.check_entry("y", 2, p[y3]),
        c.check_entry("y", 3, p[y4]);
  }
  {
    seed const c("exp_binary_vjps");
    matrix<"M", double, 2, 3> M;
    matrix<"N", double, 2, 3> N;
    c.fill(M, "M"), c.fill(N, "N"), c.fill(dY, "dY");
    c.check({"add", "dM_add", "dN_add", "sub", "dM_sub", "dN_sub", "had", "dM_had", "dN_had"}, M + N, vjp(M + N, dY, M),
            vjp(M + N, dY, N), M - N, vjp(M - N, dY, M), vjp(M - N, dY, N), M % N, vjp(M % N, dY, M),
            vjp(M % N, dY, N));
  }
  {
    seed const c("exp_sgd_update");
    matrix<"W", double, 2, 2> W;
    matrix<"dW", double, 2, 2> dW;
    scalar<"alpha", double> alpha;
    c.fill(W, "W"), c.fill(dW, "dW"), c.fill(alpha, "alpha");
    c.check({"W_new"}, W - alpha * dW);
    W -= alpha * dW;
    c.check({"W_new"}, W);
  }
}

TEST_CASE("seeds: linear and bilinear layers", "[seeds]") {
  {
    seed const c("bil_col_affine");
    matrix<"W", double, 2, 3> W;
    matrix<"X", double, 3, 4> X;
    column<"b", double, 2> b;
    matrix<"dZ", double, 2, 4> dZ;
    c.fill(W, "W"), c.fill(X, "X"), c.fill(b, "b"), c.fill(dZ, "dZ");
    auto const Z = W * X + b;
    c.check({"Z", "grad_W", "grad_X", "grad_b"}, Z, vjp(Z, dZ, W), vjp(Z, dZ, X), vjp(Z, dZ, b));
  }
  {
    seed const c("bil_linear");
    matrix<"X", double, 2, 3> X;
    matrix<"A", double, 4, 3> A;
    tensor<"b", double, 4> b;
    matrix<"dY", double, 2, 4> dY;
    c.fill(X, "X"), c.fill(A, "A"), c.fill(b, "b"), c.fill(dY, "dY");
    auto const Y = X * transpose(A) + b;
    c.check({"Y", "grad_X", "grad_A", "grad_b"}, Y, vjp(Y, dY, X), vjp(Y, dY, A), vjp(Y, dY, b));
  }
  {
    seed const c("bil_bilinear_scalar");
    tensor<"x", double, 3> x;
    tensor<"y", double, 4> y;
    matrix<"A", double, 3, 4> A;
    c.fill(x, "x"), c.fill(y, "y"), c.fill(A, "A");
    auto const z = einsum<"m,mn,n->">(x, A, y);
    c.check({"z", "grad_x", "grad_y", "grad_A"}, z, gradient(z, x), gradient(z, y), gradient(z, A));
  }
  {
    seed const c("bil_bilinear_gram");
    matrix<"X", double, 3, 2> X;
    matrix<"Y", double, 4, 5> Y;
    matrix<"A", double, 3, 4> A;
    matrix<"dZ", double, 2, 5> dZ;
    c.fill(X, "X"), c.fill(Y, "Y"), c.fill(A, "A"), c.fill(dZ, "dZ");
    auto const Z = transpose(X) * A * Y;
    c.check({"Z", "grad_X", "grad_Y", "grad_A"}, Z, vjp(Z, dZ, X), vjp(Z, dZ, Y), vjp(Z, dZ, A));
  }
  {
    seed const c("bil_bilinear_batch1");
    matrix<"X", double, 3, 5> X;
    matrix<"Y", double, 4, 5> Y;
    matrix<"A", double, 3, 4> A;
    row<"dz", double, 5> dz;
    c.fill(X, "X"), c.fill(Y, "Y"), c.fill(A, "A"), c.fill(dz, "dz");
    auto const z = sum<0>(X % (A * Y));
    c.check({"z", "grad_X", "grad_Y", "grad_A"}, z, vjp(z, dz, X), vjp(z, dz, Y), vjp(z, dz, A));
  }
  {
    // z_i = xᵀ A_i y
    seed const c("bil_bilinear_vec");
    tensor<"x", double, 3> x;
    tensor<"y", double, 4> y;
    tensor<"A", double, 2, 3, 4> A;
    tensor<"dz", double, 2> dz;
    c.fill(x, "x"), c.fill(y, "y"), c.fill(A, "A"), c.fill(dz, "dz");
    auto const z = einsum<"m,lmn,n->l">(x, A, y);
    c.check({"z", "grad_x", "grad_y", "grad_A"}, z, vjp(z, dz, x), vjp(z, dz, y), vjp(z, dz, A));
  }
  {
    // Z_ij = Σ x_j ⊙ (A_i y_j), columns: 3×5 ⊙ (2×3×4 · 4×5), summed over the middle axis
    seed const c("bil_bilinear_batchcol");
    matrix<"X", double, 3, 5> X;
    matrix<"Y", double, 4, 5> Y;
    tensor<"A", double, 2, 3, 4> A;
    matrix<"dZ", double, 2, 5> dZ;
    c.fill(X, "X"), c.fill(Y, "Y"), c.fill(A, "A"), c.fill(dZ, "dZ");
    auto const Z = reshape<2, 5>(sum<1>(X % (A * Y)));
    c.check({"Z", "grad_X", "grad_Y", "grad_A"}, Z, vjp(Z, dZ, X), vjp(Z, dZ, Y), vjp(Z, dZ, A));
  }
  {
    // rows: Z_ij = Σ (x_i A_j) ⊙ y_i + b_j: 5×3 · 2×3×4 is 2×5×4
    seed const c("bil_bilinear_layer");
    matrix<"X", double, 5, 3> X;
    matrix<"Y", double, 5, 4> Y;
    tensor<"A", double, 2, 3, 4> A;
    tensor<"b", double, 2> b;
    matrix<"dZ", double, 5, 2> dZ;
    c.fill(X, "X"), c.fill(Y, "Y"), c.fill(A, "A"), c.fill(b, "b"), c.fill(dZ, "dZ");
    auto const Z = transpose(reshape<2, 5>(sum<2>((X * A) % Y))) + b;
    c.check({"Z", "grad_X", "grad_Y", "grad_A", "grad_b"}, Z, vjp(Z, dZ, X), vjp(Z, dZ, Y), vjp(Z, dZ, A),
            vjp(Z, dZ, b));
    auto const L = bilinear(X, A, Y) + b;
    c.check({"Z", "grad_X", "grad_Y", "grad_A", "grad_b"}, L, vjp(L, dZ, X), vjp(L, dZ, Y), vjp(L, dZ, A),
            vjp(L, dZ, b));
  }
}

TEST_CASE("seeds: Jacobians", "[seeds]") {
  {
    seed const c("tum_dYdw11");
    matrix<"X", double, 2, 2> X;
    matrix<"W", double, 2, 3> W;
    matrix<"E", double, 2, 3> E{{1, 0, 0}, {0, 0, 0}};
    c.fill(X, "X"), c.fill(W, "W");
    auto const Y = X * W;
    c.check({"dY_dw11", "J_W"}, jvp(Y, W, E), jacobian(Y, W));
  }
  {
    seed const c("stanford_genjac");
    matrix<"x", double, 1, 2> x;
    matrix<"w", double, 2, 3> w;
    c.fill(x, "x"), c.fill(w, "w");
    auto const y = x * w;
    auto const J_x = jacobian(y, x);
    auto const J_w = jacobian(y, w);
    static_assert(shape_of(J_x) == shape(1, 3, 1, 2) && shape_of(J_w) == shape(1, 3, 2, 3));
    c.check({"J_x", "J_w"}, J_x, J_w);
  }
  {
    seed const c("stanford_jacobian_size");
    matrix<"x", float, 64, 4096> const x;
    matrix<"w", float, 4096, 4096> const w;
    auto const J = jacobian(x * w, x);
    constexpr std::int64_t count = entries(J);
    c.check_entry("entries", 0, static_cast<double>(count));
    c.check_entry("bytes", 0, static_cast<double>(count) * sizeof(float));
    c.check_entry("GiB", 0, static_cast<double>(count) * sizeof(float) / (1024.0 * 1024 * 1024));
  }
  {
    seed const c("stanford_genchain");
    matrix<"X", double, 2, 2> X;
    matrix<"W", double, 2, 3> W;
    matrix<"dX", double, 2, 2> dX;
    c.fill(X, "X"), c.fill(W, "W"), c.fill(dX, "dX");
    auto const Y = X * W;
    auto const z = reshape<2>(sum<1>(tanh(Y)));
    c.check({"J_YX", "J_zY", "J_zX", "JdX"}, jacobian(Y, X), jacobian(z, Y), chain(jacobian(z, Y), jacobian(Y, X)),
            chain(jacobian(z, X), dX));
  }
}

// Last, for it looks at what the test cases above asked for.
TEST_CASE("seeds: every case is tested or listed with its reason", "[seeds]") {
  std::set<std::string> known;
  for (std::string const& id : seed::used()) CHECK(known.insert(id).second);
  std::set<std::string> in_file;
  for (Case const& c : all_cases()) in_file.insert(c.id);
  CHECK(in_file.size() == 23);
  CHECK(known == in_file);
}
