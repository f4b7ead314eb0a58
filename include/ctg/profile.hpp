// SPDX-License-Identifier: MIT
// profile(step): the table of `explain` with the time that each kernel takes here, and how near that is to what the
// machine can do.
#pragma once

#include <ctg/config.hpp>

CTG_HEADER_BEGIN

#include <ctg/run/explain.hpp>
#include <ctg/run/limits.hpp>

#include <ostream>
#include <vector>

namespace ctg::inline v0 {

/// One kernel as measured.
struct kernel_profile {
  std::int64_t flops = 0, bytes = 0;
  double seconds = 0;     // the median of the runs
  double limit = 0;       // seconds that the machine would take for the flops or for the bytes, whichever is longer
  bool by_flops = false;  // it is the flops
  std::string title;
  std::vector<detail::kernel_line> lines;
};

/// What `profile` found; `std::cout << profile(step)` prints it.
struct program_profile {
  std::vector<kernel_profile> kernels;
  double seconds = 0;  // of all kernels together: the sum of the medians
  int runs = 0;
  machine_limits limits;
  std::string summary;  // the first line of `explain`

  std::string text() const {
    using detail::number_with_digits;
    detail::text_table table(
        {"#  kernel", "flops", "bytes", "time us", "of all", "Gflop/s", "GB/s", "of limit", "result in"});
    auto percent = [](double part, double of) { return of > 0 ? number_with_digits(100 * part / of, 0) + "%" : "-"; };
    auto rate = [](std::int64_t n, double time) {
      return time > 0 ? number_with_digits(static_cast<double>(n) / time * 1e-9, 1) : "-";
    };
    for (std::size_t s = 0; s < kernels.size(); ++s) {
      kernel_profile const& k = kernels[s];
      table.add({std::to_string(s + 1) + "  " + k.title, detail::grouped(k.flops), detail::grouped(k.bytes),
                 number_with_digits(k.seconds * 1e6, k.seconds < 1e-5 ? 2 : 1), percent(k.seconds, seconds),
                 rate(k.flops, k.seconds), rate(k.bytes, k.seconds),
                 percent(k.limit, k.seconds) + (k.by_flops ? " flops" : " bytes"), ""});
      for (detail::kernel_line const& line : k.lines) table.add_line("     " + line.text, line.where);
    }
    return summary + "\n" + number_with_digits(seconds * 1e6, 1) + " us, medians of " + std::to_string(runs) +
           " runs; limits measured on this core: " + number_with_digits(limits.flops * 1e-9, 1) +
           " Gflop/s of products, " + number_with_digits(limits.bytes * 1e-9, 1) + " GB/s within " +
           detail::grouped(limits.working_set) + " bytes\n" + table.text();
  }
};

inline std::ostream& operator<<(std::ostream& to, program_profile const& p) { return to << p.text(); }

namespace detail {

/// The leaves that a program assigns to, as they are now; puts them back when it goes.
template <class Plan>
class kept_leaves {
 public:
  explicit kept_leaves(bound_plan<Plan> const& bound) : bound_(bound) {
    each([&](location const& l, std::int64_t at) { values_.push_back(l.template read<double>(at)); });
  }
  kept_leaves(kept_leaves const&) = delete;
  kept_leaves& operator=(kept_leaves const&) = delete;
  ~kept_leaves() { put_back(); }
  void put_back() const {
    std::size_t next = 0;
    each([&](location const& l, std::int64_t at) { l.write(at, values_[next++]); });
  }

 private:
  void each(auto const& f) const {
    for (plan::output const& o : Plan::outputs) {
      if (o.leaf < 0) continue;
      location const& l = bound_.leaves[static_cast<std::size_t>(o.leaf)];
      index_space const space(Plan::leaves[static_cast<std::size_t>(o.leaf)]->shape, bound_.extents);
      for (std::int64_t i = 0; i < space.size(); ++i) {
        auto const where = space.at(i);
        std::int64_t at = 0;
        for (std::size_t a = 0; a < static_cast<std::size_t>(space.rank); ++a) at += where[a] * l.strides[a];
        f(l, at);
      }
    }
  }

