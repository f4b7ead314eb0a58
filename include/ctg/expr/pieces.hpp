// SPDX-License-Identifier: MIT
// Parts of tensors: slices, pieces joined, the order turned, rows by number.
#pragma once

#include <ctg/expr/functions.hpp>

namespace ctg::inline v0 {

namespace detail {

// Negative bounds count from the end, where its extent is a number.
template <int Axis, std::int64_t Begin, std::int64_t End>
struct slice_of : composite {
  static constexpr std::string_view name = "slice";
  static constexpr bool only_moves = true;
  static constexpr fault misfit_is = fault::bounds;
  static constexpr shape_result result(shape const* s, parameters) {
    parameters const with = bounds(*s);
    return with.q < 0 ? shape_result(misfit::bounds) : operation<opcode::slice>::result(s, with);
  }
  // as written: the bounds of a named extent are checked, on this node, when a program is bound
  static constexpr handle lower(auto x) { return apply<operation<opcode::slice>>(bounds(x.shape()), x); }

 private:
  static constexpr parameters bounds(shape const& s) {
    extent const e = s[Axis];
    std::int64_t const from_end = e.is_static() ? e.factor : -1;
    std::int64_t const begin = Begin >= 0 ? Begin : from_end + Begin, end = End >= 0 ? End : from_end + End;
    bool const known = e.is_static() || (Begin >= 0 && End >= 0);
    if (!known || begin < 0 || end < begin || end > 0x7fffffff) return {Axis, -1};
    return {Axis, begin | end << 32};
  }
};

// Two by two, so that an entry of k pieces is copied log k times
template <int Axis>
struct concat_of : composite {
  static constexpr std::string_view name = "concat";
  template <class... H>
  static constexpr handle lower(H... h) {
    std::array<handle, sizeof...(H)> pieces{h...};
    for (std::size_t count = pieces.size(); count > 1; count = (count + 1) / 2)
      for (std::size_t i = 0; i < (count + 1) / 2; ++i)
        pieces[i] = 2 * i + 1 < count ? apply<operation<opcode::concat>>({Axis, 0}, pieces[2 * i], pieces[2 * i + 1])
                                      : pieces[2 * i];
    return pieces[0];
  }
};

template <int Axis>
struct gather_of : composite {
  static constexpr std::string_view name = "gather";
  static constexpr handle lower(auto a, auto y) { return apply<operation<opcode::gather>>({Axis, 0}, a, y); }
};

}  // namespace detail

/// The entries Begin … End − 1 along an axis: slice<0, 2, 5>(X) is rows 2, 3 and 4. Nothing is copied. Where the extent
/// is a number, negative bounds count from the end: slice<1, -1, 10>(X). Where it is a name, the bounds are checked
/// when a program is made or bound, which throws extent_error. The gradient is zero beside the slice, even where the
/// derivative of what was cut away is infinite.
template <int Axis, std::int64_t Begin, std::int64_t End, Expression A>
constexpr auto slice(A&& a) {
  detail::require_axis<"slice", Axis, A>();
  if constexpr (!detail::any_invalid<A> && !detail::has_axis<Axis, detail::rank_of<A>>)
    return detail::invalid_expression{};
  else
    return detail::form<detail::called_with<"slice", Axis, Begin, End>(),
                        detail::slice_of<detail::axis_of<Axis, detail::rank_of<A>>, Begin, End>, void, A>(a);
}

/// Tensors of one rank joined along an axis: concat<0>(A, B, C) has the rows of A, then those of B, then those of C.
/// All other extents are equal; along the axis all are numbers, or multiples of one name.
template <int Axis, Expression A, Expression... B>
constexpr auto concat(A&& a, B&&... b) {
  constexpr int rank = detail::rank_of<A>;
  if constexpr (detail::any_invalid<A, B...>) {
    return detail::invalid_expression{};
  } else if constexpr (!detail::has_axis<Axis, rank>) {
    detail::require_axis<"concat", Axis, A>();
    return detail::invalid_expression{};
  } else {
    return detail::form<detail::called_with<"concat", Axis>(), detail::concat_of<detail::axis_of<Axis, rank>>, void, A,
                        B...>(a, b...);
  }
}

/// The entries along an axis in the opposite order. Read backwards where the reader can.
template <int Axis, Expression A>
constexpr auto flip(A&& a) {
  detail::require_axis<"flip", Axis, A>();
  return detail::form<detail::called_with<"flip", Axis>(), detail::along<opcode::flip, Axis, A>, void, A>(a);
}

/// Row y_i of A for each entry of a vector or column y of integers: N×(extents of A behind the first); or along another
/// axis. A number that is no row of A makes its row NaN, since the run cannot stop, and gets no gradient. The gradient
/// of A adds up the rows of the adjoint by number, in the order of y.
template <int Axis = 0, Expression A, Expression Y>
constexpr auto gather(A&& a, Y&& y) {
  using Aw = detail::wrapped<void, 0, A>;
  using Yw = detail::wrapped<void, 1, Y>;
  if constexpr (detail::any_invalid<A, Y>) {
    return detail::invalid_expression{};
  } else if constexpr (!is_integer(Yw::type)) {
    detail::explain<detail::fault::float_index>(detail::say_call<"gather", Aw, Yw>());
    return detail::invalid_expression{};
  } else {
    if constexpr (Aw::shape.rank > 0) detail::require_axis<"gather", Axis, A>();
    return detail::form<"gather", detail::gather_of<detail::axis_of<Axis, detail::rank_of<A>>>, void, A, Y>(a, y);
  }
}
/// gather(A, 2): a number is no tensor of indices; the compiler says what takes one row.
template <int Axis = 0, Expression A, Arithmetic Y>
constexpr auto gather(A const&, Y) {
  return detail::refuse_operands<detail::fault::one_row, "gather", A, Y>();
}

}  // namespace ctg::inline v0
