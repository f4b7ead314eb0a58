// SPDX-License-Identifier: MIT
// Where the elements of an owning tensor live: in the object up to 4 KiB, on the heap above that or where an extent has
// a name; 64-byte aligned either way, usable in constant expressions either way.
#pragma once

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace ctg::inline v0 {

/// The alignment of what the library owns: one cache line, one AVX-512 vector.
inline constexpr std::size_t alignment = 64;
/// That of large memory: a page. A store that lies a little ahead of the next load modulo 4096 makes that load wait for
/// it; with pages known where large leaves and buffers begin, `place_buffers` keeps them apart.
inline constexpr std::size_t page = 4096;
constexpr bool is_large(std::size_t bytes) { return bytes >= (std::size_t{64} << 10); }
constexpr std::size_t alignment_of(std::size_t bytes) { return is_large(bytes) ? page : alignment; }

/// The most bytes that a tensor keeps in itself.
inline constexpr std::size_t max_inline_bytes = 4096;

namespace detail {

/// Marks an extent that only the run knows.
inline constexpr std::int64_t run_time = -1;

template <class T, std::int64_t Size>
class storage;

template <class T, std::int64_t Size>
inline constexpr bool fits_inline = Size != run_time&& static_cast<std::size_t>(Size) * sizeof(T) <= max_inline_bytes;

template <class T, std::int64_t Size>
  requires fits_inline<T, Size>
class storage<T, Size> {
 public:
  constexpr storage() = default;
  constexpr explicit storage(std::int64_t) {}
  constexpr T* data() { return elements_.data(); }
  constexpr T const* data() const { return elements_.data(); }
  constexpr std::int64_t size() const { return Size; }

 private:
  // an empty tensor still needs an address that is its own
  alignas(alignment) std::array<T, (Size > 0 ? static_cast<std::size_t>(Size) : 1)> elements_{};
};

template <class T, std::int64_t Size>
class storage {
 public:
  constexpr storage() requires(Size != run_time) : storage(Size) {}
  constexpr explicit storage(std::int64_t n) : data_(allocate(n)), size_(n) { std::fill_n(data_, n, T{}); }
  constexpr storage(storage const& o) : data_(o.data_ ? allocate(o.size_) : nullptr), size_(o.size_) {
    if (data_) std::copy_n(o.data_, size_, data_);
  }
  constexpr storage(storage&& o) noexcept : data_(o.data_), size_(o.size_) {
    o.data_ = nullptr;
    o.size_ = 0;
  }
  constexpr storage& operator=(storage const& o) {
    if (this == &o) return *this;
    if (size_ == o.size_)
      std::copy_n(o.data_, size_, data_);  // the address stays: programs may be bound to it
    else
      *this = storage(o);
    return *this;
  }
  constexpr storage& operator=(storage&& o) noexcept {
    std::swap(data_, o.data_);
    std::swap(size_, o.size_);
    return *this;
  }
  constexpr ~storage() { release(data_, size_); }
  constexpr T* data() { return data_; }
  constexpr T const* data() const { return data_; }
  constexpr std::int64_t size() const { return size_; }

 private:
  static constexpr std::size_t room(std::int64_t n) { return static_cast<std::size_t>(n > 0 ? n : 1); }
  static constexpr T* allocate(std::int64_t n) {
    std::size_t const count = room(n);
    if (std::is_constant_evaluated()) return new T[count]{};
    T* p = static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{alignment_of(count * sizeof(T))}));
    std::uninitialized_default_construct_n(p, count);
    return p;
  }
  static constexpr void release(T* p, std::int64_t n) {
    if (std::is_constant_evaluated())
      delete[] p;
    else if (p)
      ::operator delete (p, std::align_val_t{alignment_of(room(n) * sizeof(T))});
  }

  T* data_ = nullptr;
  std::int64_t size_ = 0;
};

template <class Tensor, class... Index>
inline constexpr bool are_indices = sizeof...(Index) == static_cast<std::size_t>(Tensor::rank) &&
                                    (std::is_integral_v<Index> && ...);

