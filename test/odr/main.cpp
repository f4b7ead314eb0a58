// SPDX-License-Identifier: MIT
// Linked with other.cpp, which includes the same headers: a function that is neither inline nor a template is defined
// twice, and the linker says so.
#include "forward.hpp"
#include "wrong.hpp"

#include <ctg/ctg.hpp>
#include <ctg/kernel/simd.hpp>
#include <ctg/random.hpp>

#include <cstdio>
#include <vector>

std::vector<float> other();

// What a user may well call a variable of theirs: -Wshadow must not meet it in a template of the library.
extern int const i, x, p, k, c, list, o, h, n, r, leaf, a, s, j, t, e, value, number, at, first, last, count, rows,
    total;
int const i = 1, x = i, p = x, k = p, c = k, list = c, o = list, h = o, n = h, r = n, leaf = r, a = leaf, s = a, j = s;
int const t = j, e = t, value = e, number = value, at = number, first = at, last = first, count = last, rows = count;
int const total = rows;

int main() {
  std::vector<float> here(100);
  ctg::uniform(here, 0.f, 1.f, 1);
  if (here != other()) {
    std::puts("the two units fill differently");
    return 1;
  }
  weights W(3);
  W(1, 2) = 4;
  float const numbers[] = {1, 2, 3};
  ctg::row_view<"v", float const, 3> const v(numbers);
  if (last_of(W, v) != 7) {
    std::puts("a leaf named in a header is another in the second unit");
    return 1;
  }
  ctg::row<"x", float, 3> const X{1, 2, 3};
  auto unchecked = ctg::program(ctg::call<wrong>(X), sum(2 * (3 * X)));
  unchecked();
  if (unchecked.result<0>()(0, 2) == 6 && total == 1 && reference_mode_notices(X)) return 0;
  std::puts("reference mode is not that of the unit in which the program is made");
  return 1;
}
