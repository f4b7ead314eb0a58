// SPDX-License-Identifier: MIT
// The loops of by_hand.hpp; compiled with -ffast-math, so that the compiler may take vectors of exp and log and reorder
// sums.
#include "by_hand.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace everyday {

void layer_norm(index rows, index columns, float const* x, float const* gain, float const* bias, float const* dy,
                float* y, float* dx, float* d_gain, float* d_bias) {
  auto const n = static_cast<float>(columns);
  std::fill(d_gain, d_gain + columns, 0.f);
  std::fill(d_bias, d_bias + columns, 0.f);
  for (index i = 0; i < rows; ++i, x += columns, dy += columns, y += columns, dx += columns) {
    float sum = 0, squares = 0, s1 = 0, s2 = 0;
    for (index j = 0; j < columns; ++j) sum += x[j];
    float const mean = sum / n;
    for (index j = 0; j < columns; ++j) squares += (x[j] - mean) * (x[j] - mean);
    float const scale = 1 / std::sqrt(squares / n + 1e-5f);
#pragma omp simd reduction(+ : s1, s2)
    for (index j = 0; j < columns; ++j) {
      float const h = (x[j] - mean) * scale, d = dy[j] * gain[j];
      s1 += d;
      s2 += d * h;
      y[j] = h * gain[j] + bias[j];
      d_gain[j] += dy[j] * h;
      d_bias[j] += dy[j];
    }
#pragma omp simd
    for (index j = 0; j < columns; ++j) dx[j] = scale * (dy[j] * gain[j] - s1 / n - (x[j] - mean) * scale * (s2 / n));
  }
}

void batch_norm(index rows, index columns, float const* x, float const* gain, float const* bias, float* y,
                float* room) {
  float *const mean = room, *const scale = room + columns;
  auto const n = static_cast<float>(rows);
  std::fill(room, room + 2 * columns, 0.f);
  for (index i = 0; i < rows; ++i)
#pragma omp simd
    for (index j = 0; j < columns; ++j) mean[j] += x[i * columns + j];
  for (index j = 0; j < columns; ++j) mean[j] /= n;
  for (index i = 0; i < rows; ++i)
#pragma omp simd
    for (index j = 0; j < columns; ++j) scale[j] += (x[i * columns + j] - mean[j]) * (x[i * columns + j] - mean[j]);
  for (index j = 0; j < columns; ++j) {
    scale[j] = gain[j] / std::sqrt(scale[j] / n + 1e-5f);
    mean[j] = bias[j] - mean[j] * scale[j];
  }
  for (index i = 0; i < rows; ++i)
#pragma omp simd
    for (index j = 0; j < columns; ++j) y[i * columns + j] = x[i * columns + j] * scale[j] + mean[j];
}

void sum_columns_of_8(index rows, float const* x, float* sums) {
  float s[64]{};
  for (index k = 0; k < 8 * rows; k += 64)
    for (index l = 0; l < 64; ++l) s[l] += x[k + l];
  std::fill(sums, sums + 8, 0.f);
  for (index l = 0; l < 64; ++l) sums[l % 8] += s[l];
}

void max_rows_of_8(index rows, float const* x, float* y) {
#pragma omp simd
  for (index i = 0; i < rows; ++i) {
    float largest = x[8 * i];
    for (index j = 1; j < 8; ++j) largest = x[8 * i + j] > largest ? x[8 * i + j] : largest;
    y[i] = largest;
  }
}

void sum_rows(index rows, index columns, float const* x, float* y) {
  for (index i = 0; i < rows; ++i, x += columns) {
    float sum = 0;
    for (index j = 0; j < columns; ++j) sum += x[j];
    y[i] = sum;
  }
}

void argmax_rows(index rows, index columns, float const* x, index* y) {
  for (index i = 0; i < rows; ++i, x += columns) {
    float largest = x[0];
    for (index j = 0; j < columns; ++j) largest = x[j] > largest ? x[j] : largest;
    y[i] = std::find(x, x + columns, largest) - x;
  }
}

void softmax_columns(index rows, index columns, float const* x, float* y, float* room) {
  float *const largest = room, *const sum = room + columns;
  std::fill(largest, largest + columns, std::numeric_limits<float>::lowest());
  std::fill(sum, sum + columns, 0.f);
  for (index i = 0; i < rows; ++i)
    for (index j = 0; j < columns; ++j) largest[j] = x[i * columns + j] > largest[j] ? x[i * columns + j] : largest[j];
  for (index i = 0; i < rows; ++i)
#pragma omp simd
    for (index j = 0; j < columns; ++j) {
      float const e = std::exp(x[i * columns + j] - largest[j]);
      y[i * columns + j] = e;
      sum[j] += e;
    }
  for (index j = 0; j < columns; ++j) sum[j] = 1 / sum[j];
  for (index i = 0; i < rows; ++i)
#pragma omp simd
    for (index j = 0; j < columns; ++j) y[i * columns + j] *= sum[j];
}

