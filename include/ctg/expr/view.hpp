// SPDX-License-Identifier: MIT
// Leaves over memory of the user's.
#pragma once

#include <ctg/expr/leaf.hpp>

namespace ctg::inline v0 {

/// A leaf over memory of the user's: nothing is copied. `T const` makes an input only.
template <symbol Name, class T, auto... E>
class basic_view : public leaf_base,
                   public detail::indexed<basic_view<Name, T, E...>>,
                   public detail::writable<basic_view<Name, T, E...>> {
  using extents_type = detail::run_time_extents<E...>;
  template <std::size_t Given>
  static constexpr bool view_arguments = Given == extents_type::names ||
                                         (Given == extents_type::names + 1 && sizeof...(E) >= 2);

 public:
  using value_type = std::remove_const_t<T>;
  static_assert(detail::is_element<Name, value_type>::value,
                "ctg: a leaf holds float, double, long double, std::int32_t or std::int64_t");
  static_assert(sizeof...(E) <= static_cast<std::size_t>(max_rank), "ctg: a tensor has at most 8 axes");
  static_assert(detail::are_extents<Name, E...>::value, "ctg: an extent is a number from 0 on, or a name: dim<\"N\">");
  static constexpr int rank = sizeof...(E);
  static constexpr bool contiguous = false;  // rows may be padded
  static constexpr std::size_t run_time_extent_count = extents_type::names;
  static constexpr bool is_const = std::is_const_v<T>;
  static constexpr bool is_view = true;
  static constexpr detail::leaf_info describe() { return detail::describe_leaf<basic_view, Name, T, E...>(); }

  /// pointer to the first element, then one number for each distinct named extent.
  template <std::integral... N>
    requires(sizeof...(N) == extents_type::names)
  constexpr explicit basic_view(T* pointer, N... n) : data_(pointer), extents_(n...), ld_(last()) {}

  template <class... N>
    requires(!view_arguments<sizeof...(N)>)
  constexpr explicit basic_view(T* pointer, N...) : data_(pointer), extents_{}, ld_(0) { refuse_count<sizeof...(N)>(); }
  template <class... N>
    requires(!view_arguments<sizeof...(N)>)
  constexpr explicit basic_view(std::span<T> data, N...) : data_(data.data()), extents_{}, ld_(0) {
    refuse_count<sizeof...(N)>();
  }

  // A template, for const data only: what can be written to takes the constructors above and below.
  template <class U, class... N>
    requires(!std::is_const_v<T> && std::is_same_v<U, value_type>)
  constexpr explicit basic_view(U const*, N...) : data_(nullptr), extents_{}, ld_(0) { refuse_const<U>(); }

  basic_view() = delete;  // of which memory?
  /// A pointer to something else, a container of something else.
  template <class D, class... N>
    requires(detail::ValuesElsewhere<std::remove_cvref_t<D>> && !std::is_convertible_v<D, T*> &&
             !std::is_convertible_v<D, std::span<T>> && !std::is_convertible_v<D, value_type const*>)
  constexpr explicit basic_view(D&&, N const&...) : data_(nullptr), extents_{}, ld_(0) {
    static_assert(detail::data_fit<basic_view, D>::value,
                  "ctg: a view wants a pointer to its elements, a span or a container of them: of the same type, and "
                  "where they are const with const behind it, as in matrix_view<\"X\", float const, 3, 2>");
  }

  /// The same with rows that are `s.ld` elements apart (the stride of the second to last axis).
  template <class... N>
    requires(sizeof...(N) == extents_type::names + 1 && rank >= 2)
  constexpr explicit basic_view(T* pointer, N... n) : basic_view(padded{}, pointer, n...) {}

  /// From a span: throws extent_error when it is shorter than the extents ask for.
  template <class... N>
    requires view_arguments<sizeof...(N)>
  constexpr explicit basic_view(std::span<T> data, N... n) : basic_view(data.data(), n...) {
    if (reach() > static_cast<std::int64_t>(data.size()))
      detail::fail<extent_error>("ctg: view " + std::string(Name.view()) + " needs " + std::to_string(reach()) +
                                 " elements, its span holds " + std::to_string(data.size()));
  }

  constexpr basic_view(basic_view const&) = default;
  basic_view& operator=(basic_view const&) = delete;  // rebinding or copying the elements? say V = e, or make a view
  constexpr ~basic_view() = default;

  template <class X>
    requires(Expression<X> || Arithmetic<X>)
  constexpr basic_view& operator=(X const& e) {
    detail::assign_now<detail::update::set>(*this, e);
    return *this;
  }
  template <detail::ValuesElsewhere V>
    requires(!Arithmetic<V>)
  constexpr basic_view& operator=(V const&) {
    detail::refuse_values<basic_view, V>();
    return *this;
  }

  constexpr T* data() const { return data_; }
  constexpr std::int64_t extent(int axis) const { return extents_.extent(axis); }
  constexpr std::int64_t stride(int axis) const {
    if (axis == rank - 1) return 1;
    std::int64_t s = ld_;
    for (int i = rank - 2; i > axis; --i) s *= extent(i);
    return s;
  }
  constexpr void fill(T x) const requires(!is_const) {
    std::int64_t const n = last(), rows = n ? this->size() / n : 0;
    for (std::int64_t i = 0; i < rows; ++i) std::fill_n(data_ + i * ld_, n, x);
  }

 private:
  struct padded {};
  template <std::size_t Given>
  static constexpr void refuse_count() {
    static_assert(detail::run_time_extents_are_given<basic_view, Given>::value,
                  "ctg: this view wants one number for each distinct named extent behind the pointer or span, in "
                  "order; then, if rows are padded, ctg::stride(n)");
  }
  template <class U>
  static constexpr void refuse_const() {
    static_assert(std::is_const_v<U>,
                  "ctg: the data of this view is const, its elements are not: write const behind the element type, as "
                  "in matrix_view<\"X\", float const, 3, 2>, which makes it an input only");
  }
  template <class... N>
  constexpr basic_view(padded, T* pointer, N... n) : data_(pointer), extents_(take(n...)), ld_(pitch(n...)) {
    if (ld_ < last())
      detail::fail<extent_error>("ctg: the stride of view " + std::string(Name.view()) + " is " + std::to_string(ld_) +
                                 ", its rows are " + std::to_string(last()) + " long");
  }
  // the arguments are numbers and, last, a stride
  template <class... N>
  static constexpr extents_type take(N... n) {
    extents_type e;
    auto const numbers = std::array{value(n)...};
    for (int i = 0; i < rank; ++i)
      if (!extents_type::shape[i].is_static())
        e.number(i) = numbers[static_cast<std::size_t>(extents_type::slot[static_cast<std::size_t>(i)])];
    return e;
  }
  template <class... N>
  static constexpr std::int64_t pitch(N... n) {
    return std::array{value(n)...}.back();
  }
  static constexpr std::int64_t value(ctg::stride s) { return s.ld; }
  static constexpr std::int64_t value(std::integral auto n) { return static_cast<std::int64_t>(n); }
  constexpr std::int64_t last() const { return rank ? extents_.extent(rank - 1) : 1; }
  // the number of elements from the first to behind the last
  constexpr std::int64_t reach() const {
    std::int64_t n = 1;
    for (int i = 0; i < rank; ++i) {
      if (extent(i) == 0) return 0;
      n += (extent(i) - 1) * stride(i);
    }
    return n;
  }

  T* data_;
  [[no_unique_address]] extents_type extents_;
  std::int64_t ld_;
};

}  // namespace ctg::inline v0
