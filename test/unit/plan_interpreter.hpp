// SPDX-License-Identifier: MIT
// Executes a plan from its tables, in double, without SIMD: what run/loop.hpp and run/step.hpp do with a plan, as plain
// code that takes any plan at run time. Lanes and blocks of rows have any size; memory that does not live is poisoned
// with NaN, so that a buffer read before it is written, or after another took its place, shows in the result.
#pragma once

#include <ctg/graph/interpret_call.hpp>
#include <ctg/op/algebra.hpp>
#include <ctg/plan/memory.hpp>
#include <ctg/plan/planner.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>
#include <vector>

namespace test {

inline ctg::plan::tables tables_of(ctg::plan::full_plan const& r) {
  // no scans: they are not among the random operations
  return {r.nodes, r.shapes, r.storages, r.operands, r.code, r.loops, r.products, r.calls, r.steps, r.outputs, {}};
}

class plan_interpreter {
 public:
  using index = std::int64_t;
  static constexpr double poison = std::numeric_limits<double>::quiet_NaN();

  plan_interpreter(ctg::plan::tables const& plan, std::span<ctg::detail::location const> leaves,
                   std::span<double const> numbers, ctg::extent_table const& extents, unsigned seed)
      : t_(plan),
        leaves_(leaves.begin(), leaves.end()),
        numbers_(numbers.begin(), numbers.end()),
        extents_(extents),
        random_(seed) {
    offsets_.resize(t_.storages.size() + 1);
    sizes_ = offsets_;
    bytes_ = ctg::plan::place_buffers<double>(t_, extents_, offsets_, sizes_);
    workspace_.assign(static_cast<std::size_t>(bytes_) / sizeof(double), poison);
  }

  std::int64_t bytes() const { return bytes_; }
  int kernels_run() const { return kernels_; }

  void run() {
    kernels_ = 0;
    std::fill(workspace_.begin(), workspace_.end(), poison);
    for (std::size_t i = 0; i < t_.storages.size(); ++i)
      if (auto const value = ctg::plan::filled_with(t_.nodes, t_.storages[i]))
        std::fill_n(workspace_.begin() + base(static_cast<int>(i)), sizes_[i] / static_cast<index>(sizeof(double)),
                    ctg::detail::constant_value(*value));
    for (int s = 0; s < static_cast<int>(t_.steps.size()); ++s) {
      poison_where([&](ctg::plan::storage const& x) { return x.first == s; });
      run_step(t_.steps[at(s)]);
      ++kernels_;
      poison_where([&](ctg::plan::storage const& x) { return x.last == s; });
    }
  }

  /// Output number i, entry by entry.
  std::vector<double> output(std::size_t i) const {
    ctg::plan::output const& o = t_.outputs[i];
    int const shape = t_.nodes[at(o.node)].shape;
    ctg::detail::index_space const space(t_.shapes[at(shape)], extents_);
    std::vector<double> values;
    for (index k = 0; k < space.size(); ++k) {
      auto const where = space.at(k);
      index offset = 0;
      for (int a = 0; a < space.rank; ++a) offset += where[at(a)] * stride_of(o.storage, shape, a);
      values.push_back(read(o.storage, offset));
    }
    return values;
  }

 private:
  using indices = std::array<index, ctg::max_rank>;
  using lanes_of = std::vector<double>;  // of a batch
  static std::size_t at(index i) { return static_cast<std::size_t>(i); }

  struct registers {
    std::vector<lanes_of> uniform, row, element, gathered_row, gathered;
  };

  // ── memory ──

  index base(int storage) const { return offsets_[at(storage)] / static_cast<index>(sizeof(double)); }

  double read(int storage, index offset) const {
    auto const& s = t_.storages[at(storage)];
    if (s.kind == ctg::plan::storage_kind::leaf) return leaves_[at(s.index)].read<double>(offset);
    return workspace_.at(at(base(storage) + offset));
  }
  void write(int storage, index offset, double x) {
    auto const& s = t_.storages[at(storage)];
    if (s.kind == ctg::plan::storage_kind::leaf)
      leaves_[at(s.index)].write(offset, x);
    else
      workspace_.at(at(base(storage) + offset)) = x;
  }

