// SPDX-License-Identifier: MIT
// The node tests of ONNX that the library can express, in double.
#include "../cases/published.hpp"

namespace {

using namespace ctg;

// f and the gradient of its sum over one tensor.
template <class Leaf, class F>
void unary(test::published& cases, char const* id, F f) {
  Leaf x;
  cases(id).fill(x, "x");
  auto const y = f(x);
  cases.check({"y", "grad_x_of_sum"}, y, gradient(sum(y), x));
}

template <class F>
void reduced(test::published& cases, char const* id, F f) {
  tensor<"x", double, 3, 2, 2> x;
  matrix<"w", double, 3, 2> w;
  cases(id).fill(x, "x").fill(w, "w");
  auto const y = reshape<3, 2>(f(x));
  cases.check({"y", "published", "grad_x"}, y, y, gradient(sum(w % y), x));
}

}  // namespace

TEST_CASE("onnx: element-wise functions and rows") {
  test::published cases("onnx.txt");
  if (!cases.here()) return;
  using row3 = matrix<"x", double, 1, 3>;
  using rows = matrix<"x", double, 2, 4>;
  using two = tensor<"x", double, 2>;
  using three = tensor<"x", double, 3>;
  unary<row3>(cases, "onnx_softmax_example", [](auto const& x) { return softmax(x); });
  unary<rows>(cases, "onnx_softmax_large_number", [](auto const& x) { return softmax(x); });
  unary<row3>(cases, "onnx_logsoftmax_example_1", [](auto const& x) { return log_softmax(x); });
  unary<rows>(cases, "onnx_logsoftmax_large_number", [](auto const& x) { return log_softmax(x); });
  unary<three>(cases, "onnx_sigmoid_example", [](auto const& x) { return sigmoid(x); });
  unary<three>(cases, "onnx_softplus_example", [](auto const& x) { return softplus(x); });
  unary<two>(cases, "onnx_softsign_example", [](auto const& x) { return softsign(x); });
  unary<two>(cases, "onnx_elu_example", [](auto const& x) { return elu(x, 2); });
  unary<two>(cases, "onnx_selu_example", [](auto const& x) { return 3 * elu(x, 2); });
  unary<two>(cases, "onnx_leakyrelu_example", [](auto const& x) { return leaky_relu(x, 0.1); });
  unary<three>(cases, "onnx_hardsigmoid_example", [](auto const& x) { return clamp(0.5 * x + 0.6, 0, 1); });
  unary<three>(cases, "onnx_gelu_tanh_1", [](auto const& x) { return gelu_tanh(x); });
  unary<three>(cases, "onnx_gelu_default_1", [](auto const& x) { return gelu(x); });
  unary<three>(cases, "onnx_swish", [](auto const& x) { return silu(x); });
  unary<tensor<"x", double, 4>>(cases, "onnx_thresholdedrelu_example",
                                [](auto const& x) { return where(x > 2, x, 0); });
  unary<three>(cases, "onnx_gelu_tanh_345", [](auto const& x) { return gelu_tanh(x); });
  unary<three>(cases, "onnx_gelu_345", [](auto const& x) { return gelu(x); });
}

TEST_CASE("onnx: reductions") {
  test::published cases("onnx.txt");
  if (!cases.here()) return;
  reduced(cases, "onnx_reduce_mean", [](auto const& x) { return mean<1>(x); });
  reduced(cases, "onnx_reduce_sum", [](auto const& x) { return sum<1>(x); });
  reduced(cases, "onnx_reduce_log_sum_exp", [](auto const& x) { return logsumexp<1>(x); });
  reduced(cases, "onnx_reduce_l2", [](auto const& x) { return norm<2>(x); });
  reduced(cases, "onnx_reduce_l1", [](auto const& x) { return sum<2>(abs(x)); });
  reduced(cases, "onnx_reduce_sum_square", [](auto const& x) { return sum<1>(square(x)); });
  reduced(cases, "onnx_reduce_prod", [](auto const& x) { return prod<1>(x); });
  reduced(cases, "onnx_reduce_max", [](auto const& x) { return max<1>(x); });
  tensor<"x", double, 2, 0, 4> empty;
  cases("onnx_reduce_empty_sum").check({"y"}, sum<1>(empty));
  cases("onnx_reduce_empty_prod").check({"y"}, prod<1>(empty));
  cases("onnx_reduce_empty_logsum").check({"y"}, log(sum<1>(empty)));
}