void adam(index n, float* w, float* m, float* v, float const* g, float rate) {
#pragma omp simd
  for (index i = 0; i < n; ++i) {
    m[i] = 0.9f * m[i] + 0.1f * g[i];
    v[i] = 0.999f * v[i] + 0.001f * g[i] * g[i];
    w[i] -= rate * m[i] / (std::sqrt(v[i]) + 1e-8f);
  }
}

float logistic(index rows, float const* x, float const* t, float const* w, float bias, float* dw, float* d_bias,
               float* room) {
  constexpr index features = 20;
  float loss = 0, db = 0, sums[features]{};
  auto const n = static_cast<float>(rows);
  for (index i = 0; i < rows; ++i) {
    float z = bias;
    for (index j = 0; j < features; ++j) z += x[features * i + j] * w[j];
    room[i] = z;
  }
#pragma omp simd reduction(+ : loss, db)
  for (index i = 0; i < rows; ++i) {
    float const z = room[i], e = std::exp(-std::fabs(z)), one = 1 / (1 + e), sigmoid = z >= 0 ? one : e * one;
    loss += std::max(z, 0.f) - z * t[i] + std::log(1 + e);
    room[i] = (sigmoid - t[i]) / n;
    db += room[i];
  }
  for (index i = 0; i < rows; ++i)
    for (index j = 0; j < features; ++j) sums[j] += room[i] * x[features * i + j];
  std::copy(sums, sums + features, dw);
  *d_bias = db;
  return loss / n;
}

void distances(index rows, float const* x, float const* c, float* y) {
  float turned[8 * 16];
  for (index k = 0; k < 16; ++k)
    for (index d = 0; d < 8; ++d) turned[16 * d + k] = c[8 * k + d];
  for (index i = 0; i < rows; ++i) {
    float sum[16]{};
    for (index d = 0; d < 8; ++d)
      for (index k = 0; k < 16; ++k)
        sum[k] += (x[8 * i + d] - turned[16 * d + k]) * (x[8 * i + d] - turned[16 * d + k]);
    std::copy(sum, sum + 16, y + 16 * i);
  }
}

void gauss_kernel(index n, float const* x, float* y, float* room) {
  for (index i = 0; i < n; ++i)
    for (index d = 0; d < 8; ++d) room[d * n + i] = x[8 * i + d];
  for (index i = 0; i < n; ++i)
#pragma omp simd
    for (index j = 0; j < n; ++j) {
      float s = 0;
      for (index d = 0; d < 8; ++d) s += (x[8 * i + d] - room[d * n + j]) * (x[8 * i + d] - room[d * n + j]);
      y[i * n + j] = std::exp(-0.5f * s);
    }
}

void forces(index n, float const* p, float const* mass, float* f, float* room) {
  float *const x = room, *const y = room + n, *const z = room + 2 * n;
  for (index i = 0; i < n; ++i) {
    x[i] = p[3 * i];
    y[i] = p[3 * i + 1];
    z[i] = p[3 * i + 2];
  }
  for (index i = 0; i < n; ++i) {
    float fx = 0, fy = 0, fz = 0;
#pragma omp simd reduction(+ : fx, fy, fz)
    for (index j = 0; j < n; ++j) {
      float const dx = x[j] - x[i], dy = y[j] - y[i], dz = z[j] - z[i];
      float const r = dx * dx + dy * dy + dz * dz + 0.01f, s = mass[j] / (r * std::sqrt(r));
      fx += s * dx;
      fy += s * dy;
      fz += s * dz;
    }
    f[3 * i] = fx;
    f[3 * i + 1] = fy;
    f[3 * i + 2] = fz;
  }
}

void softmax_rows(index rows, index columns, float s, float* x) {
  for (index i = 0; i < rows; ++i, x += columns) {
    float largest = x[0], sum = 0;
    for (index j = 0; j < columns; ++j) largest = x[j] > largest ? x[j] : largest;
#pragma omp simd reduction(+ : sum)
    for (index j = 0; j < columns; ++j) {
      x[j] = std::exp((x[j] - largest) * s);
      sum += x[j];
    }
    sum = 1 / sum;
    for (index j = 0; j < columns; ++j) x[j] *= sum;
  }
}

