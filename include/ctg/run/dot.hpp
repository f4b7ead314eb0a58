// SPDX-License-Identifier: MIT
// to_dot(step): the graph of what a program runs, for graphviz. A cluster for each kernel with the operations fused in
// it; boxes for leaves and buffers, which is all that passes from one kernel to another.
#pragma once

#include <ctg/run/program.hpp>
#include <ctg/run/program_reader.hpp>

namespace ctg::inline v0 {

namespace detail {

// As a quoted string of the DOT language: graphviz reads escapes and entities in labels.
template <class String>
String dot_quoted(std::string_view s) {
  String q = "\"";
  for (char c : s) {
    if (c == '"' || c == '\\')
      q += String("\\") + c;
    else if (c == '&')
      q += "&amp;";
    else if (c == '\n')
      q += "\\n";
    else if (static_cast<unsigned char>(c) >= 0x20)
      q += c;
  }
  return q + "\"";
}

template <class X>
class dot_writer_of {
 public:
  using string = late<X, std::string>;
  using node_set = late<X, sorted_set<int>>;

  explicit dot_writer_of(explained_program const& p)
      : reader_(p), plan_(p.plan), p_(p), kept_in_(p.plan.nodes.size()) {}

  string text() {
    string kernels;
    for (int s = 0; s < reader_.kernels(); ++s) kernels += kernel(s);
    return "digraph program {\n"
           "  graph [fontname=\"sans-serif\", fontsize=11, labelloc=b, rankdir=TB, nodesep=0.2, ranksep=0.35, label=" +
           dot_quoted<string>(reader_.summary()) +
           "];\n"
           "  node [fontname=\"sans-serif\", fontsize=11, height=0.3, width=0.3, margin=\"0.08,0.04\"];\n"
           "  edge [fontname=\"sans-serif\", fontsize=9, arrowsize=0.6];\n" +
           leaves_ + buffers_ + kernels + edges_ + "}\n";
  }

 private:
  // ("k" + std::to_string(i) makes g++ 12 warn, at -O3, of memory that overlaps itself)
  static string numbered(string name, int i) { return name += std::to_string(i); }
  node const& n(int i) const { return plan_.nodes[i]; }

  // ── boxes of memory ──

  string leaf(int l) {
    string const id = numbered("leaf", l);
    if (known_.insert(id)) {
      extent_writer_of<X> const extents{p_.leaves};
      string const name(p_.leaves[l]->name);
      leaves_ += "  " + id + " [shape=box, style=filled, fillcolor=\"#dbe9f6\", label=" + dot_quoted<string>(name) +
                 ", tooltip=" + dot_quoted<string>("leaf " + name + " " + extents(p_.leaves[l]->shape)) + "];\n";
    }
    return id;
  }

  // The box that holds the value of node i behind kernel s; drawn once for a buffer, and for a leaf that is assigned
  // to beside the box of what the leaf held before.
  string memory(int i, int storage) {
    plan::storage const& m = plan_.storages[storage];
    bool const assigned = m.kind == plan::storage_kind::leaf;
    string const id = numbered(assigned ? "assigned" : "buffer", storage);
    if (!known_.insert(id)) return id;
    bool const result = m.persists;
    string const name = assigned                      ? string(p_.leaves[m.index]->name) + " ←"
                        : !reader_.name_of(i).empty() ? reader_.name_of(i)
                        : result                      ? "result"
                                                      : "buffer";
    string const where =
        assigned ? "leaf " + string(p_.leaves[m.index]->name)
                 : (result ? "result, " : "workspace, ") + grouped<string>(p_.storage_bytes[storage]) + " bytes";
    buffers_ +=
        "  " + id + " [shape=" + (assigned ? "box" : "cylinder") + ", style=filled, fillcolor=" +
        (assigned ? "\"#dbe9f6\""
         : result ? "\"#e2f0d9\""
                  : "\"#fff2cc\"") +
        ", label=" +
        dot_quoted<string>(
            assigned ? name : name + (plan_.shapes[m.shape].rank ? "  " + reader_.shape_text(i) : "") + "\n" + where) +
        ", tooltip=" + dot_quoted<string>(reader_.formula(i)) + "];\n";
    return id;
  }

  // ── kernels ──

  string kernel(int s) {
    node_set const inside = reader_.computed_in(s);
    string const number = std::to_string(s + 1);
    string text = "  subgraph cluster" + number + " {\n    style=\"rounded,filled\"; color=\"#9a9a9a\"; " +
                  "fillcolor=\"#f6f6f6\"; labeljust=l; labelloc=t;\n    label=" +
                  dot_quoted<string>(number + "  " + reader_.title(s) + "\n" + grouped<string>(reader_.flops(s)) +
                                     " flops, " + grouped<string>(reader_.bytes(s)) + " bytes") +
                  ";\n";
    for (int i : inside) {
      text += "    " + inside_id(s, i) + " [shape=" + (n(i).op->kind == family::product ? "box3d" : "ellipse") +
              ", label=" + dot_quoted<string>(operation_text(inside, i)) +
              ", tooltip=" + dot_quoted<string>(tooltip(i)) + "];\n";
      text += operands(s, inside, i);
    }
    text += "  }\n";
    for (auto const& kept : reader_.stored_by(s)) {
      // a copy stands for what it copies
      int value = kept.node;
      while (!inside.contains(value) && n(value).is(opcode::stop_gradient)) value = n(value).args[0];
      edges_ += "  " + (inside.contains(value) ? inside_id(s, value) : source(value)) + " -> " +
                memory(kept.node, kept.storage) + " [penwidth=1.6];\n";
    }
    for (auto const& kept : reader_.stored_by(s)) kept_in_[kept.node] = memory(kept.node, kept.storage);
    return text;
  }

