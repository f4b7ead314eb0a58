// SPDX-License-Identifier: MIT
// Random graphs with leaves to read and write: every operation, ranks 0 to 4, static and named extents, shared
// subexpressions, gradients, assignments. All at run time: no type is made for a graph.
#pragma once

#include "random_layout.hpp"

#include <ctg/calculus/modes.hpp>
#include <ctg/op/contract.hpp>

#include <cmath>
#include <deque>
#include <optional>
#include <random>
#include <string>
#include <vector>

namespace test {

class generator {
 public:
  generator(unsigned seed, options const& o) : random_(seed), o_(o) {}

  void make(random_graph& g) {
    g_ = &g;
    choose_extents();
    int const leaf_count = 2 + pick(4);
    for (int i = 0; i < leaf_count; ++i) nodes_.push_back(new_leaf(random_shape(), false));
    if (chance(3)) labels_ = new_leaf(chance(2) ? shape(dims_[0]) : shape(dims_[0], extent{1}), true);
    if (shape const s = nodes_[0].shape();
        s.rank > 0 && !o_.smooth && chance(2)) {  // something to broadcast along the last axis
      shape rows = s;
      rows[s.rank - 1] = extent{1};
      nodes_.push_back(new_leaf(rows, false));
    }
    int const count = 2 + pick(o_.nodes);
    for (int i = 0; i < count; ++i) {
      std::optional<handle> const h = grow();
      if (h && entries(h->shape()) <= 600 && names(h->shape()) <= extent::max_names) nodes_.push_back(*h);
    }
    if (chance(2)) add_gradients();
    choose_requests();
  }

 private:
  int pick(int n) { return static_cast<int>(random_() % static_cast<unsigned>(n)); }
  bool chance(int one_in) { return pick(one_in) == 0; }
  builder& b() { return g_->written; }
  std::int64_t entries(shape const& s) const { return g_->extents(s); }
  // An extent holds three names, and a mean divides by the product of all.
  static int names(shape const& s) {
    int n = 0;
    for (int i = 0; i < s.rank; ++i)
      for (auto name : s[i].names) n += name != 0;
    return n;
  }
  template <class V>
  auto any(V const& v) {
    return v[static_cast<std::size_t>(pick(static_cast<int>(v.size())))];
  }
  // Late nodes are likelier, so that graphs become deep.
  handle any_node() {
    std::size_t const n = nodes_.size(), i = static_cast<std::size_t>(pick(static_cast<int>(n)));
    return nodes_[chance(2) ? i : n - 1 - i / 3];
  }

  // Few extents in a graph, so that shapes meet often.
  void choose_extents() {
    static constexpr std::int64_t numbers[] = {2, 3, 4, 5, 7, 9};
    static constexpr char const* names[] = {"N", "M"};
    for (int i = 0; i < 2; ++i) {
      std::uint64_t const name = ctg::detail::hash_text(names[i]);
      g_->extents.set(name, o_.empties && chance(2) ? 0 : 1 + pick(6));
      if (chance(2)) dims_.push_back(ctg::named(name));
    }
    while (dims_.size() < 3) dims_.push_back(extent{numbers[pick(6)]});
    std::shuffle(dims_.begin(), dims_.end(), random_);
  }

  shape random_shape() {
    static constexpr int ranks[] = {0, 1, 2, 2, 2, 2, 3, 3, 4};
    shape s;
    int const rank = ranks[pick(9)];
    for (int i = 0; i < rank; ++i) s.push(chance(5) ? extent{1} : any(dims_));
    return entries(s) <= 300 && names(s) <= extent::max_names ? s : shape{};
  }

  handle new_leaf(shape const& s, bool labels) {
    leaf_data& l = g_->leaves.emplace_back();
    static constexpr char const* names[] = {"A", "B", "C", "D", "E", "F", "G", "H", "I"};
    l.info.name = names[g_->leaves.size() - 1];
    l.info.name_hash = ctg::detail::hash_text(l.info.name);
    l.info.type_hash = l.info.name_hash;
    l.info.type = labels ? ctg::element::i32 : ctg::element::f64;
    l.info.shape = s;
    l.info.is_view = chance(3);
    l.info.is_const = labels;
    ctg::detail::index_space const space(s, g_->extents);
    auto const rank = static_cast<std::size_t>(s.rank);
    std::int64_t step = 1;
    for (std::size_t a = rank; a-- > 0;) {
      l.place.extents[a] = space.n[a];
      l.place.strides[a] = step;
      step *= space.n[a];
      if (a + 1 == rank && l.info.is_view && rank >= 2) step += pick(3);
    }
    auto const size = static_cast<std::size_t>(step) + 1;
    if (labels) {
      for (std::size_t i = 0; i < size; ++i) l.labels.push_back(pick(3));
      l.place.i32 = l.labels.data();
    } else {
      std::uniform_real_distribution<double> spread(-1.5, 1.5);
      for (std::size_t i = 0; i < size; ++i) l.reals.push_back(spread(random_));
      l.place.f64 = l.reals.data();
    }
    return b().leaf(l.info, ctg::operation_of<ctg::operation<opcode::leaf>>);
  }

