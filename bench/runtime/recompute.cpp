// SPDX-License-Identifier: MIT
// A value that two loops read, one behind the other: stored by the first ("stored", for it is a result too), computed
// by each ("recomputed", from two scalars that are equal, so that it is no common subexpression), and as the planner
// chooses ("cotangent"). "beside X": the second loop reads what the value is computed from in any case. Sizes are those
// of the value; source of plan::measured_memory.
#include <ctg/ctg.hpp>

#include "programs.hpp"

#include <string>

namespace {

using ctg_bench::enter;

ctg::scalar<"a", float> a{1};
ctg::scalar<"b", float> b{1};

template <int KiB>
struct leaves {
  ctg::matrix<"X", float, 16, 16 * KiB> X;
  ctg::matrix<"Z", float, 16, 16 * KiB> Z;
  leaves() {
    int i = 0;
    for (auto& x : X) x = static_cast<float>(i++ * 7 % 17) / 8 - 1;
  }
};

template <int KiB>
void compare(std::string const& chain, auto f) {
  static leaves<KiB> l;
  auto Y = f(a % l.X);
  auto again = f(b % l.X);
  auto s = 2 + sum(Y);
  std::string const size = ", " + (KiB < 1024 ? std::to_string(KiB) + " KiB" : std::to_string(KiB / 1024) + " MiB");
  enter(chain + size + "/stored", ctg::program(Y, ctg::assign(l.Z, Y / s)));
  enter(chain + size + "/recomputed", ctg::program(ctg::assign(l.Z, again / s)));
  enter(chain + size + "/cotangent", ctg::program(ctg::assign(l.Z, Y / s)));
  std::string const beside = chain + " beside X" + size;
  enter(beside + "/stored", ctg::program(Y, ctg::assign(l.Z, l.X % Y / s)));
  enter(beside + "/recomputed", ctg::program(ctg::assign(l.Z, l.X % again / s)));
  enter(beside + "/cotangent", ctg::program(ctg::assign(l.Z, l.X % Y / s)));
}

template <int KiB>
void compare_all() {
  compare<KiB>("relu(a X)", [](auto x) { return relu(x); });
  compare<KiB>("relu(a X + a) X", [](auto x) { return relu(x + a) % x; });
  compare<KiB>("softsign(a X)", [](auto x) { return softsign(x); });
  compare<KiB>("exp(a X)", [](auto x) { return exp(x); });
  compare<KiB>("tanh(a X)", [](auto x) { return tanh(x); });
}

}  // namespace

int main(int argc, char** argv) {
  compare_all<16>();
  compare_all<192>();
  compare_all<4096>();
  compare_all<65536>();
  return ctg_bench::run(argc, argv);
}