  string inside_id(int s, int i) const { return numbered("k", s + 1) + numbered("n", i); }

  // An operand as it reaches kernel s: past views, which are ways to read, and copies.
  struct reached {
    int node;
    string way;    // of reading it
    bool is_word;  // a number
  };
  reached operand(node_set const& inside, int a) const {
    reached r{a, "", false};
    auto passes = [&](int i) { return plan::is_view(n(i)) || n(i).is(opcode::stop_gradient); };
    while (!inside.contains(r.node) && kept_in_[r.node].empty() && passes(r.node)) {
      node const& x = n(r.node);
      if (x.is(opcode::transpose))
        r.way = "⊤ " + r.way;
      else if (!x.is(opcode::broadcast) && !x.is(opcode::stop_gradient))
        r.way = string(x.op->name) + " " + r.way;
      r.node = x.args[0];
    }
    r.is_word = !inside.contains(r.node) && kept_in_[r.node].empty() && !n(r.node).is(opcode::leaf);
    return r;
  }

  // The edges by which node i of kernel s gets its operands; the second and third say which they are where that
  // matters.
  string operands(int s, node_set const& inside, int i) {
    string text;
    int edges = 0;
    late<X, sequence<int>> const from_nodes = reader_.operands_of(i);
    for (int a : from_nodes) edges += !operand(inside, a).is_word;
    for (int k = 0; k < static_cast<int>(from_nodes.size()); ++k) {
      reached const from = operand(inside, from_nodes[k]);
      if (from.is_word) continue;  // stands in the node itself
      string label = from.way;
      if (edges > 1 && k > 0 && !n(i).op->commutative) label = std::to_string(k + 1) + " " + label;
      while (label.ends_with(' ')) label.pop_back();
      bool const here = inside.contains(from.node);
      (here ? text : edges_) += (here ? "    " + inside_id(s, from.node) : "  " + source(from.node)) + " -> " +
                                inside_id(s, i) + (label.empty() ? "" : " [label=" + dot_quoted<string>(label) + "]") +
                                ";\n";
    }
    return text;
  }

  string source(int a) { return n(a).is(opcode::leaf) ? leaf(static_cast<int>(n(a).with.p)) : kept_in_[a]; }

  // What a node does, with x for what an edge brings where a number stands beside it.
  string operation_text(node_set const& inside, int i) const {
    node const& x = n(i);
    string s(x.op->name);
    late<X, sequence<string>> words;
    bool has_word = false;
    char const* next = "x";
    for (int a : reader_.operands_of(i)) {
      reached const from = operand(inside, a);
      has_word = has_word || from.is_word;
      words.push_back(from.is_word ? reader_.formula(from.node) : std::exchange(next, "y"));
      if (from.is_word && words.back().find("·") != string::npos) words.back() = "(" + words.back() + ")";
    }
    if (x.is(opcode::stop_gradient))
      s = "copy";
    else if (x.is(opcode::integer_power))
      s = "x" + small_digits<string>(x.with.p, true);
    else if (x.is(opcode::square))
      s = "x²";
    else if (x.op->kind == family::reduction && x.with.q == 0)
      for (int a = 0; a < max_rank; ++a) s += x.with.p >> a & 1 ? small_digits<string>(a, false) : "";
    else if (has_word && x.op->style == notation::infix && x.arity() == 2)
      s = words[0] + " " + s + " " + words[1];
    else if (has_word) {
      s += "(";
      for (std::size_t k = 0; k < words.size(); ++k) s += (k ? ", " : "") + words[k];
      s += ")";
    }
    string const name = reader_.name_of(i);
    return name.empty() || name.ends_with("′") ? s : name + " = " + s;
  }

  string tooltip(int i) const { return reader_.formula(i) + "  " + reader_.shape_text(i); }

  program_reader_of<X> reader_;
  plan::tables plan_;
  explained_program const& p_;
  late<X, sequence<string>> kept_in_;  // by node: the box that holds its value so far
  late<X, sorted_set<string>> known_;
  string leaves_, buffers_, edges_;
};
using dot_writer = dot_writer_of<void>;

}  // namespace detail

/// The graph of what the program runs as text for graphviz (`dot -Tsvg`): a cluster for each kernel with the operations
/// fused in it, its flops and bytes; blue boxes are leaves (`W ←`: what is assigned to W), yellow cylinders buffers in
/// the workspace, green ones results. Edges between clusters go through memory. The same program gives the same text.
template <detail::Planned Program>
std::string to_dot(Program const& program, extent_table const& names) {
  return detail::dot_writer(detail::explained(program, names)).text();
}
template <detail::Planned Program>
std::string to_dot(Program const& program) {
  return to_dot(program, program.extents());
}
template <Expression E>
std::string to_dot(E const&) {
  return detail::refuse_expression<E>();
}

}  // namespace ctg::inline v0
