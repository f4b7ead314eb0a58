// SPDX-License-Identifier: MIT
// A network 64 → 32 → 10 learns to read handwritten digits (8×8 pixels). The forward pass is written; the backward
// pass, the fused kernels and their memory are derived by the compiler, and printed before the training starts.
//   digits [FILE]    FILE: lines of 64 pixels (0 to 16) and a label, separated by commas
#include "digits_data.hpp"

#include <ctg/ctg.hpp>

namespace {

int run(std::string const& path) {
  training::images const all = training::shuffled(training::read_digits(path), 2026);
  std::size_t const split = training::samples * 8 / 10;
  training::images train{training::pixels}, test{training::pixels};
  for (std::size_t i = 0; i < training::samples; ++i) (i < split ? train : test).add(all, i);

  // [network]
  using batch_images = ctg::matrix_view<"X", float const, ctg::dim<"N">, 64>;
  using batch_labels = ctg::column_view<"y", std::int32_t const, ctg::dim<"N">>;
  constexpr std::size_t batch = 64;
  batch_images X(train.image(0), batch);
  batch_labels y(train.label(0), batch);
  ctg::matrix<"W1", float, 64, 32> W1;
  ctg::matrix<"W2", float, 32, 10> W2;
  ctg::row<"b1", float, 32> b1;
  ctg::row<"b2", float, 10> b2;
  ctg::scalar<"lr", float> lr{0.5f};
  ctg::glorot(W1, 1);
  ctg::glorot(W2, 2);

  auto H = sigmoid(X * W1 + b1);
  auto Z = H * W2 + b2;
  auto J = cross_entropy(Z, y);
  auto descend = [&](auto& W) { return ctg::assign(W, W - lr * gradient(J, W)); };
  auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2));
  // [/network]

  std::cout << "The loss as written:\n\nJ = " << to_string(J) << "\n\nThe gradients that the compiler derived:\n\n"
            << to_string(gradient(J, W1), gradient(J, b1), gradient(J, W2), gradient(J, b2))
            << "\n\nThe step that it made of them:\n\n"
            << explain(step) << "\n"
            << train.size() << " digits to learn from, " << test.size() << " to test with\n";

  // [training]
  constexpr int epochs = 60;
  training::progress_bar const bar(epochs);
  training::stopwatch clock;
  for (int epoch = 1; epoch <= epochs; ++epoch) {
    training::images const now = training::shuffled(train, static_cast<std::uint64_t>(epoch));
    double loss = 0;
    for (std::size_t i = 0; i < now.size(); i += batch) {
      std::size_t const rows = std::min(batch, now.size() - i);  // the last batch is smaller: the same program
      batch_images images(now.image(i), rows);
      batch_labels labels(now.label(i), rows);
      clock.start();
      step.bind(images, labels);
      step();
      clock.stop();
      loss += static_cast<double>(step[J]) * static_cast<double>(rows);
    }
    bar.show(epoch, loss / static_cast<double>(now.size()));
  }
  // [/training]

  batch_images unseen(test.image(0), test.size());
  auto answer = ctg::program(Z);
  answer.bind(unseen);
  answer();
  return training::report(clock, batch, "digits", answer[Z], test.label(0)) >= 0.95 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  return training::guarded("digits", [&] { return run(count > 1 ? arguments[1] : DATA_FOLDER "/digits.csv"); });
}
