// SPDX-License-Identifier: MIT
// A scan whose step is tiny: one loop of straight-line code. States, sums and small values that all steps read stand
// in an array of that function's own, so that the compiler hands them from step to step in registers.
#pragma once

#include <ctg/run/bind.hpp>
#include <ctg/run/tiny.hpp>

#include <array>
#include <cstring>
#include <tuple>
#include <utility>

namespace ctg::inline v0::kernel {

/// A loop for which the storages of a mask are buffers, whose rows end in lines of their own.
template <class Loop, std::uint64_t Own>
struct loop_on_stack : Loop {
  static constexpr auto storages = [] {
    auto s = Loop::storages;
    for (std::size_t i = 0; i < s.size(); ++i)
      if (Own >> i & 1) s[i].kind = plan::storage_kind::buffer, s[i].index = 0;
    return s;
  }();
};

template <class Body>
class scan_steps {
  using T = typename Body::value_type;
  using graph = typename Body::lowered;
  static constexpr std::size_t leaf_count = Body::leaves.size(), states = graph::states, inputs = graph::inputs,
                               captured = states + inputs, first_written = graph::operands,
                               first_result = first_written + states, results = graph::results.size();

  static constexpr index entries(std::size_t leaf) { return extent_table{}(graph::infos[leaf].shape); }
  static constexpr bool is_one_row(std::size_t leaf) {
    shape const& s = graph::infos[leaf].shape;
    return s.rank == 0 || entries(leaf) == static_cast<index>(s[s.rank - 1].factor);
  }
  static constexpr bool is_final(std::size_t k) { return graph::results[k] < graph::layout.states; }
  static constexpr bool is_summed(std::size_t k) { return graph::results[k] >= graph::layout.summed_result(0); }
  // The result that is written to a leaf.
  static constexpr std::size_t result_of(std::size_t leaf) {
    std::size_t k = 0;
    for (std::size_t at = first_result;; ++k)
      if (!is_final(k) && at++ == leaf) return k;
  }

 public:
  static constexpr bool applies = [] {
    if constexpr (!tiny_program<Body>::applies) {
      return false;
    } else {
      index n = 0;
      for (std::size_t i = 0; i < states; ++i) n += entries(i);
      return n <= 4 * lanes<T>;
    }
  }();

  static CTG_NOINLINE void run(char* const* from, char* const* to, index steps, ctg::detail::bound_plan<Body>& body,
                               double const* numbers) {
    double own_numbers[Body::numbers.size() + 1];
    for (std::size_t i = 0; i < Body::numbers.size(); ++i) own_numbers[i] = by_itself(numbers[i]);
    alignas(64) T memory[place<leaf_count> + 1]{};
    each([&]<std::size_t I>() CTG_INLINE_LAMBDA {
      if constexpr (I < first_written) {
        if constexpr (own_leaf<I>) std::memcpy(memory + place<I>, from[I], size<I>);
      } else if constexpr (I >= first_result) {
        if constexpr (!own_leaf<I> && sums<I>) std::memset(to[result<I>], 0, size<I>);
      }
    });
    bound_program const p{body.operands.data(), own_numbers, &body.extents};
    states_of<std::make_index_sequence<states>> now;
    now.template read<0>(memory);
    for (index step = 0; step < steps; ++step) {
      index const t = graph::backwards ? steps - 1 - step : step;
      now.write(memory);
      tiny_program<Body, kernels>::run(p, body.products.data(), body.calls.data(),
                                       [&]<int I>(char*, index first)
                                           CTG_INLINE_LAMBDA { return address<I>(from, to, memory, t) + first; });
      now.template read<first_written>(memory);
    }
    now.write(memory);
    each([&]<std::size_t I>() CTG_INLINE_LAMBDA {
      if constexpr (I >= first_result)
        if constexpr (own_leaf<I>) std::memcpy(to[result<I>], memory + place<I>, size<I>);
    });
    [&]<std::size_t... K>(std::index_sequence<K...>) CTG_INLINE_LAMBDA { (give_final<K>(memory, to), ...); }
    (std::make_index_sequence<results>{});
  }

 private:
  // x, as if it stood nowhere in memory: clang makes a vector of numbers side by side and of the state and the input
  // that they multiply, which puts shuffles between a step and the next (an envelope follower: 11.1 -> 8.7 us).
  static CTG_ALWAYS_INLINE double by_itself(double x) {
#if defined(__clang__) && defined(__SSE2__)
    asm("" : "+x"(x));
#endif
    return x;
  }

  static constexpr std::size_t bytes(std::size_t leaf) { return static_cast<std::size_t>(entries(leaf)) * sizeof(T); }
  // Whether a leaf stands in the array of the function.
  static constexpr bool is_own(std::size_t leaf) {
    if (leaf < states || (leaf >= first_written && leaf < first_result)) return true;
    if (leaf < captured) return false;
    if (leaf >= first_result && !is_summed(result_of(leaf))) return false;
    return entries(leaf) <= 4 * lanes<T>;
  }
  // Where it begins; each begins a line and has room for a whole vector behind its last entry.
  static constexpr index place_of(std::size_t leaf) {
    index const line = 64 / static_cast<index>(sizeof(T));
    index at = 0;
    for (std::size_t i = 0; i < leaf; ++i)
      if (is_own(i)) at += (entries(i) + line - 1) / line * line;
    return at;
  }