  handle new_number() {
    g_->numbers.push_back(0.25 + 0.25 * pick(8));
    return b().number(g_->number_infos.emplace_back(ctg::element::none),
                      ctg::operation_of<ctg::operation<opcode::number>>);
  }

  std::optional<handle> grow() {
    switch (pick(16)) {
      case 0:
      case 1:
        return unary(any_node());
      case 2:
      case 3:
      case 4:
        return binary(any_node());
      case 5:
        return reduce(any_node());
      case 6:
        return row_operation(any_node());
      case 7:
        return random_layout(any_node(), dims_, random_);
      case 8:
      case 9:
        return multiply_matrices(any_node());
      case 10:
        return number_or_constant(any_node());
      case 11:
        return contraction();
      case 12:
        return piece(any_node());
      case 13:
        return run_along(any_node());
      case 14:
        return linear_algebra(any_node());
      default:
        return idiom(any_node());
    }
  }

  template <opcode O>
  static handle one(handle x) {
    return ctg::make<O>(x);
  }

  // Results stay near 1, so that rounding stays small beside them.
  handle unary(handle x) {
    if (chance(3)) return function(x);
    switch (pick(o_.smooth ? 9 : 16)) {
      case 0:
        return one<opcode::sigmoid>(x);
      case 1:
        return one<opcode::tanh>(x);
      case 2:
        return one<opcode::exp>(one<opcode::tanh>(x));
      case 3:
        return one<opcode::log>(one<opcode::square>(x) + 0.5);
      case 4:
        return one<opcode::sqrt>(ctg::make<opcode::add>(one<opcode::square>(x), constant_node(b(), 1)));
      case 5:
        return one<opcode::softplus>(x);
      case 6:
        return one<opcode::reciprocal>(1.5 + one<opcode::sigmoid>(x));
      case 7:
        return one<opcode::negate>(x);
      case 8:
        return ctg::apply<ctg::operation<opcode::integer_power>>({pick(7) - 2, 0}, 0.5 + one<opcode::sigmoid>(x));
      case 9:
        return one<opcode::relu>(x);
      case 10:
        return one<opcode::abs>(x);
      case 11:
        return one<opcode::sign>(x);
      case 12:
        return one<opcode::step>(x);
      case 13:
        return one<opcode::stop_gradient>(x);
      case 14:
        return one<opcode::finite_or_zero>(x);
      default:
        return one<opcode::square>(one<opcode::tanh>(x));
    }
  }

  // The other functions of one operand, each where it is defined; those that are not smooth come last.
  handle function(handle x) {
    using maker = handle (*)(handle);
    static constexpr maker inside[] = {one<opcode::sin>,       one<opcode::cos>,         one<opcode::atan>,
                                       one<opcode::asinh>,     one<opcode::logsigmoid>,  one<opcode::gelu>,
                                       one<opcode::gelu_tanh>, one<opcode::silu>,        one<opcode::mish>,
                                       one<opcode::erf>,       one<opcode::erfc>,        one<opcode::selu>,
                                       one<opcode::softsign>,  one<opcode::hardsigmoid>, one<opcode::negative_part>};
    static constexpr maker bounded[] = {one<opcode::exp2>, one<opcode::expm1>, one<opcode::tan>,  one<opcode::asin>,
                                        one<opcode::acos>, one<opcode::sinh>,  one<opcode::cosh>, one<opcode::atanh>};
    static constexpr maker positive[] = {one<opcode::log2>,   one<opcode::log10>,
                                         one<opcode::log1p>,  one<opcode::cbrt>,
                                         one<opcode::rsqrt>,  one<opcode::acosh>,
                                         one<opcode::lgamma>, one<opcode::digamma>,
                                         one<opcode::root>,   one<opcode::reciprocal_or_zero>};
    static constexpr maker stairs[] = {one<opcode::floor>, one<opcode::round>};
    switch (pick(o_.smooth ? 3 : 4)) {
      case 0:
        return inside[pick(o_.smooth ? 11 : 15)](x);
      case 1:
        return bounded[pick(8)](0.9 % one<opcode::tanh>(x));
      case 2:
        return positive[pick(10)](1.5 + one<opcode::sigmoid>(x));
      default:
        return stairs[pick(2)](3 % x);
    }
  }

