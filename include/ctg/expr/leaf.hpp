// SPDX-License-Identifier: MIT
// Leaves: the tensors that a user owns or views, with the name as part of the type. An expression holds their addresses
// (as `leaf_base const*`, which a constant expression can cast back) and reaches them through a `leaf_info`.
#pragma once

#include <ctg/expr/errors.hpp>
#include <ctg/expr/refused_values.hpp>
#include <ctg/expr/same_object.hpp>
#include <ctg/expr/shape.hpp>
#include <ctg/expr/storage.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>

namespace ctg::inline v0 {

/// Rows of a view that are `ld` elements apart: `matrix_view<"X", float, 8, 8> X(pointer, ctg::stride(16))`.
struct stride {
  std::int64_t ld;
  constexpr explicit stride(std::int64_t leading_dimension) : ld(leading_dimension) {}
};

namespace detail {

/// Where the elements of a leaf are, read when a program is bound: one of the pointers, the extents and the strides.
struct location {
  float* f32 = nullptr;
  double* f64 = nullptr;
  long double* f80 = nullptr;
  std::int32_t* i32 = nullptr;
  std::int64_t* i64 = nullptr;
  std::array<std::int64_t, max_rank> extents{};
  std::array<std::int64_t, max_rank> strides{};

  template <class T>
  constexpr auto& pointer() {
    if constexpr (std::is_same_v<T, float>)
      return f32;
    else if constexpr (std::is_same_v<T, double>)
      return f64;
    else if constexpr (std::is_same_v<T, long double>)
      return f80;
    else if constexpr (std::is_same_v<T, std::int32_t>)
      return i32;
    else
      return i64;
  }
  /// Entry `at` of the data as an X, whatever the element type.
  template <class X>
  constexpr X read(std::int64_t at) const {
    if (f32) return static_cast<X>(f32[at]);
    if (f64) return static_cast<X>(f64[at]);
    if (f80) return static_cast<X>(f80[at]);
    if (i32) return static_cast<X>(i32[at]);
    return static_cast<X>(i64[at]);
  }
  template <class X>
  constexpr void write(std::int64_t at, X x) const {
    if (f32) f32[at] = static_cast<float>(x);
    if (f64) f64[at] = static_cast<double>(x);
    if (f80) f80[at] = static_cast<long double>(x);
  }
};

/// What the compiler knows of a leaf type, and how to reach an object of it.
struct leaf_info {
  std::string_view name;
  std::uint64_t name_hash;
  std::uint64_t type_hash;
  element type;
  ctg::shape shape;
  bool is_const;
  bool is_view;
  std::array<std::string_view, max_rank> extent_names;
  location (*locate)(leaf_base const*);
};

template <class Leaf>
constexpr location locate(leaf_base const* base);

// One object for each leaf type: its address identifies it in constant expressions.
template <class Leaf>
inline constexpr leaf_info info_of = Leaf::describe();

/// Throws binding_error where there are no elements.
template <class Leaf>
constexpr location locate(leaf_base const* base) {
  auto const& leaf = static_cast<Leaf const&>(*base);
  if (is_null(leaf.data()) && leaf.size() > 0)
    fail<binding_error>("ctg: leaf " + std::string(info_of<Leaf>.name) +
                        " has no elements: it has been moved from, or it is a view of a null pointer; assign another "
                        "leaf of its type to it, or make a new one");
  location l;
  // an input is only read: the plan writes to a leaf only by an assignment, which a const leaf refuses to compile
  l.template pointer<typename Leaf::value_type>() = const_cast<typename Leaf::value_type*>(leaf.data());
  for (int i = 0; i < Leaf::rank; ++i) {
    l.extents[static_cast<std::size_t>(i)] = leaf.extent(i);
    l.strides[static_cast<std::size_t>(i)] = leaf.stride(i);
  }
  return l;
}

template <class Leaf, symbol Name, class T, auto... E>
constexpr leaf_info describe_leaf() {
  using value_type = std::remove_const_t<T>;
  leaf_info info{Name.view(),        hash_text(Name.view()), 0,  element_of<value_type>, shape(to_extent(E)...),
                 std::is_const_v<T>, Leaf::is_view,          {}, &locate<Leaf>};
  info.type_hash =
      mix(mix(info.name_hash, static_cast<std::uint64_t>(info.type) * 4 + info.is_view * 2u), hash_shape(info.shape));
  std::size_t i = 0;
  [[maybe_unused]] auto note = [&](auto e) {
    if constexpr (requires { e.name; }) info.extent_names[i] = decltype(e)::name.view();
    ++i;
  };
  (note(E), ...);
  return info;
}

/// The run-time numbers behind the extents E: one for each distinct name, in order of first appearance.
template <auto... E>
class run_time_extents {
 public:
  static constexpr int rank = sizeof...(E);
  static constexpr ctg::shape shape{to_extent(E)...};
  // slot[i]: which of the numbers axis i reads; -1 where the extent is static
  static constexpr auto slot = [] {
    std::array<int, sizeof...(E) + 1> s{};
    int next = 0;
    for (int i = 0; i < rank; ++i) {
      if (shape[i].is_static()) {
        s[static_cast<std::size_t>(i)] = -1;
        continue;
      }
      int found = -1;
      for (int j = 0; j < i; ++j)
        if (shape[j] == shape[i]) found = s[static_cast<std::size_t>(j)];
      s[static_cast<std::size_t>(i)] = found >= 0 ? found : next++;
    }
    s[sizeof...(E)] = next;
    return s;
  }();
  static constexpr std::size_t names = static_cast<std::size_t>(slot[sizeof...(E)]);
  static constexpr std::int64_t static_size = names ? run_time : shape.size().factor;

