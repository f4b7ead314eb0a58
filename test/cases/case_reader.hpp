// SPDX-License-Identifier: MIT
// Reader for the *.txt case tables (no JSON needed). C++20, header only.
#pragma once
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>
struct CaseTensor {
  std::vector<std::size_t> shape;
  std::vector<double> data;
};
struct Case {
  std::string id, source, expr, tags;
  double rtol = 0, atol = 0;
  std::map<std::string, CaseTensor> in, out;
};
inline std::vector<Case> read_cases(std::string const& path) {
  std::ifstream f(path);
  std::vector<Case> v;
  std::string line;
  Case c;
  while (std::getline(f, line)) {
    std::istringstream s(line);
    std::string k;
    s >> k;
    std::string rest;
    std::getline(s, rest);
    if (!rest.empty()) rest.erase(0, 1);
    if (k == "case") {
      c = Case{};
      c.id = rest;
    } else if (k == "source")
      c.source = rest;
    else if (k == "expr")
      c.expr = rest;
    else if (k == "tags")
      c.tags = rest;
    else if (k == "tol") {
      std::istringstream t(rest);
      t >> c.rtol >> c.atol;
    } else if (k == "in" || k == "out") {
      std::istringstream t(rest);
      std::string n;
      std::size_t r;
      t >> n >> r;
      CaseTensor x;
      x.shape.resize(r);
      for (auto& d : x.shape) t >> d;
      std::getline(f, line);
      char const* p = line.c_str();
      char* e;
      for (;;) {
        double d = std::strtod(p, &e);
        if (e == p) break;
        x.data.push_back(d);
        p = e;
      }
      (k == "in" ? c.in : c.out)[n] = x;
    } else if (k == "end")
      v.push_back(c);
  }
  return v;
}
inline bool case_close(double a, double b, double rtol, double atol) {  // a: got, b: expected
  if (std::isnan(b)) return std::isnan(a);
  if (std::isinf(b)) return a == b;
  return std::fabs(a - b) <= atol + rtol * std::fabs(b);
}
