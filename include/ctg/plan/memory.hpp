// SPDX-License-Identifier: MIT
// Where buffers stand in the workspace: first fit over the steps between which each lives. The same code serves the
// compiler (all extents static) and binding (named extents, once).
#pragma once

#include <ctg/expr/storage.hpp>
#include <ctg/kernel/gemm/blocking.hpp>
#include <ctg/kernel/lu_scratch.hpp>
#include <ctg/plan/plan.hpp>

namespace ctg::inline v0::plan {

/// Read access to a frozen plan.
struct tables {
  detail::span<node const> nodes;
  detail::span<shape const> shapes;
  detail::span<storage const> storages;
  detail::span<operand const> operands;
  detail::span<instruction const> code;
  detail::span<loop const> loops;
  detail::span<product const> products;
  detail::span<call const> calls;
  detail::span<step const> steps;
  detail::span<output const> outputs;
  detail::span<scan const> scans;
};

/// The numbers of one matrix product.
struct product_extents {
  std::int64_t batch = 1, m = 0, n = 0, k = 0;
};

template <class = void>
constexpr product_extents extents_of(tables const& t, product const& p, extent_table const& names) {
  shape const& s = t.shapes[p.space];
  product_extents e;
  for (int i = 0; i < s.rank - 2; ++i) e.batch *= names(s[i]);
  e.m = names(s[s.rank - 2]);
  e.n = names(s[s.rank - 1]);
  e.k = names(t.shapes[p.inner_shape]);
  return e;
}

/// Bytes of each storage in the workspace, into `bytes`; 0 for leaves.
template <class T>
constexpr void size_storages(tables const& t, extent_table const& names, detail::span<std::int64_t> bytes) {
  for (std::int64_t& n : bytes) n = 0;
  auto elements = [&](int storage) -> std::int64_t& { return bytes[storage]; };
  for (auto const& p : t.products) {
    product_extents const e = extents_of(t, p, names);
    if (p.scratch >= 0) elements(p.scratch) = kernel::gemm_scratch<T>(e.m, e.n, e.k);
    if (p.windowed) elements(p.c.storage) = kernel::gemm_window_rows<T>(e.m, e.n, e.k) * e.n;
    int const rank = t.shapes[p.space].rank;
    auto panel = [&](int storage, std::int64_t size) {  // two products may make one factor
      elements(storage) = std::max(elements(storage), size);
    };
    if (p.made[0] >= 0) panel(p.a.storage, kernel::gemm_panel_a<T>(e.m, e.n, e.k, p.made_transposed(rank, 0)));
    if (p.made[1] >= 0) panel(p.b.storage, kernel::gemm_panel_b<T>(e.m, e.n, e.k, p.made_transposed(rank, 1)));
  }
  for (auto const& c : t.calls)
    if (c.scratch >= 0) {
      shape const& s = t.shapes[c.packs];
      elements(c.scratch) = kernel::lu_scratch<T>(names(s[s.rank - 2]), names(s[s.rank - 1]));
    }
  for (std::size_t i = 0; i < t.storages.size(); ++i) {
    storage const& s = t.storages[i];
    if (s.kind == storage_kind::buffer && s.shape >= 0) bytes[i] = names(t.shapes[s.shape]);
    if (s.kind == storage_kind::leaf || s.first < 0) bytes[i] = 0;
    constexpr auto line = static_cast<std::int64_t>(alignment);
    bytes[i] = (bytes[i] * element_bytes<T>(s.type) + line - 1) / line * line;
  }
  for (auto const& s : t.scans) elements(s.scratch) = s.workspace(names);
}

/// The first place from `at` on for so many bytes. Large leaves begin a page, large buffers 1 KiB into one: at the
/// distance of a line, which is what came of itself, W7 took 1394 us instead of 801.
template <class = void>
constexpr std::int64_t first_place(std::int64_t at, std::int64_t bytes) {
  if (!is_large(bytes)) return at;
  constexpr std::int64_t whole = page, into = 1024;
  return (at - into + whole - 1) / whole * whole + into;
}

/// Offsets and sizes in bytes for all storages, into `offsets` and `bytes`; returns the size of the workspace. (It may
/// not allocate: binding does not.)
template <class T>
constexpr std::int64_t place_buffers(tables const& t, extent_table const& names, detail::span<std::int64_t> offsets,
                                     detail::span<std::int64_t> bytes) {
  size_storages<T>(t, names, bytes);
  std::int64_t total = 0;
  for (std::size_t i = 0; i < t.storages.size(); ++i) {
    offsets[i] = 0;
    if (bytes[i] == 0) continue;
    // push the buffer up past all that live with it, until it stands free
    std::int64_t at = first_place(0, bytes[i]);
    for (bool moved = true; moved;) {
      moved = false;
      for (std::size_t j = 0; j < i; ++j) {
        bool const together =
            bytes[j] && t.storages[i].first <= t.storages[j].last && t.storages[j].first <= t.storages[i].last;
        if (together && at < offsets[j] + bytes[j] && offsets[j] < at + bytes[i]) {
          at = first_place(offsets[j] + bytes[j], bytes[i]);
          moved = true;
        }
      }
    }
    offsets[i] = at;
    if (at + bytes[i] > total) total = at + bytes[i];
  }
  return total;
}

/// The number of entries of a node.
template <class = void>
constexpr std::int64_t entries_of(tables const& t, int n, extent_table const& names) {
  return names(t.shapes[t.nodes[n].shape]);
}

/// The extents of a call's operands and of its result.
template <class = void>
constexpr call_extents extents_of(tables const& t, call const& c, extent_table const& names) {
  call_extents e;
  node const& x = t.nodes[c.node];
  auto take = [&](std::size_t which, int node) {
    shape const& s = t.shapes[t.nodes[node].shape];
    e.rank[which] = s.rank;
    for (int i = 0; i < s.rank; ++i) e.n[which][i] = names(s[i]);
  };
  for (std::size_t k = 0; k < 3; ++k)
    if (x.args[k] >= 0) take(k, x.args[k]);
  take(3, c.node);
  return e;
}

/// visit(instruction, how many entries it is run for) for each instruction of all loops.
template <class F>
constexpr void each_instruction(tables const& t, extent_table const& names, F const& visit) {
  for (auto const& l : t.loops) {
    shape const& space = t.shapes[l.space];
    std::int64_t const all = names(space), columns = space.rank ? names(space[space.rank - 1]) : 1;
    auto each = [&](range const& r, std::int64_t times) {
      for (int i = r.begin; i < r.end; ++i) visit(t.code[i], times);
    };
    each(l.uniform, 1);
    for (int p = 0; p <= l.passes; ++p) {
      each(l.row[p], columns ? all / columns : 0);
      if (p < l.passes) each(l.element[p], all);
    }
  }
}

/// Floating-point operations of one run: 2·m·n·k for a product (2·m·n more where it adds to C), the operation's own
/// count for each entry otherwise.
template <class = void>
constexpr std::int64_t count_flops(tables const& t, extent_table const& names) {
  std::int64_t flops = 0;
  for (auto const& p : t.products) {
    product_extents const e = extents_of(t, p, names);
    flops += 2 * e.batch * e.m * e.n * (e.k + (p.adds() ? 1 : 0));
  }
  for (auto const& c : t.calls) {
    operation_info const& op = *t.nodes[c.node].op;
    if (c.scan >= 0) {
      flops += t.scans[c.scan].flops(names);
      continue;
    }
    flops += detail::is_null(op.call_flops) ? op.flops * entries_of(t, c.node, names)
                                            : op.call_flops(extents_of(t, c, names));
  }
  each_instruction(t, names, [&flops](instruction const& x, std::int64_t times) {
    if (!detail::is_null(x.op) && x.what != action::store && x.what != action::load) flops += x.op->flops * times;
  });
  return flops;
}

/// Whether a call reads its operand k: where a matrix has been factored, it stands there for its derivative alone.
template <class = void>
constexpr bool reads_operand(tables const& t, call const& c, std::size_t k) {
  node const& n = t.nodes[c.node];
  return n.args[k] >= 0 &&
         !(k == 0 && (n.is(opcode::solve) || n.is(opcode::determinant) || n.is(opcode::log_determinant)));
}

/// How many entries of operand k a call reads: of a table the rows that are asked for, of the factors of a matrix the
/// pivots where the determinant is all that is wanted.
template <class = void>
constexpr std::int64_t entries_read(tables const& t, call const& c, std::size_t k, extent_table const& names) {
  node const& n = t.nodes[c.node];
  if (!reads_operand(t, c, k)) return 0;
  std::int64_t const all = entries_of(t, n.is(opcode::gather) && k == 0 ? c.node : n.args[k], names);
  if (!n.is(opcode::determinant) && !n.is(opcode::log_determinant)) return all;
  shape const& factors = t.shapes[t.nodes[n.args[k]].shape];
  std::int64_t const rows = names(factors[factors.rank - 2]);  // those of the matrix, and one of row numbers
  return rows ? all / rows * 2 : 0;
}

/// Bytes read from and written to leaves and buffers in one run; what a loop reads twice in one row counts once,
/// packing and windows (which stay in cache) do not count.
template <class T>
constexpr std::int64_t count_bytes(tables const& t, extent_table const& names) {
  std::int64_t bytes = 0;
  auto entries = [&](operand const& o, shape const& space) {
    std::int64_t n = 1;
    for (int i = 0; i < space.rank; ++i)
      if (o.axis[i] >= 0) n *= names(space[i]);
    return n;
  };
  for (auto const& st : t.steps) {
    if (st.product >= 0) {
      product const& p = t.products[st.product];
      product_extents const e = extents_of(t, p, names);
      bytes += ((p.made[0] < 0 ? e.m * e.k : 0) + (p.made[1] < 0 ? e.k * e.n : 0) +
                (p.windowed ? 0
                 : p.adds() ? 2 * e.m * e.n
                            : e.m * e.n)) *
               e.batch * static_cast<std::int64_t>(sizeof(T));
      for (scale_factor const& f : p.update.factors)
        if (f.memory >= 0) bytes += static_cast<std::int64_t>(sizeof(T));
    }
    if (st.call >= 0) {
      call const& c = t.calls[st.call];
      if (c.scan >= 0) {
        bytes += t.scans[c.scan].moved(names);
        continue;
      }
      bytes += entries_of(t, c.node, names) * static_cast<std::int64_t>(sizeof(T));
      for (std::size_t k = 0; k < 3; ++k)
        if (std::int64_t const read = entries_read(t, c, k, names))
          bytes += read * element_bytes<T>(t.storages[c.x[k].storage].type);
    }
    for (int l = st.makers.begin; l < st.loops.end; ++l) {
      loop const& lp = t.loops[l];
      shape const& space = t.shapes[lp.space];
      detail::sequence<detail::late<T, std::pair<int, action>>> seen;
      auto add = [&](range const& r) {
        for (int i = r.begin; i < r.end; ++i) {
          instruction const& x = t.code[i];
          if (x.memory < 0) continue;
          operand const& o = t.operands[x.memory];
          storage const& s = t.storages[o.storage];
          if (s.kind == storage_kind::window || (s.index < 0 && s.kind == storage_kind::buffer)) continue;
          bool known = false;
          for (auto const& [m, a] : seen) known = known || (m == x.memory && a == x.what);
          if (known) continue;
          seen.push_back({x.memory, x.what});
          bytes += entries(o, space) * element_bytes<T>(s.type);
        }
      };
      add(lp.uniform);
      for (int p = 0; p <= lp.passes; ++p) {
        add(lp.row[p]);
        if (p < lp.passes) add(lp.element[p]);
      }
    }
  }
  return bytes;
}

}  // namespace ctg::inline v0::plan