void heat(index n, float const* u, float* y) {
  for (index i = 1; i < n - 1; ++i) {
    float const* const at = u + i * n;
    float* const to = y + (i - 1) * (n - 2) - 1;
#pragma omp simd
    for (index j = 1; j < n - 1; ++j)
      to[j] = at[j] + 0.1f * (at[j - n] + at[j + n] + at[j - 1] + at[j + 1] - 4 * at[j]);
  }
}

void rotate(index n, float const* p, float const* r, float const* t, float* y) {
#pragma omp simd
  for (index i = 0; i < n; ++i)
    for (index k = 0; k < 3; ++k)
      y[3 * i + k] = r[3 * k] * p[3 * i] + r[3 * k + 1] * p[3 * i + 1] + r[3 * k + 2] * p[3 * i + 2] + t[k];
}

float risk(index n, float const* s, float const* w, float* gradient, float* room) {
  float sum = 0;
  std::fill(room, room + n, 0.f);
  for (index i = 0; i < n; ++i, s += n) {
    float row = 0;
    float const wi = w[i];
#pragma omp simd reduction(+ : row)
    for (index j = 0; j < n; ++j) {
      row += s[j] * w[j];
      room[j] += s[j] * wi;
    }
    gradient[i] = row;
    sum += row * wi;
  }
  for (index j = 0; j < n; ++j) gradient[j] += room[j];
  return sum;
}

void envelope(index n, float const* x, float* y) {
  float level = 0;
  for (index i = 0; i < n; ++i) {
    float const size = std::fabs(x[i]);
    level = size > level ? 0.1f * size + 0.9f * level : 0.01f * size + 0.99f * level;
    y[i] = level;
  }
}

void biquad(index n, float const* c, float const* x, float* y) {
  float const b0 = c[0], b1 = c[1], b2 = c[2], a1 = c[3], a2 = c[4];
  float s1 = 0, s2 = 0;
  for (index i = 0; i < n; ++i) {
    float const now = b0 * x[i] + s1;
    s1 = b1 * x[i] - a1 * now + s2;
    s2 = b2 * x[i] - a2 * now;
    y[i] = now;
  }
}

namespace {

// C = A B, or A Bᵀ.
template <int M, int N, int K, bool Transposed = false>
inline void multiply(double const* a, double const* b, double* c) {
  for (int i = 0; i < M; ++i) {
    double row[N]{};
    for (int k = 0; k < K; ++k)
      for (int j = 0; j < N; ++j) row[j] += a[i * K + k] * (Transposed ? b[j * K + k] : b[k * N + j]);
    for (int j = 0; j < N; ++j) c[i * N + j] = row[j];
  }
}

// By cofactors.
inline void invert3(double const* s, double* inverse) {
  double const c0 = s[4] * s[8] - s[5] * s[7], c1 = s[5] * s[6] - s[3] * s[8], c2 = s[3] * s[7] - s[4] * s[6];
  double const d = 1 / (s[0] * c0 + s[1] * c1 + s[2] * c2);
  double const y[] = {c0, s[2] * s[7] - s[1] * s[8], s[1] * s[5] - s[2] * s[4],
                      c1, s[0] * s[8] - s[2] * s[6], s[2] * s[3] - s[0] * s[5],
                      c2, s[1] * s[6] - s[0] * s[7], s[0] * s[4] - s[1] * s[3]};
  for (int i = 0; i < 9; ++i) inverse[i] = d * y[i];
}

}  // namespace

void kalman(double const* f, double const* q, double const* h, double const* r, double const* z, double* x, double* p) {
  double ahead[6], product[36], covariance[36], measured[18], s[9], inverse[9], gain[18], room[36], innovation[3];
  multiply<6, 1, 6>(f, x, ahead);
  multiply<6, 6, 6>(f, p, product);
  multiply<6, 6, 6, true>(product, f, covariance);
  for (int i = 0; i < 36; ++i) covariance[i] += q[i];
  multiply<3, 6, 6>(h, covariance, measured);
  multiply<3, 3, 6, true>(measured, h, s);
  for (int i = 0; i < 9; ++i) s[i] += r[i];
  invert3(s, inverse);
  multiply<3, 6, 3>(inverse, measured, room);
  for (int i = 0; i < 3; ++i)
    for (int j = 0; j < 6; ++j) gain[j * 3 + i] = room[i * 6 + j];
  multiply<3, 1, 6>(h, ahead, innovation);
  for (int i = 0; i < 3; ++i) innovation[i] = z[i] - innovation[i];
  multiply<6, 1, 3>(gain, innovation, x);
  for (int i = 0; i < 6; ++i) x[i] += ahead[i];
  multiply<6, 6, 3>(gain, measured, room);
  for (int i = 0; i < 36; ++i) p[i] = covariance[i] - room[i];
}

}  // namespace everyday