  // The other functions of two operands, likewise.
  handle function(handle x, handle y) {
    using maker = handle (*)(handle, handle);
    static constexpr maker inside[] = {ctg::make<opcode::gap>,          ctg::make<opcode::logaddexp>,
                                       ctg::make<opcode::leaky_relu>,   ctg::make<opcode::less>,
                                       ctg::make<opcode::less_equal>,   ctg::make<opcode::not_equal>,
                                       ctg::make<opcode::maximum_share>};
    static constexpr maker positive[] = {ctg::make<opcode::atan2>, ctg::make<opcode::hypot>, ctg::make<opcode::xlogy>,
                                         ctg::make<opcode::elu>,   ctg::make<opcode::celu>,  ctg::make<opcode::huber>};
    switch (pick(o_.smooth ? 4 : 5)) {
      case 0:
        return inside[pick(o_.smooth ? 2 : 7)](x, y);
      case 1:
        return positive[pick(o_.smooth ? 3 : 6)](x, 0.5 + one<opcode::sigmoid>(y));
      case 2:
        return ctg::make<opcode::binary_cross_entropy>(one<opcode::sigmoid>(x), one<opcode::sigmoid>(y));
      case 3:
        return ctg::make<opcode::logit_cross_entropy>(x, one<opcode::sigmoid>(y));
      default:
        return ctg::make<opcode::within>(x, -one<opcode::sigmoid>(y), one<opcode::sigmoid>(x));
    }
  }

  // A node that broadcasts with x.
  std::optional<handle> partner(handle x) {
    for (int i = 0; i < 12; ++i) {
      handle const y = any_node();
      auto const r = ctg::broadcast_shapes(x.shape(), y.shape());
      if (r.problem == ctg::misfit::none && r.value.rank <= 5 && entries(r.value) <= 600 &&
          names(r.value) <= extent::max_names)
        return y;
    }
    return std::nullopt;
  }

  std::optional<handle> binary(handle x) {
    auto const p = partner(x);
    if (!p) return p;
    handle const y = *p;
    if (chance(4)) return function(x, y);
    switch (pick(o_.smooth ? 9 : 15)) {
      case 0:
        return x + y;
      case 1:
        return x - y;
      case 2:
        return x % y;
      case 3:
        return ctg::make<opcode::add>(x, y);
      case 4:
        return ctg::make<opcode::subtract>(x, y);
      case 5:
      case 6:
        return ctg::make<opcode::multiply>(x, y);
      case 7:
        return ctg::make<opcode::divide>(x, 1.5 + one<opcode::sigmoid>(y));
      case 8:
        return ctg::make<opcode::masked_product>(x, y);
      case 9:
        return ctg::make<opcode::equal>(x, y);
      case 10:
        return ctg::make<opcode::where>(one<opcode::step>(y), x, one<opcode::tanh>(y));
      case 11:
        return ctg::make<opcode::maximum>(x, y);
      case 12:
        return ctg::make<opcode::minimum>(x, y);
      case 13:
        return ctg::make<opcode::clamp>(x, -one<opcode::sigmoid>(y), one<opcode::sigmoid>(x));
      default:
        return ctg::make<opcode::power>(0.5 + one<opcode::sigmoid>(x), one<opcode::tanh>(y));
    }
  }

  handle reduce(handle x) {
    handle const y = one<opcode::tanh>(x);
    if (chance(4)) {
      if (o_.smooth || chance(2)) return chance(2) ? sum_all(x) : sum_all(y) / size_of(b(), x.shape());
      ctg::parameters const all{ctg::detail::all_axes(x.shape()), 1};
      return chance(2) ? ctg::apply<ctg::operation<opcode::max>>(all, x)
                       : ctg::apply<ctg::operation<opcode::min>>(all, x);
    }
    std::int64_t const mask = pick(1 << x.shape().rank);
    if (o_.smooth || chance(2)) return ctg::apply<ctg::operation<opcode::sum>>({mask, 0}, chance(2) ? x : y);
    return chance(2) ? max_axes(x, mask) : ctg::reduce<opcode::min>(x, {mask, 0});
  }

