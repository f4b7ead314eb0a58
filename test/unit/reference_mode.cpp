// SPDX-License-Identifier: MIT
// The reference mode: right programs run as without it, a wrong kernel is named with its number. (test/odr links a file
// with the macro to files without it.)
#define CTG_REFERENCE
#include <ctg/ctg.hpp>
#include <ctg/profile.hpp>
#include <ctg/random.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <string>
#include <type_traits>

namespace {

using ctg::dim;

// A kernel that is wrong: on batches it gives one per cent more than for scalars, for arguments above 1/2.
struct broken : ctg::custom<1> {
  static constexpr std::string_view name = "broken";
  static constexpr bool constant = true;
  static constexpr auto value(auto x) {
    using X = decltype(x);
    if constexpr (std::is_arithmetic_v<X>)
      return x * x;
    else
      return ctg::math::select(x > X(0.5f), x * x * X(1.01f), x * x);
  }
};

std::string error_of(auto& p) {
  try {
    p();
  } catch (ctg::reference_error const& e) {
    return e.what();
  }
  return "";
}

bool has(std::string const& s, char const* part) { return s.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("in reference mode a right program trains as without it") {
  ctg::matrix<"X", float, dim<"N">, 40> X(33);
  ctg::column<"y", std::int32_t, dim<"N">> y(33);
  ctg::matrix<"W", float, 40, 24> W;
  ctg::matrix<"V", float, 24, 10> V;
  ctg::row<"c", float, 24> c;
  uniform(X, -1.f, 1.f, 1), glorot(W, 2), glorot(V, 3);
  for (int i = 0; i < 33; ++i) y(i, 0) = i % 10;
  auto const W0 = W;
  auto const V0 = V;
  auto const c0 = c;
  auto const J = cross_entropy(relu(X * W + c) * V, y);
  auto descend = [&](auto& x) { return ctg::assign(x, x - 0.5f * gradient(J, x)); };
  auto step = ctg::program(J, descend(W), descend(V), descend(c), argmax<1>(X * W));
  static_assert(decltype(step)::kernels() > 3);
  for (int i = 0; i < 4; ++i) step();
  float const loss = step[J];
  auto const trained = W;
  CHECK(loss < 2.3f);

  W = W0, V = V0, c = c0;
  auto plain = ctg::detail::make_program(J, descend(W), descend(V), descend(c), argmax<1>(X * W));
  static_assert(!std::is_same_v<decltype(plain), decltype(step)>);
  for (int i = 0; i < 4; ++i) plain();
  CHECK(plain[J] == loss);
  CHECK(std::equal(W.begin(), W.end(), trained.begin()));

  // other leaves, fewer rows, another policy
  ctg::matrix<"X", float, dim<"N">, 40> less(5);
  ctg::column<"y", std::int32_t, dim<"N">> labels(5);
  step.bind(less, labels);
  int kernels = 0;
  step(ctg::traced{[&](int) { ++kernels; }});
  CHECK(kernels == step.kernels());
  auto g = ctg::value_and_gradient(J, W, c);
  g();
  CHECK(g.value() == Approx(evaluate_reference(J)));
  CHECK(profile(g, 3).kernels.size() == static_cast<std::size_t>(g.kernels()));
}

TEST_CASE("the first wrong kernel is named, with its value, where it is, and both numbers") {
  ctg::matrix<"A", double, 5, 7> A;
  ctg::matrix<"B", double, 7, 7> B;
  ctg::matrix<"R", double, 5, 7> R;
  uniform(A, 0.0, 0.25, 1), uniform(B, 0.0, 1.0, 2);
  auto const S = sum(A * B);
  auto fine = ctg::program(S, ctg::assign(R, ctg::call<broken>(A)));
  CHECK(error_of(fine).empty());

  A(3, 2) = 0.75;
  auto wrong = ctg::program(sum(A * B), ctg::assign(R, ctg::call<broken>(A)));
  auto const message = error_of(wrong);
  INFO(message);
  CHECK(has(message, "R ← broken(A) at (3, 2): 0.568124995 by the kernel, 0.5625 by the interpreter"));
  CHECK(has(message, "loop 5×7"));
  CHECK(has(message, ("of " + std::to_string(wrong.kernels())).c_str()));

  // deep inside a fused kernel, and before later ones that are right
  auto const E = exp(ctg::call<broken>(A) - 1) * B;
  auto deep = ctg::program(E, sum(E * B));
  auto const first = error_of(deep);
  INFO(first);
  CHECK(has(first, "kernel 1 of"));
  CHECK(has(first, "broken(A)"));
}

TEST_CASE("what rounding explains is no error") {
  ctg::matrix<"P", float, dim<"N">, 3> P(3000);
  uniform(P, -1.f, 1.f, 7);
  auto const centred = P - mean<0>(P);
  auto p = ctg::program(sum<0>(centred), sum(centred), exp(90 * P), softmax(200 * P), log(abs(P) - abs(P)));
  CHECK(error_of(p).empty());
  P.fill(0.1f);
  CHECK(error_of(p).empty());
  P(7, 1) = std::numeric_limits<float>::quiet_NaN();
  P(8, 1) = std::numeric_limits<float>::infinity();
  CHECK(error_of(p).empty());
}

TEST_CASE("kernels of the body of a scan are checked step by step, also in a scan within a scan") {
  ctg::tensor<"X", double, dim<"T">, 4, 3> X(5);
  ctg::matrix<"W", double, 3, 3> W;
  ctg::matrix<"H", double, 4, 3> H;
  uniform(X, 0.0, 0.25, 1), uniform(W, -0.25, 0.25, 2), uniform(H, 0.0, 0.125, 3);
  auto const cell = [&](auto const& h, auto const& x) { return 0.25 * tanh(h * W + x) % ctg::call<broken>(x); };
  auto const last = ctg::fold(cell, H, X);
  auto fine = ctg::program(last);
  CHECK(error_of(fine).empty());
  X(3, 2, 1) = 0.75;
  auto const message = error_of(fine);
  INFO(message);
  CHECK(has(message, "kernel 1 of 1 (scan"));
  CHECK(has(message, ", step 4 of 5, kernel "));
  CHECK(has(message, "broken(X[t])"));
  CHECK(has(message, "at (2, 1)"));
  // a scan in a scan says where it is
  X(1, 0, 2) = 0.75;
  auto const twice = [&](auto const& h, auto const& x) {
    return h + ctg::fold([&](auto const& k, auto const& y) { return 0.5 * k + ctg::call<broken>(y); },
                         ctg::constant<0> * slice<0, 0, 1>(x), x);
  };
  auto nested = ctg::program(ctg::fold(twice, slice<0, 0, 1>(H), X));
  auto const inner = error_of(nested);
  INFO(inner);
  CHECK(has(inner, ", step 2 of 5, kernel "));
  CHECK(has(inner, ", step 1 of 4, kernel "));

  X.fill(0.25);
  auto const J = sum(square(ctg::scan([&](auto const& h, auto const& x) { return tanh(h * W + x); }, H, X)));
  auto g = ctg::value_and_gradient(J, W, H, X);
  CHECK(error_of(g).empty());
}
