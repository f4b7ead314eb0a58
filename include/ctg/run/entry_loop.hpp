// SPDX-License-Identifier: MIT
// A planned loop over one entry, on plain numbers: where a step waits for the one before, the way of a number into all
// lanes of a vector is a good part of the wait, and a division takes a vector longer.
#pragma once

#include <ctg/run/loop_code.hpp>

#include <bit>

namespace ctg::inline v0::kernel {

/// Operations that are the same to the bit for numbers and vectors, and need no library. All others run on vectors.
constexpr bool runs_on_numbers(opcode o) {
  switch (o) {
    case opcode::add:
    case opcode::subtract:
    case opcode::multiply:
    case opcode::divide:
    case opcode::negate:
    case opcode::reciprocal:
    case opcode::square:
    case opcode::one_minus_square:
    case opcode::abs:
    case opcode::sign:
    case opcode::step:
    case opcode::negative_part:
    case opcode::relu:
    case opcode::clamp:
    case opcode::within:
    case opcode::maximum:
    case opcode::minimum:
    case opcode::maximum_share:
    case opcode::where:
    case opcode::less:
    case opcode::less_equal:
    case opcode::equal:
    case opcode::not_equal:
    case opcode::stop_gradient:
      return true;
    default:
      return false;
  }
}

/// A loop of one entry that loads, computes and stores.
template <class Loop>
class entry_loop : loop_code<Loop, 0> {
  using code = loop_code<Loop, 0>;
  using code::loop;
  using typename code::B;
  using typename code::T;
  template <int I>
  static constexpr plan::instruction at = code::template at<I>;

  struct values {
    std::array<T, code::size(loop.uniforms)> uniform{};
    std::array<T, code::size(loop.elements)> element{};
  };

 public:
  static constexpr bool applies = [] {
    if (code::rank != 0 || loop.passes != 1 || loop.makes || loop.gathered.size() > 0 || loop.row[0].size() > 0 ||
        loop.row[1].size() > 0)
      return false;
    for (plan::instruction const& x : Loop::code) switch (x.what) {
        case plan::action::constant:
        case plan::action::number:
        case plan::action::load:
        case plan::action::compute:
        case plan::action::store:
          break;
        default:
          return false;
      }
    return true;
  }();

  static CTG_ALWAYS_INLINE void run(bound_program const& p) {
    values v;
    each<loop.uniform>([&]<int I>() CTG_INLINE_LAMBDA { do_instruction<I>(v, p); });
    each<loop.element[0]>([&]<int I>() CTG_INLINE_LAMBDA { do_instruction<I>(v, p); });
  }

 private:
  template <plan::value V>
  static CTG_ALWAYS_INLINE auto& place(auto& v) {
    if constexpr (V.in == plan::bank::uniform)
      return v.uniform[V.index];
    else
      return v.element[V.index];
  }
  template <int I>
  static CTG_ALWAYS_INLINE void do_instruction(values& v, bound_program const& p) {
    constexpr plan::instruction x = at<I>;
    if constexpr (x.what == plan::action::store)
      *reinterpret_cast<T*>(p.operands[x.memory].base) = place<x.args[0]>(v);
    else if constexpr (x.what == plan::action::load)
      place<x.dst>(v) = code::template read_one<I>(p.operands[x.memory].base);
    else if constexpr (x.what == plan::action::constant)
      place<x.dst>(v) = static_cast<T>(std::bit_cast<double>(x.with.p));
    else if constexpr (x.what == plan::action::number)
      place<x.dst>(v) = static_cast<T>(p.numbers[x.with.p]);
    else
      place<x.dst>(v) = value<I>(v, std::make_index_sequence<x.op->arity>{});
  }
  template <int I, std::size_t... K>
  static CTG_ALWAYS_INLINE T value(values const& v, std::index_sequence<K...>) {
    constexpr plan::instruction x = at<I>;
    if constexpr (runs_on_numbers(x.op->code))
      return operation<x.op->code>::value(place<x.args[K]>(v)...);
    else
      return first_lane(
          code::template compute<I>([&]<std::size_t J>() CTG_INLINE_LAMBDA { return B(place<x.args[J]>(v)); }));
  }
};

}  // namespace ctg::inline v0::kernel
