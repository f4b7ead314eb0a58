// SPDX-License-Identifier: MIT
// The training steps of networks in cotangent: as in the documentation, nothing tuned. A step takes a policy of
// execution.
#pragma once

#include <ctg/ctg.hpp>

#include "network.hpp"

#include <algorithm>
#include <concepts>

namespace peers {

template <class Leaf>
Leaf leaf_of(std::vector<float> const& values, auto... extents) {
  Leaf leaf(extents...);
  std::copy(values.begin(), values.end(), leaf.begin());
  return leaf;
}

inline std::span<float const> view(auto const& leaf) { return {leaf.data(), static_cast<std::size_t>(leaf.size())}; }

/// Batch: a number, or dim<"N"> for a batch that only the run knows (`extents` holds it then). Activation and Loss are
/// functions of expressions.
template <auto Batch, int In, int Hidden, int Out, auto Activation, auto Loss>
struct cotangent_two_layers {
  static void train(network<float> const& n, float rate, auto const& body) {
    if constexpr (std::integral<decltype(Batch)>)
      train_with(n, rate, body);
    else
      train_with(n, rate, body, n.batch);
  }

  static void train_with(network<float> const& n, float rate, auto const& body, auto... extents) {
    auto const X = leaf_of<ctg::matrix<"X", float, Batch, In>>(n.X, extents...);
    auto const T = leaf_of<ctg::matrix<"T", float, Batch, Out>>(n.T, extents...);
    auto W1 = leaf_of<ctg::matrix<"W1", float, In, Hidden>>(n.W[0]);
    auto b1 = leaf_of<ctg::row<"b1", float, Hidden>>(n.b[0]);
    auto W2 = leaf_of<ctg::matrix<"W2", float, Hidden, Out>>(n.W[1]);
    auto b2 = leaf_of<ctg::row<"b2", float, Out>>(n.b[1]);
    ctg::scalar<"lr", float> const lr{rate};

    auto const J = Loss(Activation(X * W1 + b1) * W2 + b2, T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2));
    body([&](auto... policy) { return step(policy...), static_cast<float>(step[J]); },
         [&] {
           return parameters{view(W1), view(b1), view(W2), view(b2)};
         });
  }
};

/// W3.
struct cotangent_three_layers {
  static void train(network<float> const& n, float rate, auto const& body) {
    auto const X = leaf_of<ctg::matrix<"X", float, 128, 784>>(n.X);
    auto const T = leaf_of<ctg::matrix<"T", float, 128, 10>>(n.T);
    auto W1 = leaf_of<ctg::matrix<"W1", float, 784, 512>>(n.W[0]);
    auto W2 = leaf_of<ctg::matrix<"W2", float, 512, 512>>(n.W[1]);
    auto W3 = leaf_of<ctg::matrix<"W3", float, 512, 10>>(n.W[2]);
    auto b1 = leaf_of<ctg::row<"b1", float, 512>>(n.b[0]);
    auto b2 = leaf_of<ctg::row<"b2", float, 512>>(n.b[1]);
    auto b3 = leaf_of<ctg::row<"b3", float, 10>>(n.b[2]);
    ctg::scalar<"lr", float> const lr{rate};

    auto const J = cross_entropy(relu(relu(X * W1 + b1) * W2 + b2) * W3 + b3, T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2), descend(W3), descend(b3));
    body([&](auto... policy) { return step(policy...), static_cast<float>(step[J]); },
         [&] { return parameters{view(W1), view(b1), view(W2), view(b2), view(W3), view(b3)}; });
  }
};

/// W4.
struct cotangent_sigmoid_layer {
  static void train(network<float> const& n, float rate, auto const& body) {
    auto const X = leaf_of<ctg::matrix<"X", float, 64, 4096>>(n.X);
    auto const T = leaf_of<ctg::matrix<"T", float, 64, 4096>>(n.T);
    auto W = leaf_of<ctg::matrix<"W", float, 4096, 4096>>(n.W[0]);
    auto b = leaf_of<ctg::row<"b", float, 4096>>(n.b[0]);
    ctg::scalar<"lr", float> const lr{rate};

    auto const J = mse(sigmoid(X * W + b), T);
    auto const descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };
    auto step = ctg::program(J, descend(W), descend(b));
    body([&](auto... policy) { return step(policy...), static_cast<float>(step[J]); },
         [&] {
           return parameters{view(W), view(b)};
         });
  }
};

inline constexpr auto by_sigmoid = [](auto const& z) { return sigmoid(z); };
inline constexpr auto by_tanh = [](auto const& z) { return tanh(z); };
inline constexpr auto by_cross_entropy = [](auto const& z, auto const& t) { return cross_entropy(z, t); };
inline constexpr auto by_squares = [](auto const& z, auto const& t) { return mse(z, t); };

}  // namespace peers