  // The same as constants, for compilers that would call them in the loop.
  template <std::size_t I>
  static constexpr index place = place_of(I);
  template <std::size_t I>
  static constexpr std::size_t size = bytes(I);
  template <std::size_t I>
  static constexpr bool own_leaf = is_own(I);
  template <std::size_t I>
  static constexpr std::size_t result = result_of(I);
  template <std::size_t I>
  static constexpr bool sums = is_summed(result<I>);

  struct kernels : Body {
    static constexpr auto storages = [] {
      auto s = Body::storages;
      for (auto& x : s)
        if (x.kind == plan::storage_kind::leaf && is_own(x.index)) x.kind = plan::storage_kind::buffer;
      return s;
    }();
    // Which storages of loop L are own.
    template <int L>
    static constexpr std::uint64_t own = [] {
      using loop = typename Body::template lone_loop<L>;
      std::uint64_t mask = 0;
      for (std::size_t i = 0; i < loop::operands.size(); ++i) {
        plan::operand const& o = Body::operands[Body::template first_operand<L> + i];
        plan::storage const& s = Body::storages[o.storage];
        int const k = loop::operands[i].storage;
        if (s.kind == plan::storage_kind::leaf && is_own(s.index) && k < 64) mask |= std::uint64_t{1} << k;
      }
      return mask;
    }();
    template <int L>
    using lone_loop = loop_on_stack<typename Body::template lone_loop<L>, own<L>>;
  };

  template <class F>
  static CTG_ALWAYS_INLINE void each(F const& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) CTG_INLINE_LAMBDA { (f.template operator()<I>(), ...); }
    (std::make_index_sequence<leaf_count>{});
  }

  // The last state is a result.
  template <std::size_t K>
  static CTG_ALWAYS_INLINE void give_final(T const* memory, char* const* to) {
    if constexpr (is_final(K)) {
      constexpr std::size_t state = graph::results[K];
      std::memcpy(to[K], memory + place<state>, size<state>);
    }
  }

  template <std::size_t I>
  static CTG_ALWAYS_INLINE char* address(char* const* from, char* const* to, T* memory, index t) {
    if constexpr (own_leaf<I>)
      return reinterpret_cast<char*>(memory + place<I>);
    else if constexpr (I < captured)
      return from[I] + t * static_cast<index>(size<I>);
    else if constexpr (I < first_written)
      return from[I];
    else if constexpr (sums<I>)
      return to[result<I>];
    else
      return to[result<I>] + t * static_cast<index>(size<I>);
  }

  // A state between two steps, in the vectors that the kernels read and write: the compiler hands these on, and a
  // vector read where several stores wrote would wait for them.
  template <index N>
  struct row_state {
    static constexpr std::size_t whole = N / lanes<T>;
    static constexpr index behind = static_cast<index>(whole) * lanes<T>;
    using rest_type = decltype(detail::widest_vector<T, whole_lanes<T>(N % lanes<T>)>());
    std::array<batch<T>, whole> vectors;
    rest_type rest;
    CTG_ALWAYS_INLINE void read(T const* from) {
      for (std::size_t i = 0; i < whole; ++i) vectors[i] = load(from + i * lanes<T>);
      if constexpr (N > behind) rest = detail::vector_of<rest_type>::read(from + behind);
    }
    CTG_ALWAYS_INLINE void write(T* to) const {
      for (std::size_t i = 0; i < whole; ++i) store(to + i * lanes<T>, vectors[i]);
      if constexpr (N > behind) detail::vector_of<rest_type>::write(to + behind, rest);
    }
  };
  // Entry by entry: std::copy would move numbers as integers, which is a way through memory.
  template <index N>
  struct plain_state {
    std::array<T, N> items;
    CTG_ALWAYS_INLINE void read(T const* from) {
      CTG_UNROLL for (std::size_t i = 0; i < items.size(); ++i) items[i] = from[i];
    }
    CTG_ALWAYS_INLINE void write(T* to) const {
      CTG_UNROLL for (std::size_t i = 0; i < items.size(); ++i) to[i] = items[i];
    }
  };
  template <std::size_t I>
  using state = std::conditional_t<(is_one_row(I) && entries(I) > 1), row_state<entries(I)>, plain_state<entries(I)>>;
  template <class>
  struct states_of;
  template <std::size_t... I>
  struct states_of<std::index_sequence<I...>> {
    std::tuple<state<I>...> all;
    template <std::size_t First>
    CTG_ALWAYS_INLINE void read(T const* memory) {
      (std::get<I>(all).read(memory + place<First + I>), ...);
    }
    CTG_ALWAYS_INLINE void write(T* memory) const { (std::get<I>(all).write(memory + place<I>), ...); }
  };
};

}  // namespace ctg::inline v0::kernel
