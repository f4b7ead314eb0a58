// SPDX-License-Identifier: MIT
// Binding: reads where the leaves are and how large, checks what only the run can know, places the buffers.
#pragma once

#include <ctg/graph/requirements.hpp>
#include <ctg/run/compiled.hpp>
#include <ctg/run/step.hpp>
#include <ctg/run/workspace.hpp>

#include <algorithm>
#include <string>

namespace ctg::inline v0::detail {

template <class String>
String text_of(std::string_view s) {
  return String(s);
}

/// Reads the named extents from the leaves; throws extent_error where two disagree.
template <class Late = void>
extent_table read_extents(detail::span<leaf_info const* const> infos, detail::span<location const> leaves) {
  using string = late<Late, std::string>;
  late<Late, extent_table> t;
  for (std::size_t i = 0; i < infos.size(); ++i)
    for (int a = 0; a < infos[i]->shape.rank; ++a) {
      extent const& e = infos[i]->shape[a];
      if (e.is_static()) continue;
      std::int64_t const n = leaves[i].extents[a];
      if (t.set(e.names[0], n)) continue;
      auto const* known = t.find(e.names[0]);
      if (!known)
        fail<extent_error>("ctg: more than " + string(std::to_string(extent_table::capacity)) +
                           " named extents in one program");
      for (std::size_t j = 0; j <= i; ++j)
        for (int b = 0; b < infos[j]->shape.rank; ++b)
          if (infos[j]->shape[b] == e && leaves[j].extents[b] == *known)
            fail<extent_error>("ctg: extent " + text_of<string>(infos[i]->extent_names[a]) + " is " +
                               std::to_string(*known) + " in leaf " + text_of<string>(infos[j]->name) + " and " +
                               std::to_string(n) + " in leaf " + text_of<string>(infos[i]->name) +
                               "; one name is one number: bind them together, step.bind(X2, T2), or give one of "
                               "them another name");
    }
  return t;
}

/// Throws extent_error where a shape has a name that no leaf has.
template <class Late = void>
constexpr void require_known(detail::span<shape const> shapes, extent_table const& numbers) {
  for (shape const& s : shapes)
    for (int a = 0; a < s.rank; ++a)
      if (numbers(s[a]) < 0)
        fail<extent_error>(
            "ctg: the program goes over a named extent that none of its leaves has: nothing says what number it is; "
            "write a number instead of the name, or use a leaf that "
            "has it");
}

/// Throws extent_error where the extents are too small for what the graph asks of them.
template <class Late = void>
void require_met(graph_view g, detail::span<leaf_info const* const> infos, extent_table const& numbers) {
  using string = late<Late, std::string>;
  int const i = first_unmet(g, numbers);
  if (i < 0) return;
  node const& n = g[i];
  shape const& s = g.shape_of(n.args[0]);
  if (!n.is(opcode::slice))
    fail<extent_error>("ctg: " + text_of<string>(name_of_requirement(g, i)) +
                       " of no entries: an extent that it goes over is 0; bind leaves that have entries");
  extent const e = s[static_cast<int>(n.with.p)];
  string name = "extent";
  for (leaf_info const* leaf : infos)
    for (int a = 0; a < leaf->shape.rank; ++a)
      if (leaf->shape[a] == e) name = "extent " + text_of<string>(leaf->extent_names[a]);
  string const axis = std::to_string(n.with.p), begin = std::to_string(n.with.q & 0xffffffff),
               end = std::to_string(n.with.q >> 32);
  fail<extent_error>("ctg: slice<" + axis + ", " + begin + ", " + end + ">: " + name + " is " +
                     std::to_string(numbers(e)) + "; bind a larger leaf, or slice less");
}

/// The first byte of a leaf and the byte behind its last element.
struct bytes_of_leaf {
  char const *first = nullptr, *second = nullptr;
};
template <class = void>
bytes_of_leaf memory_of(leaf_info const& info, location const& l) {
  std::int64_t last = 0;
  for (int a = 0; a < info.shape.rank; ++a) {
    std::int64_t const n = l.extents[a];
    if (n == 0) return {};
    last += (n - 1) * l.strides[a];
  }
  auto range = [&](auto const* first) {
    return bytes_of_leaf{reinterpret_cast<char const*>(first), reinterpret_cast<char const*>(first + last + 1)};
  };
  if (l.f32) return range(l.f32);
  if (l.f64) return range(l.f64);
  if (l.f80) return range(l.f80);
  if (l.i32) return range(l.i32);
  return range(l.i64);
}

/// The rows of a padded leaf: how many bytes each has, and from one to the next (0: there is one row only).
struct padded_rows {
  std::int64_t width, step;
};
inline padded_rows rows_of(leaf_info const& info, location const& l) {
  int const last = info.shape.rank - 1;
  std::int64_t const bytes = plan::element_bytes<long double>(info.type);
  if (last < 1) return {(last < 0 ? 1 : l.extents[0]) * bytes, 0};
  std::int64_t rows = 1;
  for (int a = 0; a < last; ++a) rows *= l.extents[a];
  auto const k = last;
  return {l.extents[k] * bytes, rows > 1 ? l.strides[k - 1] * bytes : 0};
}

/// Whether two leaves hold other columns of one padded matrix, whose rows interleave.
inline bool side_by_side(leaf_info const& info_a, location const& a, char const* first_a, leaf_info const& info_b,
                         location const& b, char const* first_b) {
  auto const [width_a, step_a] = rows_of(info_a, a);
  auto const [width_b, step_b] = rows_of(info_b, b);
  std::int64_t const step = step_a ? step_a : step_b;
  if (step == 0 || (step_b != 0 && step_b != step)) return false;
  std::int64_t const behind = ((first_b - first_a) % step + step) % step;
  return width_a <= behind && behind + width_b <= step;
}

/// An assigned leaf must not share memory with another leaf of the program: the order of reads and writes could not be
/// kept.
template <class Late = void>
void require_apart(detail::span<leaf_info const* const> infos, detail::span<location const> leaves,
                   detail::span<int const> targets) {
  using string = late<Late, std::string>;
  for (int t : targets) {
    if (t < 0) continue;
    auto const a = memory_of(*infos[t], leaves[t]);
    for (std::size_t i = 0; i < infos.size(); ++i) {
      if (static_cast<int>(i) == t) continue;
      auto const b = memory_of(*infos[i], leaves[i]);
      if (a.first < b.second && b.first < a.second &&
          !side_by_side(*infos[t], leaves[t], a.first, *infos[i], leaves[i], b.first))
        fail<binding_error>("ctg: leaf " + text_of<string>(infos[t]->name) +
                            " is assigned to and shares memory with leaf " + text_of<string>(infos[i]->name) +
                            "; use one view of it, under one name, on both sides");
    }
  }
}

/// The address of views without entries. It could change, so that no compiler warns of what would be read there.
inline constinit char no_entries = 0;
inline constinit char* no_entries_at = &no_entries;

/// The scans of a plan, each at an address of its own.
template <class Plan, class = std::make_index_sequence<Plan::scans.size()>>
struct bound_scans;
template <class Plan>
struct bound_scans<Plan, std::index_sequence<>> {
  void bind(auto&) {}
  void for_operands(auto const&) {}
};

/// Everything of a program that only the run knows.
template <class Plan>
struct bound_plan {
  using T = typename Plan::value_type;
  template <std::size_t N>
  static constexpr std::size_t some = N ? N : 1;

