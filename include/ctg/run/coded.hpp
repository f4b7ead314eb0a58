// SPDX-License-Identifier: MIT
// The code of each loop, made in a constant expression of its own, and a plan's tables joined from them.
#pragma once

#include <ctg/plan/loop_words.hpp>
#include <ctg/run/arranged.hpp>

#include <algorithm>
#include <array>

namespace ctg::inline v0 {

namespace kernel {

// Copies of the descriptions of operations without their rules.
template <operation_info const*... Operation>
struct operation_list {
  static constexpr std::size_t size = sizeof...(Operation);
  static constexpr std::array<operation_info, size> copies{Operation->without_rules()...};
  static constexpr auto items = [] {
    std::array<operation_info const*, size> list{};
    for (std::size_t i = 0; i < size; ++i) list[i] = &copies[i];
    return list;
  }();
};

/// A loop that computes in T, as a plan of one loop; the template arguments say all that its code depends on.
template <class T, plan::loop_sizes Sizes, class Operations, std::uint64_t... Words>
struct lone_loop {
  using value_type = T;
  static constexpr plan::loop_tables<Sizes> all = [] {
    constexpr std::array<std::uint64_t, sizeof...(Words)> words{Words...};
    return plan::read_loop<Sizes>(words, Operations::items);
  }();
  static constexpr auto const& loops = all.loops;
  static constexpr auto const& code = all.code;
  static constexpr auto const& operands = all.operands;
  static constexpr auto const& storages = all.storages;
  static constexpr auto const& shapes = all.shapes;
};

}  // namespace kernel

namespace detail {

template <std::size_t C>
struct code_buffer {
  plan::loop l;
  frozen<plan::instruction, 2 * C> code;
  frozen<plan::operand, C> operands;
  frozen<plan::storage, C> scratch;
  plan::loop_sizes sizes;
  frozen<std::uint64_t, 4 * C> words;
  frozen<operation_info const*, C> operations;
  constexpr bool fits() const {
    return code.fits() && operands.fits() && scratch.fits() && words.fits() && operations.fits();
  }
};

/// The code of loop K, made in a constant expression of its own.
template <class Arranged, int K>
struct coded {
  template <std::size_t C>
  static constexpr auto make() {
    constexpr plan::group_outline group = Arranged::groups[K];
    auto const members = spanned(Arranged::members).subspan(group.members.begin, group.members.size());
    auto const arrangement = Arranged::view();
    auto const c = plan::make_code(arrangement, members, group);
    code_buffer<C> made;
    made.l = c.l;
    made.code.assign(c.code);
    made.operands.assign(c.operands);
    made.scratch.assign(c.scratch);
    auto const w = plan::write_loop(plan::isolate(c, arrangement.storages, arrangement.graph.shapes));
    made.sizes = w.sizes;
    made.words.assign(w.words);
    made.operations.assign(w.operations);
    return made;
  }
  template <std::size_t C>
  struct stage {
    static constexpr auto buffer = make<C>();
  };
  static constexpr auto const& buffer = fit<stage, 32>::buffer;
  static constexpr auto code = exact<buffer.code.size>(buffer.code);
  static constexpr auto operands = exact<buffer.operands.size>(buffer.operands);
  static constexpr auto scratch = exact<buffer.scratch.size>(buffer.scratch);
};

// One loop's code among those of others, of other lengths.
struct code_view {
  plan::loop l;
  detail::span<plan::instruction const> code;
  detail::span<plan::operand const> operands;
  detail::span<plan::storage const> scratch;
};

template <class Arranged, int... K>
constexpr auto all_code(std::integer_sequence<int, K...>) {
  return std::array<code_view, sizeof...(K)>{code_view{coded<Arranged, K>::buffer.l, spanned(coded<Arranged, K>::code),
                                                       spanned(coded<Arranged, K>::operands),
                                                       spanned(coded<Arranged, K>::scratch)}...};
}

template <class Arranged>
struct assembled {
  static constexpr auto parts =
      all_code<Arranged>(std::make_integer_sequence<int, static_cast<int>(Arranged::groups.size())>{});
  static constexpr std::size_t total(auto member) {
    std::size_t n = 0;
    for (code_view const& p : parts) n += (p.*member).size();
    return n;
  }
  static constexpr std::size_t storage_count = Arranged::storages.size() + total(&code_view::scratch);
  struct joined {
    std::array<plan::storage, storage_count> storages;
    std::array<plan::operand, total(&code_view::operands)> operands;
    std::array<plan::instruction, total(&code_view::code)> code;
    std::array<plan::loop, parts.size()> loops;
    std::array<plan::step, Arranged::steps.size()> steps;
  };
  static constexpr joined join() {
    auto const r = plan::assemble(Arranged{}, parts);
    joined t{};
    std::copy(r.storages.begin(), r.storages.end(), t.storages.begin());
    std::copy(r.operands.begin(), r.operands.end(), t.operands.begin());
    std::copy(r.code.begin(), r.code.end(), t.code.begin());
    std::copy(r.loops.begin(), r.loops.end(), t.loops.begin());
    std::copy(r.steps.begin(), r.steps.end(), t.steps.begin());
    return t;
  }
  static constexpr joined all = join();
  // What a run reads stands apart from what only the compiler reads: `code` points to operations, which would bring
  // their rules into the program.
  static constexpr auto storages = all.storages;
  static constexpr auto operands = all.operands;
  static constexpr auto code = all.code;  // clang 16 takes no member of another object as a template argument
  static constexpr auto loops = all.loops;
  static constexpr auto steps = all.steps;
  // where the operands of each loop begin
  static constexpr auto first_operand = [] {
    std::array<int, parts.size() + 1> first{};
    for (std::size_t i = 0; i < parts.size(); ++i) first[i + 1] = first[i] + static_cast<int>(parts[i].operands.size());
    return first;
  }();
};

// Loop L as a type of its own: equal loops, of one program or of several, are one type.
template <class T, class Coded, std::size_t... Operation, std::size_t... Word>
constexpr auto lone_loop_of(std::index_sequence<Operation...>, std::index_sequence<Word...>) {
  return std::type_identity<
      kernel::lone_loop<T, Coded::buffer.sizes, kernel::operation_list<Coded::buffer.operations.items[Operation]...>,
                        Coded::buffer.words.items[Word]...>>{};
}

}  // namespace detail

}  // namespace ctg::inline v0