  std::optional<handle> row_operation(handle x) {
    if (labels_ && chance(3)) return ctg::apply<ctg::operation<opcode::one_hot>>({1 + pick(5), 0}, *labels_);
    if (x.shape().rank == 0) return std::nullopt;
    ctg::parameters const axis{chance(2) ? x.shape().rank - 1 : pick(x.shape().rank), 0};
    if (chance(2)) return ctg::apply<ctg::operation<opcode::softmax>>(axis, x);
    if (chance(2)) return ctg::apply<ctg::operation<opcode::log_softmax>>(axis, x);
    return ctg::apply<ctg::operation<opcode::logsumexp>>(axis, x);
  }

  std::optional<handle> multiply_matrices(handle x) {
    if (x.shape().rank < 2) return std::nullopt;
    auto fits = [](handle a, handle b) {
      shape const s[] = {a.shape(), b.shape()};
      return ctg::operation<opcode::product>::result(s, {}).problem == ctg::misfit::none;
    };
    for (int i = 0; i < 10; ++i) {
      handle y = any_node();
      if (y.shape().rank < 2) continue;
      if (!fits(x, y)) y = transpose(y);
      if (!fits(x, y)) continue;
      handle const z = ctg::make<opcode::product>(x, y);
      if (names(z.shape()) > extent::max_names) continue;
      return chance(3) ? one<opcode::tanh>(ctg::product(x, y)) : z;
    }
    if (g_->leaves.size() > 6) return std::nullopt;
    shape const s = x.shape();
    handle const w = new_leaf(shape(s[s.rank - 1], any(dims_)), false);
    nodes_.push_back(w);
    return ctg::make<opcode::product>(x, w);
  }

  // Systems of matrices that are far from singular: I + tanh(x)/5, or that of a sum of x with its transpose.
  std::optional<handle> linear_algebra(handle x) {
    shape const s = x.shape();
    if (s.rank < 2 || !(s[s.rank - 1] == s[s.rank - 2])) {
      if (s.rank < 2 || names(s) > 1) return std::nullopt;
      x = ctg::product(transpose(x), x);  // square at any rate
    }
    shape const square = x.shape();
    handle const eye = ctg::detail::diagonal_mask(b(), square, square.rank - 2, square.rank - 1);
    handle a = 0.1 % one<opcode::tanh>(x) + eye;
    if (chance(3)) a = transpose(a);
    switch (pick(4)) {
      case 0:
        return ctg::detail::inverse(a);
      case 1:
        return ctg::make<opcode::determinant>(a, ctg::make<opcode::lu>(a));
      case 2:
        return ctg::make<opcode::log_determinant>(a, ctg::make<opcode::lu>(a));
      default:
        break;
    }
    for (int i = 0; i < 10; ++i) {
      handle const y = any_node();
      shape const t = y.shape();
      if (t.rank < 2 || !(t[t.rank - 2] == square[square.rank - 1])) continue;
      auto const lead = ctg::broadcast_shapes(ctg::detail::batch_of(square), ctg::detail::batch_of(t));
      if (lead.problem == ctg::misfit::none && entries(lead.value) < 20)
        return ctg::detail::solve(a, one<opcode::tanh>(y));
    }
    return std::nullopt;
  }

  // einsum of one to three nodes: equal extents often share a letter, the output takes some of them in any order.
  std::optional<handle> contraction() {
    std::optional<handle> made;
    switch (pick(3)) {
      case 0:
        made = contraction_of<1>();
        break;
      case 1:
        made = contraction_of<2>();
        break;
      default:
        made = contraction_of<3>();
    }
    if (made && chance(2)) return one<opcode::tanh>(*made);
    return made;
  }
  template <std::size_t N>
  std::optional<handle> contraction_of() {
    std::array<handle, N> values;
    std::array<ctg::detail::axis_letters, N> axes;
    ctg::detail::letter_extents e;
    char next = 'a';
    ctg::detail::axis_letters all, output;
    for (std::size_t i = 0; i < N; ++i) {
      values[i] = one<opcode::tanh>(any_node());
      shape const s = values[i].shape();
      for (int a = 0; a < s.rank; ++a) {
        char letter = next;
        for (char c = 'a'; c < next; ++c)
          if (e(c) == s[a] && !chance(3)) letter = c;
        if (letter == next) ++next;
        e.set(letter, s[a]);
        axes[i].push(letter);
      }
    }
    for (char c = 'a'; c < next; ++c) all.push(c);
    if (all.size > ctg::max_rank || entries(e.shape_of(all)) > 3000) return std::nullopt;
    std::shuffle(all.at, all.at + all.size, random_);
    for (int i = 0; i < all.size; ++i)
      if (chance(2)) output.push(all[i]);
    if (names(e.shape_of(all)) > extent::max_names) return std::nullopt;
    auto const order = ctg::detail::find_order(axes, output, e);
    return ctg::detail::contract(values, axes, output, order, e);
  }

