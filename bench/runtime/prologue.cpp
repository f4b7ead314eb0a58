// SPDX-License-Identifier: MIT
// Prologues: products whose factor is a chain that GEMM computes part by part as it reads it ("cotangent"), and the
// same where the chain is wanted as a result too, so that it is stored as a whole in a kernel before ("kept"). The last
// group has two products that read one chain, which is computed for each of them, or stored.
#include <ctg/ctg.hpp>

#include "programs.hpp"

#include <string>
#include <utility>

namespace {

using ctg_bench::enter;

void fill(auto& leaf) {
  int i = 0;
  for (auto& x : leaf) x = static_cast<float>(i++ * 7 % 17) / 8 - 1;
}

// Leaves of one size, as long as the process lives.
template <int M, int K, int N>
struct leaves {
  ctg::matrix<"X", float, M, K> X;
  ctg::matrix<"Z", float, K, M> Z;
  ctg::matrix<"W", float, K, N> W;
  ctg::matrix<"D", float, M, N> D;
  ctg::matrix<"R", float, M, N> R;
  ctg::matrix<"Q", float, K, N> Q;
  ctg::row<"m", float, K> m;
  leaves() {
    fill(X);
    fill(Z);
    fill(W);
    fill(D);
    fill(m);
  }
};

template <class Chain, class Product, class Result>
void compare(std::string const& name, Chain const& chain, Product const& product, Result& result) {
  auto made = ctg::program(ctg::assign(result, product));
  static_assert(decltype(made)::kernels() == 1);
  enter(name + "/cotangent", std::move(made));
  enter(name + "/kept", ctg::program(chain, ctg::assign(result, product)));
}

template <int M, int K, int N>
void compare_all() {
  static leaves<M, K, N> l;
  std::string const size = " " + std::to_string(M) + "x" + std::to_string(K) + "x" + std::to_string(N);
  auto left = relu(l.X);
  auto left_transposed = relu(l.Z);
  auto right = relu(l.W);
  compare("relu(X) W" + size, left, left * l.W, l.R);
  compare("relu(Z)' W" + size, left_transposed, transpose(left_transposed) * l.W, l.R);
  auto dear = tanh(l.X - l.m);
  compare("tanh(X - m) W" + size, dear, dear * l.W, l.R);
  if constexpr (N > 1) compare("X relu(W)" + size, right, l.X * right, l.R);
}

template <int M, int K, int N>
void compare_twice() {
  static leaves<M, K, N> l;
  std::string const name =
      "relu(X) W, relu(X)' D " + std::to_string(M) + "x" + std::to_string(K) + "x" + std::to_string(N);
  auto chain = relu(l.X);
  auto twice = ctg::program(ctg::assign(l.R, chain * l.W), ctg::assign(l.Q, transpose(chain) * l.D));
  static_assert(decltype(twice)::kernels() == 2);
  enter(name + "/cotangent", std::move(twice));
  enter(name + "/kept", ctg::program(chain, ctg::assign(l.R, chain * l.W), ctg::assign(l.Q, transpose(chain) * l.D)));
}

}  // namespace

int main(int argc, char** argv) {
  compare_all<64, 784, 128>();
  compare_all<8192, 64, 64>();
  compare_all<128, 8192, 64>();
  compare_all<1024, 1024, 1024>();
  compare_all<2048, 2048, 1>();
  compare_twice<256, 1024, 256>();
  compare_twice<8192, 64, 64>();
  return ctg_bench::run(argc, argv);
}
