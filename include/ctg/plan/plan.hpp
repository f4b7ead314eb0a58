// SPDX-License-Identifier: MIT
// What the planner makes of a graph: steps, each a product and/or loops over memory, as plain values. The kernels are
// instantiated from these; tests, `explain` and the cost figures read them.
#pragma once

#include <ctg/graph/extents.hpp>
#include <ctg/graph/node.hpp>
#include <ctg/graph/sequence.hpp>

namespace ctg::inline v0::plan {

/// A piece of memory: a leaf of the user's, or a buffer in the workspace, or (window) a part of a value that a product
/// uses again for the next part: rows that nobody reads after its epilogue, a piece of a factor that its prologue
/// makes.
enum class storage_kind : std::uint8_t { leaf, buffer, window };
struct storage {
  storage_kind kind = storage_kind::buffer;
  int index = -1;  // of the leaf; the node whose value a buffer holds
  int shape = -1;  // contiguous in this shape, unless a leaf that is a view says otherwise
  element type = element::none;
  bool is_view = false;       // rows may be padded: strides come from the leaf
  bool persists = false;      // a result: may be read after the run
  int first = -1, last = -1;  // the steps between which a buffer lives
};

/// Bytes of one element of a storage; `none` is the type T that the program computes in.
template <class T>
constexpr std::int64_t element_bytes(element type) {
  switch (type) {
    case element::i32:
    case element::f32:
      return 4;
    case element::i64:
    case element::f64:
      return 8;
    default:
      return static_cast<std::int64_t>(sizeof(T));
  }
}

/// How the last axis of a loop walks over an operand.
enum class column_mode : std::uint8_t { contiguous, broadcast, strided };

/// Whether no axis of a memory is read backwards, or from another entry on than its first.
constexpr bool from_the_start(std::array<std::int32_t, max_rank> const& begin, std::uint8_t reversed) {
  for (std::int32_t b : begin)
    if (b != 0) return false;
  return reversed == 0;
}

/// Memory as a loop sees it: for each axis of the loop's space the axis of the storage's shape that it walks, -1 for
/// none.
struct operand {
  int storage = -1;
  int shape = -1;  // the shape in which the storage's memory is read
  std::array<std::int8_t, max_rank> axis{-1, -1, -1, -1, -1, -1, -1, -1};
  std::array<std::int32_t, max_rank> begin{};  // along each axis of the memory, as in a view
  std::uint8_t reversed = 0;
  column_mode columns = column_mode::contiguous;
  constexpr bool from_the_start() const { return plan::from_the_start(begin, reversed); }
  constexpr bool operator==(operand const& o) const {
    for (std::size_t i = 0; i < max_rank; ++i)
      if (axis[i] != o.axis[i] || begin[i] != o.begin[i]) return false;
    return storage == o.storage && shape == o.shape && reversed == o.reversed && columns == o.columns;
  }
};

/// Where a value lives while a loop runs.
enum class bank : std::uint8_t { uniform, row, element };
struct value {
  bank in = bank::element;
  int index = -1;
};

enum class action : std::uint8_t {
  constant,    // uniform: the bits in with.p
  number,      // uniform: plain number with.p
  size,        // uniform: number of entries of shape with.p
  load,        // from `memory`; its bank says whether once, per row or per vector
  compute,     // op on args
  index,       // iota: where the loop is along axis with.p of its space
  label,       // one_hot: [args[0] = column]
  row_reduce,  // row value dst gathers args[0] over the row (op: which reduction)
  total,       // gathers args[0] over the whole space; stored to `memory` at the end
  accumulate,  // args[0] into `memory`, which is smaller than the space (column sums and the like)
  store        // args[0] to `memory`
};

struct instruction {
  action what = action::compute;
  operation_info const* op = nullptr;
  parameters with{};
  value dst{};
  value args[3]{};
  int memory = -1;  // index in the plan's operands
  int node = -1;
};

/// A range of the plan's instructions.
struct range {
  int begin = 0, end = 0;
  constexpr int size() const { return end - begin; }
};

inline constexpr int max_passes = 8;

/// One loop nest over a space: uniform code once; then for each row every pass over its columns, with row code between.
struct loop {
  int space = -1;  // shape without unit axes; its last axis is walked by vectors
  int passes = 1;
  range uniform{};
  range element[max_passes]{};
  range row[max_passes + 1]{};  // row[p] runs before pass p, the last one behind all
  range gathered{};  // the `total` and `accumulate` instructions again: what starts at zero or −∞, and ends in memory
  int uniforms = 0, rows = 0, elements = 0;
  bool flat = false;       // all operands agree in memory order: the space is one long row
  bool makes = false;      // a factor of a product, part by part, into a window
  bool rows_join = false;  // of a loop that makes: all operands but the window agree in memory order
};

/// What a node is to the loop it belongs to.
enum class level : std::uint8_t {
  none,     // a source or a view
  inlined,  // computed wherever it is used: scalars of sources, one-hot rows
  element,  // one value for each entry of the space
  row,      // one value for each row: a reduction over the last axis, and element-wise work on such
  reduced,  // gathered over more than a row: complete only behind the loop
  product,
  added,  // part of an update: what the product adds to a leaf
  called  // by a kernel on whole operands: what it reads is complete before, what reads it comes behind
};

/// How a loop runs in its step.
enum class when : std::uint8_t { whole, per_block };

/// A scalar by which an update multiplies or divides.
struct scale_factor {
  action what = action::constant;  // constant, number or size, as of an instruction; load: the first entry of `memory`
  bool divides = false;
  std::int64_t with = 0;
  int memory = -1;  // a storage
};
inline constexpr int max_factors = 4;

/// Of a product that adds to C: node `node` is C ± factors · A B.
struct sum_into {
  int node = -1;
  bool negative = false;
  int count = 0;
  scale_factor factors[max_factors]{};
};

/// A matrix product: C = A B over the last two axes, for all leading ones; or an update of C.
struct product {
  int node = -1;
  operand a{}, b{}, c{};  // axes: batch…, then (row, inner), (inner, column), (row, column)
  int space = -1;         // the shape of the result: batch…, m, n
  int inner_shape = -1;   // a shape of rank 1: k
  bool windowed = false;
  std::array<int, 2> made{-1, -1};  // the loop that makes A, B; -1 where it is in memory
  int scratch = -1;                 // storage for packing
  sum_into update{};
  constexpr bool adds() const { return update.node >= 0; }
  /// Whether factor k is the transpose of what its loop makes.
  constexpr bool made_transposed(int rank, int k) const {
    operand const& x = k == 0 ? a : b;
    return x.axis[rank - 2] > x.axis[rank - 1];
  }
};

/// A kernel on whole operands, which are contiguous in their shapes (but for row numbers); so is its result.
struct call {
  int node = -1;
  operand x[3]{};
  operand y{};
  int scan = -1;
  int scratch = -1;  // storage for packing, for right sides (of factors: the matrix) of this shape
  int packs = -1;
};

/// A call that runs the plan of a body step by step. Its operands and results are ranges of the plan's lists, in the
/// order of the region.
struct scan {
  int number = -1;  // of the region
  range operands{}, results{};
  int scratch = -1;  // storage for what lives within a step, and for the states
  // of the body's plan, for the number of steps: bytes of scratch, operations, bytes moved
  std::int64_t (*workspace)(extent_table const&) = nullptr;
  std::int64_t (*flops)(extent_table const&) = nullptr;
  std::int64_t (*moved)(extent_table const&) = nullptr;
};

/// What a run needs to know of a call's node: its parameters, its shape, those of its operands (-1 for none).
struct called {
  parameters with{};
  int shape = -1;
  int shapes[3]{-1, -1, -1};
};

/// A product with its loops, or loops, or a call. (Before their code is made, loops are groups of nodes, which have the
/// same numbers.)
struct step {
  int product = -1, call = -1;
  range makers{}, loops{};  // makers: the loops of the prologue, which stand before the others
  when first_loop = when::whole;
  constexpr range all_loops() const { return {makers.begin, loops.end}; }
};

/// Where an output of the program is.
struct output {
  int node = -1;
  int storage = -1;
  int leaf = -1;  // the leaf it is assigned to, or -1
};

template <class>
struct full_plan_of {
  detail::sequence<node> nodes;
  detail::sequence<shape> shapes;
  detail::sequence<storage> storages;
  detail::sequence<operand> operands;
  detail::sequence<instruction> code;
  detail::sequence<loop> loops;
  detail::sequence<product> products;
  detail::sequence<call> calls;
  detail::sequence<scan> scans;
  detail::sequence<operand> scan_operands;
  detail::sequence<int> scan_results;
  detail::sequence<step> steps;
  detail::sequence<output> outputs;
};
using full_plan = full_plan_of<void>;

/// The code of one loop, with tables of its own.
template <class>
struct loop_code_of {
  loop l;
  detail::sequence<instruction> code;
  detail::sequence<operand> operands;
  detail::sequence<storage> scratch;  // numbered behind the arrangement's storages
};
using loop_code = loop_code_of<void>;

/// What the planner is asked for: a node to compute and, where it is an assignment, the leaf it goes to.
struct request {
  int node = -1;
  int leaf = -1;
};

}  // namespace ctg::inline v0::plan