  // A slice, the order turned, two tensors joined, rows by number.
  std::optional<handle> piece(handle x) {
    shape const s = x.shape();
    if (s.rank == 0) return std::nullopt;
    int const axis = pick(s.rank);
    std::int64_t const n = g_->extents(s[axis]);
    switch (pick(4)) {
      case 0: {
        std::int64_t const begin = pick(static_cast<int>(n) + 1);
        return slice(x, axis, begin, begin + pick(static_cast<int>(n - begin) + 1));
      }
      case 1:
        return flip(x, axis);
      case 2:
        for (int i = 0; i < 8; ++i) {
          handle const y = i ? any_node() : x;
          shape const both[] = {s, y.shape()};
          if (ctg::operation<opcode::concat>::result(both, {axis, 0}).problem == ctg::misfit::none)
            return concat(x, chance(2) ? y : one<opcode::sigmoid>(y), axis);
        }
        return std::nullopt;
      default:  // the labels are 0, 1 and 2
        if (!labels_ || g_->extents(s[0]) < 3) return std::nullopt;
        return ctg::make<opcode::gather>(x, *labels_);
    }
  }

  // Running sums and products, and products of a whole axis, of numbers near 1.
  std::optional<handle> run_along(handle x) {
    shape const s = x.shape();
    if (s.rank == 0) return std::nullopt;
    ctg::parameters const with{pick(s.rank), pick(2)};
    handle const factor = 1.0 + 0.2 * one<opcode::tanh>(x);
    switch (pick(5)) {
      case 0:
        return ctg::apply<ctg::operation<opcode::cumsum>>(with, 0.2 * one<opcode::tanh>(x));
      case 1:
        return ctg::apply<ctg::operation<opcode::products_before>>(with, factor);
      case 2:
        return ctg::apply<ctg::operation<opcode::products_of_others>>({with.p, 0}, factor);
      case 3:
        return ctg::apply<ctg::operation<opcode::recurrence>>(with, 0.5 * one<opcode::sigmoid>(x),
                                                              one<opcode::tanh>(x));
      default:
        return ctg::reduce<opcode::prod>(factor, {std::int64_t{1} << with.p, 0});
    }
  }

  handle number_or_constant(handle x) {
    switch (pick(6)) {
      case 0:
        return 0 % x;
      case 1:
        return 2 % x;
      case 2:
        return x + constant_node(b(), 1, x.shape());
      case 3:
        return ctg::make<opcode::divide>(x, new_number() + 0.5);
      case 4:
        return ctg::make<opcode::add>(new_number(), x);
      default:
        return ctg::make<opcode::multiply>(new_number(), x);
    }
  }

  // What networks are made of.
  std::optional<handle> idiom(handle x) {
    shape const s = x.shape();
    if (s.rank == 0) return std::nullopt;
    std::int64_t const last = std::int64_t{1} << (s.rank - 1);
    switch (pick(5)) {
      case 0: {
        handle const mean = sum_axes(x, last) / size_of(b(), s, last);
        nodes_.push_back(mean);
        return (x - mean) % any_node_of(mean.shape(), x);
      }
      case 1:
        return one<opcode::exp>(one<opcode::tanh>(x)) / sum_axes(one<opcode::exp>(one<opcode::tanh>(x)), last);
      case 2:
        return sum_all(one<opcode::square>(x - one<opcode::tanh>(x))) / size_of(b(), s);
      case 3: {
        handle const y = one<opcode::sigmoid>(x);
        return y % (1 - y) % any_node_of(s, x);
      }
      default:
        return x + sum_axes(one<opcode::square>(one<opcode::tanh>(x)), pick(1 << s.rank));
    }
  }
  handle any_node_of(shape const& s, handle otherwise) {
    for (int i = 0; i < 8; ++i)
      if (handle const y = any_node(); y.shape() == s) return y;
    return otherwise;
  }

