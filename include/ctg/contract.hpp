// SPDX-License-Identifier: MIT
// Promises about a program as a constraint: a function says in its signature what it expects of the program it is
// given.
//   constexpr auto small = []<class P>() { return P::workspace_bytes() <= 64 << 10; };
//   void train(ctg::contract<small> auto& step);
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <ctg/run/program.hpp>

namespace ctg::inline v0 {

/// A program that keeps all of these promises: constexpr objects, each called as promise.operator()<P>(), that make a
/// bool of what the type P says of itself (kernels(), flops(), stored(), …).
template <class P, auto... Promises>
concept contract = requires {
  typename P::plan_type;
}
&&(Promises.template operator()<P>() && ...);

}  // namespace ctg::inline v0

CTG_HEADER_END
