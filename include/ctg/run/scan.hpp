// SPDX-License-Identifier: MIT
// A scan as it runs: the plan of its body once for each step. Between two steps only addresses change, those of what
// the body reads and writes outside of its own buffers. A state is read in one place and written in another, by turns.
#pragma once

#include <ctg/run/bind.hpp>
#include <ctg/run/scan_steps.hpp>

#include <memory>

namespace ctg::inline v0 {

namespace kernel {

template <class Body>
struct bound_scan {
  using T = typename Body::value_type;
  using graph = typename Body::lowered;
  static constexpr std::size_t leaf_count = Body::leaves.size(), states = graph::states, inputs = graph::inputs,
                               first_written = graph::operands;
  static_assert(Body::fills.empty(), "what a body computes goes to the program around it");

  /// Where operands and results are; a scan around this one may change them between two runs.
  std::array<char*, graph::operands> operands{};
  std::array<char*, graph::results.size() + 1> results{};

  void bind(extent_table const& names, auto const& numbers, char* scratch) {
    body_.numbers = numbers;  // those of the program
    char* at = scratch;
    for (std::size_t i = 0; i < states; ++i) {
      bytes_[i] = entries(names, i) * static_cast<std::int64_t>(sizeof(T));
      for (char*& turn : turns_[i]) turn = std::exchange(at, at + ctg::detail::state_bytes<T>(entries(names, i)));
    }
    steps_ = names(graph::steps);
    for (std::size_t i = 0; i < leaf_count; ++i)
      leaf_bytes_[i] = entries(names, i) * static_cast<std::int64_t>(sizeof(T));
    // any address will do for leaves: all are set before each step
    std::array<ctg::detail::location, leaf_count> now{};
    for (std::size_t i = 0; i < leaf_count; ++i) {
      leaf_[i] = scratch;
      now[i].template pointer<T>() = reinterpret_cast<T*>(scratch);
      shape const& s = graph::infos[i].shape;
      std::int64_t step = 1;
      for (int a = s.rank; a-- > 0; step *= names(s[a])) {
        now[i].extents[a] = names(s[a]);
        now[i].strides[a] = step;
      }
    }
    body_.bind_within(names, now, at);
    find_moving(scratch);
  }

  void run(double const* numbers) {
    if constexpr (scan_steps<Body>::applies)
      scan_steps<Body>::run(operands.data(), results.data(), steps_, body_, numbers);
    else
      run_steps(
          [&](index) { run_body(numbers, std::make_integer_sequence<int, static_cast<int>(Body::steps.size())>{}); });
  }
  /// The same with `each_step(t)` in the place of the kernels of the body, which read and write at `leaves()`.
  template <class F>
  CTG_ALWAYS_INLINE void run_steps(F const& each_step) {
    std::copy(operands.begin() + states, operands.end(), leaf_.begin() + states);
    for (std::size_t k = 0; k < graph::results.size(); ++k)
      if (graph::results[k] >= graph::layout.summed_result(0)) {
        leaf_[written(k)] = results[k];
        std::memset(results[k], 0, leaf_bytes_[written(k)]);
      }
    for (index step = 0; step < steps_; ++step) {
      index const t = graph::backwards ? steps_ - 1 - step : step;
      for (std::size_t i = 0; i < states; ++i) {
        leaf_[i] = step ? turns_[i][(step - 1) & 1] : operands[i];
        leaf_[first_written + i] = turns_[i][step & 1];
      }
      for (std::size_t k = states; k < states + inputs; ++k) leaf_[k] = operands[k] + t * leaf_bytes_[k];
      for (std::size_t k = 0; k < graph::results.size(); ++k)
        if (graph::results[k] >= graph::layout.states && graph::results[k] < graph::layout.summed_result(0))
          leaf_[written(k)] = results[k] + t * leaf_bytes_[written(k)];
      for (std::size_t m = 0; m < moving_count_; ++m) *moving_[m].where = leaf_[moving_[m].leaf] + moving_[m].offset;
      each_step(t);
    }
    for (std::size_t k = 0; k < graph::results.size(); ++k)
      if (auto const i = static_cast<std::size_t>(graph::results[k]); i < states)
        std::memcpy(results[k], steps_ ? turns_[i][(steps_ - 1) & 1] : operands[i], bytes_[i]);
  }

  ctg::detail::bound_plan<Body>& body() { return body_; }
  index steps() const { return steps_; }
  /// What the body reads and writes in the step that is under way.
  std::array<ctg::detail::location, leaf_count> leaves() const {
    auto now = body_.leaves;
    for (std::size_t i = 0; i < leaf_count; ++i) now[i].template pointer<T>() = reinterpret_cast<T*>(leaf_[i]);
    return now;
  }

