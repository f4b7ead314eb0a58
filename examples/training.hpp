// SPDX-License-Identifier: MIT
// What the examples share that is no business of the library's: images with labels, a progress bar, a confusion matrix.
#pragma once

#include <ctg/random.hpp>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#if __has_include(<unistd.h>)
#include <unistd.h>
#endif

namespace training {

/// Images, row by row, and what they show.
struct images {
  std::size_t pixels;  // of one image
  std::vector<float> data{};
  std::vector<std::int32_t> labels{};

  std::size_t size() const { return labels.size(); }
  float const* image(std::size_t i) const { return data.data() + i * pixels; }
  std::int32_t const* label(std::size_t i) const { return labels.data() + i; }
  void add(images const& from, std::size_t i) {
    data.insert(data.end(), from.image(i), from.image(i) + pixels);
    labels.push_back(from.labels[i]);
  }
};

/// The same images in an order that the seed decides, so that a minibatch is a view of consecutive rows.
inline images shuffled(images const& from, std::uint64_t seed) {
  std::vector<std::size_t> order(from.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  ctg::shuffle(order, seed);
  images to{from.pixels};
  to.data.reserve(from.data.size());
  to.labels.reserve(from.labels.size());
  for (std::size_t i : order) to.add(from, i);
  return to;
}

/// One line that is drawn again after each epoch on a terminal, and ten lines in a log.
class progress_bar {
 public:
  explicit progress_bar(int epochs) : epochs_(epochs) {
#if __has_include(<unistd.h>)
    on_terminal_ = isatty(STDOUT_FILENO) != 0;
#endif
  }
  void show(int epoch, double loss) const {
    bool const last = epoch == epochs_;
    if (!on_terminal_ && !last && epoch % std::max(1, epochs_ / 10) != 0) return;
    constexpr int width = 40;
    int const done = width * epoch / epochs_;
    std::cout << (on_terminal_ ? "\r" : "") << "[";
    for (int i = 0; i < width; ++i) std::cout << (i < done ? "█" : "·");
    std::cout << "] epoch " << std::setw(2) << epoch << "/" << epochs_ << "  loss " << std::fixed
              << std::setprecision(4) << loss << (on_terminal_ && !last ? "" : "\n") << std::flush;
  }

 private:
  int epochs_;
  bool on_terminal_ = false;
};

/// Adds up time between start() and stop().
class stopwatch {
 public:
  void start() { since_ = std::chrono::steady_clock::now(); }
  void stop() {
    total_ += std::chrono::steady_clock::now() - since_;
    ++laps_;
  }
  double seconds() const { return std::chrono::duration<double>(total_).count(); }
  double microseconds_each() const { return laps_ ? 1e6 * seconds() / static_cast<double>(laps_) : 0; }

 private:
  std::chrono::steady_clock::time_point since_{};
  std::chrono::steady_clock::duration total_{};
  std::int64_t laps_ = 0;
};

/// Goes `epochs` times through the images in minibatches, each time in another order. learn(epoch, first image, first
/// label, rows) takes one step and returns its loss; the last minibatch of an epoch may have fewer rows. Shows how it
/// goes, and returns the time of the steps.
template <class Learn>
stopwatch train(images const& from, int epochs, std::size_t batch, Learn const& learn) {
  progress_bar const bar(epochs);
  stopwatch clock;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    images const now = shuffled(from, static_cast<std::uint64_t>(epoch));
    double loss = 0;
    for (std::size_t i = 0; i < now.size(); i += batch) {
      std::size_t const rows = std::min(batch, now.size() - i);
      clock.start();
      double const mean = learn(epoch, now.image(i), now.label(i), rows);
      clock.stop();
      loss += mean * static_cast<double>(rows);
    }
    bar.show(epoch, loss / static_cast<double>(now.size()));
  }
  return clock;
}

class confusion_matrix {
 public:
  /// Row i of `scores` (classes columns) belongs to label i; the greatest score is the answer.
  void add(auto const& scores, std::int32_t const* labels) {
    for (std::int64_t i = 0; i < scores.extent(0); ++i) {
      std::int64_t best = 0;
      for (std::int64_t j = 1; j < scores.extent(1); ++j)
        if (scores(i, j) > scores(i, best)) best = j;
      ++counts_[static_cast<std::size_t>(labels[i])][static_cast<std::size_t>(best)];
    }
  }
  double accuracy() const {
    int right = 0, all = 0;
    for (std::size_t i = 0; i < classes; ++i) {
      right += counts_[i][i];
      all += std::accumulate(counts_[i].begin(), counts_[i].end(), 0);
    }
    return all ? static_cast<double>(right) / all : 0;
  }
  friend std::ostream& operator<<(std::ostream& out, confusion_matrix const& m) {
    out << "confusion matrix (rows: what it is, columns: what the network says)\n    ";
    for (std::size_t j = 0; j < classes; ++j) out << std::setw(6) << j;
    for (std::size_t i = 0; i < classes; ++i) {
      out << "\n   " << i;
      for (int n : m.counts_[i]) out << std::setw(6) << n;
    }
    return out << "\n";
  }

 private:
  static constexpr std::size_t classes = 10;
  std::array<std::array<int, classes>, classes> counts_{};
};

/// Says how long a step took and how many of the answers (`scores`, a row for each label) are right; returns their
/// share.
inline double report(stopwatch const& clock, std::size_t batch, char const* things, auto const& scores,
                     std::int32_t const* labels) {
  confusion_matrix confusion;
  confusion.add(scores, labels);
  std::cout << std::setprecision(1) << clock.microseconds_each() << " µs for each step of " << batch << " " << things
            << ", bind included\n\n"
            << confusion << "\ntest accuracy " << std::setprecision(3) << confusion.accuracy() << "\n";
  return confusion.accuracy();
}

/// Runs `body` and turns what it throws into one sentence and exit code 1.
template <class F>
int guarded(char const* program, F const& body) {
  try {
    return body();
  } catch (std::exception const& error) {
    std::cerr << program << ": " << error.what() << "\n";
    return 1;
  }
}

}  // namespace training
