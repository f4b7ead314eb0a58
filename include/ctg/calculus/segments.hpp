// SPDX-License-Identifier: MIT
// States stored or computed again: of how many states of a scan a derivative should find one stored, by cost.
#pragma once

#include <ctg/calculus/scan.hpp>
#include <ctg/graph/extents.hpp>

namespace ctg::inline v0::detail {

// Cycles of one core, from bench/runtime/scan.cpp on Zen 4: states beyond 16 MB are written to memory and read again at
// a quarter of a cycle for each byte; a few of them stay in the second-level cache. The figures are those of vectors of
// 64 bytes, as in op/cycles.hpp.
inline constexpr double most_near_bytes = 1 << 20, least_far_bytes = 16 << 20;
inline constexpr double cycles_near_byte = 0.05, cycles_far_byte = 0.25;
inline constexpr double cycles_product_byte = 0.015, cycles_step = 200;
// Beyond this much memory states are computed again whatever that costs.
inline constexpr double most_state_bytes = 1 << 30;

/// Cycles of one step of the body, for elements of `bytes`; below 0 where it holds a scan or linear algebra.
constexpr double cycles_of_body(Builder auto& g, scan_draft const& scan, double bytes) {
  double cycles = cycles_step;
  for (std::size_t k = static_cast<std::size_t>(scan.layout.states); k < scan.slots.size(); ++k)
    cycles += nominal_size(g.at(scan.slots[k]).shape()) * bytes * cycles_far_byte;
  int const last = last_of(scan.roots);
  sequence<char> const depends = depend_on(g, scan.slots, last);
  for (int i = 0; i <= last; ++i) {
    auto const h = g.at(i);
    operation_info const& op = *h.at().op;
    if (!depends[static_cast<std::size_t>(i)] || op.kind == family::source || op.kind == family::layout) continue;
    if (op.kind == family::call) return -1;
    double each = op.cycles / 64.0;
    if (op.kind == family::product)
      each = cycles_product_byte * static_cast<double>(nominal_count(h.arg(0).shape()[h.arg(0).shape().rank - 1]));
    shape const& entries = op.kind == family::reduction ? h.arg(0).shape() : h.shape();
    cycles += each * bytes * nominal_size(entries);
  }
  return cycles;
}

/// The divisor K of `steps` with the fewest states in memory, T / K + K; at most `most`. 1 where none is of use.
constexpr int best_divisor(std::int64_t steps, double most) {
  std::int64_t best = 1;
  for (std::int64_t k = 2; k * k <= steps; ++k) {
    if (steps % k != 0) continue;
    for (std::int64_t d : {k, steps / k})
      if (static_cast<double>(d) <= most && d + steps / d < best + steps / best) best = d;
  }
  return best + steps / best <= steps / 4 ? static_cast<int>(best) : 1;
}

/// Of how many states one is stored: 1 where all are, as they are wherever an extent is known to the run only.
constexpr int segment_length(Builder auto& g, scan_draft const& scan, double bytes) {
  if (!scan.steps.is_static()) return 1;
  double state = 0;
  for (std::size_t k = 0; k < scan.slots.size(); ++k) {
    shape const s = g.at(scan.slots[k]).shape();
    for (int i = 0; i < s.rank; ++i)
      if (!s[i].is_static()) return 1;
    if (k < static_cast<std::size_t>(scan.layout.states)) state += nominal_size(s) * bytes;
  }
  double const all = state * static_cast<double>(scan.steps.factor);
  if (all > most_state_bytes) return best_divisor(scan.steps.factor, all);
  if (all < least_far_bytes) return 1;
  double const again = cycles_of_body(g, scan, bytes), saved = 2 * state * (cycles_far_byte - cycles_near_byte);
  return again >= 0 && again < saved ? best_divisor(scan.steps.factor, most_near_bytes / state) : 1;
}

/// Which node stands for the state, or for the steps of one segment of an input, where a scan goes from segment to
/// segment.
template <class Slot>
constexpr int segment_slot(Builder auto& g, int steps, bool input) {
  std::uint64_t const id = mix(Slot::id, static_cast<std::uint64_t>(steps));
  if (int const known = *g.find(id, &Slot::identity); known >= 0) return known;
  int const made = slot_node(g, input ? stack_shape(extent{steps}, Slot::shape) : Slot::shape).id;
  return *g.find(id, &Slot::identity) = made;
}

}  // namespace ctg::inline v0::detail