TEST_CASE("onnx: losses, a layer and updates") {
  test::published cases("onnx.txt");
  if (!cases.here()) return;
  matrix<"x", double, 3, 5> x;
  column<"labels", std::int32_t, 3> labels;
  column<"upstream", double, 3> each;
  row<"weights", double, 5> weights;
  scalar<"u", double> upstream;
  auto const picked = one_hot<5>(labels);
  auto const loss = reshape<3, 1>(-sum<1>(picked % log_softmax(x)));
  auto const weight = sum<1>(picked % weights);
  cases("onnx_sce_none").fill(x, "x").fill(labels, "labels").fill(each, "upstream");
  cases.check({"loss", "grad_x"}, loss, vjp(loss, each, x));
  cases("onnx_sce_none_weights").fill(x, "x").fill(labels, "labels").fill(each, "upstream").fill(weights, "weights");
  cases.check({"loss", "grad_x"}, weight % loss, vjp(weight % loss, each, x));
  cases("onnx_sce_sum").fill(x, "x").fill(labels, "labels").fill(upstream, "upstream");
  cases.check({"loss", "grad_x"}, sum(loss), upstream * gradient(sum(loss), x));
  cases("onnx_sce_sum_weights").fill(x, "x").fill(labels, "labels").fill(upstream, "upstream").fill(weights, "weights");
  cases.check({"loss", "grad_x"}, sum(weight % loss), upstream * gradient(sum(weight % loss), x));
  cases("onnx_sce_mean").fill(x, "x").fill(labels, "labels").fill(upstream, "upstream");
  auto const mean_loss = cross_entropy(x, labels);
  cases.check({"loss", "grad_x"}, mean_loss, upstream * gradient(mean_loss, x));
  cases("onnx_sce_mean_weights")
      .fill(x, "x")
      .fill(labels, "labels")
      .fill(upstream, "upstream")
      .fill(weights, "weights");
  auto const weighted = sum(weight % loss) / sum(weight);
  cases.check({"loss", "grad_x"}, weighted, upstream * gradient(weighted, x));
  cases("onnx_sce_mean_weight_ii").fill(x, "x").fill(labels, "labels").fill(weights, "weights");
  weights(0, 0) = 0;  // the class that is ignored
  cases.check({"loss", "grad_x"}, weighted, gradient(weighted, x));
  cases("onnx_nllloss_NC_mean").fill(x, "x").fill(labels, "labels");
  auto const likelihood = -(sum(picked % x) / 3);
  cases.check({"loss", "grad_x"}, likelihood, gradient(likelihood, x));

  matrix<"A", double, 3, 2> A;
  matrix<"B", double, 4, 3> B;
  row<"C", double, 4> C;
  matrix<"dY", double, 2, 4> dY;
  cases("onnx_gemm_all_attributes").fill(A, "A").fill(B, "B").fill(C, "C").fill(dY, "dY");
  auto const Y = 0.25 * (transpose(A) * transpose(B)) + 0.35 * C;
  cases.check({"Y", "grad_A", "grad_B", "grad_C"}, Y, vjp(Y, dY, A), vjp(Y, dY, B), vjp(Y, dY, C));

  scalar<"a", double> a;
  scalar<"b", double> b;
  cases("onnx_gradient_add_mul").fill(a, "a").fill(b, "b");
  auto const d = a * (a + b);
  cases.check({"c", "d", "dd_da", "dd_db"}, a + b, d, gradient(d, a), gradient(d, b));

  tensor<"p", double, 2> p;
  tensor<"g", double, 2> g;
  tensor<"v", double, 2> v;
  tensor<"h", double, 2> h;
  auto const decayed = g + 0.001 * p;
  cases("onnx_adam").fill(p, "x").fill(g, "g").fill(v, "v").fill(h, "h");
  auto const v_new = 0.95 * v + 0.05 * decayed;
  auto const h_new = 0.1 * h + 0.9 * square(decayed);
  cases.check({"x_new", "v_new", "h_new"}, p - 0.1 * v_new / (sqrt(h_new) + 1e-7), v_new, h_new);

  cases("onnx_momentum").fill(p, "x").fill(g, "g").fill(v, "v");
  auto const momentum = 0.95 * v + decayed;
  cases.check({"x_new", "v_new"}, p - 0.1 * momentum, momentum);
  cases("onnx_nesterov").fill(p, "x").fill(g, "g").fill(v, "v");
  auto const heavier = g + 0.01 * p;
  auto const ahead = 0.95 * v + heavier;
  cases.check({"x_new", "v_new"}, p - 0.1 * (heavier + 0.95 * ahead), ahead);
  row<"x1", double, 1> x1;
  row<"g1", double, 1> g1;
  row<"h1", double, 1> h1;
  cases("onnx_adagrad").fill(x1, "x").fill(g1, "g").fill(h1, "h");
  auto const gathered = h1 + square(g1 + 0.001 * x1);
  cases.check({"x_new", "h_new"}, x1 - 0.1 * (g1 + 0.001 * x1) / (sqrt(gathered) + 1e-5), gathered);

  matrix<"x", double, 2, 2> square_matrix;
  cases("onnx_det_2d").fill(square_matrix, "x");
  auto const det = determinant(square_matrix);
  cases.check({"y", "published", "grad_x"}, det, det, gradient(det, square_matrix));

  cases.check_complete({});
}