  std::array<location, some<Plan::leaves.size()>> leaves{};
  std::array<double, some<Plan::numbers.size()>> numbers{};
  extent_table extents;
  std::array<kernel::bound_operand, some<Plan::operands.size()>> operands{};
  std::array<kernel::bound_product, some<Plan::products.size()>> products{};
  std::array<kernel::bound_call, some<Plan::calls.size()>> calls{};
  std::array<std::int64_t, some<Plan::storages.size()>> offsets{};
  workspace memory;
  char* buffers = nullptr;  // where the offsets begin: in the workspace; of a scan's body in that of the program
  bool placed = false;      // offsets are those of extents
  bool filled = false;      // what is the same after each run stands in memory
  bound_scans<Plan> scans;

  detail::span<location const> leaf_span() const { return spanned(leaves.data(), Plan::leaves.size()); }

  /// Checks `now` and takes it; on failure nothing has changed.
  void bind(std::array<location, some<Plan::leaves.size()>> const& now) {
    auto const span = spanned(now.data(), Plan::leaves.size());
    extent_table const sizes = read_extents(spanned(Plan::leaves), span);
    require_apart(spanned(Plan::leaves), span, spanned(Plan::lowered::targets));
    if (!placed || !(sizes == extents)) {  // other leaves of the same sizes: as for each minibatch of a training
      require_known(spanned(Plan::shapes), sizes);
      if constexpr (has_requirements(Plan::lowered::view()))
        require_met(Plan::lowered::view(), spanned(Plan::leaves), sizes);
      std::array<std::int64_t, some<Plan::storages.size()>> places{}, bytes{};
      memory.reserve(plan::place_buffers<T>(Plan::run_tables(), sizes, spanned(places.data(), places.size()),
                                            spanned(bytes.data(), bytes.size())));
      buffers = memory.data();
      offsets = places;
      extents = sizes;
      placed = true;
      filled = false;
    }
    leaves = now;
    bind_all();
  }

