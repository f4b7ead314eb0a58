// SPDX-License-Identifier: MIT
// W7 and W8: L = Σ tanh(a⊙x + b)⊙σ(x) with three gradients, 2^20 and 2^24 floats (in and out of the last-level cache).
#include "by_cotangent.hpp"
#include "experts.hpp"

namespace peers {
namespace {

template <int Count>
struct curve_by_cotangent {
  static void differentiate(curve const& c, auto const& body) {
    auto const x = leaf_of<ctg::row<"x", float, Count>>(c.x);
    auto const a = leaf_of<ctg::row<"a", float, Count>>(c.a);
    auto const b = leaf_of<ctg::row<"b", float, Count>>(c.b);
    auto const L = sum(tanh(a % x + b) % sigmoid(x));
    auto step = ctg::value_and_gradient(L, x, a, b);
    auto const view_of = [](auto const& g) { return std::span<float const>(g.data(), Count); };
    body([&] { return step(), static_cast<float>(step.value()); },
         [&] {
           return curve_gradients{view_of(step[x]), view_of(step[a]), view_of(step[b])};
         });
  }
};

template <int Count>
bool enter_curve(std::string const& workload, curve const& start) {
  differentiated const right(start);
  bool const good = enter<curve_by_cotangent<Count>>(workload + "/cotangent", start, right);
  return enter_experts(workload, start, right) && good;
}

}  // namespace

bool enter_w7() {
  static curve const start = random_curve(1 << 20);
  return enter_curve<1 << 20>("W7", start);
}

bool enter_w8() {
  static curve const start = random_curve(1 << 24);
  return enter_curve<1 << 24>("W8", start);
}

}  // namespace peers
