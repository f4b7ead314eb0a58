// SPDX-License-Identifier: MIT
// A chain of 20 sigmoid layers with the gradients of all weights and biases, plain and by `let`.
#include "network.hpp"

namespace {

using namespace network;

constexpr ctg::matrix<"x", double, 2, width> x;

template <int Layers>
constexpr auto chain() {
  if constexpr (Layers == 0)
    return x + 1;
  else
    return sigmoid(chain<Layers - 1>() * W<Layers - 1> + b<Layers - 1>);
}
template <int Layers>
constexpr auto chain_of_lets() {
  if constexpr (Layers == 0)
    return x + 1;
  else
    return ctg::let([] { return sigmoid(chain_of_lets<Layers - 1>() * W<Layers - 1> + b<Layers - 1>); });
}

constexpr std::size_t with_gradients(auto const& output) {
  auto const loss = mean(square(output));
  return [&]<int... I>(std::integer_sequence<int, I...>) {
    return nodes(loss, gradient(loss, W<I>)..., gradient(loss, b<I>)...);
  }
  (std::make_integer_sequence<int, 20>{});
}

constexpr std::size_t plain = with_gradients(chain<20>()), by_let = with_gradients(chain_of_lets<20>());
static_assert(plain == by_let);
static_assert(plain < 20 * 20, "a layer is sigmoid, bias, product and six nodes of derivative");

}  // namespace
