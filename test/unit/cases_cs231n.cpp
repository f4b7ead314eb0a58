// SPDX-License-Identifier: MIT
// The checks of Stanford's cs231n assignments: layers, losses, optimisers, recurrent cells, normalisation, in double.
#include "../cases/published.hpp"

namespace {

using namespace ctg;

auto normalised(auto const& x, auto const& centred, auto const& spread) { return (x - centred) / sqrt(spread + 1e-5); }

}  // namespace

TEST_CASE("cs231n: layers and losses") {
  test::published cases("cs231n.txt");
  if (!cases.here()) return;
  {
    matrix<"x", double, 2, 120> x;
    matrix<"w", double, 120, 3> w;
    tensor<"b", double, 3> b;
    matrix<"dout", double, 2, 3> d;
    cases("cs_affine_forward").fill(x, w, b, d);
    auto const y = affine(x, w, b);
    cases.check({"out", "published_out"}, y, y);
    cases.check_gradients(sum(d % y), x, w, b);
  }
  {
    matrix<"x", double, 10, 6> x;
    matrix<"w", double, 6, 5> w;
    tensor<"b", double, 5> b;
    matrix<"dout", double, 10, 5> d;
    cases("cs_affine_backward_231").fill(x, w, b, d);
    auto const y = affine(x, w, b);
    cases.check({"out"}, y);
    cases.check_gradients(sum(d % y), x, w, b);
  }
  {
    matrix<"x", double, 3, 4> x;
    cases("cs_relu_forward").fill(x);
    cases.check({"out", "published_out"}, relu(x), relu(x));
  }
  {
    matrix<"X", double, 3, 5> X;
    matrix<"W1", double, 5, 50> W1;
    matrix<"W2", double, 50, 7> W2;
    tensor<"b1", double, 50> b1;
    tensor<"b2", double, 7> b2;
    column<"y", std::int32_t, 3> y;
    cases("cs_two_layer_net").fill(X, W1, W2, b1, b2, y);
    auto const scores = affine(relu(affine(X, W1, b1)), W2, b2);
    auto const loss = cross_entropy(scores, y);
    auto const reg = loss + 0.5 * (sum(square(W1)) + sum(square(W2)));
    cases.check({"scores", "published_scores", "loss", "published_loss"}, scores, scores, loss, loss);
    cases.check_gradients(loss, W1, b1, W2, b2, X);
    cases.check({"loss_reg1", "published_loss_reg1", "grad_W1_reg1", "grad_W2_reg1"}, reg, reg, gradient(reg, W1),
                gradient(reg, W2));
  }
  {
    matrix<"x", double, 50, 10> x;
    column<"y", std::int32_t, 50> y;
    cases("cs_svm_softmax_231").fill(x, y);
    auto const right = sum<1>(one_hot<10>(y) % x);
    auto const svm = (sum(relu(x - right + 1)) - 50) / 50;  // the right class itself loses 1
    auto const loss = cross_entropy(x, y);
    cases.check({"svm", "softmax", "grad_softmax"}, svm, loss, gradient(loss, x));
    // relu'(0) = 1 at the right class, whose margin is exactly 1 and not 0: nothing there is at the kink
    cases.check({"grad_svm"}, gradient(sum(where(one_hot<10>(y) == 1, 0, relu(x - right + 1))) / 50, x));
  }
}

TEST_CASE("cs231n: normalisation") {
  test::published cases("cs231n.txt");
  if (!cases.here()) return;
  matrix<"x", double, 4, 5> x;
  tensor<"gamma", double, 5> gamma;
  tensor<"beta", double, 5> beta;
  matrix<"dout", double, 4, 5> d;
  auto check = [&](auto const& y) {
    cases.check({"out"}, y);
    cases.check_gradients(sum(d % y), x, gamma, beta);
  };
  cases("cs_batchnorm_backward_231").fill(x, gamma, beta, d);
  check(normalised(x, mean<0>(x), variance<0>(x)) % gamma + beta);
  cases("cs_layernorm_backward_231").fill(x, gamma, beta, d);
  check(normalised(x, mean<1>(x), variance<1>(x)) % gamma + beta);
}

