// SPDX-License-Identifier: MIT
// W7 and W8 by hand: chunk by chunk, each result by Eigen's arrays.
#pragma once

#include "curve.hpp"

#include <Eigen/Core>

#ifdef __SSE__
#include <immintrin.h>
#endif

namespace peers {

/// Chunks that stay in L1: 6 + 2 arrays of 512 floats are 16 KiB. Streaming: results are made in L1 and go past the
/// caches.
template <bool Streaming>
struct curve_by_eigen {
  static constexpr int chunk = 512;
  using piece = Eigen::Map<Eigen::Array<float, chunk, 1>, Eigen::Aligned64>;
  using input = Eigen::Map<Eigen::Array<float, chunk, 1> const, Eigen::Aligned64>;

  static void differentiate(curve const& c, auto const& body) {
    int const count = static_cast<int>(c.x.size());
    buffer const x(c.x), a(c.a), b(c.b), dx(c.x.size()), da(c.x.size()), db(c.x.size()), t(chunk), s(chunk),
        room(3 * chunk);
    body(
        [&] {
          float total = 0;
          piece T(t.data()), S(s.data());
          for (int i = 0; i < count; i += chunk) {
            input const X(x.data() + i), A(a.data() + i), B(b.data() + i);
            float* const to[] = {dx.data() + i, da.data() + i, db.data() + i};
            piece dX(Streaming ? room.data() : to[0]), dA(Streaming ? room.data() + chunk : to[1]),
                dB(Streaming ? room.data() + 2 * chunk : to[2]);
            T = (A * X + B).tanh();
            S = X.logistic();
            total += (T * S).sum();
            dB = S * (1 - T * T);
            dX = dB * A + T * S * (1 - S);
            dA = dB * X;
            if constexpr (Streaming)
              for (int k = 0; k < 3; ++k) stream(room.data() + k * chunk, to[k]);
          }
          return total;
        },
        [&] {
          return curve_gradients{dx.view(), da.view(), db.view()};
        });
  }

 private:
  static void stream([[maybe_unused]] float const* from, [[maybe_unused]] float* to) {
#if defined(__AVX512F__)
    for (int i = 0; i < chunk; i += 16) _mm512_stream_ps(to + i, _mm512_load_ps(from + i));
#elif defined(__AVX__)
    for (int i = 0; i < chunk; i += 8) _mm256_stream_ps(to + i, _mm256_load_ps(from + i));
#elif defined(__SSE__)
    for (int i = 0; i < chunk; i += 4) _mm_stream_ps(to + i, _mm_load_ps(from + i));
#endif
  }
};

}  // namespace peers
