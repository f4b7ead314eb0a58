// SPDX-License-Identifier: MIT
// Comparisons of addresses in constant expressions.
#pragma once

#include <type_traits>

namespace ctg::inline v0::detail {

/// Whether two pointers are to one object, or both null. With -fsanitize=undefined g++ lets any address be null, so
/// that in a constant expression it leaves open whether those of two objects differ (GCC bug 71962); of one object it
/// knows.
template <class T>
constexpr bool same_object(T const* a, T const* b) {
#if defined(__GNUC__) && !defined(__clang__)
  if (std::is_constant_evaluated()) return __builtin_constant_p(a == b) && a == b;
#endif
  return a == b;
}

/// Likewise whether a pointer, to a function too, is null.
template <class Pointer>
constexpr bool is_null(Pointer p) {
#if defined(__GNUC__) && !defined(__clang__)
  if (std::is_constant_evaluated()) return __builtin_constant_p(p == nullptr) && p == nullptr;
#endif
  return p == nullptr;
}

}  // namespace ctg::inline v0::detail