  index stride_of(int storage, int read_as, int axis) const {
    if (axis < 0) return 0;
    auto const& s = t_.storages[at(storage)];
    if (s.kind == ctg::plan::storage_kind::leaf && read_as == s.shape) return leaves_[at(s.index)].strides[at(axis)];
    ctg::shape const& memory = t_.shapes[at(read_as)];
    index step = 1;
    for (int i = memory.rank - 1; i > axis; --i) step *= extents_(memory[i]);
    return step;
  }

  // Where an operand's first entry is, and its step along axis k of the loop's space.
  index first_of(ctg::plan::operand const& o) const {
    ctg::shape const& memory = t_.shapes[at(o.shape)];
    index offset = 0;
    for (int a = 0; a < memory.rank; ++a) {
      bool const backwards = o.reversed >> a & 1;
      offset +=
          (backwards ? extents_(memory[a]) - 1 - o.begin[at(a)] : o.begin[at(a)]) * stride_of(o.storage, o.shape, a);
    }
    return offset;
  }
  index step_of(ctg::plan::operand const& o, int k) const {
    int const axis = o.axis[at(k)];
    index const stride = stride_of(o.storage, o.shape, axis);
    return axis >= 0 && (o.reversed >> axis & 1) ? -stride : stride;
  }

  template <class F>
  void poison_where(F const& dies) {
    for (std::size_t i = 0; i < t_.storages.size(); ++i) {
      if (t_.storages[i].kind == ctg::plan::storage_kind::leaf || t_.storages[i].persists || !dies(t_.storages[i]))
        continue;
      index const size = sizes_[i] / static_cast<index>(sizeof(double));
      std::fill_n(workspace_.begin() + base(static_cast<int>(i)), size, poison);
    }
  }

  // ── steps ──

  struct active_loop {
    ctg::plan::loop const* l;
    registers r;
    index window_row = 0;                       // first row of the block that is in the window
    index panel_column = 0, panel_columns = 0;  // of a loop that makes a factor: the columns that are in the window
  };

  void run_step(ctg::plan::step const& st) {
    int next = st.loops.begin;
    if (st.call >= 0) run_call(t_.calls[at(st.call)]);
    if (st.product >= 0) {
      auto const& p = t_.products[at(st.product)];
      std::array<active_loop, 2> makers;
      for (std::size_t k = 0; k < 2; ++k)
        if (p.made[k] >= 0) makers[k] = begin(t_.loops[at(p.made[k])]);
      if (st.loops.size() > 0 && st.first_loop == ctg::plan::when::per_block) {
        active_loop l = begin(t_.loops[at(next++)]);
        multiply(p, makers, [&](index batch, index first, index last) { run_block(l, batch, first, last); });
        end(l);
      } else {
        if (p.windowed) throw std::logic_error("a window without an epilogue by rows");
        multiply(p, makers, [](index, index, index) {});
      }
    }
    for (; next < st.loops.end; ++next) {
      active_loop l = begin(t_.loops[at(next)]);
      run_whole(l);
      end(l);
    }
  }

  void run_call(ctg::plan::call const& c) {
    ctg::node const& n = t_.nodes[at(c.node)];
    auto const space_of = [&](int i) {
      return ctg::detail::index_space(t_.shapes[at(t_.nodes[at(i)].shape)], extents_);
    };
    std::array<ctg::detail::sequence<double>, 3> values;
    std::array<ctg::detail::interpreted_operand<double>, 3> x{};
    for (std::size_t k = 0; k < 3; ++k) {
      if (n.args[k] < 0) continue;
      auto const space = space_of(n.args[k]);
      for (index i = 0; i < space.size(); ++i) {
        auto const where = space.at(i);
        index offset = first_of(c.x[k]);
        bool const numbers_rows = k == 1 && (n.is(ctg::opcode::gather) || n.is(ctg::opcode::scatter));
        if (!numbers_rows) offset += i;  // as the kernels read: contiguous
        for (int a = 0; numbers_rows && a < space.rank; ++a) offset += where[at(a)] * step_of(c.x[k], a);
        values[k].push_back(read(c.x[k].storage, offset));
      }
      x[k] = {&values[k], space};
    }
    auto const space = space_of(c.node);
    ctg::detail::sequence<double> y(at(space.size()), 0.0);
    ctg::detail::interpret_call(n, x, space, y);
    for (index i = 0; i < space.size(); ++i) write(c.y.storage, i, y[at(i)]);
  }

