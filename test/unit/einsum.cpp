// SPDX-License-Identifier: MIT
// einsum against the sum that it stands for: random texts on random shapes, and the shapes that a plan should take.
#include <ctg/ctg.hpp>
#include <ctg/graph/interpret.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <random>
#include <string>
#include <vector>

namespace {

using namespace ctg;
using detail::axis_letters;

std::string text_of(axis_letters const& l) { return {l.at, static_cast<std::size_t>(l.size)}; }

struct operand_data {
  detail::leaf_info info;
  std::vector<double> values;
  detail::location place;
};

// The sum, letter by letter, with the operands' strides.
template <std::size_t N>
std::vector<double> summed(std::array<operand_data, N> const& data, std::array<axis_letters, N> const& axes,
                           axis_letters const& output, detail::letter_extents const& e) {
  axis_letters all = output;
  for (axis_letters const& l : axes)
    for (int i = 0; i < l.size; ++i)
      if (all.find(l[i]) == all.size) all.push(l[i]);
  std::int64_t inner = 1, outer = 1;
  for (int i = 0; i < all.size; ++i) (i < output.size ? outer : inner) *= e(all[i]).factor;
  std::vector<double> result(static_cast<std::size_t>(outer), 0);
  for (std::int64_t k = 0; k < outer * inner; ++k) {
    std::array<std::int64_t, 16> at{};
    std::int64_t rest = k;
    for (int i = all.size - 1; i >= 0; --i) {
      at[static_cast<std::size_t>(i)] = rest % e(all[i]).factor;
      rest /= e(all[i]).factor;
    }
    double product = 1;
    for (std::size_t o = 0; o < N; ++o) {
      std::int64_t where = 0;
      for (int i = 0; i < axes[o].size; ++i)
        where +=
            at[static_cast<std::size_t>(all.find(axes[o][i]))] * data[o].place.strides[static_cast<std::size_t>(i)];
      product *= data[o].values[static_cast<std::size_t>(where)];
    }
    result[static_cast<std::size_t>(k / inner)] += product;
  }
  return result;
}

template <std::size_t N>
void try_one(std::mt19937& random) {
  auto const pick = [&](int n) { return static_cast<int>(random() % static_cast<unsigned>(n)); };
  detail::letter_extents e;
  for (int i = 0; i < 5; ++i) e.set(static_cast<char>('a' + i), extent{1 + pick(4)});
  std::array<axis_letters, N> axes;
  std::array<operand_data, N> data;
  std::array<handle, N> values;
  axis_letters all, output;
  builder g;
  std::vector<detail::location> places;
  for (std::size_t o = 0; o < N; ++o) {
    for (int i = pick(5); i > 0; --i) axes[o].push(static_cast<char>('a' + pick(5)));
    for (int i = 0; i < axes[o].size; ++i)
      if (all.find(axes[o][i]) == all.size) all.push(axes[o][i]);
    operand_data& d = data[o];
    d.info.name = "ABCDEF";
    d.info.name_hash = d.info.type_hash = o + 1;
    d.info.type = element::f64;
    d.info.shape = e.shape_of(axes[o]);
    detail::index_space const space(d.info.shape, {});
    d.place.strides = space.strides();
    d.place.extents = space.n;
    for (std::int64_t i = 0; i < space.size(); ++i) d.values.push_back(pick(9) - 4);
    d.place.f64 = d.values.data();
    places.push_back(d.place);
    values[o] = g.leaf(d.info, operation_of<operation<opcode::leaf>>);
  }
  std::shuffle(all.at, all.at + all.size, random);
  for (int i = 0; i < all.size; ++i)
    if (pick(2)) output.push(all[i]);
  auto const order = detail::find_order(axes, output, e);
  handle const h = detail::contract(values, axes, output, order, e);
  std::string text;
  for (axis_letters const& l : axes) text += text_of(l) + ",";
  INFO(text << "->" << text_of(output));
  REQUIRE(order.possible);
  REQUIRE(g.problem == misfit::none);
  REQUIRE(h.shape() == e.shape_of(output));
  std::vector<int> const roots{h.id};
  auto const got = interpret<double>(view(g), roots, {places, {}, {}});
  CHECK(got[static_cast<std::size_t>(h.id)] == summed(data, axes, output, e));  // small integers: exact
}

}  // namespace

TEST_CASE("einsum: random texts are the sums they stand for", "[einsum]") {
  std::mt19937 random(11);
  for (int i = 0; i < 400; ++i) {
    try_one<1>(random);
    try_one<2>(random);
    try_one<3>(random);
    if (i % 4 == 0) try_one<5>(random);
    if (i % 4 == 0) try_one<6>(random);
  }
}

TEST_CASE("einsum: what runs", "[einsum]") {
  // the bilinear layer of training: X A_l for all l, of which only the sum with Y leaves the cache; then Xᵀ (dZ_l ⊙ Y),
  // of which the right factor is made as the product reads it, and which is subtracted from A_l block by block
  matrix<"X", float, dim<"N">, 64> X(5);
  matrix<"Y", float, dim<"N">, 64> Y(5);
  tensor<"A", float, 32, 64, 64> A;
  matrix<"T", float, dim<"N">, 32> T(5);
  auto const J = mse(bilinear(X, A, Y), T);
  auto step = program(J, assign(A, A - 0.1f * gradient(J, A)));
  static_assert(decltype(step)::kernels() == 3);
  static_assert(decltype(step)::plan_type::products.size() == 2);
  CHECK(!step.stores(gradient(J, A)));
  CHECK(!step.stores(X * A));
  // a chain is multiplied from its cheap end, a long one too
  tensor<"v", float, 64> v;
  matrix<"M", float, 64, 64> M;
  auto chain = program(einsum<"ab,bc,cd,de,ef,fg,g->a">(M, M, M, M, M, M, v));
  static_assert(decltype(chain)::flops() == 6 * 2 * 64 * 64);
  // an outer product that is not needed is not formed
  auto form = program(einsum<"i,ij,j->">(v, M, v));
  static_assert(decltype(form)::flops() < 2 * 64 * 64 + 300);
}
