// SPDX-License-Identifier: MIT
// `batched<"N">(f)(X, T)`: f is written for one sample and runs for all rows as one fused expression.
#pragma once

#include <ctg/calculus/per_sample.hpp>
#include <ctg/expr/functions.hpp>

namespace ctg::inline v0 {

/// One sample of an expression A, while f is written down; it never stands in a finished expression.
template <class A, int Position>
struct sample : formula_base {
  static constexpr char identity = 0;
  static constexpr std::uint64_t id = detail::mix(detail::mix(0x73616d706cu, A::id), Position);
  static constexpr ctg::shape shape = [] {
    ctg::shape s;
    for (int i = 1; i < A::shape.rank; ++i) s.push(A::shape[i]);
    return s;
  }();
  static constexpr element type = A::type;
  static constexpr detail::leaf_list<0> leaves{};
  static constexpr detail::number_list<0> numbers{};
  detail::bindings<0, 0> bound{};
  static constexpr int lower_into(Builder auto& g) {
    // a leaf that no program has
    auto const own = -static_cast<std::int64_t>(id >> 2) - 2;
    return g.put({&operation_of<operation<opcode::leaf>>, {-1, -1, -1}, g.intern(shape), {own, 0}});
  }
};

namespace detail {

template <class Body, class... Samples>
struct batched_of : composite {
  static constexpr std::string_view name = "batched";
  // the body's element type is judged with those of the samples
  static constexpr shape_result result(shape const* s, parameters) {
    shape r(s[1][0]);
    for (int i = 0; i < s[0].rank; ++i) r.push(s[0][i]);
    return r;
  }
  template <class... H>
  static constexpr handle lower(auto body, H... all) {
    std::array<handle, sizeof...(H)> const rows{all...};
    per_sample_map map(*body.g, extent(rows[0].shape()[0]));
    std::size_t i = 0;
    (map.bind({body.g, ctg::lower<Samples>(*body.g)}, rows[i++]), ...);
    auto const r = map.run(body);
    if (map.failed()) body.g->problem = misfit::batch;
    return r;
  }
};

/// Whether all operations of an expression made by batched have a rule for a batch.
template <class E>
inline constexpr bool has_batch_rules = [] {
  builder g;
  ctg::lower<E>(g);
  return g.problem != misfit::batch;
}();

template <symbol Name, class A>
inline constexpr bool has_batch = A::shape.rank > 0 &&
                                  A::shape.rank < max_rank&& A::shape[0] == named(hash_text(Name.view()));

template <symbol Name, class F>
struct batched_function {
  F f;

  template <Expression... A>
    requires(sizeof...(A) > 0)
  constexpr auto operator()(A&&... a) const {
    return call(std::make_integer_sequence<int, static_cast<int>(sizeof...(A))>{}, std::forward<A>(a)...);
  }

 private:
  template <class E>
  static constexpr auto checked(E const& e) {
    if constexpr (any_invalid<E>) {
      return e;
    } else if constexpr (!has_batch_rules<E>) {
      explain<has_batch_rules<E> ? fault::none : fault::no_batch_rule>(say_operand<E>());
      return invalid_expression{};
    } else {
      return e;
    }
  }
  template <int... I, class... A>
  constexpr auto call(std::integer_sequence<int, I...>, A&&... a) const {
    if constexpr (any_invalid<A...>) {
      return invalid_expression{};
    } else if constexpr (!(has_batch<Name, wrapped<void, I, A>> && ...)) {
      explain<(has_batch<Name, wrapped<void, I, A>> && ...) ? fault::none : fault::no_batch>(
          say_call<"batched", wrapped<void, I, A>...>());
      return invalid_expression{};
    } else if constexpr (constexpr fault wrong =
                             called_back<fault::sample_function, F, sample<wrapped<void, I, A>, I>...>;
                         wrong != fault::none) {
      explain<wrong>(and_also<to_symbol<write_count<static_cast<int>(sizeof...(A))>>()>(
          say_call<"batched", wrapped<void, I, A>...>()));
      return invalid_expression{};
    } else {
      auto const body = f(sample<wrapped<void, I, A>, I>{}...);
      using Body = std::remove_cvref_t<decltype(body)>;
      if constexpr (any_invalid<Body>)
        return invalid_expression{};
      else
        return checked(
            form<"batched", batched_of<Body, sample<wrapped<void, I, A>, I>...>, void, Body const&, A...>(body, a...));
    }
  }
};

}  // namespace detail

/// f is written for one sample; `batched<"N">(f)(X, T)` is f of each row of X and T (whose first extent is N), stacked
/// along a first axis N, as one expression that fuses and is differentiated as if it had been written for all rows:
///   auto losses = ctg::batched<"N">([&](auto const& x, auto const& t) { return sum(square(W * x - t)); })(X, T);
/// Products of a sample with what is common to all samples become one matrix product.
template <symbol Name, class F>
constexpr auto batched(F f) {
  return detail::batched_function<Name, F>{f};
}

}  // namespace ctg::inline v0
