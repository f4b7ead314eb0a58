// SPDX-License-Identifier: MIT
// The functions a user writes: element-wise functions, reductions, layout, row operations, losses. Each forms one node;
// formulas, derivatives and edges stand beside the operation in op/.
#pragma once

#include <ctg/expr/operators.hpp>

namespace ctg::inline v0 {

namespace detail {

template <symbol Sign, class Op, class A>
constexpr auto form_unary(A&& a) {
  return form<Sign, Op, void>(std::forward<A>(a));
}

template <class A>
inline constexpr int rank_of = wrapped<void, 0, A>::shape.rank;

// Negative axes count from the back.
template <int Axis, int Rank>
inline constexpr int axis_of = Axis < 0 ? Axis + Rank : Axis;

template <int Axis, int Rank>
struct axis_exists {
  static constexpr bool value = Axis >= -Rank && Axis < Rank;
};
template <int Axis, int Rank>
constexpr void require_axis() {
  static_assert(axis_exists<Axis, Rank>::value, "ctg: there is no such axis; axes count from 0 to rank - 1 (or from -1 backwards)");
}
template <opcode O, int Axis, int Rank>
using along = with<operation<O>, (std::int64_t{1} << axis_of<Axis, Rank>)>;
template <opcode O, int Rank>
using over_all = with<operation<O>, (std::int64_t{1} << Rank) - 1, 1>;

struct composite {
  static constexpr bool is_composite = true;
};

// Mean over the axes of a mask, or (Mask < 0) over all: Σ X / count
template <std::int64_t Mask>
struct mean_of : composite {
  static constexpr handle lower(handle x) {
    handle const n = size_of(*x.g, x.shape(), Mask);
    return (Mask < 0 ? sum_all(x) : sum_axes(x, Mask)) / n;
  }
};

// Losses do not broadcast: a column against a row is a mistake, not a wish.
constexpr bool same_shape(handle a, handle b) {
  if (!(a.shape() == b.shape())) a.g->problem = misfit::unequal;
  return a.shape() == b.shape();
}

struct mse_of : composite {
  static constexpr handle lower(handle y, handle t) {
    if (!same_shape(y, t)) return y;
    return mean_of<-1>::lower(make<opcode::square>(make<opcode::subtract>(y, t)));
  }
};

// −Σ T ⊙ log softmax Z / rows
template <bool Labels>
struct cross_entropy_of : composite {
  static constexpr handle lower(handle z, handle t) {
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
    handle const log_p = apply<operation<opcode::log_softmax>>({last, 0}, z);
    std::int64_t const rows = all_axes(z.shape()) & ~(std::int64_t{1} << last);
    return -(sum_all(make<opcode::masked_product>(t, log_p)) / size_of(*z.g, z.shape(), rows));
  }
};

struct logsumexp_of : composite {
  static constexpr handle lower(handle x) {
    handle const entries = reshape(x, shape(x.shape().size()));
    return reshape(apply<operation<opcode::logsumexp>>({0, 0}, entries), {});
  }
};

struct affine_of : composite {
  static constexpr handle lower(handle x, handle w, handle b) {
    return make<opcode::add>(make<opcode::product>(x, w), b);
  }
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
  static constexpr shape target{to_extent(E)...};
  static constexpr shape_result result(shape const* s, parameters) {
    if (!(s->size() == target.size())) return misfit::size;
    return target;
  }
  static constexpr handle lower(handle x) { return reshape(x, target); }
};

struct flatten_of : composite {
  static constexpr shape_result result(shape const* s, parameters) {
    if (s->rank == 0) return misfit::rank;
    shape tail = *s;
    tail[0] = extent{1};
    return shape(s->extents[0], tail.size());
  }
  static constexpr handle lower(handle x) { return reshape(x, result(&x.shape(), {}).value); }
};

template <auto... E>
struct broadcast_of : composite {
  static constexpr shape target{to_extent(E)...};
  static constexpr shape_result result(shape const* s, parameters) {
    shape_result const r = broadcast_shapes(*s, target);
    if (r.problem != misfit::none || !(r.value == target)) return misfit::broadcast;
    return target;
  }
  static constexpr handle lower(handle x) { return broadcast(x, target); }
};

}  // namespace detail

// ── element-wise; accuracy in ctg::math, derivative and edges in op/elementwise.hpp ──

template <Expression A> constexpr auto exp(A&& a) { return detail::form_unary<"exp", operation<opcode::exp>>(std::forward<A>(a)); }
template <Expression A> constexpr auto log(A&& a) { return detail::form_unary<"log", operation<opcode::log>>(std::forward<A>(a)); }
template <Expression A> constexpr auto sqrt(A&& a) { return detail::form_unary<"sqrt", operation<opcode::sqrt>>(std::forward<A>(a)); }
template <Expression A> constexpr auto square(A&& a) { return detail::form_unary<"square", operation<opcode::square>>(std::forward<A>(a)); }
template <Expression A> constexpr auto reciprocal(A&& a) { return detail::form_unary<"reciprocal", operation<opcode::reciprocal>>(std::forward<A>(a)); }
template <Expression A> constexpr auto abs(A&& a) { return detail::form_unary<"abs", operation<opcode::abs>>(std::forward<A>(a)); }
template <Expression A> constexpr auto sign(A&& a) { return detail::form_unary<"sign", operation<opcode::sign>>(std::forward<A>(a)); }
template <Expression A> constexpr auto sigmoid(A&& a) { return detail::form_unary<"sigmoid", operation<opcode::sigmoid>>(std::forward<A>(a)); }
template <Expression A> constexpr auto tanh(A&& a) { return detail::form_unary<"tanh", operation<opcode::tanh>>(std::forward<A>(a)); }
template <Expression A> constexpr auto relu(A&& a) { return detail::form_unary<"relu", operation<opcode::relu>>(std::forward<A>(a)); }
template <Expression A> constexpr auto softplus(A&& a) { return detail::form_unary<"softplus", operation<opcode::softplus>>(std::forward<A>(a)); }

/// Xⁿ for an integer known to the compiler; by squaring. X⁰ is 1 with derivative 0, also at 0.
template <int N, Expression A>
constexpr auto pow(A&& a) {
  return detail::form_unary<"pow", detail::with<operation<opcode::integer_power>, N>>(std::forward<A>(a));
}
template <Expression A, std::int64_t N>
constexpr auto pow(A&& a, constant_expression<N, 1>) {
  return pow<static_cast<int>(N)>(std::forward<A>(a));
}

/// The value of x, through which no gradient flows.
template <Expression A>
constexpr auto stop_gradient(A&& a) {
  return detail::form_unary<"stop_gradient", operation<opcode::stop_gradient>>(std::forward<A>(a));
}

// ── reductions: all entries (rank 0), or one axis, which stays with extent 1 ──

template <Expression A>
constexpr auto sum(A&& a) {
  return detail::form_unary<"sum", detail::over_all<opcode::sum, detail::rank_of<A>>>(std::forward<A>(a));
}
/// sum<0>: column sums, 1×C; sum<1>: row sums, N×1.
template <int Axis, Expression A>
constexpr auto sum(A&& a) {
  detail::require_axis<Axis, detail::rank_of<A>>();
  return detail::form_unary<"sum", detail::along<opcode::sum, Axis, detail::rank_of<A>>>(std::forward<A>(a));
}

/// NaN where there is no entry.
template <Expression A>
constexpr auto mean(A&& a) {
  return detail::form_unary<"mean", detail::mean_of<-1>>(std::forward<A>(a));
}
template <int Axis, Expression A>
constexpr auto mean(A&& a) {
  detail::require_axis<Axis, detail::rank_of<A>>();
  return detail::form_unary<"mean", detail::mean_of<(std::int64_t{1} << detail::axis_of<Axis, detail::rank_of<A>>)>>(std::forward<A>(a));
}

/// Ties share the gradient evenly; NaN if any entry is NaN.
template <Expression A>
constexpr auto max(A&& a) {
  return detail::form_unary<"max", detail::over_all<opcode::max, detail::rank_of<A>>>(std::forward<A>(a));
}
template <int Axis, Expression A>
constexpr auto max(A&& a) {
  detail::require_axis<Axis, detail::rank_of<A>>();
  return detail::form_unary<"max", detail::along<opcode::max, Axis, detail::rank_of<A>>>(std::forward<A>(a));
}

/// log Σ exp X over all entries, or along an axis, which stays with extent 1; right for ±1000 and −∞.
template <Expression A>
constexpr auto logsumexp(A&& a) {
  return detail::form_unary<"logsumexp", detail::logsumexp_of>(std::forward<A>(a));
}
template <int Axis, Expression A>
constexpr auto logsumexp(A&& a) {
  detail::require_axis<Axis, detail::rank_of<A>>();
  return detail::form_unary<"logsumexp", detail::with<operation<opcode::logsumexp>, detail::axis_of<Axis, detail::rank_of<A>>>>(std::forward<A>(a));
}

/// Along the last axis, or another: softmax<0>(Z).
template <int Axis = -1, Expression A>
constexpr auto softmax(A&& a) {
  detail::require_axis<Axis, detail::rank_of<A>>();
  return detail::form_unary<"softmax", detail::with<operation<opcode::softmax>, detail::axis_of<Axis, detail::rank_of<A>>>>(std::forward<A>(a));
}
template <int Axis = -1, Expression A>
constexpr auto log_softmax(A&& a) {
  detail::require_axis<Axis, detail::rank_of<A>>();
  return detail::form_unary<"log_softmax", detail::with<operation<opcode::log_softmax>, detail::axis_of<Axis, detail::rank_of<A>>>>(std::forward<A>(a));
}

// ── layout ──

/// The transpose of a matrix; of a higher rank the last two axes exchanged (the leading ones are batches, as for *).
template <Expression A>
constexpr auto transpose(A&& a) {
  constexpr int rank = detail::rank_of<A>;
  static_assert(rank >= 2, "ctg: transpose wants a matrix (rank 2 or more)");
  return detail::form_unary<"transpose", detail::with<operation<opcode::transpose>, detail::last_two_exchanged(rank)>>(std::forward<A>(a));
}
/// transpose<2, 0, 1>(A): axis i of the result is axis Axes[i] of A.
template <int First, int... Axes, Expression A>
constexpr auto transpose(A&& a) {
  using P = detail::permutation<First, Axes...>;
  static_assert(P::valid && sizeof...(Axes) + 1 == static_cast<std::size_t>(detail::rank_of<A>),
                "ctg: transpose<...> takes every axis once, as many as the operand has");
  constexpr std::int64_t packed = detail::pack_permutation(static_cast<int>(P::axes.size()), P::axes.data());
  return detail::form_unary<"transpose", detail::with<operation<opcode::transpose>, packed>>(std::forward<A>(a));
}

template <auto... E, Expression A>
constexpr auto reshape(A&& a) {
  return detail::form_unary<"reshape", detail::reshape_of<detail::normal_extent<E>()...>>(std::forward<A>(a));
}

/// All axes after the first become one: N×8×8 → N×64.
template <Expression A>
constexpr auto flatten(A&& a) {
  return detail::form_unary<"flatten", detail::flatten_of>(std::forward<A>(a));
}

template <auto... E, Expression A>
constexpr auto broadcast_to(A&& a) {
  return detail::form_unary<"broadcast_to", detail::broadcast_of<detail::normal_extent<E>()...>>(std::forward<A>(a));
}

/// Rows [y_i = j] of a column of labels, N×K; never stored. A label outside 0..K−1 makes its row NaN.
template <int K, Expression A>
constexpr auto one_hot(A&& y) {
  static_assert(is_integer(detail::wrapped<void, 0, A>::type), "ctg: one_hot wants integer labels: a std::int32_t or std::int64_t leaf");
  return detail::form_unary<"one_hot", detail::with<operation<opcode::one_hot>, K>>(std::forward<A>(y));
}

// ── products and losses ──

/// X W + b, with b broadcast over the rows.
template <Expression X, Expression W, Expression B>
constexpr auto affine(X&& x, W&& w, B&& b) {
  return detail::form<"affine", detail::affine_of, void>(std::forward<X>(x), std::forward<W>(w), std::forward<B>(b));
}

/// Mean of (Y − T)² over all entries; Y and T of one shape.
template <Expression Y, Expression T>
constexpr auto mse(Y&& y, T&& t) {
  return detail::form<"mse", detail::mse_of, void>(std::forward<Y>(y), std::forward<T>(t));
}

/// Mean over the rows of −Σ T ⊙ log softmax Z: logits Z against one-hot or soft targets of the same shape, or integer labels.
template <Expression Z, Expression T>
constexpr auto cross_entropy(Z&& z, T&& t) {
  constexpr bool labels = is_integer(detail::wrapped<void, 0, T>::type);
  return detail::form<"cross_entropy", detail::cross_entropy_of<labels>, void>(std::forward<Z>(z), std::forward<T>(t));
}

/// e under a short type name: `let([&] { return sigmoid(X * W + b); })` keeps long networks quick to compile.
template <class F>
constexpr auto let(F const& f) {
  return let_expression<F>{f()};
}

}  // namespace ctg::inline v0