  constexpr run_time_extents() = default;
  template <class... N>
    requires(sizeof...(N) > 0)
  constexpr explicit run_time_extents(N... n) : numbers_{static_cast<std::int64_t>(n)...} {
    for (auto x : numbers_)
      if (x < 0) fail<extent_error>("ctg: an extent is a number from 0 on, not " + std::to_string(x));
  }
  constexpr std::int64_t extent(int axis) const {
    int const k = slot[static_cast<std::size_t>(axis)];
    return k < 0 ? shape[axis].factor : numbers_[static_cast<std::size_t>(k)];
  }
  constexpr std::int64_t& number(int axis) {
    return numbers_[static_cast<std::size_t>(slot[static_cast<std::size_t>(axis)])];
  }
  constexpr std::int64_t size() const {
    std::int64_t n = 1;
    for (int i = 0; i < rank; ++i) n *= extent(i);
    return n;
  }

 private:
  std::array<std::int64_t, names> numbers_{};
};

// Nested braces, as deep as the rank; a row or a column takes flat ones.
template <class T, int Depth>
struct braces {
  using type = std::initializer_list<typename braces<T, Depth - 1>::type>;
};
template <class T>
struct braces<T, 0> {
  using type = T;
};

// Defined in run/assign.hpp, so that a leaf can be declared without what runs.
enum class update : std::uint8_t { set, add, subtract };
template <update How, class L, class E>
constexpr void assign_now(L& leaf, E const& expression);

/// `X = e`, `X += e`, `X -= e` for every kind of leaf that can be written.
template <class Self>
struct writable {
  /// `if (X)`, `float x = X`, `std::exp(X)`: no leaf is one number; the compiler says what to write instead.
  constexpr explicit operator bool() const { return refuse_value<Self, bool>(); }
  constexpr operator double() const { return refuse_value<Self, double>(); }  // NOLINT: implicit, to be found
  template <class E>
    requires(Expression<E> || Arithmetic<E>)
  constexpr Self& operator+=(E const& e) {
    assign_now<update::add>(static_cast<Self&>(*this), e);
    return static_cast<Self&>(*this);
  }
  template <class E>
    requires(Expression<E> || Arithmetic<E>)
  constexpr Self& operator-=(E const& e) {
    assign_now<update::subtract>(static_cast<Self&>(*this), e);
    return static_cast<Self&>(*this);
  }
};
}  // namespace detail

/// An owning leaf: zero at first, 64-byte aligned, row-major. One that has been moved from may only be assigned another
/// leaf or destroyed; a program of it throws binding_error. Use the aliases tensor, matrix, row, column and scalar.
template <symbol Name, class T, auto... E>
class basic_tensor : public leaf_base,
                     public detail::indexed<basic_tensor<Name, T, E...>>,
                     public detail::writable<basic_tensor<Name, T, E...>> {
  using extents_type = detail::run_time_extents<E...>;
  static_assert(detail::is_element<Name, T>::value,
                "ctg: a leaf holds float, double, long double, std::int32_t or std::int64_t");
  static_assert(sizeof...(E) <= static_cast<std::size_t>(max_rank), "ctg: a tensor has at most 8 axes");
  static_assert(detail::are_extents<Name, E...>::value, "ctg: an extent is a number from 0 on, or a name: dim<\"N\">");

 public:
  using value_type = T;
  static constexpr int rank = sizeof...(E);
  static constexpr bool contiguous = true;
  static constexpr std::size_t run_time_extent_count = extents_type::names;
  static constexpr bool is_const = false;
  static constexpr bool is_view = false;
  static constexpr detail::leaf_info describe() { return detail::describe_leaf<basic_tensor, Name, T, E...>(); }
  // the depth of the braces: axes of extent 1 need none
  static constexpr int depth = [] {
    int n = 0;
    for (int i = 0; i < rank; ++i) n += !extents_type::shape[i].is_one();
    return rank == 2 && n == 1 ? 1 : rank == 2 && n == 0 ? 1 : rank == 0 ? 1 : rank;
  }();

  constexpr basic_tensor() requires(extents_type::names == 0) = default;

  /// One number for each distinct named extent, in order of first appearance.
  template <std::integral... N>
    requires(sizeof...(N) == extents_type::names && sizeof...(N) > 0)
  constexpr explicit basic_tensor(N... n) : extents_(n...), elements_(extents_.size()) {}

  template <std::integral... N>
    requires(sizeof...(N) != extents_type::names)
  constexpr explicit basic_tensor(N...) : basic_tensor(measured{}, extents_type{}) {
    static_assert(detail::run_time_extents_are_given<basic_tensor, sizeof...(N)>::value,
                  "ctg: this leaf wants one number in parentheses for each distinct named extent, in order; values "
                  "stand in braces, each row in its own");
  }

  template <detail::ValuesElsewhere V, class... More>
  constexpr explicit basic_tensor(V const&, More const&...) : basic_tensor(measured{}, extents_type{}) {
    static_assert(
        detail::values_stand_in_braces<basic_tensor, V>::value,
        "ctg: the values of a leaf stand in braces, each row in its own: {{1, 2}, {3, 4}}; a leaf over memory "
        "of your own is a view: matrix_view<\"X\", float, 2, 3> X(pointer)");
  }

  template <Expression X>
    requires(!std::is_same_v<X, basic_tensor>)
  constexpr basic_tensor(X const&) : basic_tensor(measured{}, extents_type{}) {  // NOLINT: implicit, to be found
    detail::refuse_initial_value<basic_tensor, X>();
  }

  /// The values, row by row; a named extent takes its number from them.
  constexpr basic_tensor(typename detail::braces<T, depth>::type values) : basic_tensor(measured{}, measure(values)) {
    T* to = data();
    copy<depth>(values, to);
  }

  constexpr basic_tensor(basic_tensor const&) = default;
  constexpr basic_tensor(basic_tensor&&) noexcept = default;
  constexpr basic_tensor& operator=(basic_tensor const&) = default;
  constexpr basic_tensor& operator=(basic_tensor&&) noexcept = default;
  constexpr ~basic_tensor() = default;

  /// Evaluates e into this leaf; e may read it (aliasing is safe).
  template <class X>
    requires(Expression<X> || Arithmetic<X>)
  constexpr basic_tensor& operator=(X const& e) {
    detail::assign_now<detail::update::set>(*this, e);
    return *this;
  }
  template <detail::ValuesElsewhere V>
    requires(!Arithmetic<V>)
  constexpr basic_tensor& operator=(V const&) {
    detail::refuse_values<basic_tensor, V>();
    return *this;
  }

  constexpr T* data() { return elements_.data(); }
  constexpr T const* data() const { return elements_.data(); }
  constexpr std::int64_t extent(int axis) const { return extents_.extent(axis); }
  constexpr std::int64_t stride(int axis) const {
    std::int64_t s = 1;
    for (int i = rank - 1; i > axis; --i) s *= extent(i);
    return s;
  }
  constexpr void fill(T x) { std::fill_n(data(), elements_.size(), x); }

 private:
  struct measured {};
  constexpr basic_tensor(measured, extents_type const& e) : extents_(e), elements_(e.size()) {}

  static constexpr extents_type measure(typename detail::braces<T, depth>::type const& values) {
    extents_type e;
    if constexpr (rank > 0) measure_axis<depth>(values, e, 0);
    return e;
  }
  template <int Depth>
  static constexpr void measure_axis(typename detail::braces<T, Depth>::type const& values, extents_type& e, int axis) {
    if constexpr (Depth > 0) {
      while (depth < rank && extents_type::shape[axis].is_one() && axis + Depth < rank) ++axis;
      auto const n = static_cast<std::int64_t>(values.size());
      if (!extents_type::shape[axis].is_static() && e.number(axis) == 0) e.number(axis) = n;
      if (n != e.extent(axis))
        detail::fail<extent_error>("ctg: the braces of " + std::string(Name.view()) + " hold " + std::to_string(n) +
                                   " values along axis " + std::to_string(axis) + ", its extent is " +
                                   std::to_string(e.extent(axis)));
      for (auto const& v : values) measure_axis<Depth - 1>(v, e, axis + 1);
    }
  }
  template <int Depth>
  static constexpr void copy(typename detail::braces<T, Depth>::type const& values, T*& to) {
    if constexpr (Depth == 0)
      *to++ = values;
    else
      for (auto const& v : values) copy<Depth - 1>(v, to);
  }

  [[no_unique_address]] extents_type extents_;
  detail::storage<T, extents_type::static_size> elements_;
};

}  // namespace ctg::inline v0
