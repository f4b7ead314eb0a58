// SPDX-License-Identifier: MIT
// A network 784 → 128 → 10 learns to tell ten kinds of clothes apart: Fashion-MNIST, 60,000 images of 28×28 pixels to
// learn from and 10,000 to test with, in the gzipped IDX files of Debian's package dataset-fashion-mnist.
//   fashion_mnist [FOLDER]
#include "training.hpp"

#include <ctg/ctg.hpp>

#include <zlib.h>

#include <memory>
#include <vector>

namespace {

constexpr std::size_t pixels = 784;

/// A gzipped IDX file of bytes: two zeros, the type (8: bytes), the rank, the extents as big-endian numbers of four
/// bytes, then the data. Format: yann.lecun.com/exdb/mnist.
std::vector<std::uint8_t> read_idx(std::string const& path, std::vector<std::uint32_t> const& extents) {
  std::unique_ptr<gzFile_s, int (*)(gzFile)> const file(gzopen(path.c_str(), "rb"), gzclose);
  if (!file)
    throw std::runtime_error("cannot open " + path +
                             "; on Debian and Ubuntu the package dataset-fashion-mnist brings it");
  auto read = [&](std::size_t bytes) {
    std::vector<std::uint8_t> data(bytes);
    if (gzread(file.get(), data.data(), static_cast<unsigned>(bytes)) != static_cast<int>(bytes))
      throw std::runtime_error(path + " ends too early or is damaged");
    return data;
  };
  auto const magic = read(4);
  if (magic[0] != 0 || magic[1] != 0 || magic[2] != 8 || magic[3] != extents.size())
    throw std::runtime_error(path + " is not an IDX file of bytes with " + std::to_string(extents.size()) + " axes");
  std::size_t size = 1;
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    auto const b = read(4);
    std::uint32_t const n = std::uint32_t{b[0]} << 24 | std::uint32_t{b[1]} << 16 | std::uint32_t{b[2]} << 8 | b[3];
    if (n != extents[axis])
      throw std::runtime_error(path + ": extent " + std::to_string(axis) + " is " + std::to_string(n) + " instead of " +
                               std::to_string(extents[axis]));
    size *= n;
  }
  auto data = read(size);
  std::uint8_t more = 0;  // reading to the end also makes zlib compare its checksum
  int const rest = gzread(file.get(), &more, 1);
  if (rest != 0) throw std::runtime_error(path + (rest < 0 ? " is damaged" : " is longer than it says"));
  return data;
}

training::images read_images(std::string const& folder, std::string const& part, std::uint32_t count) {
  auto const bytes = read_idx(folder + "/" + part + "-images-idx3-ubyte.gz", {count, 28, 28});
  auto const labels = read_idx(folder + "/" + part + "-labels-idx1-ubyte.gz", {count});
  training::images all{pixels};
  all.data.reserve(bytes.size());
  for (std::uint8_t b : bytes) all.data.push_back(static_cast<float>(b) / 255);
  for (std::uint8_t label : labels) {
    if (label > 9) throw std::runtime_error(folder + "/" + part + "-labels-idx1-ubyte.gz: there is a label above 9");
    all.labels.push_back(label);
  }
  return all;
}

int run(std::string const& folder) {
  training::images const train = read_images(folder, "train", 60000), test = read_images(folder, "t10k", 10000);

  using batch_images = ctg::matrix_view<"X", float const, ctg::dim<"N">, 784>;
  using batch_labels = ctg::column_view<"y", std::int32_t const, ctg::dim<"N">>;
  constexpr std::size_t batch = 128;
  batch_images X(train.image(0), batch);
  batch_labels y(train.label(0), batch);
  ctg::matrix<"W1", float, 784, 128> W1;
  ctg::matrix<"W2", float, 128, 10> W2;
  ctg::row<"b1", float, 128> b1;
  ctg::row<"b2", float, 10> b2;
  ctg::scalar<"lr", float> lr{0.2f};
  ctg::he(W1, 1);
  ctg::glorot(W2, 2);

  auto Z = relu(X * W1 + b1) * W2 + b2;
  auto J = cross_entropy(Z, y);
  auto descend = [&](auto& W) { return ctg::assign(W, W - lr * gradient(J, W)); };
  auto step = ctg::program(J, descend(W1), descend(b1), descend(W2), descend(b2));

  std::cout << "J = " << to_string(J) << "\n\n"
            << to_string(gradient(J, W1), gradient(J, b1), gradient(J, W2), gradient(J, b2)) << "\n\n"
            << explain(step) << "\n"
            << train.size() << " images to learn from, " << test.size() << " to test with\n";

  auto const learn = [&](int epoch, float const* image, std::int32_t const* label, std::size_t rows) {
    lr = epoch <= 8 ? 0.2f : 0.02f;  // a leaf may change between two calls
    batch_images images(image, rows);
    batch_labels labels(label, rows);
    step.bind(images, labels);
    step();
    return static_cast<double>(step[J]);
  };
  training::stopwatch const clock = training::train(train, 10, batch, learn);

  batch_images unseen(test.image(0), test.size());
  auto answer = ctg::program(Z);
  answer.bind(unseen);
  answer();
  return training::report(clock, batch, "images", answer[Z], test.label(0)) >= 0.87 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  return training::guarded("fashion_mnist",
                           [&] { return run(count > 1 ? arguments[1] : "/usr/share/datasets/fashion-mnist"); });
}
