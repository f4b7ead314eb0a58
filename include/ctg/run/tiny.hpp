// SPDX-License-Identifier: MIT
// Programs so small that loads, stores and calls would be most of their time: one piece of straight-line code. What no
// caller reads stands in an array of that function's own, so that the compiler hands it on in registers.
#pragma once

#include <ctg/run/step.hpp>

namespace ctg::inline v0::kernel {

/// `Kernels`: the plan whose steps run, where it is another form of the same.
template <class Plan, class Kernels = Plan>
class tiny_program {
  using T = typename Plan::value_type;

  template <int... S>
  static constexpr bool all_tiny(std::integer_sequence<int, S...>) {
    return (step_kernel<Plan, S>::fits_tiny_program() && ...);
  }
  static constexpr int steps = static_cast<int>(Plan::steps.size());

 public:
  static constexpr bool applies = [] {
    if constexpr (!Plan::is_static || steps > 8 || Plan::products.size() > 6)
      return false;
    else
      return all_tiny(std::make_integer_sequence<int, steps>{});
  }();

  /// As if each step ran by itself on what is bound.
  static CTG_ALWAYS_INLINE void run(bound_program const& p, bound_product const* products, bound_call const* calls) {
    run(p, products, calls, []<int>(char* bound, index) CTG_INLINE_LAMBDA { return bound; });
  }
  /// `leaf_address.operator()<I>(bound, first)`: where an operand of leaf I begins, that is bound at `bound` and begins
  /// `first` bytes behind the leaf's first entry.
  template <class F>
  static CTG_ALWAYS_INLINE void run(bound_program const& p, bound_product const* products,
                                    [[maybe_unused]] bound_call const* calls, F const& leaf_address) {
    alignas(64) T memory[places.bytes / static_cast<index>(sizeof(T)) + 1];
    bound_operand own_operands[Plan::operands.size() + 1];
    each<Plan::operands.size()>([&]<std::size_t I>() CTG_INLINE_LAMBDA {
      constexpr plan::operand o = Plan::operands[I];
      own_operands[I].base = base_of<o>(memory, p.operands[I].base, leaf_address);
      if constexpr (storage_of<o>.is_view || o.reversed != 0) own_operands[I].step = p.operands[I].step;
    });
    bound_product own_products[Plan::products.size() + 1];
    each<Plan::products.size()>([&]<std::size_t I>() CTG_INLINE_LAMBDA {
      constexpr plan::product x = Plan::products[I];
      bound_product& own = own_products[I];
      own.base = {base_of<x.a>(memory, products[I].base[0], leaf_address),
                  base_of<x.b>(memory, products[I].base[1], leaf_address),
                  base_of<x.c>(memory, products[I].base[2], leaf_address)};
      own.row_stride = products[I].row_stride;
      own.column_stride = products[I].column_stride;
    });
    bound_program const own{own_operands, p.numbers, p.extents};
    each<steps>([&]<std::size_t S>() CTG_INLINE_LAMBDA {
      constexpr int call = Plan::steps[S].call;
      if constexpr (call >= 0) {
        constexpr plan::call c = Plan::calls[call];
        small_call<Kernels, call>::run({base_of<c.x[0]>(memory, calls[call].x[0].base, leaf_address),
                                        base_of<c.x[1]>(memory, calls[call].x[1].base, leaf_address),
                                        base_of<c.x[2]>(memory, calls[call].x[2].base, leaf_address)},
                                       base_of<c.y>(memory, calls[call].y.base, leaf_address));
      } else {
        step_kernel<Kernels, static_cast<int>(S)>::template run<true>(own, own_products, nullptr);
      }
    });
  }

 private:
  struct placement {
    std::array<std::int64_t, Plan::storages.size() + 1> offsets{};
    std::int64_t bytes = 0;
  };
  static constexpr placement places = [] {
    placement r;
    auto bytes = r.offsets;
    r.bytes = plan::place_buffers<T>(Plan::run_tables(), {}, r.offsets, bytes);
    return r;
  }();

  template <plan::operand O>
  static constexpr plan::storage storage_of = Plan::storages[O.storage];

  template <std::size_t N, class F>
  static CTG_ALWAYS_INLINE void each(F const& f) {
    [&]<std::size_t... I>(std::index_sequence<I...>) CTG_INLINE_LAMBDA { (f.template operator()<I>(), ...); }
    (std::make_index_sequence<N>{});
  }

  // The first entry that O reads: in `memory` unless others see it.
  template <plan::operand O, class F>
  static CTG_ALWAYS_INLINE char* base_of(T* memory, char* bound, F const& leaf_address) {
    if constexpr (O.storage < 0) {
      return nullptr;
    } else if constexpr (storage_of<O>.kind == plan::storage_kind::leaf) {
      return leaf_address.template operator()<storage_of<O>.index>(bound, first_byte<O>);
    } else if constexpr (storage_of<O>.persists) {
      return bound;
    } else {
      constexpr index first = places.offsets[O.storage] + first_byte<O>;
      return reinterpret_cast<char*>(memory) + first;
    }
  }
  template <plan::operand O>
  static constexpr index first_byte = [] {
    shape const& in = Plan::shapes[O.shape];
    index first = 0, step = static_cast<index>(sizeof(T));
    for (int a = in.rank - 1; a >= 0; --a) {
      auto const n = static_cast<index>(in[a].factor), begin = static_cast<index>(O.begin[a]);
      first += (O.reversed >> a & 1 ? n - 1 - begin : begin) * step;
      step *= n;
    }
    return first;
  }();
};

}  // namespace ctg::inline v0::kernel