  // Factor k of product p, or rows and columns of it that have just been made: its first entry and its two steps.
  struct factor_part {
    index first, row_step, column_step;
  };
  factor_part part_of(ctg::plan::product const& p, std::array<active_loop, 2>& makers, int k, index batch, index offset,
                      index row, index rows, index column, index columns) {
    ctg::plan::operand const& o = k == 0 ? p.a : p.b;
    int const rank = t_.shapes[at(p.space)].rank;
    if (p.made[at(k)] < 0) {
      index const row_step = step_of(o, rank - 2), column_step = step_of(o, rank - 1);
      return {offset + row * row_step + column * column_step, row_step, column_step};
    }
    for (index i = 0; i < capacity(o.storage); ++i) write(o.storage, i, poison);
    if (p.made_transposed(rank, k)) {
      run_panel(makers[at(k)], batch, column, columns, row, rows);
      return {0, 1, rows};
    }
    run_panel(makers[at(k)], batch, row, rows, column, columns);
    return {0, columns, 1};
  }
  index capacity(int storage) const { return sizes_[at(storage)] / static_cast<index>(sizeof(double)); }
  index up_to(index most) {
    return 1 + static_cast<index>(random_() % static_cast<std::uint64_t>(std::max<index>(most, 1)));
  }

  template <class F>
  void multiply(ctg::plan::product const& p, std::array<active_loop, 2>& makers, F const& done) {
    auto const e = ctg::plan::extents_of(t_, p, extents_);
    ctg::shape const& s = t_.shapes[at(p.space)];
    ctg::detail::index_space const space(s, extents_);
    index const scratch = ctg::kernel::gemm_scratch<double>(e.m, e.n, e.k);
    auto stride = [&](ctg::plan::operand const& o, int axis) { return step_of(o, axis); };
    index const window = std::max<index>(ctg::kernel::gemm_window_rows<double>(e.m, e.n, e.k), 1);
    double const factor = factor_of(p.update);
    index batches = 1;
    for (int a = 0; a < s.rank - 2; ++a) batches *= space.n[at(a)];
    for (index b = 0; b < batches; ++b) {
      for (index i = 0; i < scratch; ++i) write(p.scratch, i, poison);
      index offset[3]{first_of(p.a), first_of(p.b), 0};
      index rest = b;
      for (int a = s.rank - 3; a >= 0; --a) {
        index const i = rest % space.n[at(a)];
        rest /= space.n[at(a)];
        int k = 0;
        for (auto const* o : {&p.a, &p.b, &p.c}) offset[k++] += i * stride(*o, a);
      }
      index const most_a = p.made[0] >= 0 ? capacity(p.a.storage) : e.m * e.k,
                  most_b = p.made[1] >= 0 ? capacity(p.b.storage) : e.k * e.n;
      for (index first = 0; first < e.m;) {
        index const height = std::min({e.m - first, up_to(window), std::max<index>(most_a, 1)});
        std::vector<double> sums(at(height * e.n), 0.0);
        for (index k = 0; k < e.k;) {
          index const depth = std::min(e.k - k, up_to(std::min(most_a / height, most_b)));
          auto const a = part_of(p, makers, 0, b, offset[0], first, height, k, depth);
          for (index j = 0; j < e.n;) {
            index const width = std::min(e.n - j, up_to(most_b / depth));
            auto const x = part_of(p, makers, 1, b, offset[1], k, depth, j, width);
            for (index i = 0; i < height; ++i)
              for (index l = 0; l < width; ++l)
                for (index q = 0; q < depth; ++q)
                  sums[at(i * e.n + j + l)] += read(p.a.storage, a.first + i * a.row_step + q * a.column_step) *
                                               read(p.b.storage, x.first + q * x.row_step + l * x.column_step);
            j += width;
          }
          k += depth;
        }
        for (index i = first; i < first + height; ++i)
          for (index j = 0; j < e.n; ++j) {
            double const sum = sums[at((i - first) * e.n + j)];
            if (p.adds()) {
              index const c = offset[2] + i * stride(p.c, s.rank - 2) + j * stride(p.c, s.rank - 1);
              write(p.c.storage, c, read(p.c.storage, c) + factor * sum);
            } else {
              write(p.c.storage, (p.windowed ? i - first : offset[2] / e.n + i) * e.n + j, sum);
            }
          }
        done(b, first, first + height);
        first += height;
      }
    }
  }

