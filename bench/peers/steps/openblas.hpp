// SPDX-License-Identifier: MIT
// Products of OpenBLAS for by_hand.
#pragma once

#include <cblas.h>

namespace peers {

struct openblas_products {
  template <bool TransposedA, bool TransposedB>
  static void multiply(int m, int n, int k, float alpha, float const* a, float const* b, float beta, float* c) {
    cblas_sgemm(CblasRowMajor, TransposedA ? CblasTrans : CblasNoTrans, TransposedB ? CblasTrans : CblasNoTrans, m, n,
                k, alpha, a, TransposedA ? m : k, b, TransposedB ? k : n, beta, c, n);
  }
};

}  // namespace peers
