// SPDX-License-Identifier: MIT
// What a program gives back: views of its memory.
#pragma once

#include <ctg/expr/operators.hpp>
#include <ctg/expr/shape.hpp>
#include <ctg/expr/storage.hpp>

#include <concepts>

namespace ctg::inline v0 {

/// A result that stands in the workspace (or in the leaf it was assigned to), valid until the next run or bind.
template <class T, int Rank>
class result_view : public detail::indexed<result_view<T, Rank>>, public detail::given_back {
 public:
  using value_type = T;
  static constexpr int rank = Rank;
  static constexpr bool contiguous = false;
  constexpr result_view(T const* data, std::array<std::int64_t, max_rank> const& extents,
                        std::array<std::int64_t, max_rank> const& strides)
      : data_(data), extents_(extents), strides_(strides) {}
  constexpr T const* data() const { return data_; }
  constexpr std::int64_t extent(int axis) const { return extents_[axis]; }
  constexpr std::int64_t stride(int axis) const { return strides_[axis]; }

 private:
  T const* data_;
  std::array<std::int64_t, max_rank> extents_, strides_;
};

/// A result of whole numbers (argmax), which a program computes in T: each entry is converted as it is read.
template <class T, int Rank>
class integer_view {
 public:
  using value_type = std::int64_t;
  static constexpr int rank = Rank;
  constexpr integer_view(T const* data, std::array<std::int64_t, max_rank> const& extents,
                         std::array<std::int64_t, max_rank> const& strides)
      : values_(data, extents, strides) {}
  template <std::integral... I>
  constexpr std::int64_t operator()(I... i) const {
    return static_cast<std::int64_t>(values_(i...));
  }
  constexpr std::int64_t extent(int axis) const { return values_.extent(axis); }
  constexpr std::int64_t size() const { return values_.size(); }
  constexpr result_view<T, Rank> const& values() const { return values_; }

 private:
  result_view<T, Rank> values_;
};

}  // namespace ctg::inline v0
