// SPDX-License-Identifier: MIT
// Deep networks for the tests that compile them: weights W00, W01, … and biases b00, b01, ….
#pragma once

#include <ctg/ctg.hpp>

namespace network {

constexpr ctg::symbol<4> name(char letter, int i) {
  ctg::symbol<4> s;
  s.text[0] = letter;
  s.text[1] = static_cast<char>('0' + i / 10);
  s.text[2] = static_cast<char>('0' + i % 10);
  return s;
}

inline constexpr int width = 3;
template <int I>
inline constexpr ctg::matrix<name('W', I), double, width, width> W{};
template <int I>
inline constexpr ctg::row<name('b', I), double, width> b{};

/// How many nodes the outputs become: compiles only if their lowering, derivatives included, is within the compiler's
/// limits.
template <class... E>
constexpr std::size_t nodes(E const&...) {
  ctg::builder g;
  (ctg::lower<E>(g), ...);
  return g.nodes.size();
}

}  // namespace network