  double factor_of(ctg::plan::sum_into const& to) const {
    double product = to.negative ? -1 : 1;
    for (int i = 0; i < to.count; ++i) {
      auto const& f = to.factors[at(i)];
      double const x = f.what == ctg::plan::action::constant ? std::bit_cast<double>(f.with)
                       : f.what == ctg::plan::action::number ? numbers_[at(f.with)]
                       : f.what == ctg::plan::action::size   ? static_cast<double>(extents_(t_.shapes[at(f.with)]))
                                                             : read(f.memory, 0);
      product = f.divides ? product / x : product * x;
    }
    return product;
  }

  // ── loops ──

  ctg::plan::instruction const& code(int i) const { return t_.code[at(i)]; }
  static double identity(ctg::plan::instruction const& x) { return ctg::detail::neutral<double>(x.op->code); }
  static double join(ctg::plan::instruction const& x, double a, double b) {
    return ctg::detail::gathered(x.op->code, a, b);
  }

  active_loop begin(ctg::plan::loop const& l) {
    active_loop a{&l, {}};
    a.r.uniform.assign(at(l.uniforms), {poison});
    for (int i = l.uniform.begin; i < l.uniform.end; ++i) {
      auto const& x = code(i);
      double& y = a.r.uniform.at(at(x.dst.index))[0];
      switch (x.what) {
        case ctg::plan::action::constant:
          y = std::bit_cast<double>(x.with.p);
          break;
        case ctg::plan::action::number:
          y = numbers_[at(x.with.p)];
          break;
        case ctg::plan::action::size:
          y = static_cast<double>(extents_(t_.shapes[at(x.with.p)]));
          break;
        case ctg::plan::action::load:
          y = read(t_.operands[at(x.memory)].storage, first_of(t_.operands[at(x.memory)]));
          break;
        default:
          y = compute(a.r, x, 0);
      }
    }
    a.r.gathered.resize(at(l.gathered.size()));
    for (int i = l.gathered.begin; i < l.gathered.end; ++i) {
      auto const& x = code(i);
      a.r.gathered.at(at(x.with.q)) = {identity(x)};
      if (x.what != ctg::plan::action::accumulate) continue;
      int const storage = t_.operands[at(x.memory)].storage;
      index const n = extents_(t_.shapes[at(t_.storages[at(storage)].shape)]);
      for (index k = 0; k < n; ++k) write(storage, k, identity(x));
    }
    return a;
  }

  void end(active_loop& a) {
    for (int i = a.l->gathered.begin; i < a.l->gathered.end; ++i)
      if (code(i).what == ctg::plan::action::total)
        write(t_.operands[at(code(i).memory)].storage, 0, a.r.gathered[at(code(i).with.q)][0]);
  }

  void run_whole(active_loop& a) {
    ctg::detail::index_space const space(t_.shapes[at(a.l->space)], extents_);
    if (a.l->flat) return run_row(a, {}, 0, space.size());
    index const columns = space.rank ? space.n[at(space.rank - 1)] : 1;
    index rows = 1;
    for (int k = 0; k < space.rank - 1; ++k) rows *= space.n[at(k)];
    for (index i = 0; i < rows; ++i) {
      indices where{};
      index rest = i;
      for (int k = space.rank - 2; k >= 0; --k) {
        where[at(k)] = rest % space.n[at(k)];
        rest /= space.n[at(k)];
      }
      run_row(a, where, 0, columns);
    }
  }

