// SPDX-License-Identifier: MIT
// Thousands of random graphs: simplified, planned and run by the step interpreter, against the reference interpreter;
// reverse mode against differences. A failure prints its seed and the smallest graph that still fails.
#include "random_graphs_check.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <array>

namespace {

// check(graph, seed) on `count` graphs; at least half of them must have been tame enough to count.
template <class Check>
void for_random_graphs(unsigned first, unsigned count, test::options const& o, Check const& check) {
  unsigned counted = 0;
  for (unsigned seed = first; seed < first + count; ++seed) {
    test::random_graph g;
    test::generator(seed, o).make(g);
    test::random_graph trial;
    test::detail::copy_graph(g, trial, -1, -1);
    auto const guarded = [&](test::random_graph& x) {
      try {
        return check(x, seed);
      } catch (std::exception const& e) {
        return test::verdict{e.what(), true};
      }
    };
    test::verdict const v = guarded(trial);
    counted += v.counted;
    if (v.text.empty()) continue;
    test::random_graph smallest;
    FAIL("seed " << seed << ": " << v.text << "\n" << test::shrink(g, guarded, smallest));
  }
  CHECK(counted >= count / 2);
}

test::options with_nodes(int n) {
  test::options o;
  o.nodes = n;
  return o;
}

}  // namespace

TEST_CASE("random graphs hold every operation") {
  std::array<int, 256> made{};
  for (unsigned seed = 0; seed < 2000; ++seed) {
    test::random_graph g;
    test::generator(seed, with_nodes(60)).make(g);
    for (auto const& n : g.written.nodes) ++made[static_cast<std::size_t>(n.op->code)];
  }
  using ctg::opcode;
  for (int code = 0; code < static_cast<int>(opcode::custom); ++code) {
    // what owns a part of a graph has tests of its own
    bool const owns = code == static_cast<int>(opcode::slot) || code == static_cast<int>(opcode::operands) ||
                      code == static_cast<int>(opcode::scan) || code == static_cast<int>(opcode::scan_result);
    INFO("opcode " << code);
    CHECK((made[static_cast<std::size_t>(code)] > 0) != owns);
  }
}

TEST_CASE("simplification keeps the meaning of random graphs") {
  auto const check = [](test::random_graph& g, unsigned) { return test::check_simplification(g); };
  for_random_graphs(0, 4000, with_nodes(20), check);
  for_random_graphs(10000, 1500, with_nodes(60), check);
}

TEST_CASE("plans of random graphs compute what the graphs mean, twice, and touch nothing else") {
  int steps = 0, updates = 0, made = 0, made_transposed = 0, made_twice = 0;
  auto const count = [&](ctg::plan::full_plan const& plan) {
    steps += static_cast<int>(plan.steps.size());
    std::vector<int> panels;
    for (auto const& p : plan.products) {
      for (int k : {0, 1})
        if (p.made[static_cast<std::size_t>(k)] >= 0) panels.push_back((k == 0 ? p.a : p.b).storage);
      updates += p.adds();
      for (int k : {0, 1})
        if (p.made[static_cast<std::size_t>(k)] >= 0)
          ++(p.made_transposed(plan.shapes[static_cast<std::size_t>(p.space)].rank, k) ? made_transposed : made);
    }
    std::sort(panels.begin(), panels.end());
    made_twice += std::adjacent_find(panels.begin(), panels.end()) != panels.end();
  };
  auto const check = [&](test::random_graph& g, unsigned seed) { return test::check_plan(g, seed, count); };
  for_random_graphs(20000, 8000, with_nodes(20), check);
  for_random_graphs(30000, 3000, with_nodes(60), check);
  CHECK(steps > 30000);
  CHECK(updates > 300);
  CHECK(made > 300);
  CHECK(made_transposed > 80);
  CHECK(made_twice > 10);
}

TEST_CASE("plans of random graphs in which all that can be is computed again, or nothing") {
  std::int64_t again = 0, kept = 0;
  auto const check_with = [&](std::int64_t cost, std::int64_t& operations) {
    ctg::plan::memory_costs costs = ctg::plan::measured_memory;
    for (auto& level : costs) level.write = cost, level.read = 0;
    auto const count = [&](ctg::plan::full_plan const& plan) {
      for (auto const& x : plan.code) operations += x.what == ctg::plan::action::compute;
    };
    auto const check = [&](test::random_graph& g, unsigned seed) { return test::check_plan(g, seed, count, costs); };
    for_random_graphs(70000, 3000, with_nodes(20), check);
    for_random_graphs(80000, 1500, with_nodes(60), check);
  };
  check_with(1'000'000, again);
  check_with(0, kept);
  CHECK(again > kept + 1000);
}

TEST_CASE("plans of random graphs with empty tensors") {
  test::options o = with_nodes(20);
  o.empties = true;
  for_random_graphs(40000, 2000, o, [](test::random_graph& g, unsigned seed) {
    test::verdict v = test::check_plan(g, seed, [](ctg::plan::full_plan const&) {});
    v.counted = true;  // a mean over nothing is NaN, and then only that nothing breaks is tested
    return v;
  });
}

TEST_CASE("reverse mode of random graphs agrees with differences") {
  test::options o = with_nodes(12);
  o.smooth = true;
  o.assigns = false;
  for_random_graphs(50000, 3000, o, [](test::random_graph& g, unsigned seed) { return test::check_reverse(g, seed); });
}

TEST_CASE("forward mode, second order and Jacobians of random graphs") {
  test::options o = with_nodes(12);
  o.smooth = true;
  o.assigns = false;
  int jacobians = 0;
  for_random_graphs(60000, 5000, o,
                    [&](test::random_graph& g, unsigned seed) { return test::check_forward(g, seed, jacobians); });
  CHECK(jacobians > 2000);
}

TEST_CASE("the check of plans finds broken plans") {
  using ctg::plan::full_plan;
  auto const found = [](auto const& breaks) {
    int wrong = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
      test::random_graph g;
      test::generator(seed, with_nodes(30)).make(g);
      wrong += !test::check_plan(g, seed, breaks).text.empty();
    }
    return wrong;
  };
  CHECK(found([](full_plan&) {}) == 0);
  CHECK(found([](full_plan& plan) { plan.steps.pop_back(); }) > 100);
  CHECK(found([](full_plan& plan) { std::swap(plan.steps.front(), plan.steps.back()); }) > 50);
  // memory given away too early
  CHECK(found([](full_plan& plan) {
          for (auto& s : plan.storages)
            if (!s.persists && s.last > s.first) --s.last;
        }) > 50);
  // an instruction that reads its first operand twice
  CHECK(found([](full_plan& plan) {
          for (auto& x : plan.code)
            if (x.what == ctg::plan::action::compute && x.op->arity == 2) x.args[1] = x.args[0];
        }) > 50);
}
