// SPDX-License-Identifier: MIT
// The names of leaves, values and programs, for headers that only mention them: no xsimd, no planner, a tenth of a
// second.
//
//   #include <ctg/fwd.hpp>
//   using weights = ctg::matrix<"W", float, 784, 128>;
//   void train(weights& W, ctg::matrix_view<"X", float const, ctg::dim<"N">, 784> const& X);
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <ctg/expr/symbol.hpp>

#include <type_traits>

namespace ctg::inline v0 {

namespace detail {
// The NTTP form of an extent: 16, 16u and std::size_t{16} must make one type.
template <auto E>
constexpr auto normal_extent() {
  if constexpr (std::is_integral_v<decltype(E)>)
    return static_cast<std::int64_t>(E);
  else
    return E;
}
template <auto E>
inline constexpr bool is_extent = true;
template <auto E>
  requires std::is_integral_v<decltype(E)>
inline constexpr bool is_extent<E> = E >= 0;
}  // namespace detail

/// Owning leaves and views: a name, an element type (of a view it may be const), extents (numbers or dim<"N">).
template <symbol Name, class T, auto... E>
class basic_tensor;
template <symbol Name, class T, auto... E>
class basic_view;

template <symbol Name, class T, auto... E>
using tensor = basic_tensor<Name, T, detail::normal_extent<E>()...>;
template <symbol Name, class T, auto Rows, auto Columns>
using matrix = tensor<Name, T, Rows, Columns>;
template <symbol Name, class T, auto Columns>
using row = tensor<Name, T, 1, Columns>;
template <symbol Name, class T, auto Rows>
using column = tensor<Name, T, Rows, 1>;
template <symbol Name, class T>
using scalar = tensor<Name, T>;

template <symbol Name, class T, auto... E>
using tensor_view = basic_view<Name, T, detail::normal_extent<E>()...>;
template <symbol Name, class T, auto Rows, auto Columns>
using matrix_view = tensor_view<Name, T, Rows, Columns>;
template <symbol Name, class T, auto Columns>
using row_view = tensor_view<Name, T, 1, Columns>;
template <symbol Name, class T, auto Rows>
using column_view = tensor_view<Name, T, Rows, 1>;
template <symbol Name, class T>
using scalar_view = tensor_view<Name, T>;

/// What `evaluate` returns where there is more than one entry; -1 for an extent that only the run knows.
template <class T, std::int64_t... Extents>
class array;

/// What `program` returns: `template <class G> void train(ctg::program_of<float, G>& step)`.
template <class T, class Graph>
class program_of;
template <class Program, class... X>
class value_and_gradient_of;

}  // namespace ctg::inline v0

CTG_HEADER_END
