// SPDX-License-Identifier: MIT
// What a program reads: its outputs as they were written, their leaves and numbers joined.
#pragma once

#include <ctg/run/assign.hpp>
#include <ctg/run/lowered.hpp>

#include <bit>

namespace ctg::inline v0::detail {

// What program() makes of its arguments.
template <class A>
struct output_of {
  using type = wanted<wrapped<void, 0, A>>;
  static void read(A const& a, auto& inputs) { inputs.take(wrap<void, 0>(a)); }
};
template <class L, class E>
struct output_of<assignment<L, E>> {
  using type = assigned<E, L>;
  static void read(assignment<L, E> const& a, auto& inputs) {
    inputs.take(a.value);
    inputs.take(ref<L>{*a.target});
  }
};

// What may stand among program's arguments.
template <class A>
inline constexpr bool is_output = Expression<A> || Arithmetic<A>;
template <class L, class E>
inline constexpr bool is_output<assignment<L, E>> = true;

// Whether all leaves that are assigned to have the type that the program computes in.
template <class... Outputs>
constexpr bool targets_fit() {
  element const type = element_of_all<Outputs...>();
  for (element target : {Outputs::target_type...})
    if (target != element::none && target != type) return false;
  return true;
}

// A leaf that two outputs are assigned to, if there is one.
template <class... Outputs>
constexpr leaf_info const* assigned_twice() {
  std::array<leaf_info const*, sizeof...(Outputs)> const targets{Outputs::target...};
  for (std::size_t i = 0; i < targets.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (!is_null(targets[i]) && same_object(targets[i], targets[j])) return targets[i];
  return nullptr;
}

/// The leaves and numbers that the outputs of a program hold, joined under the numbers that they have in its graph.
/// (The type of each output has a list of its own; what joins them is one function for all.)
class joined_inputs {
 public:
  leaf_info const* leaf_clash = nullptr;  // one name, two objects
  bool number_clash = false;              // one place, two values

 protected:
  struct lists {
    detail::span<leaf_info const* const> leaves;
    detail::span<number_info const* const> numbers;
  };

  // `whole` are the lists of the graph, `part` those of an output, which holds `objects` and `values`.
  void join(lists whole, detail::span<int const> by_name, leaf_base const** leaves, double* numbers, bool* known,
            lists part, leaf_base const* const* objects, double const* values) {
    std::size_t k = 0;
    for (std::size_t i = 0; i < part.leaves.size(); ++i) {
      leaf_info const* const leaf = part.leaves[i];
      while (k < by_name.size() && whole.leaves[by_name[k]]->name_hash < leaf->name_hash) ++k;
      for (std::size_t m = k; m < by_name.size() && whole.leaves[by_name[m]]->name_hash == leaf->name_hash; ++m) {
        if (whole.leaves[by_name[m]] != leaf) continue;
        leaf_base const*& slot = leaves[by_name[m]];
        if (slot && slot != objects[i]) leaf_clash = leaf;
        slot = objects[i];
      }
    }
    for (std::size_t i = 0; i < part.numbers.size(); ++i)
      for (std::size_t n = 0; n < whole.numbers.size(); ++n) {
        if (whole.numbers[n] != part.numbers[i]) continue;
        if (known[n] && std::bit_cast<std::uint64_t>(numbers[n]) != std::bit_cast<std::uint64_t>(values[i]))
          number_clash = true;
        numbers[n] = values[i];
        known[n] = true;
      }
  }
};

template <class Graph>
class program_inputs : public joined_inputs {
 public:
  std::array<leaf_base const*, Graph::leaves.size() + 1> leaves{};
  std::array<double, Graph::numbers.size() + 1> numbers{};

  template <class E>
  void take(E const& e) {
    join({spanned(Graph::leaves), spanned(Graph::numbers)}, spanned(Graph::by_name), leaves.data(), numbers.data(),
         known_.data(), {spanned(E::leaves), spanned(E::numbers)}, e.bound.leaves.data(), e.bound.numbers.data());
    if (e.bound.leaf_clash >= 0) leaf_clash = E::leaves[e.bound.leaf_clash];
    if (e.bound.number_clash >= 0) number_clash = true;
  }

 private:
  std::array<bool, Graph::numbers.size() + 1> known_{};
};

}  // namespace ctg::inline v0::detail