  /// The body of a scan: extents, leaves and memory are those of the program around it.
  void bind_within(extent_table const& sizes, std::array<location, some<Plan::leaves.size()>> const& now,
                   char* memory_around) {
    std::array<std::int64_t, some<Plan::storages.size()>> bytes{};
    plan::place_buffers<T>(Plan::run_tables(), sizes, spanned(offsets.data(), offsets.size()),
                           spanned(bytes.data(), bytes.size()));
    buffers = memory_around;
    extents = sizes;
    leaves = now;
    bind_all();
  }

  /// Where an operand that reads or writes memory begins.
  char* first_of(plan::operand const& o) const {
    shape const& memory_shape = Plan::shapes[o.shape];
    std::int64_t at = 0;
    for (int a = 0; a < memory_shape.rank; ++a) {
      std::int64_t const begin = o.begin[a];
      bool const backwards = o.reversed >> a & 1;
      if (begin || backwards)
        at += (backwards ? extents(memory_shape[a]) - 1 - begin : begin) * stride_of(o.storage, o.shape, a);
    }
    return base_of(o.storage) + at * element_size(o.storage);
  }
  void bind_all() {
    for (std::size_t i = 0; i < Plan::operands.size(); ++i) operands[i] = operand_of(Plan::operands[i]);
    for (std::size_t i = 0; i < Plan::products.size(); ++i) products[i] = product_of(Plan::products[i]);
    for (std::size_t i = 0; i < Plan::calls.size(); ++i) calls[i] = call_of(Plan::calls[i], Plan::called[i]);
    scans.bind(*this);
  }

  /// Before the first run: until then results are zero.
  void fill() {
    for (auto const& [storage, value] : Plan::fills) {
      shape const& of = Plan::shapes[Plan::storages[storage].shape];
      std::fill_n(reinterpret_cast<T*>(base_of(storage)), extents(of), static_cast<T>(value));
    }
    filled = true;
  }

  /// Never null: loops step over the rows of views without entries too, and a null pointer cannot be stepped.
  char* base_of(int storage) const {
    char* const base = begin_of(Plan::storages[storage], offsets[storage]);
    return base ? base : no_entries_at;
  }

  /// Elements from one index to the next along an axis of the shape in which a storage is read.
  // (By itself: within the loops over operands and axes it is 4 KiB of code, and binding takes a quarter longer.)
  CTG_NOINLINE std::int64_t stride_of(int storage, int read_as, int axis) const {
    if (axis < 0) return 0;
    plan::storage const& s = Plan::storages[storage];
    if (s.kind == plan::storage_kind::leaf && read_as == s.shape) return leaves[s.index].strides[axis];
    shape const& memory_shape = Plan::shapes[read_as];
    std::int64_t step = 1;
    for (int i = memory_shape.rank - 1; i > axis; --i) step *= extents(memory_shape[i]);
    return step;
  }

