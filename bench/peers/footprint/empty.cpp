// SPDX-License-Identifier: MIT
// What a process takes that does nothing.
#include "count.hpp"

int main(int argc, char**) {
  if (argc > 1) footprint::report([] {});
}
