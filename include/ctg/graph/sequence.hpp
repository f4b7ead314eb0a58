// SPDX-License-Identifier: MIT
// What passes over graphs keep their values in. A std::vector would do, at three times the price: each of its calls is
// several more to a compiler that evaluates it, and limits on these (2^20 steps with clang) are what ends a program of
// many layers.
#pragma once

#include <concepts>
#include <initializer_list>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

namespace ctg::inline v0::detail {

// Less than std::input_iterator, and a tenth of its price for each type.
template <class I>
concept Iterator = requires(I i) {
  *i++;
};

/// A std::span in small: the constraints of that one's constructors and its iterators are 25 classes for each type of
/// value, and each turn of a loop is four calls of functions.
template <class T>
class span {
 public:
  using value_type = std::remove_cv_t<T>;

  constexpr span() = default;
  constexpr span(T* data, std::size_t size) : data_(data), size_(size) {}
  template <std::size_t N>
  constexpr span(T (&array)[N]) : span(array, N) {}  // NOLINT: as std::span
  template <class C>
    requires requires(C& c) { c.data(), c.size(); }
  constexpr span(C&& from_list) : span(from_list.data(), from_list.size()) {}  // NOLINT: as std::span

  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* data() const { return data_; }
  constexpr T* begin() const { return data_; }
  constexpr T* end() const { return data_ + size_; }
  constexpr T& operator[](std::size_t i) const { return data_[i]; }
  constexpr T& front() const { return *data_; }
  constexpr T& back() const { return data_[size_ - 1]; }
  constexpr span subspan(std::size_t first, std::size_t size) const { return {data_ + first, size}; }
  constexpr span first(std::size_t size) const { return {data_, size}; }

 private:
  T* data_ = nullptr;
  std::size_t size_ = 0;
};

/// A std::vector in small: values one behind the other, which grow at the end.
template <class T>
class sequence {
 public:
  using value_type = T;
  using iterator = T*;
  using const_iterator = T const*;

  constexpr sequence() = default;
  constexpr sequence(std::initializer_list<T> list) { append(list.begin(), list.end()); }
  constexpr explicit sequence(std::size_t size, T const& value = T()) { assign(size, value); }
  template <Iterator I>
  constexpr sequence(I first, I last) {
    append(first, last);
  }
  // (templates: a conversion that nobody asks for instantiates no std::vector)
  template <std::same_as<std::vector<T>> V>
  constexpr sequence(V const& v) {  // NOLINT: the same in large
    append(v.data(), v.data() + v.size());
  }
  constexpr sequence(sequence const& o) { append(o.begin(), o.end()); }
  constexpr sequence(sequence&& o) noexcept { swap(o); }
  constexpr sequence& operator=(sequence const& o) {
    if (this != &o) assign(o.begin(), o.end());
    return *this;
  }
  constexpr sequence& operator=(sequence&& o) noexcept {
    swap(o);
    return *this;
  }
  constexpr ~sequence() { release(); }
  template <std::same_as<std::vector<T>> V>
  constexpr operator V() const {  // NOLINT
    return {begin(), end()};
  }

  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr T* data() { return data_; }
  constexpr T const* data() const { return data_; }
  constexpr T* begin() { return data_; }
  constexpr T* end() { return data_ + size_; }
  constexpr T const* begin() const { return data_; }
  constexpr T const* end() const { return data_ + size_; }
  constexpr T& operator[](std::size_t i) { return data_[i]; }
  constexpr T const& operator[](std::size_t i) const { return data_[i]; }
  constexpr T& front() { return *data_; }
  constexpr T const& front() const { return *data_; }
  constexpr T& back() { return data_[size_ - 1]; }
  constexpr T const& back() const { return data_[size_ - 1]; }

  // by value: the argument may be an element
  constexpr void push_back(T value) {
    if (size_ == capacity_) reserve(size_ ? 2 * size_ : 8);
    if constexpr (is_plain)
      data_[size_++] = value;
    else
      std::construct_at(data_ + size_++, std::move(value));
  }
  constexpr T& emplace_back() {
    push_back(T());
    return back();
  }
  constexpr void pop_back() {
    --size_;
    if constexpr (!std::is_trivially_destructible_v<T>) std::destroy_at(data_ + size_);
  }
  template <Iterator I>
  constexpr void append(I first, I last) {
    std::size_t const wanted = size_ + static_cast<std::size_t>(last - first);
    if (wanted > capacity_) reserve(wanted < 2 * size_ ? 2 * size_ : wanted);
    if constexpr (is_plain)
      while (first != last) data_[size_++] = *first++;
    else
      while (first != last) std::construct_at(data_ + size_++, *first++);
  }
  constexpr void assign(std::size_t size, T const& value) {
    clear();
    reserve(size);
    if constexpr (is_plain)
      while (size_ < size) data_[size_++] = value;
    else
      while (size_ < size) std::construct_at(data_ + size_++, value);
  }
  template <Iterator I>
  constexpr void assign(I first, I last) {
    clear();
    append(first, last);
  }
  constexpr void clear() {
    if constexpr (!std::is_trivially_destructible_v<T>)
      for (T* p = data_; p != data_ + size_; ++p) std::destroy_at(p);
    size_ = 0;
  }
  constexpr void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    T* bigger;
    if constexpr (is_plain) {
      bigger = new T[capacity];
      for (std::size_t i = 0; i < size_; ++i) bigger[i] = data_[i];
    } else {
      bigger = std::allocator<T>().allocate(capacity);
      for (std::size_t i = 0; i < size_; ++i) std::construct_at(bigger + i, std::move(data_[i]));
    }
    std::size_t const size = size_;
    release();
    data_ = bigger;
    size_ = size;
    capacity_ = capacity;
  }
  constexpr void swap(sequence& o) noexcept {
    std::swap(data_, o.data_);
    std::swap(size_, o.size_);
    std::swap(capacity_, o.capacity_);
  }
  constexpr bool operator==(sequence const& o) const {
    if (size_ != o.size_) return false;
    for (std::size_t i = 0; i < size_; ++i)
      if (!(data_[i] == o.data_[i])) return false;
    return true;
  }

 private:
  // Numbers and pointers are assigned: to construct each is three calls more.
  static constexpr bool is_plain = std::is_trivially_default_constructible_v<T>;

  constexpr void release() {
    clear();
    if constexpr (is_plain)
      delete[] data_;
    else if (data_)
      std::allocator<T>().deallocate(data_, capacity_);
    data_ = nullptr;
    capacity_ = 0;
  }

  T* data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace ctg::inline v0::detail
