// SPDX-License-Identifier: MIT
// A loop as a list of numbers and back: all that its machine code depends on, and nothing else. Two loops of the same
// numbers are one loop, so they share one instantiation, and its name does not spell the program.
#pragma once

#include <ctg/plan/plan.hpp>

namespace ctg::inline v0::plan {

/// One loop with tables of its own, numbered from 0 on.
template <class>
struct lone_loop_of {
  loop l;
  detail::sequence<instruction> code;
  detail::sequence<operand> operands;
  detail::sequence<storage> storages;
  detail::sequence<shape> shapes;
};
using lone_loop = lone_loop_of<void>;

// The position of an item in a list, which it joins where it is new.
template <class = void>
constexpr int place_in(detail::sequence<int>& list, int item) {
  for (std::size_t i = 0; i < list.size(); ++i)
    if (list[i] == item) return static_cast<int>(i);
  list.push_back(item);
  return static_cast<int>(list.size()) - 1;
}

/// `from` refers to `storages` and, behind them, its scratch, and to `shapes`. What is left out here, code cannot
/// depend on: the nodes of the graph, which leaf or buffer a storage is (only that it is one), the steps between which
/// it lives.
template <class Late>
constexpr lone_loop_of<Late> isolate(loop_code_of<Late> const& from, detail::span<storage const> storages,
                                     detail::span<shape const> shapes) {
  lone_loop_of<Late> r{from.l, from.code, from.operands, {}, {}};
  detail::sequence<int> used_storages, used_shapes;
  r.l.space = place_in(used_shapes, from.l.space);
  for (operand& o : r.operands) {
    o.storage = place_in(used_storages, o.storage);
    if (o.shape >= 0) o.shape = place_in(used_shapes, o.shape);
  }
  for (instruction& x : r.code) {
    x.node = -1;
    if (x.what == action::size) x.with.p = place_in(used_shapes, static_cast<int>(x.with.p));
  }
  for (std::size_t k : used_storages) {
    storage s = k < storages.size() ? storages[k] : from.scratch[k - storages.size()];
    if (s.index >= 0) s.index = 0;
    if (s.shape >= 0) s.shape = place_in(used_shapes, s.shape);
    s.persists = false;
    s.first = s.last = -1;
    r.storages.push_back(s);
  }
  for (int i : used_shapes) r.shapes.push_back(shapes[i]);
  return r;
}

/// How long the tables of a loop are.
struct loop_sizes {
  std::size_t code = 0, operands = 0, storages = 0, shapes = 0;
};

/// As `lone_loop`, in arrays, and as every user of a plan's tables expects it: one loop in a list of loops.
template <loop_sizes N>
struct loop_tables {
  std::array<loop, 1> loops{};
  std::array<instruction, N.code> code{};
  std::array<operand, N.operands> operands{};
  std::array<storage, N.storages> storages{};
  std::array<shape, N.shapes> shapes{};
};

// The order in which the numbers of a loop stand, for writing and for reading. Structured bindings name all members of
// each part, so that no new one can be forgotten here.
template <class Archive>
constexpr void transfer_loop(Archive& a, loop& l, auto& code, auto& operands, auto& storages, auto& shapes) {
  for (shape& s : shapes) {
    auto& [extents, rank] = s;
    a(rank);
    for (int i = 0; i < rank; ++i) {
      auto& [factor, names] = extents[i];
      a(factor);
      for (std::uint64_t& name : names) {
        a(name);
        if (name == 0) break;
      }
    }
  }
  auto& [space, passes, uniform, element, row, gathered, uniforms, rows, elements, flat, makes, rows_join] = l;
  auto walk = [&](range& r) {
    auto& [begin, end] = r;
    a(begin);
    a(end);
  };
  a(space);
  a(passes);
  a(uniforms);
  a(rows);
  a(elements);
  a(flat);
  a(makes);
  a(rows_join);
  walk(uniform);
  walk(gathered);
  for (int p = 0; p < passes; ++p) walk(element[p]);
  for (int p = 0; p <= passes; ++p) walk(row[p]);
  for (storage& s : storages) {
    auto& [kind, index, shape, type, is_view, persists, first, last] = s;
    a(kind);
    a(index);
    a(shape);
    a(type);
    a(is_view);
  }
  int const rank = shapes[space].rank;
  for (operand& o : operands) {
    auto& [storage, shape, axis, begin, reversed, columns] = o;  // where an operand begins is bound, not compiled
    a(storage);
    a(shape);
    for (int i = 0; i < rank; ++i) a(axis[i]);
    a(reversed);
    a(columns);
  }
  auto place = [&](value& where) {
    auto& [in, index] = where;
    a(in);
    a(index);
  };
  for (instruction& x : code) {
    auto& [what, op, with, dst, args, memory, node] = x;
    a(what);
    a.operation(op);
    a(with.p);
    a(with.q);
    place(dst);
    for (value& each_value : args) place(each_value);
    a(memory);
  }
}

// Sevens of bits, the lowest first, eight to a word; the sign is the lowest bit of all.
struct loop_writer {
  detail::sequence<std::uint64_t> words;
  detail::sequence<operation_info const*> operations;
  unsigned bytes = 0;

  constexpr void operator()(auto const& x) {
    auto const value = static_cast<std::int64_t>(x);
    std::uint64_t rest = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
    do {
      if (bytes % 8 == 0) words.push_back(0);
      words.back() |= ((rest & 127) | (rest > 127 ? 128 : 0)) << bytes++ % 8 * 8;
      rest >>= 7;
    } while (rest);
  }
  constexpr void operation(operation_info const* op) {
    std::size_t i = 0;
    while (i < operations.size() && !detail::same_object(operations[i], op)) ++i;
    bool const none = detail::is_null(op);
    if (!none && i == operations.size()) operations.push_back(op);
    (*this)(none ? -1 : static_cast<int>(i));
  }
};
struct loop_reader {
  detail::span<std::uint64_t const> words;
  detail::span<operation_info const* const> operations;
  unsigned bytes = 0;

  template <class X>
  constexpr void operator()(X& x) {
    std::uint64_t value = 0, byte = 128;
    for (unsigned shift = 0; byte & 128; shift += 7, ++bytes) {
      byte = words[bytes / 8] >> bytes % 8 * 8 & 255;
      value |= (byte & 127) << shift;
    }
    x = static_cast<X>(static_cast<std::int64_t>(value >> 1 ^ (0 - (value & 1))));
  }
  constexpr void operation(operation_info const*& op) {
    int i = -1;
    (*this)(i);
    if (i >= 0) op = operations[i];
  }
};

/// A loop as numbers, and the operations that these number.
template <class>
struct loop_words_of {
  loop_sizes sizes;
  detail::sequence<std::uint64_t> words;
  detail::sequence<operation_info const*> operations;
};
template <class Late>
constexpr loop_words_of<Late> write_loop(lone_loop_of<Late> x) {
  detail::late<Late, loop_writer> w;
  transfer_loop(w, x.l, x.code, x.operands, x.storages, x.shapes);
  return {{x.code.size(), x.operands.size(), x.storages.size(), x.shapes.size()},
          std::move(w.words),
          std::move(w.operations)};
}

/// The inverse of write_loop.
template <loop_sizes N>
constexpr loop_tables<N> read_loop(detail::span<std::uint64_t const> words,
                                   detail::span<operation_info const* const> operations) {
  loop_tables<N> t;
  loop_reader r{words, operations};
  transfer_loop(r, t.loops[0], t.code, t.operands, t.storages, t.shapes);
  return t;
}

}  // namespace ctg::inline v0::plan