  void run_panel(active_loop& a, index batch, index row, index rows, index column, index columns) {
    ctg::detail::index_space const space(t_.shapes[at(a.l->space)], extents_);
    a.window_row = row;
    a.panel_column = column;
    a.panel_columns = columns;
    indices where{};
    for (int k = space.rank - 3; k >= 0; --k) {
      where[at(k)] = batch % space.n[at(k)];
      batch /= space.n[at(k)];
    }
    for (index i = row; i < row + rows; ++i) {
      where[at(space.rank - 2)] = i;
      run_row(a, where, column, column + columns);
    }
  }

  void run_block(active_loop& a, index batch, index first, index last) {
    ctg::detail::index_space const space(t_.shapes[at(a.l->space)], extents_);
    index const columns = space.n[at(space.rank - 1)], rows = space.n[at(space.rank - 2)];
    a.window_row = first;
    if (a.l->flat) return run_row(a, {(batch * rows + first) * columns}, 0, (last - first) * columns);
    indices where{};
    for (int k = space.rank - 3; k >= 0; --k) {
      where[at(k)] = batch % space.n[at(k)];
      batch /= space.n[at(k)];
    }
    for (index i = first; i < last; ++i) {
      where[at(space.rank - 2)] = i;
      run_row(a, where, 0, columns);
    }
  }

  // Where operand m has the first column of a row; in a flat loop `row` holds the first entry.
  index row_offset(active_loop const& a, int m, indices const& row) const {
    ctg::plan::operand const& o = t_.operands[at(m)];
    bool const window = t_.storages[at(o.storage)].kind == ctg::plan::storage_kind::window;
    if (a.l->flat) return window ? 0 : row[0];
    int const rank = t_.shapes[at(a.l->space)].rank;
    if (window && a.l->makes) return (row[at(rank - 2)] - a.window_row) * a.panel_columns - a.panel_column;
    index offset = first_of(o);
    for (int k = window ? rank - 2 : 0; k < rank - 1; ++k)
      offset += (row[at(k)] - (window ? a.window_row : 0)) * step_of(o, k);
    return offset;
  }
  index column_step(active_loop const& a, int m) const {
    ctg::plan::operand const& o = t_.operands[at(m)];
    if (o.columns == ctg::plan::column_mode::contiguous) return 1;
    if (o.columns == ctg::plan::column_mode::broadcast) return 0;
    return step_of(o, t_.shapes[at(a.l->space)].rank - 1);
  }

  double get(registers const& r, ctg::plan::value v, std::size_t lane) const {
    if (v.in == ctg::plan::bank::uniform) return r.uniform.at(at(v.index)).at(0);
    if (v.in == ctg::plan::bank::row) return r.row.at(at(v.index)).at(0);
    return r.element.at(at(v.index)).at(lane);
  }
  double compute(registers const& r, ctg::plan::instruction const& x, std::size_t lane) const {
    double operands[3]{};
    for (int k = 0; k < x.op->arity; ++k) operands[k] = get(r, x.args[at(k)], lane);
    if (!x.op->value_f64) throw std::logic_error("an instruction without a value: " + std::string(x.op->name));
    return x.op->value_f64(operands, x.with);
  }

