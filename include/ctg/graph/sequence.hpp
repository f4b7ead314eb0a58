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

namespace ctg::inline v0::detail {

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

// A std::vector<T>, without its header.
template <class V, class T>
concept VectorOf = std::same_as<typename V::value_type, T> && requires(V const& v) {
  v.data(), v.get_allocator();
};

/// What a sequence is whatever it holds.
class sequence_size {
 public:
  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr void pop_back() { --size_; }
  constexpr void clear() { size_ = 0; }

 protected:
  constexpr void swap_sizes(sequence_size& o) noexcept {
    sequence_size const was = o;
    o = *this;
    *this = was;
  }

  std::size_t size_ = 0, capacity_ = 0;
};

/// A std::vector in small: values one behind the other, which grow at the end. Behind the last stand values that were
/// made with T() or are left over: allocators, construct_at and destroy_at are a dozen templates for each T, and more
/// steps of a constant expression than an assignment. Each function here is compiled for forty types in an include; so
/// ranges are given by pointers, which needs no template in the template.
template <class T>
class sequence : public sequence_size {
 public:
  using value_type = T;

  constexpr sequence() = default;
  constexpr sequence(std::initializer_list<T> list) { append(list.begin(), list.end()); }
  constexpr explicit sequence(std::size_t size, T const& value = T()) { assign(size, value); }
  constexpr sequence(T const* first, T const* last) { append(first, last); }
  template <VectorOf<T> V>
  constexpr sequence(V const& v) {  // NOLINT: the same in large
    append(v.data(), v.data() + v.size());
  }
  constexpr sequence(sequence const& o) : sequence_size() { append(o.begin(), o.end()); }
  constexpr sequence(sequence&& o) noexcept : sequence_size() { swap(o); }
  constexpr sequence& operator=(sequence const& o) {
    if (this != &o) assign(o.begin(), o.end());
    return *this;
  }
  constexpr sequence& operator=(sequence&& o) noexcept {
    swap(o);
    return *this;
  }
  constexpr ~sequence() { delete[] data_; }
  template <VectorOf<T> V>
  constexpr operator V() const {  // NOLINT
    return {begin(), end()};
  }

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
    data_[size_++] = static_cast<T&&>(value);
  }
  constexpr void append(T const* first, T const* last) {
    std::size_t const wanted = size_ + static_cast<std::size_t>(last - first);
    if (wanted > capacity_) reserve(wanted < 2 * size_ ? 2 * size_ : wanted);
    while (first != last) data_[size_++] = *first++;
  }
  constexpr void assign(std::size_t size, T const& value) {
    clear();
    reserve(size);
    while (size_ < size) data_[size_++] = value;
  }
  constexpr void assign(T const* first, T const* last) {
    clear();
    append(first, last);
  }
  constexpr void reserve(std::size_t capacity) {
    if (capacity <= capacity_) return;
    T* const bigger = new T[capacity];
    for (std::size_t i = 0; i < size_; ++i) bigger[i] = static_cast<T&&>(data_[i]);
    delete[] data_;
    data_ = bigger;
    capacity_ = capacity;
  }
  constexpr void swap(sequence& o) noexcept {
    T* const data = o.data_;
    o.data_ = data_;
    data_ = data;
    swap_sizes(o);
  }
  constexpr bool operator==(sequence const& o) const {
    if (size_ != o.size_) return false;
    for (std::size_t i = 0; i < size_; ++i)
      if (!(data_[i] == o.data_[i])) return false;
    return true;
  }

 private:
  T* data_ = nullptr;
};

template <class T>
constexpr bool contains(sequence<T> const& list, T const& value) {
  for (T const& x : list)
    if (x == value) return true;
  return false;
}

/// A std::set in small: values in ascending order, each once.
template <class T>
class sorted_set {
 public:
  sorted_set() = default;
  sorted_set(T const* first, T const* last) {
    while (first != last) insert(*first++);
  }

  /// Whether it is new.
  bool insert(T value) {
    std::size_t at = place_of(value);
    if (at < values_.size() && values_[at] == value) return false;
    values_.push_back(value);
    for (std::size_t i = values_.size() - 1; i > at; --i) std::swap(values_[i], values_[i - 1]);
    return true;
  }
  bool contains(T const& value) const {
    std::size_t const at = place_of(value);
    return at < values_.size() && values_[at] == value;
  }
  bool empty() const { return values_.empty(); }
  T const* begin() const { return values_.begin(); }
  T const* end() const { return values_.end(); }

 private:
  std::size_t place_of(T const& value) const {
    std::size_t low = 0, high = values_.size();
    while (low < high) {
      std::size_t const middle = (low + high) / 2;
      if (values_[middle] < value)
        low = middle + 1;
      else
        high = middle;
    }
    return low;
  }

  sequence<T> values_;
};

template <class, class T>
struct late_type {
  using type = T;
};
/// T, which a compiler looks into only where it compiles a template on X that mentions it. Both compilers instantiate
/// what a template calls with types that depend on no parameter where they read it: each operation on a std::string,
/// and so on from there.
template <class X, class T>
using late = typename late_type<X, T>::type;

}  // namespace ctg::inline v0::detail
