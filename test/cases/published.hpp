// SPDX-License-Identifier: MIT
// Cases that others published. They are not part of this project: where its folder does not stand beside shared/cases,
// the tests that read them say so and check nothing.
#pragma once

#include <ctg/ctg.hpp>

#include "case_reader.hpp"

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <array>
#include <set>
#include <string>
#include <vector>

namespace test {

class published {
 public:
  explicit published(std::string const& file) {
    std::string const here = __FILE__;
    cases_ = read_cases(here.substr(0, here.find_last_of("/\\")) + "/../../../shared/cases/" + file);
    if (cases_.empty()) WARN("SKIPPED: shared/cases/" + file + " is not beside the project");
  }
  bool here() const { return !cases_.empty(); }

  published& operator()(std::string const& id) {
    current_ = nullptr;
    for (Case const& c : cases_)
      if (c.id == id) current_ = &c;
    INFO(id);
    REQUIRE(current_);
    CHECK(used_.insert(id).second);
    return *this;
  }
  template <class Leaf>
  published& fill(Leaf& leaf, char const* name) {
    CaseTensor const& t = current_->in.at(name);
    INFO(current_->id << " " << name);
    REQUIRE(static_cast<std::size_t>(leaf.size()) == t.data.size());
    for (std::size_t i = 0; i < t.data.size(); ++i) leaf.data()[i] = static_cast<typename Leaf::value_type>(t.data[i]);
    return *this;
  }
  /// Leaves that have the names of the case's inputs.
  template <ctg::Leaf... Leaf>
  published& fill(Leaf&... leaf) {
    (fill(leaf, std::string(ctg::detail::info_of<Leaf>.name).c_str()), ...);
    return *this;
  }
  /// gradient(J, leaf) against the output "grad_" and the leaf's name, for each leaf.
  template <class J, ctg::Leaf... Leaf>
  void check_gradients(J const& j, Leaf const&... leaf) {
    std::array const names{"grad_" + std::string(ctg::detail::info_of<Leaf>.name)...};
    [&]<std::size_t... I>(std::index_sequence<I...>) { check({names[I].c_str()...}, gradient(j, leaf)...); }
    (std::index_sequence_for<Leaf...>{});
  }
  /// The outputs of one program of these expressions against the case's outputs of those names.
  template <class... E>
  void check(std::array<char const*, sizeof...(E)> const& names, E const&... e) {
    auto p = ctg::program(e...);
    p();
    [&]<std::size_t... I>(std::index_sequence<I...>) {
      (compare(p.template result<static_cast<int>(I)>(), names[I]), ...);
    }
    (std::index_sequence_for<E...>{});
  }
  /// A value against an output: 1e-8 relative where that is published with some ten digits.
  template <class V>
  void compare(V const& v, char const* name) {
    std::vector<double> got;
    if constexpr (std::is_arithmetic_v<V>) {
      got.push_back(v);
    } else {
      for (std::int64_t i = 0; i < v.size(); ++i) got.push_back(v.data()[i]);
    }
    CaseTensor const& want = current_->out.at(name);
    bool const rounded = std::string(name).starts_with("published");
    INFO(current_->id << " " << name);
    REQUIRE(got.size() == want.data.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      INFO("entry " << i << ": " << got[i] << " for " << want.data[i]);
      CHECK(case_close(got[i], want.data[i], rounded ? 1e-6 : current_->rtol, rounded ? 1e-8 : current_->atol));
    }
  }
  /// Every case is tested, or stands in `others` with the reason why it is not.
  void check_complete(std::set<std::string> const& others) {
    std::set<std::string> known = others, all;
    for (std::string const& id : used_) CHECK(known.insert(id).second);
    for (Case const& c : cases_) all.insert(c.id);
    CHECK(known == all);
  }

 private:
  std::vector<Case> cases_;
  Case const* current_ = nullptr;
  inline static std::set<std::string> used_;  // of all test cases of a program
};

}  // namespace test
