// SPDX-License-Identifier: MIT
// A program allocates when it is made, exactly its workspace, and never when it runs. operator new is replaced by one
// that counts; this test is an executable of its own for that.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <cstddef>
#include <cstdlib>
#include <new>

namespace {

bool watching = false;
std::size_t mallocs = 0, allocations = 0, allocated_bytes = 0, aligned_bytes = 0;

void* counted(std::size_t bytes, std::size_t align) {
  if (watching) {
    ++allocations;
    allocated_bytes += bytes;
    if (align > alignof(std::max_align_t)) aligned_bytes += bytes;
  }
  void* const p = align > alignof(std::max_align_t) ? std::aligned_alloc(align, (bytes + align - 1) / align * align)
                                                    : std::malloc(bytes ? bytes : 1);
  if (!p) throw std::bad_alloc();
  return p;
}

// Not inlined: g++ would warn of an operator new that it does not see to be malloc.
CTG_NOINLINE void release(void* p) { std::free(p); }

// What f allocates.
template <class F>
std::size_t allocations_of(F const& f) {
  mallocs = allocations = allocated_bytes = aligned_bytes = 0;
  watching = true;
  f();
  watching = false;
  return allocations;
}

}  // namespace

// Sanitizers bring a malloc of their own.
#if defined(__has_feature)
#if defined(__GLIBC__) && !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
#include "allocation_malloc.hpp"
#endif
#elif defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#include "allocation_malloc.hpp"
#endif

void* operator new(std::size_t n) { return counted(n, 0); }
void* operator new(std::size_t n, std::align_val_t a) { return counted(n, static_cast<std::size_t>(a)); }
void* operator new(std::size_t n, std::nothrow_t const&) noexcept { return counted(n, 0); }
void operator delete(void* p) noexcept { release(p); }
void operator delete(void* p, std::size_t) noexcept { release(p); }
void operator delete(void* p, std::align_val_t) noexcept { release(p); }
void operator delete(void* p, std::size_t, std::align_val_t) noexcept { release(p); }

TEST_CASE("the counter counts") {
  CHECK(allocations_of([] { ::operator delete(::operator new(3)); }) == 1);
  CHECK(allocations_of([] { ctg::matrix<"M", float, 100, 100> M; }) == 1);
}

TEST_CASE("a training step allocates its workspace once and nothing when it runs") {
  using ctg::dim;
  ctg::matrix<"X", float, dim<"N">, 64> X(32), X2(7), X3(200);
  ctg::matrix<"T", float, dim<"N">, 10> T(32), T2(7), T3(200);
  ctg::matrix<"W", float, 64, 32> W;
  ctg::row<"b", float, 32> b;
  ctg::matrix<"V", float, 32, 10> V;
  W.fill(0.01f);
  V.fill(0.02f);
  auto J = cross_entropy(sigmoid(X * W + b) * V, T);
  auto make = [&] {
    return ctg::program(J, ctg::assign(W, W - 0.1f * gradient(J, W)), ctg::assign(b, b - 0.1f * gradient(J, b)),
                        ctg::assign(V, V - 0.1f * gradient(J, V)));
  };
  using step_type = decltype(make());
  constexpr auto bytes = [](int n) { return step_type::workspace_bytes(ctg::extents<"N">(n)); };

  CHECK(allocations_of([&] { make(); }) == 1);
  CHECK(aligned_bytes == static_cast<std::size_t>(bytes(32)));
  CHECK(allocated_bytes == aligned_bytes);
  auto step = make();
  CHECK(allocations_of([&] {
          for (int i = 0; i < 5; ++i) step();
        }) == 0);
  CHECK(mallocs == 0);
  // a smaller batch fits, a larger one grows the workspace once
  CHECK(allocations_of([&] {
          step.bind(X2, T2);
          step();
        }) == 0);
  CHECK(allocations_of([&] { step.bind(X3, T3); }) == 1);
  CHECK(aligned_bytes == static_cast<std::size_t>(bytes(200)));
  CHECK(allocations_of([&] {
          step();
          step(ctg::traced{[](int) {}});
          auto moved = std::move(step);
          moved();
        }) == 0);
}