// A condition whose name and arguments the compiler prints.
template <class Tensor, class... Index>
struct one_index_for_each_axis {
  static constexpr bool value = are_indices<Tensor, Index...>;
};

// What a wrong access gives, so that nothing else on its line fails.
struct no_entry {
  template <class T>
  constexpr operator T() const {  // NOLINT: silent by purpose
    return T{};
  }
  constexpr no_entry operator()(auto const&...) const { return {}; }
  constexpr no_entry const& operator=(auto const&) const { return *this; }
};

/// Element access for whatever has data(), rank, extent(axis) and stride(axis).
template <class Self>
struct indexed {
  template <class... I>
    requires are_indices<Self, I...>
  constexpr decltype(auto) operator()(I... i) { return self().data()[offset(static_cast<std::int64_t>(i)...)]; }
  template <class... I>
    requires are_indices<Self, I...>
  constexpr decltype(auto) operator()(I... i) const { return self().data()[offset(static_cast<std::int64_t>(i)...)]; }
  template <class... I>
    requires(!are_indices<Self, I...>)
  constexpr no_entry operator()(I const&...) const {
    static_assert(one_index_for_each_axis<Self, I...>::value,
                  "ctg: element access wants one index for each axis, as in W(i, j) for a matrix");
    return {};
  }
  constexpr std::int64_t size() const {
    std::int64_t n = 1;
    for (int i = 0; i < Self::rank; ++i) n *= self().extent(i);
    return n;
  }
  constexpr std::int64_t rows() const requires(Self::rank == 2) { return self().extent(0); }
  constexpr std::int64_t cols() const requires(Self::rank == 2) { return self().extent(1); }
  constexpr auto begin() requires Self::contiguous { return self().data(); }
  constexpr auto end() requires Self::contiguous { return self().data() + size(); }
  constexpr auto begin() const requires Self::contiguous { return self().data(); }
  constexpr auto end() const requires Self::contiguous { return self().data() + size(); }

 protected:
  template <class... I>
  constexpr std::int64_t offset(I... i) const {
    std::int64_t at = 0;
    int axis = 0;
    ((assert(i >= 0 && i < self().extent(axis)), at += i * self().stride(axis), ++axis), ...);
    return at;
  }

 private:
  constexpr Self& self() { return static_cast<Self&>(*this); }
  constexpr Self const& self() const { return static_cast<Self const&>(*this); }
};

/// What evaluate and programs give back: values, which are no operands. The operators say so where somebody tries.
struct given_back {};

}  // namespace detail

/// What `evaluate` returns: a value without a name, not a leaf. An extent of -1 is known at run time only.
template <class T, std::int64_t... Extents>
class array : public detail::indexed<array<T, Extents...>>, public detail::given_back {
 public:
  using value_type = T;
  static constexpr int rank = sizeof...(Extents);
  static constexpr bool contiguous = true;
  static constexpr bool is_static = ((Extents != detail::run_time) && ...);

  constexpr array() requires is_static = default;
  constexpr explicit array(std::array<std::int64_t, sizeof...(Extents)> const& extents)
      : extents_(extents), elements_(count(extents)) {}

  constexpr T* data() { return elements_.data(); }
  constexpr T const* data() const { return elements_.data(); }
  constexpr std::int64_t extent(int axis) const { return extents_[static_cast<std::size_t>(axis)]; }
  constexpr auto const& extents() const { return extents_; }
  constexpr std::int64_t stride(int axis) const {
    std::int64_t s = 1;
    for (int i = rank - 1; i > axis; --i) s *= extent(i);
    return s;
  }

 private:
  static constexpr std::int64_t count(std::array<std::int64_t, sizeof...(Extents)> const& e) {
    std::int64_t n = 1;
    for (auto x : e) n *= x;
    return n;
  }
  std::array<std::int64_t, sizeof...(Extents)> extents_{Extents...};
  detail::storage<T, is_static ? (Extents*... * 1) : detail::run_time> elements_;
};

}  // namespace ctg::inline v0