 private:
  struct moving {
    char** where = nullptr;
    int leaf = -1;
    std::ptrdiff_t offset = 0;
  };
  static constexpr std::size_t scan_addresses = [] {
    std::size_t n = 0;
    for (auto const& s : Body::scans) n += s.operands.size();
    return n;
  }();
  static constexpr std::size_t capacity = Body::operands.size() + (3 + plan::max_factors) * Body::products.size() +
                                          4 * Body::calls.size() + scan_addresses + 1;

  static std::int64_t entries(extent_table const& names, std::size_t leaf) { return names(graph::infos[leaf].shape); }
  // The leaf that result k is written to; a final state has none.
  static constexpr std::size_t written(std::size_t k) {
    std::size_t before = 0;
    for (std::size_t i = 0; i < k; ++i) before += graph::results[i] >= graph::layout.states;
    return first_written + states + before;
  }

  void find_moving(char const* start) {
    moving_count_ = 0;
    auto add = [&](char*& where, plan::operand const& o) {
      if (o.storage < 0) return;
      plan::storage const& s = Body::storages[o.storage];
      if (s.kind == plan::storage_kind::leaf) moving_[moving_count_++] = {&where, s.index, where - start};
    };
    for (std::size_t i = 0; i < Body::operands.size(); ++i) add(body_.operands[i].base, Body::operands[i]);
    for (std::size_t i = 0; i < Body::products.size(); ++i) {
      plan::product const& p = Body::products[i];
      add(body_.products[i].base[0], p.a);
      add(body_.products[i].base[1], p.b);
      add(body_.products[i].base[2], p.c);
      std::size_t loaded = 0;
      for (plan::scale_factor const& f : p.update.factors)
        if (f.what == plan::action::load) add(body_.products[i].scale[loaded++], {f.memory});
    }
    for (std::size_t i = 0; i < Body::calls.size(); ++i) {
      for (std::size_t k = 0; k < 3; ++k) add(body_.calls[i].x[k].base, Body::calls[i].x[k]);
      add(body_.calls[i].y.base, Body::calls[i].y);
    }
    body_.scans.for_operands(add);
  }

  template <int... S>
  void run_body(double const* numbers, std::integer_sequence<int, S...>) {
    bound_program const p{body_.operands.data(), numbers, &body_.extents};
    (step_kernel<Body, S>::run(p, body_.products.data(), body_.calls.data()), ...);
  }

  ctg::detail::bound_plan<Body> body_;
  index steps_ = 0;
  std::array<std::array<char*, 2>, states> turns_{};
  std::array<std::int64_t, states> bytes_{};
  std::array<std::int64_t, leaf_count> leaf_bytes_{};
  std::array<char*, leaf_count> leaf_{};
  std::array<moving, capacity> moving_{};
  std::size_t moving_count_ = 0;
};

}  // namespace kernel

namespace detail {

template <class Plan, std::size_t First, std::size_t... Rest>
struct bound_scans<Plan, std::index_sequence<First, Rest...>> {
  template <std::size_t K>
  using scan = kernel::bound_scan<typename Plan::template scan_plan<static_cast<int>(K)>>;
  std::tuple<std::unique_ptr<scan<First>>, std::unique_ptr<scan<Rest>>...> all;

  template <class Bound>
  void bind(Bound& around) {
    bind_one<First>(around);
    (bind_one<Rest>(around), ...);
  }
  // add(address, operand) for each operand of each scan
  template <class F>
  void for_operands(F const& add) {
    visit_operands<First>(add);
    (visit_operands<Rest>(add), ...);
  }

 private:
  template <std::size_t K, class Bound>
  void bind_one(Bound& around) {
    constexpr plan::scan s = Plan::scans[K];
    auto& own = std::get<K>(all);
    if (!own) own = std::make_unique<scan<K>>();
    for (std::size_t i = 0; i < own->operands.size(); ++i)
      own->operands[i] = around.first_of(Plan::scan_operands[s.operands.begin + i]);
    for (std::size_t i = 0; i + 1 < own->results.size(); ++i)
      own->results[i] = around.base_of(Plan::scan_results[s.results.begin + i]);
    own->bind(around.extents, around.numbers, around.base_of(s.scratch));
    for (std::size_t i = 0; i < Plan::calls.size(); ++i)
      if (Plan::calls[i].scan == static_cast<int>(K)) around.calls[i].scan = own.get();
  }
  template <std::size_t K, class F>
  void visit_operands(F const& add) {
    constexpr plan::scan s = Plan::scans[K];
    auto& own = *std::get<K>(all);
    for (std::size_t i = 0; i < own.operands.size(); ++i)
      add(own.operands[i], Plan::scan_operands[s.operands.begin + i]);
  }
};

}  // namespace detail

}  // namespace ctg::inline v0
