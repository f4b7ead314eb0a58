// SPDX-License-Identifier: MIT
// What a program says of itself against what it does: kernels, stores, workspace, flops, bytes.
#include "against_reference.hpp"

#include <ctg/profile.hpp>

namespace {

using ctg::dim;
using test::kernels_run;

}  // namespace

TEST_CASE("a sigmoid layer with MSE and its update is two kernels") {
  ctg::matrix<"X", float, dim<"N">, 784> X(16);
  ctg::matrix<"T", float, dim<"N">, 10> T(16);
  ctg::matrix<"W", float, 784, 10> W;
  ctg::row<"b", float, 10> b;
  ctg::scalar<"lr", float> lr{0.5f};
  auto Z = X * W + b;
  auto Y = sigmoid(Z);
  auto J = mse(Y, T);
  auto step = ctg::program(J, ctg::assign(W, W - lr * gradient(J, W)), ctg::assign(b, b - lr * gradient(J, b)));
  using S = decltype(step);
  static_assert(S::kernels() == 2);
  CHECK(kernels_run(step) == S::kernels());
  CHECK(step[J] > 0);

  // the leaves are in memory; pre-activation, activation and the gradients are not
  CHECK(S::stores(X));
  CHECK(S::stores(W));
  CHECK_FALSE(S::stores(Z));
  CHECK_FALSE(S::stores(X * W));
  CHECK_FALSE(S::stores(Y));
  CHECK_FALSE(S::stores(gradient(J, W)));
  CHECK(S::stores(gradient(J, Z)));  // dZ is what the second product reads
  CHECK(S::stores(J));
  CHECK(S::stores(W - lr * gradient(J, W)));

  // workspace: dZ, what the products pack, one window of Z, J, the sums: not one more N×10
  constexpr auto bytes = [](int n) { return S::workspace_bytes(ctg::extents<"N">(n)); };
  CHECK(bytes(64) > 64 * 10 * 4);
  CHECK(bytes(60000) < (60000 * 10 + ctg::kernel::gemm_scratch<float>(784, 10, 60000)) * 4 + (1 << 20));
  // two products of 2·16·784·10 flops, and little beside
  auto const flops = S::flops(ctg::extents<"N">(16));
  CHECK(flops > 2 * 2 * 16 * 784 * 10);
  CHECK(flops < 2 * 2 * 16 * 784 * 10 + 784 * 10 * 4 + 16 * 10 * 40);
}

TEST_CASE("a two-layer network with softmax cross-entropy and four updates is at most five kernels") {
  ctg::matrix<"X", float, dim<"N">, 64> X(9);
  ctg::matrix<"T", float, dim<"N">, 10> T(9);
  ctg::matrix<"W", float, 64, 32> W;
  ctg::row<"b", float, 32> b;
  ctg::matrix<"V", float, 32, 10> V;
  ctg::row<"c", float, 10> c;
  auto J = cross_entropy(sigmoid(X * W + b) * V + c, T);
  auto step = ctg::program(J, ctg::assign(W, W - 0.1f * gradient(J, W)), ctg::assign(b, b - 0.1f * gradient(J, b)),
                           ctg::assign(V, V - 0.1f * gradient(J, V)), ctg::assign(c, c - 0.1f * gradient(J, c)));
  static_assert(decltype(step)::kernels() <= 5);
  CHECK(kernels_run(step) == step.kernels());
}

TEST_CASE("flops and bytes of cases counted by hand") {
  ctg::matrix<"A", double, 6, 50> A;
  ctg::matrix<"B", double, 6, 50> B;
  ctg::row<"r", double, 50> r;
  SECTION("one pass: two multiplications, an addition, one result") {
    auto y = A % B + A % r;
    auto p = ctg::program(y);
    static_assert(decltype(p)::kernels() == 1);
    static_assert(decltype(p)::flops() == 3 * 300);
    static_assert(decltype(p)::bytes_moved() == (3 * 300 + 50) * 8);  // A, B, y and r
    static_assert(decltype(p)::workspace_bytes() == 300 * 8 + 32);    // y, rounded up to a cache line
    CHECK(kernels_run(p) == 1);
  }
  SECTION("a sum, and an update in place") {
    auto p = ctg::program(sum(A % B), ctg::assign(A, A + B));
    static_assert(decltype(p)::kernels() == 1);
    static_assert(decltype(p)::flops() == 3 * 300);
    static_assert(decltype(p)::workspace_bytes() == 64);
    CHECK(kernels_run(p) == 1);
  }
  SECTION("a product") {
    ctg::matrix<"C", double, 50, dim<"K">> C(7);
    auto p = ctg::program(A * C);
    using P = decltype(p);
    static_assert(P::kernels() == 1);
    static_assert(P::flops(ctg::extents<"K">(7)) == 2 * 6 * 50 * 7);
    static_assert(P::bytes_moved(ctg::extents<"K">(7)) == (6 * 50 + 50 * 7 + 6 * 7) * 8);
    CHECK(kernels_run(p) == 1);
    CHECK_THROWS_AS(P::flops(ctg::extents<"M">(7)), ctg::extent_error);  // a figure that depends on K
  }
}

