// SPDX-License-Identifier: MIT
// A long short-term memory reads handwritten digits row by row: eight steps of eight pixels, then it says which digit
// it was. (S. Hochreiter, J. Schmidhuber, "Long short-term memory", 1997.) Forward and backward pass through time are
// one kernel each, whatever the number of steps.
//   lstm [FILE]    FILE: lines of 64 pixels (0 to 16) and a label, separated by commas
#include "digits_data.hpp"

#include <ctg/ctg.hpp>

namespace {

int run(std::string const& path) {
  using namespace ctg::literals;
  training::images const all = training::shuffled(training::read_digits(path), 2026);
  std::size_t const split = training::samples * 8 / 10;
  training::images train{training::pixels}, test{training::pixels};
  for (std::size_t i = 0; i < training::samples; ++i) (i < split ? train : test).add(all, i);

  using batch_images = ctg::tensor_view<"X", float const, ctg::dim<"N">, 8, 8>;
  using batch_labels = ctg::column_view<"y", std::int32_t const, ctg::dim<"N">>;
  constexpr std::size_t batch = 64;
  constexpr int width = 32;
  batch_images X(train.image(0), batch);
  batch_labels y(train.label(0), batch);
  // of all four gates: forget, input, candidate, output
  ctg::matrix<"W", float, 8, 4 * width> W;
  ctg::matrix<"U", float, width, 4 * width> U;
  ctg::row<"b", float, 4 * width> b;
  ctg::matrix<"V", float, width, 10> V;
  ctg::scalar<"lr", float> lr{0.5f};
  ctg::glorot(W, 1), ctg::glorot(U, 2), ctg::glorot(V, 3);
  for (int i = 0; i < width; ++i) b(0, i) = 1;  // forgets nothing at first

  auto const cell = [&](auto const& state, auto const& x) {
    auto const& [h, c] = state;
    auto const z = x * W + h * U + b;
    auto const gate = [&]<int I>(std::integral_constant<int, I>) {
      return ctg::slice<1, I * width, (I + 1) * width>(z);
    };
    auto const forget = sigmoid(gate(std::integral_constant<int, 0>{}));
    auto const input = sigmoid(gate(std::integral_constant<int, 1>{}));
    auto const candidate = tanh(gate(std::integral_constant<int, 2>{}));
    auto const output = sigmoid(gate(std::integral_constant<int, 3>{}));
    auto const memory = forget % c + input % candidate;
    return ctg::states(output % tanh(memory), memory);
  };
  auto const zero = ctg::broadcast_to<ctg::dim<"N">, width>(0_c);
  auto const [h, c] = ctg::fold(cell, ctg::states(zero, zero), ctg::transpose<1, 0, 2>(X));
  auto const Z = h * V;
  auto const J = cross_entropy(Z, y);
  auto const descend = [&](auto& P) { return ctg::assign(P, P - lr * gradient(J, P)); };
  auto step = ctg::program(J, descend(W), descend(U), descend(b), descend(V));
  std::cout << explain(step) << "\n";

  auto const learn = [&](int, float const* image, std::int32_t const* label, std::size_t rows) {
    batch_images images(image, rows);
    batch_labels labels(label, rows);
    step.bind(images, labels);
    step();
    return static_cast<double>(step[J]);
  };
  training::stopwatch const clock = training::train(train, 40, batch, learn);

  batch_images unseen(test.image(0), test.size());
  auto answer = ctg::program(Z);
  answer.bind(unseen);
  answer();
  return training::report(clock, batch, "digits", answer[Z], test.label(0)) >= 0.95 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  return training::guarded("lstm", [&] { return run(count > 1 ? arguments[1] : DATA_FOLDER "/digits.csv"); });
}