 private:
  char* begin_of(plan::storage const& s, std::int64_t offset) const {
    if (s.kind != plan::storage_kind::leaf) return buffers ? buffers + offset : nullptr;
    location const& l = leaves[s.index];
    if (l.f32) return reinterpret_cast<char*>(l.f32);
    if (l.f64) return reinterpret_cast<char*>(l.f64);
    if (l.i32) return reinterpret_cast<char*>(l.i32);
    return reinterpret_cast<char*>(l.i64);
  }

  static std::int64_t element_size(int storage) {
    element const type = Plan::storages[storage].type;
    return plan::element_bytes<T>(type);
  }

  kernel::bound_operand operand_of(plan::operand const& o) const {
    kernel::bound_operand b{first_of(o), {}};
    for (int a = 0; a < max_rank; ++a) {
      std::int8_t const axis = o.axis[a];
      std::int64_t const step = stride_of(o.storage, o.shape, axis) * element_size(o.storage);
      b.step[a] = axis >= 0 && (o.reversed >> axis & 1) ? -step : step;
    }
    return b;
  }

  kernel::call_operand call_operand_of(plan::operand const& o, int of_shape) const {
    kernel::call_operand x;
    shape const& s = Plan::shapes[of_shape];
    x.base = first_of(o);
    x.type = Plan::storages[o.storage].type;
    x.rank = s.rank;
    for (int a = 0; a < s.rank; ++a) {
      x.n[a] = extents(s[a]);
      x.step[a] = stride_of(o.storage, o.shape, o.axis[static_cast<std::size_t>(a)]);
    }
    return x;
  }
  kernel::bound_call call_of(plan::call const& c, plan::called const& n) const {
    kernel::bound_call b;
    b.with = n.with;
    for (std::size_t k = 0; k < 3; ++k)
      if (c.x[k].storage >= 0) b.x[k] = call_operand_of(c.x[k], n.shapes[k]);
    if (c.y.storage >= 0) b.y = call_operand_of(c.y, n.shape);
    if (c.scratch >= 0) b.scratch = base_of(c.scratch);
    return b;
  }

  void bind_scale(kernel::bound_product& b, plan::sum_into const& to) const {
    T scale = static_cast<T>(to.negative ? -1 : 1);
    std::size_t loaded = 0;
    for (int i = 0; i < to.count; ++i) {
      plan::scale_factor const& f = to.factors[i];
      if (f.what == plan::action::load) {
        b.divides[loaded] = f.divides;
        b.scale[loaded++] = base_of(f.memory);
        continue;
      }
      double const x = f.what == plan::action::constant ? std::bit_cast<double>(f.with)
                       : f.what == plan::action::number ? numbers[f.with]
                                                        : static_cast<double>(extents(Plan::shapes[f.with]));
      scale = f.divides ? scale / static_cast<T>(x) : scale * static_cast<T>(x);
    }
    b.fixed_scale = static_cast<double>(scale);
  }

  kernel::bound_product product_of(plan::product const& p) const {
    kernel::bound_product b;
    plan::product_extents const e = plan::extents_of(Plan::run_tables(), p, extents);
    b.m = e.m;
    b.n = e.n;
    b.k = e.k;
    shape const& s = Plan::shapes[p.space];
    b.batch_rank = s.rank - 2;
    plan::operand const* const sides[]{&p.a, &p.b, &p.c};
    for (int w = 0; w < 3; ++w) {
      plan::operand const& o = *sides[w];
      auto stride = [&](int axis) { return stride_of(o.storage, o.shape, o.axis[axis]); };
      b.base[w] = first_of(o);
      b.row_stride[w] = stride(s.rank - 2);
      b.column_stride[w] = stride(s.rank - 1);
      for (int a = 0; a < b.batch_rank; ++a) b.batch_stride[a][w] = stride(a);
    }
    for (int a = 0; a < b.batch_rank; ++a) b.batch[a] = extents(s[a]);
    b.windowed = p.windowed;
    b.scratch = base_of(p.scratch);
    b.adds = p.adds();
    if (p.adds()) bind_scale(b, p.update);
    return b;
  }
};

}  // namespace ctg::inline v0::detail
