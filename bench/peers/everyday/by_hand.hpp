// SPDX-License-Identifier: MIT
// What an expert would write for the programs of main.cpp: plain loops that the compiler makes vectors of, few passes
// over memory, buffers that stay.
#pragma once

#include <cstddef>

namespace everyday {

using index = std::ptrdiff_t;

/// y = (x − mean) / √(variance + 10⁻⁵) ⊙ gain + bias by rows, and from dy the gradients of x, gain and bias.
void layer_norm(index rows, index columns, float const* x, float const* gain, float const* bias, float const* dy,
                float* y, float* dx, float* d_gain, float* d_bias);
/// The same with mean and variance of the columns, forward only; `room` for two rows.
void batch_norm(index rows, index columns, float const* x, float const* gain, float const* bias, float* y, float* room);
/// Sums of the columns of rows of 8; rows times 8 is a multiple of 64.
void sum_columns_of_8(index rows, float const* x, float* sums);
void max_rows_of_8(index rows, float const* x, float* y);
void sum_rows(index rows, index columns, float const* x, float* y);
void argmax_rows(index rows, index columns, float const* x, index* y);
/// Softmax of each column; `room` for two rows.
void softmax_columns(index rows, index columns, float const* x, float* y, float* room);
void adam(index n, float* w, float* m, float* v, float const* g, float rate);
/// Mean binary cross entropy of 20 features with its gradients; `room` for one number a row.
float logistic(index rows, float const* x, float const* t, float const* w, float bias, float* dw, float* d_bias,
               float* room);
/// Squared distances of points of 8 coordinates to 16 others.
void distances(index rows, float const* x, float const* c, float* y);
/// exp(−|x_i − x_j|² / 2) of points of 8 coordinates; `room` for all of these.
void gauss_kernel(index n, float const* x, float* y, float* room);
/// Forces between bodies of three coordinates; `room` for all of these.
void forces(index n, float const* p, float const* mass, float* f, float* room);
/// softmax(s ⊙ rows) in place.
void softmax_rows(index rows, index columns, float s, float* x);
/// One step of the heat equation in the inside of an n×n square.
void heat(index n, float const* u, float* y);
/// Rows of three, times the transpose of r, plus t.
void rotate(index n, float const* p, float const* r, float const* t, float* y);
/// w' S w and (S + S') w; `room` for n numbers.
float risk(index n, float const* s, float const* w, float* gradient, float* room);
/// A level that rises and falls at two rates.
void envelope(index n, float const* x, float* y);
/// Transposed direct form II; `c`: b0, b1, b2, a1, a2.
void biquad(index n, float const* c, float const* x, float* y);
/// One step of a Kalman filter of 6 states and 3 measurements z, in place of the state x and its covariance p.
void kalman(double const* f, double const* q, double const* h, double const* r, double const* z, double* x, double* p);

}  // namespace everyday
