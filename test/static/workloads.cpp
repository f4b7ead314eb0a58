// SPDX-License-Identifier: MIT
// The training steps of docs/benchmarks.md, W1 to W8: how many kernels and how much memory each takes at most. A change
// that takes fusion apart does not compile. (The bytes depend on the instruction set by the scratch of the products.)
#include <ctg/ctg.hpp>

namespace {

ctg::scalar<"lr", float> lr;

template <class Loss, class... Parameters>
auto step_of(Loss const& loss, Parameters&... p) {
  return ctg::program(loss, ctg::assign(p, p - lr * gradient(loss, p))...);
}

/// in → hidden → 10, sigmoid, softmax cross-entropy.
template <int N, int In, int Hidden>
auto two_layers(ctg::matrix<"X", float, N, In>& X, ctg::matrix<"T", float, N, 10>& T,
                ctg::matrix<"A", float, In, Hidden>& A, ctg::row<"a", float, Hidden>& a,
                ctg::matrix<"B", float, Hidden, 10>& B, ctg::row<"b", float, 10>& b) {
  return step_of(cross_entropy(sigmoid(X * A + a) * B + b, T), A, a, B, b);
}

auto three_layers(ctg::matrix<"X", float, 128, 784>& X, ctg::matrix<"T", float, 128, 10>& T,
                  ctg::matrix<"A", float, 784, 512>& A, ctg::row<"a", float, 512>& a,
                  ctg::matrix<"B", float, 512, 512>& B, ctg::row<"b", float, 512>& b,
                  ctg::matrix<"C", float, 512, 10>& C, ctg::row<"c", float, 10>& c) {
  return step_of(cross_entropy(relu(relu(X * A + a) * B + b) * C + c, T), A, a, B, b, C, c);
}
auto one_layer(ctg::matrix<"X", float, 64, 4096>& X, ctg::matrix<"T", float, 64, 4096>& T,
               ctg::matrix<"W", float, 4096, 4096>& W, ctg::row<"b", float, 4096>& b) {
  return step_of(mse(sigmoid(X * W + b), T), W, b);
}
auto bilinear_layer(ctg::matrix<"X", float, 64, 64>& X, ctg::matrix<"Y", float, 64, 64>& Y,
                    ctg::tensor<"A", float, 32, 64, 64>& A, ctg::row<"b", float, 32>& b,
                    ctg::matrix<"T", float, 64, 32>& T) {
  return step_of(mse(bilinear(X, A, Y) + b, T), A, b);
}
auto one_sample(ctg::row<"x", float, 4>& x, ctg::row<"t", float, 3>& t, ctg::matrix<"A", float, 4, 8>& A,
                ctg::row<"a", float, 8>& a, ctg::matrix<"B", float, 8, 3>& B, ctg::row<"b", float, 3>& b) {
  return step_of(mse(tanh(x * A + a) * B + b, t), A, a, B, b);
}
template <int N>
auto chain(ctg::row<"x", float, N>& x, ctg::row<"a", float, N>& a, ctg::row<"b", float, N>& b) {
  return ctg::value_and_gradient(sum(tanh(a % x + b) % sigmoid(x)), x, a, b);
}

template <class... A, class Step>
constexpr bool takes(Step (*)(A...), int kernels, std::int64_t kibibytes) {
  return Step::kernels() == kernels && Step::workspace_bytes() <= kibibytes * 1024;
}

static_assert(takes(two_layers<32, 64, 32>, 5, 20));
static_assert(takes(two_layers<64, 784, 128>, 5, 128));
static_assert(takes(three_layers, 8, 1800));
static_assert(takes(one_layer, 2, 3120));
static_assert(takes(bilinear_layer, 3, 64));
static_assert(takes(one_sample, 5, 1));
static_assert(takes(chain<1000000>, 1, 12 << 10));  // three gradients of 1,000,000 and nothing else
static_assert(takes(chain<16000000>, 1, 188 << 10));

}  // namespace
