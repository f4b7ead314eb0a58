// SPDX-License-Identifier: MIT
// explain(step): what a program runs, as a database explains a query. One block for each kernel: its shape, the
// formulas that are fused in it, what it costs, and where its results live.
#pragma once

#include <ctg/run/program.hpp>
#include <ctg/run/program_reader.hpp>

namespace ctg::inline v0 {

namespace detail {

template <class X = void>
std::string explanation(explained_program const& p) {
  using string = late<X, std::string>;
  program_reader_of<X> const reader(p);
  text_table_of<X> table({"#  kernel", "flops", "bytes", "flops/byte", "result in"});
  for (int s = 0; s < reader.kernels(); ++s) {
    std::int64_t const flops = reader.flops(s), bytes = reader.bytes(s);
    double const intensity = bytes ? static_cast<double>(flops) / static_cast<double>(bytes) : 0.0;
    table.add({std::to_string(s + 1) + "  " + reader.title(s), grouped<string>(flops), grouped<string>(bytes),
               number_with_digits<string>(intensity, 1), ""});
    for (auto const& line : reader.lines(s)) table.add_line("     " + line.text, line.where);
  }
  return reader.summary() + "\n" + table.text();
}

}  // namespace detail

/// A table of what the program runs: each kernel, the formulas fused in it, floating-point operations, bytes from and
/// to memory, and where the results live. Shapes show named extents by name; the figures are for the extents given
/// (`extents<"N">(64)`), or else for those of the leaves bound now.
template <detail::Planned Program>
std::string explain(Program const& program, extent_table const& names) {
  return detail::explanation(detail::explained(program, names));
}
template <detail::Planned Program>
std::string explain(Program const& program) {
  return explain(program, program.extents());
}
/// A program has facts, a plan and results: the compiler asks which of them is meant.
template <class Char, class Traits, detail::Planned P>
std::basic_ostream<Char, Traits>& operator<<(std::basic_ostream<Char, Traits>& out, P const&) {
  detail::explain<std::is_same_v<Char, P> ? detail::fault::none : detail::fault::printed_program>(
      detail::said<"program">{});
  return out;
}

template <Expression E>
std::string explain(E const&) {
  return detail::refuse_expression<E>();
}

}  // namespace ctg::inline v0
