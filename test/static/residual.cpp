// SPDX-License-Identifier: MIT
// A residual network of 30 blocks, y ← y + tanh(y W), by `let`, with the gradients of all its weights: a value used
// twice is walked once, so the graph grows linearly.
#include "network.hpp"

namespace {

using namespace network;

constexpr ctg::matrix<"x", double, 2, width> x;

template <int Blocks>
constexpr auto residual() {
  if constexpr (Blocks == 0) {
    return x + 1;
  } else {
    constexpr auto previous = [] { return residual<Blocks - 1>(); };
    auto const y = ctg::let(previous);
    return y + tanh(y * W<Blocks - 1>);
  }
}

template <int Blocks>
constexpr std::size_t size_with_gradients() {
  auto const loss = sum(square(residual<Blocks>()));
  return [&]<int... I>(std::integer_sequence<int, I...>) { return nodes(loss, gradient(loss, W<I>)...); }
  (std::make_integer_sequence<int, Blocks>{});
}

constexpr std::size_t ten = size_with_gradients<10>(), thirty = size_with_gradients<30>();
static_assert(thirty > ten && (thirty - ten) % 20 == 0 && thirty < 30 * 15, "every block adds the same few nodes");

}  // namespace