TEST_CASE("figures of linear algebra, scans, batches and gathers counted by hand") {
  ctg::matrix<"A", double, 16, 16> A;
  ctg::matrix<"B", double, 16, 3> B;
  std::int64_t constexpr lu = 16 * 16 * 16 * 2 / 3, factors = 17 * 16;
  auto x = ctg::program(solve(A, B));
  static_assert(x.flops() == lu + 2 * 16 * 16 * 3);
  static_assert(x.bytes_moved() == (16 * 16 + factors) * 8 + (factors + 2 * 16 * 3) * 8);  // factored, then solved
  static_assert(x.passes_over(A) == 1 && x.passes_over(B) == 1 && x.stored() == 1);
  auto d = ctg::program(determinant(A));
  static_assert(d.flops() == lu + 16);
  static_assert(d.bytes_moved() == (16 * 16 + factors + 2 * 16 + 1) * 8);  // of the factors the pivots
  static_assert(d.passes_over(A) == 1);

  ctg::tensor<"P", double, 5, 8, 16> P;
  ctg::tensor<"Q", double, 5, 16, 4> Q;
  auto batch = ctg::program(P * Q);
  static_assert(batch.gemms() == 1 && batch.flops() == 5 * 2 * 8 * 16 * 4);
  static_assert(batch.bytes_moved() == 5 * (8 * 16 + 16 * 4 + 8 * 4) * 8);

  ctg::column<"y", std::int32_t, dim<"N">> y(4);
  auto rows = ctg::program(gather(A, y));
  static_assert(decltype(rows)::flops(ctg::extents<"N">(9)) == 0);
  static_assert(decltype(rows)::bytes_moved(ctg::extents<"N">(9)) == 9 * 4 + 2 * 9 * 16 * 8);

  // each step reads the state and a row, and writes the state
  ctg::row<"s", double, 16> s;
  auto last = ctg::program(ctg::fold([](auto const& h, auto const& r) { return 0.5 * h + r; }, s, A));
  static_assert(last.flops() == 16 * 2 * 16 && last.bytes_moved() == 16 * 3 * 16 * 8);
}

TEST_CASE("profile measures each kernel and leaves the leaves as they were") {
  ctg::matrix<"X", float, dim<"N">, 96> X(48);
  ctg::matrix<"W", float, 96, 64> W;
  ctg::matrix<"Vs", float, 2, 3> kept{{1, 2, 3}, {4, 5, 6}};
  X.fill(0.25f);
  W.fill(0.5f);
  auto const J = sum(square(X * W));
  auto step = ctg::program(J, ctg::assign(W, W - 0.125f * gradient(J, W)), ctg::assign(kept, kept % kept));
  auto const p = profile(step, 15);
  INFO(p.text());
  CHECK(p.runs == 15);
  CHECK(W(0, 0) == 0.5f);
  CHECK(kept(1, 2) == 6.f);
  CHECK(step[J] != 0);
  REQUIRE(p.kernels.size() == static_cast<std::size_t>(step.kernels()));
  std::int64_t flops = 0, bytes = 0;
  double seconds = 0;
  for (auto const& k : p.kernels) {
    flops += k.flops;
    bytes += k.bytes;
    seconds += k.seconds;
    CHECK(k.limit > 0);
    CHECK(k.limit == Approx(k.by_flops ? static_cast<double>(k.flops) / p.limits.flops
                                       : static_cast<double>(k.bytes) / p.limits.bytes));
    if (k.flops > 100000) {
      CHECK(k.by_flops);
      CHECK(k.seconds > 0);
    }
    CHECK(p.text().find(k.title) != std::string::npos);
  }
  CHECK(flops == step.flops(step.extents()));
  CHECK(bytes == step.bytes_moved(step.extents()));
  CHECK(p.seconds == Approx(seconds));
  CHECK(p.text().find(" of limit  result in\n") != std::string::npos);
  CHECK(p.text().find("W ← W − 0.125 · ") != std::string::npos);

  auto g = ctg::value_and_gradient(J, W);
  auto const q = profile(g);
  CHECK(q.runs >= 9);
  CHECK(q.kernels.size() == static_cast<std::size_t>(g.kernels()));
  CHECK(g.value() == Approx(step[J]));
  CHECK(g.value() == Approx(48 * 64 * 144));  // 96 times 1/4 · 1/2, squared
}

namespace {
constexpr auto one_kernel = []<class P>() { return P::kernels() == 1; };
constexpr auto no_product = []<class P>() { return P::gemms() == 0; };
template <class P>
constexpr bool promises = ctg::contract<P, one_kernel, no_product>;
}  // namespace

