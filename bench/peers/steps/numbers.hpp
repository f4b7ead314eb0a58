// SPDX-License-Identifier: MIT
// Inputs of the workloads, memory for those who compute by hand, and how far a result is from the right one.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <new>
#include <span>
#include <vector>

namespace peers {

/// A linear congruential generator: the same inputs everywhere.
class numbers {
 public:
  std::vector<float> operator()(int count, double low, double high) {
    std::vector<float> v(static_cast<std::size_t>(count));
    for (float& x : v) {
      seed_ = seed_ * 1664525u + 1013904223u;
      x = static_cast<float>(low + (high - low) * static_cast<double>(seed_ >> 8) / (1 << 24));
    }
    return v;
  }

 private:
  std::uint32_t seed_ = 1;
};

/// Floats at a multiple of 64 bytes: zeros, or a copy. Large blocks of the allocator begin at the same place of a page,
/// where stores hold up loads of other buffers that are 4 KiB apart and compete for the same sets of L1: each buffer
/// begins 1088 bytes further into its page than the one before.
class buffer {
 public:
  explicit buffer(std::size_t count) : size_(count), memory_(allocate(count + 4096), &std::free) {
    static std::size_t made = 0;
    data_ = memory_.get() + made++ % 15 * (1088 / sizeof(float));
    std::fill_n(data_, count, 0.f);
  }
  explicit buffer(std::vector<float> const& values) : buffer(values.size()) {
    std::copy(values.begin(), values.end(), data_);
  }
  float* data() const { return data_; }
  std::span<float const> view() const { return {data_, size_}; }

 private:
  static float* allocate(std::size_t count) {
    void* const p = std::aligned_alloc(64, (count * sizeof(float) + 127) / 64 * 64);
    if (!p) throw std::bad_alloc();
    return static_cast<float*>(p);
  }

  std::size_t size_;
  std::unique_ptr<float, decltype(&std::free)> memory_;
  float* data_;
};

/// The largest error of `after`, relative to the largest change from `before` to what is right.
inline double distance(std::span<float const> before, std::span<float const> after, std::span<double const> right) {
  double worst = 0, largest = 0;
  if (after.size() != right.size()) return INFINITY;
  for (std::size_t i = 0; i < right.size(); ++i) {
    if (!std::isfinite(after[i])) return INFINITY;
    worst = std::max(worst, std::abs(static_cast<double>(after[i]) - right[i]));
    largest = std::max(largest, std::abs(right[i] - static_cast<double>(before[i])));
  }
  return worst / largest;
}

}  // namespace peers
