// SPDX-License-Identifier: MIT
// The diabetes data: 442 patients with ten features, brought to mean 0 and variance 1, and a 1; and how far the disease
// progressed within a year.
#pragma once

#include <ctg/ctg.hpp>

#include <cstdio>
#include <cstdlib>
#include <fstream>

struct diabetes {
  static constexpr int features = 11;
  static constexpr char const* names[features] = {"age", "sex", "bmi", "bp",  "tc", "ldl",
                                                  "hdl", "tch", "ltg", "glu", "1"};
  ctg::matrix<"X", double, ctg::dim<"N">, features> X;
  ctg::column<"y", double, ctg::dim<"N">> y;

  /// Reads data/diabetes.csv; ends the program where that is not as expected.
  diabetes() : X(442), y(442) {
    std::ifstream in("data/diabetes.csv");
    char comma = ',';
    for (int i = 0; i < 442; ++i) {
      for (int j = 0; j < 10; ++j) in >> X(i, j) >> comma;
      X(i, 10) = 1;
      in >> y(i, 0);
    }
    if (!in) {
      std::fputs("data/diabetes.csv: 442 lines of 11 numbers are expected\n", stderr);
      std::exit(1);
    }
    auto const raw = ctg::slice<1, 0, 10>(X);
    X = ctg::concat<1>((raw - ctg::mean<0>(raw)) / ctg::stddev<0>(raw), ctg::slice<1, 10, 11>(X));
  }
};
