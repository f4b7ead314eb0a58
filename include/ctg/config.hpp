// SPDX-License-Identifier: MIT
// The only header with macros: what the language has no word for.
#pragma once

// A functor on SIMD batches that g++ does not inline costs a call per batch (measured: half the throughput of a loop).
#if defined(_MSC_VER) && !defined(__clang__)
#define CTG_ALWAYS_INLINE __forceinline
#define CTG_NOINLINE __declspec(noinline)
#else
#define CTG_ALWAYS_INLINE inline __attribute__((always_inline))
#define CTG_NOINLINE __attribute__((noinline))
#endif

// The same for a lambda, where the attribute stands behind the parameter list.
#if defined(_MSC_VER) && !defined(__clang__)
#define CTG_INLINE_LAMBDA
#else
#define CTG_INLINE_LAMBDA __attribute__((always_inline))
#endif

#define CTG_RESTRICT __restrict

// Without this g++ 12 keeps a loop over accumulator registers rolled at -O3 and spills them; clang needs nothing.
#if defined(__GNUC__) && !defined(__clang__)
#define CTG_UNROLL _Pragma("GCC unroll 32")
#else
#define CTG_UNROLL
#endif

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define CTG_HAS_EXCEPTIONS 1
#else
#define CTG_HAS_EXCEPTIONS 0
#endif

// CTG_REFERENCE is the one macro that a user may define: programs then check each kernel against the reference
// interpreter while they run (run/reference.hpp, docs/inspecting.md). Files of one program may differ in it.

// CTG_KERNELS is defined by the CMake target ctg::kernels, whose library has GEMM (kernel/gemm.hpp).

// A friend function of a class template that is no template itself is what expr/naming.hpp wants; g++ asks whether it
// is.
#if defined(__GNUC__) && !defined(__clang__)
#define CTG_FRIEND_OF_TEMPLATE_BEGIN \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wnon-template-friend\"")
#define CTG_FRIEND_OF_TEMPLATE_END _Pragma("GCC diagnostic pop")
#else
#define CTG_FRIEND_OF_TEMPLATE_BEGIN
#define CTG_FRIEND_OF_TEMPLATE_END
#endif

// The headers that users include stand between these two. The library's indices are signed, as those of plans and
// loops are, so -Wsign-conversion asks for a cast at each subscript. g++ asks -Wshadow where a template is
// instantiated, so a user's global `x` would meet every local `x` of the library (clang asks where the template
// stands); and g++ 12 takes the undefined operands inside its own AVX-512 intrinsics for mistakes (GCC bug 105593).
#if defined(__clang__)
#define CTG_HEADER_BEGIN _Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wsign-conversion\"")
#define CTG_HEADER_END _Pragma("clang diagnostic pop")
#elif defined(__GNUC__)
#if __GNUC__ < 13 && defined(__AVX512F__)
#define CTG_HEADER_AVX512 \
  _Pragma("GCC diagnostic ignored \"-Wuninitialized\"") _Pragma("GCC diagnostic ignored \"-Wmaybe-uninitialized\"")
#else
#define CTG_HEADER_AVX512
#endif
#define CTG_HEADER_BEGIN                                                                 \
  _Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Wsign-conversion\"") \
      _Pragma("GCC diagnostic ignored \"-Wshadow\"") CTG_HEADER_AVX512
#define CTG_HEADER_END _Pragma("GCC diagnostic pop")
#else
#define CTG_HEADER_BEGIN
#define CTG_HEADER_END
#endif
