// SPDX-License-Identifier: MIT
// The functions a user writes: reductions, layout, row operations, losses. Each forms one node;
// formulas, derivatives and edges stand beside the operation in op/.
#pragma once

#include <ctg/expr/condition.hpp>
#include <ctg/expr/view.hpp>

namespace ctg::inline v0 {

namespace detail {

template <class A>
inline constexpr int rank_of = wrapped<void, 0, A>::shape.rank;

// Negative axes count from the back.
// An axis that does not exist was complained of and becomes the first, so that nothing else fails.
template <int Axis, int Rank>
inline constexpr bool has_axis = Axis >= -Rank&& Axis < Rank;
template <int Axis, int Rank>
inline constexpr int axis_of = !has_axis<Axis, Rank> ? 0
                               : Axis < 0            ? Axis + Rank
                                                     : Axis;

template <symbol Name, int Axis, class A>
constexpr void require_axis() {
  if constexpr (!any_invalid<A> && !has_axis<Axis, rank_of<A>>)
    explain<fault::axis>(say_call<called_with<Name, Axis>(), wrapped<void, 0, A>>());
}
// The largest of no entries does not exist; where an extent has a name, that is checked when a program is bound.
template <symbol Name, std::int64_t Mask, class A>
constexpr bool require_entries() {
  constexpr bool empty = [] {
    shape const s = wrapped<void, 0, A>::shape;
    bool none = false, nothing_wanted = false;
    for (int i = 0; i < s.rank; ++i)
      if (s[i] == extent{0}) (Mask >> i & 1 ? none : nothing_wanted) = true;
    return none && !nothing_wanted;
  }();
  if constexpr (empty) explain<fault::empty>(say_call<Name, wrapped<void, 0, A>>());
  return !empty;
}
template <int Axis, class A>
inline constexpr std::int64_t mask_of = std::int64_t{1} << axis_of<Axis, rank_of<A>>;
// Reductions over one axis, over all; operations along an axis.
template <opcode O, int Axis, class A>
using over = with<operation<O>, mask_of<Axis, A>>;
template <opcode O, class A>
using over_all = with<operation<O>, (std::int64_t{1} << rank_of<A>)-1, 1>;
template <opcode O, int Axis, class A>
using along = with<operation<O>, axis_of<Axis, rank_of<A>>>;

/// Op applied to an operand that must have the axis.
template <symbol Name, int Axis, class Op, class A>
constexpr auto form_along(A const& a) {
  require_axis<Name, Axis, A>();
  return form<Name, Op, void, A>(a);
}

// Mean over the axes of a mask, or (Mask < 0) over all: Σ X / count
template <std::int64_t Mask>
struct mean_of : composite {
  static constexpr std::string_view name = "mean";
  static constexpr handle lower(auto x) {
    auto const n = size_of(*x.g, x.shape(), Mask);
    return (Mask < 0 ? sum_all(x) : sum_axes(x, Mask)) / n;
  }
};

// Losses do not broadcast: a column against a row is a mistake, not a wish.
constexpr bool same_shape(handle a, handle b) {
  if (!(a.shape() == b.shape())) a.g->problem = misfit::unequal;
  return a.shape() == b.shape();
}

// −Σ T ⊙ log softmax Z / rows
template <bool Labels>
struct cross_entropy_of : composite {
  static constexpr std::string_view name = "cross_entropy";
  static constexpr fault misfit_is = Labels ? fault::label_shape : fault::unequal;
  static constexpr handle lower(auto z, auto t) {
    int const last = z.shape().rank - 1;
    if (last < 0) {
      z.g->problem = misfit::rank;
      return z;
    }
    if constexpr (Labels) {
      extent const k = z.shape()[last];
      if (!k.is_static() || last != 1 || !(t.shape()[0] == z.shape()[0]) || t.shape().size() != t.shape()[0]) {
        z.g->problem = misfit::unequal;
        return z;
      }
      t = apply<operation<opcode::one_hot>>({k.factor, 0}, t);
    }
    if (!same_shape(z, t)) return z;
    auto const log_p = apply<operation<opcode::log_softmax>>({last, 0}, z);
    std::int64_t const rows = all_axes(z.shape()) & ~(std::int64_t{1} << last);
    return -(sum_all(make<opcode::masked_product>(t, log_p)) / size_of(*z.g, z.shape(), rows));
  }
};

struct logsumexp_of : composite {
  static constexpr std::string_view name = "logsumexp";
  static constexpr handle lower(auto x) {
    auto const entries = reshape(x, shape(x.shape().size()));
    return reshape(apply<operation<opcode::logsumexp>>({0, 0}, entries), {});
  }
};

struct affine_of : composite {
  static constexpr std::string_view name = "affine";
  static constexpr handle lower(auto x, auto w, auto b) { return make<opcode::add>(make<opcode::product>(x, w), b); }
};

template <int... Axes>
struct permutation {
  static constexpr std::array<int, sizeof...(Axes)> axes{Axes...};
  static constexpr bool valid = [] {
    for (int i = 0; i < static_cast<int>(sizeof...(Axes)); ++i) {
      int found = 0;
      for (int a : axes) found += a == i;
      if (found != 1) return false;
    }
    return true;
  }();
};

// reshape<R, C, …>: to extents given as numbers or names
template <auto... E>
struct reshape_of : composite {
  static constexpr std::string_view name = "reshape";
  static constexpr bool only_moves = true;
  static constexpr shape target{to_extent(E)...};
  static constexpr shape_result result(shape const* s, parameters) {
    if (!(s->size() == target.size())) return misfit::size;
    return target;
  }
  static constexpr handle lower(auto x) { return reshape(x, target); }
};

// The names that stand in reshape<dim<"N">, …>, where the names of leaves are looked for.
template <auto... E>
struct names_given {
  static constexpr leaf_info info = [] {
    leaf_info i{};
    std::size_t k = 0;
    [[maybe_unused]] auto note = [&](auto e) {
      if constexpr (requires { e.name; }) i.extent_names[k] = decltype(e)::name.view();
      ++k;
    };
    (note(E), ...);
    return i;
  }();
  static constexpr leaf_list<1> leaves{&info};
};

template <class A, auto... E>
constexpr void write_sizes(writer& w) {
  write_difference<A, names_given<E...>>(w, A::shape.size(), reshape_of<E...>::target.size());
}

struct flatten_of : composite {
  static constexpr std::string_view name = "flatten";
  static constexpr bool only_moves = true;
  static constexpr shape_result result(shape const* s, parameters) {
    if (s->rank == 0) return misfit::rank;
    shape tail = *s;
    tail[0] = extent{1};
    return shape(s->extents[0], tail.size());
  }
  static constexpr handle lower(auto x) { return reshape(x, result(&x.shape(), {}).value); }
};

// A program computes in one type and converts leaves of another as it reads them: what is left to say is the type.
template <class T>
struct cast_to : composite {
  static constexpr std::string_view name = "cast";
  static constexpr element element_type = element_of<T>;
  static constexpr handle lower(auto x) { return x; }
};

template <auto... E>
struct broadcast_of : composite {
  static constexpr std::string_view name = "broadcast_to";
  static constexpr bool only_moves = true;
  static constexpr fault misfit_is = fault::stretch;
  static constexpr shape target{to_extent(E)...};
  static constexpr shape_result result(shape const* s, parameters) {
    shape_result const r = broadcast_shapes(*s, target);
    if (r.problem != misfit::none || !(r.value == target)) return misfit::broadcast;
    return target;
  }
  static constexpr handle lower(auto x) { return broadcast(x, target); }
};

}  // namespace detail

// ── reductions: all entries (rank 0), or one axis, which stays with extent 1 ──

template <Expression A>
constexpr auto sum(A&& a) {
  return detail::form<"sum", detail::over_all<opcode::sum, A>, void, A>(a);
}
/// sum<0>: column sums, 1×C; sum<1>: row sums, N×1.
template <int Axis, Expression A>
constexpr auto sum(A&& a) {
  return detail::form_along<"sum", Axis, detail::over<opcode::sum, Axis, A>, A>(a);
}

/// NaN where there is no entry.
template <Expression A>
constexpr auto mean(A&& a) {
  return detail::form<"mean", detail::mean_of<-1>, void, A>(a);
}
template <int Axis, Expression A>
constexpr auto mean(A&& a) {
  return detail::form_along<"mean", Axis, detail::mean_of<detail::mask_of<Axis, A>>, A>(a);
}

/// max(X, Y) and min(X, Y) are no reductions: the compiler says what they are called here.
template <class A, class B>
  requires detail::Operands<A, B>
constexpr auto max(A const&, B const&) { return detail::refuse_operands<detail::fault::of_two, "max", A, B>(); }
template <class A, class B>
  requires detail::Operands<A, B>
constexpr auto min(A const&, B const&) { return detail::refuse_operands<detail::fault::of_two, "min", A, B>(); }

/// Ties share the gradient evenly; NaN if any entry is NaN.
template <Expression A>
constexpr auto max(A&& a) {
  detail::require_entries<"max", -1, A>();
  return detail::form<"max", detail::over_all<opcode::max, A>, void, A>(a);
}
template <int Axis, Expression A>
constexpr auto max(A&& a) {
  detail::require_entries<"max", detail::mask_of<Axis, A>, A>();
  return detail::form_along<"max", Axis, detail::over<opcode::max, Axis, A>, A>(a);
}

/// log Σ exp X over all entries, or along an axis, which stays with extent 1; right for ±1000 and −∞.
template <Expression A>
constexpr auto logsumexp(A&& a) {
  return detail::form<"logsumexp", detail::logsumexp_of, void, A>(a);
}
template <int Axis, Expression A>
constexpr auto logsumexp(A&& a) {
  return detail::form_along<"logsumexp", Axis, detail::along<opcode::logsumexp, Axis, A>, A>(a);
}

/// Along the last axis, or another: softmax<0>(Z).
template <int Axis = -1, Expression A>
constexpr auto softmax(A&& a) {
  return detail::form_along<"softmax", Axis, detail::along<opcode::softmax, Axis, A>, A>(a);
}
template <int Axis = -1, Expression A>
constexpr auto log_softmax(A&& a) {
  return detail::form_along<"log_softmax", Axis, detail::along<opcode::log_softmax, Axis, A>, A>(a);
}

// ── layout ──

/// The transpose of a matrix; of a higher rank the last two axes exchanged (the leading ones are batches, as for *).
template <Expression A>
constexpr auto transpose(A&& a) {
  constexpr int rank = detail::rank_of<A>;
  if constexpr (rank >= 2 || detail::any_invalid<A>) {
    return detail::form<"transpose", detail::with<operation<opcode::transpose>, detail::last_two_exchanged(rank)>, void,
                        A>(a);
  } else {
    detail::explain<detail::fault::transpose_rank>(detail::say_call<"transpose", detail::wrapped<void, 0, A>>());
    return detail::invalid_expression{};
  }
}
/// transpose<2, 0, 1>(A): axis i of the result is axis Axes[i] of A.
template <int First, int... Axes, Expression A>
constexpr auto transpose(A&& a) {
  using P = detail::permutation<First, Axes...>;
  if constexpr (detail::any_invalid<A>) {
    return detail::invalid_expression{};
  } else if constexpr (P::valid && sizeof...(Axes) + 1 == static_cast<std::size_t>(detail::rank_of<A>)) {
    constexpr std::int64_t packed = detail::pack_permutation(static_cast<int>(P::axes.size()), P::axes.data());
    return detail::form<"transpose", detail::with<operation<opcode::transpose>, packed>, void, A>(a);
  } else {
    detail::explain<detail::fault::permutation>(
        detail::say_call<detail::called_with<"transpose", First, Axes...>(), detail::wrapped<void, 0, A>>());
    return detail::invalid_expression{};
  }
}

template <auto... E, Expression A>
constexpr auto reshape(A&& a) {
  using Aw = detail::wrapped<void, 0, A>;
  if constexpr (!detail::any_invalid<A>) {
    if constexpr (!(Aw::shape.size() == shape(detail::to_extent(E)...).size())) {
      detail::explain<detail::fault::size>(detail::and_also<detail::to_symbol<detail::write_sizes<Aw, E...>>()>(
          detail::say_call<detail::called_with<"reshape", E...>(), Aw>()));
      return detail::invalid_expression{};
    } else {
      return detail::form<detail::called_with<"reshape", E...>(), detail::reshape_of<detail::normal_extent<E>()...>,
                          void, A>(a);
    }
  } else {
    return detail::invalid_expression{};
  }
}

/// All axes after the first become one: N×8×8 → N×64.
template <Expression A>
constexpr auto flatten(A&& a) {
  return detail::form<"flatten", detail::flatten_of, void, A>(a);
}

template <auto... E, Expression A>
constexpr auto broadcast_to(A&& a) {
  return detail::form<detail::called_with<"broadcast_to", E...>(), detail::broadcast_of<detail::normal_extent<E>()...>,
                      void, A>(a);
}

/// X in element type T (float or double), so that it can meet operands of that type. A program computes in the type of
/// its outputs; leaves of another type, integers too, are converted as they are read. The gradient has the type of the
/// program.
template <class T, Expression A>
  requires std::is_floating_point_v<T>
constexpr auto cast(A&& x) { return detail::form<"cast", detail::cast_to<T>, void, A>(x); }
/// cast<int>(X): expressions compute in floating point; the compiler says so.
template <class T, Expression A>
  requires std::is_integral_v<T>
constexpr auto cast(A const&) { return detail::refuse_operands<detail::fault::cast_to_integer, "cast", A>(); }

/// Rows [y_i = j] of a column of labels, N×K; never stored. A label outside 0..K−1 makes its row NaN.
template <int K, Expression A>
constexpr auto one_hot(A&& y) {
  static_assert(K > 0, "ctg: one_hot<K>(y) wants a number of classes from 1 on");
  if constexpr (is_integer(detail::wrapped<void, 0, A>::type) || detail::any_invalid<A>) {
    return detail::form<"one_hot", detail::with<operation<opcode::one_hot>, K>, void, A>(y);
  } else {
    detail::explain<detail::fault::float_labels>(detail::say_call<"one_hot", detail::wrapped<void, 0, A>>());
    return detail::invalid_expression{};
  }
}

// ── products and losses ──

/// X W + b, with b broadcast over the rows; b may be a number.
template <Expression X, Expression W, class B, class Site = detail::site_of<decltype([] {}), B>>
  requires Operand<B>
constexpr auto affine(X&& x, W&& w, B&& b) { return detail::form<"affine", detail::affine_of, Site, X, W, B>(x, w, b); }

/// Mean over the rows of −Σ T ⊙ log softmax Z: logits Z against one-hot or soft targets of the same shape, or integer
/// labels.
template <Expression Z, Expression T>
constexpr auto cross_entropy(Z&& z, T&& t) {
  constexpr bool labels = is_integer(detail::wrapped<void, 0, T>::type);
  return detail::form<"cross_entropy", detail::cross_entropy_of<labels>, void, Z, T>(z, t);
}

/// The expression that f returns: `let([&] { auto Z = X * W; return sigmoid(Z + b); })`.
template <class F>
constexpr auto let(F const& f) {
  using Body = std::remove_cvref_t<decltype(f())>;
  if constexpr (detail::any_invalid<Body>) {
    return f();
  } else if constexpr (!Expression<Body> || Leaf<Body>) {
    detail::explain<detail::fault::let_leaf>(detail::say_let<Body>());
    return detail::invalid_expression{};
  } else {
    return f();
  }
}

}  // namespace ctg::inline v0
