// SPDX-License-Identifier: MIT
// Products of oneDNN for by_hand.
#pragma once

#include <dnnl.h>

namespace peers {

struct onednn_products {
  template <bool TransposedA, bool TransposedB>
  static void multiply(int m, int n, int k, float alpha, float const* a, float const* b, float beta, float* c) {
    dnnl_sgemm(TransposedA ? 'T' : 'N', TransposedB ? 'T' : 'N', m, n, k, alpha, a, TransposedA ? m : k, b,
               TransposedB ? k : n, beta, c, n);
  }
};

}  // namespace peers