TEST_CASE("facts of what is stored, evaluated and walked over, counted by hand") {
  ctg::matrix<"X", double, dim<"N">, 8> X(6);
  ctg::matrix<"T", double, dim<"N">, 5> T(6);
  ctg::matrix<"W", double, 8, 5> W;
  ctg::row<"b", double, 5> b;
  auto Z = X * W + b;
  auto J = mse(sigmoid(Z), T);
  auto dZ = gradient(J, Z);
  auto dW = gradient(J, W);
  auto step = ctg::program(J, ctg::assign(W, W - 0.1 * dW), ctg::assign(b, b - 0.1 * gradient(J, b)));
  using S = decltype(step);
  static_assert(S::gemms() == 2 && S::stored() == 1);
  static_assert(step.stores_only(dZ) && step.stores_only(Z, dZ) && !step.stores_only() && !step.stores_only(dW));
  static_assert(step.passes_over(X) == 2 && step.passes_over(T) == 1);
  static_assert(S::exps(ctg::extents<"N">(6)) == 0);
  static_assert(S::evaluations(ctg::opcode::sigmoid, ctg::extents<"N">(6)) == 30);
  CHECK_THROWS_AS(S::exps(ctg::extents<"M">(6)), ctg::extent_error);
  static_assert(noexcept(step())&& noexcept(step(ctg::serial{})));
  static_assert(!promises<S> && !promises<int>);

  auto rows = ctg::program(softmax(T), exp(T), log_softmax(T), sum(T));
  using R = decltype(rows);
  static_assert(promises<R>);
  static_assert(R::stored() == 0 && rows.stores_only() && rows.passes_over(T) == 1 && rows.passes_over(X) == 0);
  static_assert(R::exps(ctg::extents<"N">(6)) == 60);                          // of the softmax and log-softmax, of T
  static_assert(R::evaluations(ctg::opcode::log, ctg::extents<"N">(6)) == 6);  // one for each row

  auto twice = ctg::program(X * W, transpose(X) * X, ctg::cumsum<0>(T));
  static_assert(twice.gemms() == 2 && twice.passes_over(X) == 3 && twice.passes_over(T) == 1);
  auto g = ctg::value_and_gradient(J, W);
  static_assert(g.gemms() == 2 && g.stores_only(dZ) && g.passes_over(X) == 2 && noexcept(g()));
}

TEST_CASE("values are found in a plan whose graph numbers shapes and nodes otherwise, has copies and turns operands") {
  using namespace ctg;
  using leaf_type = matrix<"X", double, dim<"N">, 3>;
  auto const& info = detail::info_of<leaf_type>;
  auto const& leaf = operation_of<operation<opcode::leaf>>;
  shape const rows = info.shape;
  builder plan;
  plan.intern(shape(extent{5})), plan.intern(shape(extent{6}));
  handle const n = size_of(plan, rows), x = plan.leaf(info, leaf), e = exp(x);
  handle const copied{&plan,
                      plan.put({&operation_of<operation<opcode::stop_gradient>>, {e.id, -1, -1}, e.at().shape, {}})};
  handle const total = copied + x, mean = total / broadcast(n, rows);

  builder made;  // shapes in another order, the operands turned around
  handle const mx = made.leaf(info, leaf), me = exp(mx);
  handle const mtotal{&made, made.put({total.at().op, {mx.id, me.id, -1}, made.intern(rows), {}})};
  handle const mn = size_of(made, rows), mmean = mtotal / broadcast(mn, rows), other = me - mx;
  handle const other_size = size_of(made, shape(extent{7} * rows[0]));
  REQUIRE(mn.at().with.p != n.at().with.p);
  REQUIRE(total.at().args[0] == copied.id);
  auto const found = plan::find_in_plan(view(made), plan.nodes, plan.shapes);
  auto const at = [&](handle h) { return found[static_cast<std::size_t>(h.id)]; };
  CHECK((at(mx) == x.id && at(me) == e.id && at(mn) == n.id));
  CHECK((at(mtotal) == total.id && at(mmean) == mean.id));
  CHECK(at(other) == -1);  // the plan has no difference
  CHECK(at(other_size) == -1);
}

TEST_CASE("what a program stores is known where it stands in a copy, depends on a size, or reads turned operands") {
  using namespace ctg;
  matrix<"X", double, dim<"N">, 8> X(6);
  matrix<"W", double, 8, 5> W;
  matrix<"P", double, dim<"N">, 5> P(6);
  auto product = X * W;
  auto assigned = program(assign(P, product));  // the product is copied to P
  CHECK(decltype(assigned)::stores(product));
  auto last = exp(P);
  auto running = program(cumsum<0>(flip<0>(last)));  // a call wants its operand in memory, forwards
  CHECK(running.stores(flip<0>(last)));
  CHECK(running.stores_only(flip<0>(last)));
  auto centered = X - mean<0>(X);
  auto scaled = mean(X) * centered;
  auto step = program(scaled * W, scaled);
  CHECK(step.stores(centered % mean(X)));  // the operands the other way round
  CHECK(step.stores(scaled));
  CHECK_FALSE(step.stores(exp(scaled)));
}