TEST_CASE("cs231n: optimisers") {
  test::published cases("cs231n.txt");
  if (!cases.here()) return;
  matrix<"w", double, 4, 5> w;
  matrix<"dw", double, 4, 5> dw;
  matrix<"v", double, 4, 5> v;
  matrix<"m", double, 4, 5> m;
  cases("cs_sgd_momentum").fill(w, dw, v);
  auto const moved = 0.9 * v - 1e-3 * dw;
  cases.check({"w_new", "v_new", "published_w_new"}, w + moved, moved, w + moved);
  cases("cs_rmsprop").fill(w, "w").fill(dw, "dw").fill(v, "cache");
  auto const cache = 0.99 * v + 0.01 * square(dw);
  auto const w_rms = w - 1e-2 * dw / (sqrt(cache) + 1e-8);
  cases.check({"w_new", "cache_new", "published_w_new"}, w_rms, cache, w_rms);
  cases("cs_adam").fill(w, dw, v, m);
  auto const m_new = 0.9 * m + 0.1 * dw;
  auto const v_new = 0.999 * v + 0.001 * square(dw);
  auto const w_adam = w - 1e-2 * (m_new / (1 - std::pow(0.9, 6))) / (sqrt(v_new / (1 - std::pow(0.999, 6))) + 1e-8);
  cases.check({"w_new", "m_new", "v_new", "published_w_new"}, w_adam, m_new, v_new, w_adam);
}

TEST_CASE("cs231n: recurrent cells") {
  test::published cases("cs231n.txt");
  if (!cases.here()) return;
  {
    matrix<"x", double, 3, 10> x;
    matrix<"h", double, 3, 4> h;
    matrix<"Wx", double, 10, 4> Wx;
    matrix<"Wh", double, 4, 4> Wh;
    tensor<"b", double, 4> b;
    matrix<"dnext_h", double, 3, 4> d;
    cases("cs_rnn_step").fill(x, h, Wx, Wh, b, d);
    auto const next = tanh(x * Wx + h * Wh + b);
    cases.check({"next_h", "published"}, next, next);
    cases.check_gradients(sum(d % next), x, h, Wx, Wh, b);
  }
  {
    tensor<"x", double, 2, 3, 4> x;
    matrix<"h0", double, 2, 5> h0;
    matrix<"Wx", double, 4, 5> Wx;
    matrix<"Wh", double, 5, 5> Wh;
    tensor<"b", double, 5> b;
    cases("cs_rnn_forward").fill(x, h0, Wx, Wh, b);
    // three steps, each on its slice of the inputs
    auto const h1 = tanh(reshape<2, 4>(slice<1, 0, 1>(x)) * Wx + h0 * Wh + b);
    auto const h2 = tanh(reshape<2, 4>(slice<1, 1, 2>(x)) * Wx + h1 * Wh + b);
    auto const h3 = tanh(reshape<2, 4>(slice<1, 2, 3>(x)) * Wx + h2 * Wh + b);
    auto const h = concat<1>(reshape<2, 1, 5>(h1), reshape<2, 1, 5>(h2), reshape<2, 1, 5>(h3));
    cases.check({"h", "published"}, h, h);
    cases.check_gradients(sum(square(h)), x, h0, Wx, Wh, b);
  }
  {
    matrix<"x", double, 3, 4> x;
    matrix<"h", double, 3, 5> h;
    matrix<"c", double, 3, 5> c;
    matrix<"Wx", double, 4, 20> Wx;
    matrix<"Wh", double, 5, 20> Wh;
    tensor<"b", double, 20> b;
    matrix<"up", double, 3, 5> up;
    for (int i = 0; i < 15; ++i) up.data()[i] = -1 + i / 7.0;
    cases("cs_lstm_step").fill(x, h, c, Wx, Wh, b);
    auto const gates = x * Wx + h * Wh + b;
    auto const next_c =
        sigmoid(slice<1, 5, 10>(gates)) % c + sigmoid(slice<1, 0, 5>(gates)) % tanh(slice<1, 15, 20>(gates));
    auto const next_h = sigmoid(slice<1, 10, 15>(gates)) % tanh(next_c);
    cases.check({"next_h", "next_c", "published_h", "published_c"}, next_h, next_c, next_h, next_c);
    cases.check_gradients(sum(up % next_h) - sum(up % next_c), x, h, c, Wx, Wh, b);
  }
  cases.check_complete({});
}