  bound_plan<Plan> const& bound_;
  std::vector<double> values_;
};

inline double median_of(std::vector<double>& v) {
  auto const middle = v.begin() + static_cast<std::ptrdiff_t>(v.size() / 2);
  std::nth_element(v.begin(), middle, v.end());
  return *middle;
}

}  // namespace detail

/// Runs the program on the leaves as they are bound and measures each kernel. Protocol: two runs to warm up, then
/// `runs` of them (0: as many as take 0.3 s, but at least 9 and at most 10,000) on the calling thread, with a look at
/// the clock behind each kernel, whose own time is subtracted; each kernel's time is its median. The limits are those
/// of `measure_limits`, for the bytes that one run moves, or for all memory of the program where that is less (a scan
/// moves the same bytes in each step): a kernel of f flops and b bytes cannot take less than f by
/// the flops per second of a product, nor than b by the bytes per second. More than 100% means that its data were
/// nearer than those of the loop that measured (or that counted bytes were in registers). The runs follow each other as
/// in a training; afterwards the leaves that the program assigns to are as before, and its results those of one run on
/// them.
template <detail::Planned Program>
program_profile profile(Program& program, int runs = 0) {
  using Plan = typename Program::plan_type;
  auto const explained = detail::explained(program, program.extents());
  detail::program_reader const reader(explained);
  auto const count = static_cast<std::size_t>(reader.kernels());
  program_profile p;
  p.summary = reader.summary();
  // a scan moves the same memory in each step: what is at hand matters, not how often
  std::int64_t memory = explained.workspace_bytes;
  for (auto const* leaf : Plan::leaves)
    memory += explained.extents(leaf->shape) * static_cast<std::int64_t>(sizeof(typename Plan::value_type));
  p.limits = measure_limits<typename Plan::value_type>(std::min(reader.bytes(), memory));

  detail::kept_leaves<Plan> const kept(detail::program_access::bound(program));
  std::vector<std::vector<double>> times(count);
  auto run = [&] {
    double last = detail::seconds_now();
    program(traced{[&](int s) {
      double const now = detail::seconds_now();
      times[static_cast<std::size_t>(s)].push_back(std::max(now - last - p.limits.clock, 0.0));
      last = now;
    }});
  };
  run();
  double const start = detail::seconds_now();
  run();
  double const once = std::max(detail::seconds_now() - start, 1e-9);
  p.runs = runs > 0 ? runs : static_cast<int>(std::clamp(0.3 / once, 9.0, 10000.0));
  for (auto& t : times) {
    t.clear();
    t.reserve(static_cast<std::size_t>(p.runs));
  }
  for (int i = 0; i < p.runs; ++i) run();

  kept.put_back();
  program();

  for (int s = 0; s < reader.kernels(); ++s) {
    kernel_profile k;
    k.flops = reader.flops(s);
    k.bytes = reader.bytes(s);
    k.seconds = detail::median_of(times[static_cast<std::size_t>(s)]);
    double const by_flops = static_cast<double>(k.flops) / p.limits.flops,
                 by_bytes = static_cast<double>(k.bytes) / p.limits.bytes;
    k.by_flops = by_flops > by_bytes;
    k.limit = std::max(by_flops, by_bytes);
    k.title = reader.title(s);
    k.lines = reader.lines(s);
    p.seconds += k.seconds;
    p.kernels.push_back(std::move(k));
  }
  return p;
}

/// profile(J): the compiler says that a program has to be made of it first.
template <Expression E>
program_profile profile(E const&, int = 0) {
  detail::refuse_expression<E>();
  return {};
}

}  // namespace ctg::inline v0

CTG_HEADER_END