  void add_gradients() {
    handle const y = nodes_.back();
    handle const j = sum_all(one<opcode::tanh>(y));
    std::vector<handle> made{j};
    int const count = 1 + pick(3);
    for (int i = 0; i < count; ++i) {
      handle const x = chance(2) ? nodes_[static_cast<std::size_t>(pick(3)) % nodes_.size()] : any_node();
      if (!ctg::detail::occurs(b(), j.id, x.id) || x.id == j.id) continue;
      handle const d = ctg::detail::adjoint_of(j, constant_node(b(), 1, j.shape()), x);
      made.push_back(d);
      if (chance(2)) made.push_back(ctg::make<opcode::subtract>(x, ctg::make<opcode::multiply>(new_number(), d)));
    }
    if (chance(4) && made.size() > 1) {  // a gradient of a gradient
      handle const k = sum_all(one<opcode::square>(made.back()));
      handle const x = nodes_.front();
      if (ctg::detail::occurs(b(), k.id, x.id) && k.id != x.id)
        made.push_back(ctg::detail::adjoint_of(k, constant_node(b(), 1, k.shape()), x));
    }
    nodes_.insert(nodes_.end(), made.begin(), made.end());
  }

  void choose_requests() {
    int const count = 1 + pick(4);
    for (int i = 0; i < count; ++i) g_->requests.push_back({any_node().id, -1});
    if (!o_.assigns || chance(3)) return;
    for (std::size_t l = 0; l < g_->leaves.size(); ++l) {
      auto const& info = g_->leaves[l].info;
      if (info.is_const || chance(2)) continue;
      if (chance(2) && add_update(static_cast<int>(l))) continue;
      for (int k = 0; k < 12; ++k) {
        handle x = any_node();
        // row sums, column sums and the like for leaves that are read by rows and columns
        if (chance(3) && ctg::broadcast_shapes(x.shape(), info.shape).value == x.shape())
          x = reduce_to(chance(2) ? x : one<opcode::tanh>(x), info.shape);
        auto const r = ctg::broadcast_shapes(x.shape(), info.shape);
        if (r.problem != ctg::misfit::none || !(r.value == info.shape) ||
            (x.is(opcode::leaf) && x.at().with.p == static_cast<std::int64_t>(l)))
          continue;
        g_->requests.push_back({ctg::broadcast(x, info.shape).id, static_cast<int>(l)});
        break;
      }
    }
    std::shuffle(g_->requests.begin(), g_->requests.end(), random_);
  }

  // A scalar as the steps of descent have them.
  handle any_scale() {
    for (int k = 0; k < 8; ++k) {
      handle const x = any_node();
      if (x.shape().one_entry()) return chance(3) ? x / ctg::size_of(b(), nodes_[0].shape(), -1) : x;
    }
    handle const number = new_number();
    return chance(2) ? number : number / ctg::size_of(b(), nodes_[0].shape(), -1);
  }
  // Leaf l becomes l ± scalars · product.
  bool add_update(int l) {
    handle leaf{};
    std::vector<handle> products, like;
    for (int i = 0; i < static_cast<int>(b().nodes.size()); ++i) {
      handle const x{&b(), i};
      if (x.is(opcode::leaf) && x.at().with.p == l) leaf = x;
    }
    if (!leaf.g || leaf.shape().rank < 2) return false;
    for (handle const& x : nodes_) {
      if (!(x.shape() == leaf.shape())) continue;
      like.push_back(x);
      if (x.is(opcode::product)) products.push_back(x);
    }
    if (products.empty() && like.empty()) return false;
    handle p{};
    if (products.empty() || chance(2)) {
      handle const x = any(like);
      p = ctg::product(x, one<opcode::tanh>(ctg::product(transpose(x), x)));
    } else {
      p = any(products);
    }
    for (int k = pick(3); k > 0; --k) p = chance(3) ? p / any_scale() : any_scale() % p;
    if (!(p.shape() == leaf.shape())) return false;  // a scale of more axes
    g_->requests.push_back({(chance(3) ? leaf + p : leaf - p).id, l});
    return true;
  }

  std::mt19937 random_;
  options o_;
  random_graph* g_ = nullptr;
  std::vector<extent> dims_;
  std::vector<handle> nodes_;
  std::optional<handle> labels_;
};

}  // namespace test
