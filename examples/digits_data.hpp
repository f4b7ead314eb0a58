// SPDX-License-Identifier: MIT
// Handwritten digits of 8×8 pixels, from a file with lines of 64 pixels (0 to 16) and a label, separated by commas.
#pragma once

#include "training.hpp"

#include <charconv>
#include <fstream>

namespace training {

inline constexpr std::size_t samples = 1797, pixels = 64;

inline images read_digits(std::string const& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path + "; data/digits.csv of this project is what it wants");
  images all{pixels};
  std::string line;
  while (std::getline(file, line)) {
    auto wrong = [&](std::string const& what) {
      return std::runtime_error(path + ", line " + std::to_string(all.size() + 1) + ": " + what);
    };
    char const *at = line.data(), *const end = at + line.size();
    if (at != end && end[-1] == '\r') line.pop_back();
    for (std::size_t column = 0; column <= pixels; ++column) {
      int value = 0;
      int const greatest = column < pixels ? 16 : 9;
      auto const [rest, error] = std::from_chars(at, line.data() + line.size(), value);
      if (error != std::errc{} || value < 0 || value > greatest)
        throw wrong("number " + std::to_string(column + 1) + " of 65 should be one from 0 to " +
                    std::to_string(greatest));
      bool const last = column == pixels;
      if (last ? rest != line.data() + line.size() : rest == line.data() + line.size() || *rest != ',')
        throw wrong(last ? "there are more than 65 numbers"
                         : "only " + std::to_string(column + 1) + " of 65 numbers are there");
      at = rest + 1;
      if (last)
        all.labels.push_back(value);
      else
        all.data.push_back(static_cast<float>(value) / 16);
    }
  }
  if (all.size() != samples)
    throw std::runtime_error(path + " has " + std::to_string(all.size()) + " digits instead of " +
                             std::to_string(samples) + "; is it truncated?");
  return all;
}

}  // namespace training
