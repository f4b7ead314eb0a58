// SPDX-License-Identifier: MIT
// The one block of memory in which all buffers of a program stand.
#pragma once

#include <ctg/expr/storage.hpp>

#include <cstddef>
#include <cstring>
#include <new>
#include <utility>

namespace ctg::inline v0::detail {

class workspace {
 public:
  workspace() = default;
  workspace(workspace&& o) noexcept : data_(std::exchange(o.data_, nullptr)), size_(std::exchange(o.size_, 0)) {}
  workspace& operator=(workspace&& o) noexcept {
    std::swap(data_, o.data_);
    std::swap(size_, o.size_);
    return *this;
  }
  ~workspace() {
    if (data_) ::operator delete (data_, std::align_val_t{alignment_of(size_)});
  }

  /// At least `bytes`, all zero; keeps what it has where that is enough.
  void reserve(std::int64_t bytes) {
    grow(bytes);
    if (size_) std::memset(data_, 0, size_);
  }
  /// At least `bytes`, of any content.
  void grow(std::int64_t bytes) {
    std::size_t const wanted = bytes;
    if (wanted <= size_) return;
    workspace bigger;
    bigger.data_ = static_cast<char*>(::operator new (wanted, std::align_val_t{alignment_of(wanted)}));
    bigger.size_ = wanted;
    *this = std::move(bigger);
  }
  char* data() const { return data_; }
  std::size_t size() const { return size_; }

 private:
  char* data_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace ctg::inline v0::detail