  void run_row(active_loop& a, indices const& row, index begin_column, index end_column) {
    auto& r = a.r;
    r.row.assign(at(a.l->rows), {poison});
    r.gathered_row.assign(at(a.l->rows), {poison});
    for (int p = 0; p <= a.l->passes; ++p) {
      for (int i = a.l->row[at(p)].begin; i < a.l->row[at(p)].end; ++i) {
        auto const& x = code(i);
        if (x.what == ctg::plan::action::index)
          r.row.at(at(x.dst.index))[0] = static_cast<double>(row[at(x.with.p)]);
        else if (x.what == ctg::plan::action::load)
          r.row.at(at(x.dst.index))[0] = read(t_.operands[at(x.memory)].storage, row_offset(a, x.memory, row));
        else if (x.what == ctg::plan::action::store)
          write(t_.operands[at(x.memory)].storage, row_offset(a, x.memory, row), get(r, x.args[0], 0));
        else if (x.what == ctg::plan::action::accumulate)
          add_to_memory(x, row_offset(a, x.memory, row), get(r, x.args[0], 0));
        else
          r.row.at(at(x.dst.index))[0] = compute(r, x, 0);
      }
      if (p == a.l->passes) break;
      auto const& pass = a.l->element[at(p)];
      for (int i = pass.begin; i < pass.end; ++i)
        if (code(i).what == ctg::plan::action::row_reduce)
          r.gathered_row.at(at(code(i).dst.index))[0] = identity(code(i));
      index const lanes = index{1} << random_() % 5;
      for (index j = begin_column; j < end_column; j += lanes) {
        index const n = std::min(lanes, end_column - j);
        r.element.assign(at(a.l->elements), lanes_of(at(n), poison));
        for (int i = pass.begin; i < pass.end; ++i) element_code(a, code(i), row, j, n);
      }
      for (int i = pass.begin; i < pass.end; ++i)
        if (code(i).what == ctg::plan::action::row_reduce)
          r.row.at(at(code(i).dst.index)) = r.gathered_row[at(code(i).dst.index)];
    }
  }

  void add_to_memory(ctg::plan::instruction const& x, index to, double value) {
    int const storage = t_.operands[at(x.memory)].storage;
    write(storage, to, join(x, read(storage, to), value));
  }

  void element_code(active_loop& a, ctg::plan::instruction const& x, indices const& row, index j, index n) {
    auto& r = a.r;
    auto each = [&](auto const& f) {
      for (index k = 0; k < n; ++k) f(k);
    };
    auto gather = [&](double& sum) { each([&](index k) { sum = join(x, sum, get(r, x.args[0], at(k))); }); };
    int const storage = x.memory >= 0 ? t_.operands[at(x.memory)].storage : -1;
    index const first = x.memory >= 0 && x.what != ctg::plan::action::total ? row_offset(a, x.memory, row) : 0;
    index const step = x.memory >= 0 ? column_step(a, x.memory) : 0;
    switch (x.what) {
      case ctg::plan::action::load:
        each([&](index k) { r.element.at(at(x.dst.index))[at(k)] = read(storage, first + (j + k) * step); });
        break;
      case ctg::plan::action::store:
        if (step == 0 && j + n > 1 && t_.operands[at(x.memory)].columns == ctg::plan::column_mode::broadcast)
          throw std::logic_error("a store of many entries to one place");
        each([&](index k) { write(storage, first + (j + k) * step, get(r, x.args[0], at(k))); });
        break;
      case ctg::plan::action::compute:
        each([&](index k) { r.element.at(at(x.dst.index))[at(k)] = compute(r, x, at(k)); });
        break;
      case ctg::plan::action::index:
        each([&](index k) { r.element.at(at(x.dst.index))[at(k)] = static_cast<double>(j + k); });
        break;
      case ctg::plan::action::label:
        each([&](index k) {
          double const y = get(r, x.args[0], at(k)), column = x.with.p == 1 ? 0 : static_cast<double>(j + k);
          bool const known = y >= 0 && y < static_cast<double>(x.with.p);
          r.element.at(at(x.dst.index))[at(k)] = known ? (y == column ? 1 : 0) : poison;
        });
        break;
      case ctg::plan::action::row_reduce:
        gather(r.gathered_row.at(at(x.dst.index))[0]);
        break;
      case ctg::plan::action::total:
        gather(r.gathered.at(at(x.with.q))[0]);
        break;
      case ctg::plan::action::accumulate:
        each([&](index k) { add_to_memory(x, first + (j + k) * step, get(r, x.args[0], at(k))); });
        break;
      default:
        throw std::logic_error("an action that no pass has");
    }
  }

  ctg::plan::tables t_;
  std::vector<ctg::detail::location> leaves_;
  std::vector<double> numbers_;
  ctg::extent_table extents_;
  std::mt19937 random_;
  std::vector<std::int64_t> offsets_, sizes_;
  std::vector<double> workspace_;
  std::int64_t bytes_ = 0;
  int kernels_ = 0;
};

}  // namespace test
