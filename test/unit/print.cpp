// SPDX-License-Identifier: MIT
// to_string, to_latex, explain, to_dot: precedence, names of what is shared, derived formulas, figures that add up.
#include <ctg/ctg.hpp>

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif

#include <algorithm>
#include <limits>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace ctg::literals;

ctg::matrix<"A", double, 3, 3> A;
ctg::matrix<"B", double, 3, 3> B;
ctg::row<"r", double, 3> r;
ctg::scalar<"lr", double> lr;

template <int Layers, class E>
auto deep(E const& e) {
  if constexpr (Layers == 0)
    return e;
  else
    return deep<Layers - 1>(sigmoid(e * B) + e);
}

// What LaTeX or its reader would stumble over: braces or \left and \right that do not match, a command that is no
// standard one, two indices or two powers of one base, a sign behind an operator, two numbers side by side.
std::string flaw_of(std::string const& tex) {
  static std::set<std::string_view> const known{
      "left",  "right", "frac", "sqrt",      "mathbf", "mathrm", "text", "operatorname", "top", "odot",
      "cdot",  "times", "log",  "leftarrow", "ne",     "min",    "exp",  "tanh",         "max", "sigma",
      "infty", "delta", "det",  "le",        "ge",     "begin",  "end",  "phantom",      "beta"};
  std::vector<char> scripts;  // which ^ or _ opened a brace
  int pairs = 0;
  std::size_t const n = tex.size();
  for (std::size_t i = 0; i < n; ++i) {
    char const c = tex[i];
    if (c == '\\') {
      std::size_t end = i + 1;
      while (end < n && ((tex[end] >= 'a' && tex[end] <= 'z') || (tex[end] >= 'A' && tex[end] <= 'Z'))) ++end;
      auto const name = std::string_view(tex).substr(i + 1, end - i - 1);
      if (!name.empty() && !known.contains(name)) return "unknown command " + std::string(name);
      pairs += (name == "left") - (name == "right");
      if (pairs < 0) return "right without left";
      i = name.empty() ? i + 1 : end - 1;
    } else if (c == '{') {
      scripts.push_back(i > 0 ? tex[i - 1] : ' ');
    } else if (c == '}') {
      if (scripts.empty()) return "} without {";
      char const script = scripts.back();
      scripts.pop_back();
      if ((script == '^' || script == '_') && i + 1 < n && tex[i + 1] == script)
        return "twice " + std::string(1, script);
    }
  }
  for (char const* bad : {"+ -", "- -", "\\odot -", "\\, -", "^^", "__"})
    if (tex.find(bad) != std::string::npos) return bad;
  for (std::size_t i = 0; (i = tex.find("\\, ", i)) != std::string::npos; i += 3)
    if (i > 1 && tex[i + 3] >= '0' && tex[i + 3] <= '9') return "a number at the right";
  return !scripts.empty() ? "{ without }" : pairs ? "left without right" : "";
}

}  // namespace

TEST_CASE("formulas have the parentheses that they need, and no others") {
  CHECK(to_string(A) == "A");
  CHECK(to_string(A * B * A) == "A · B · A");
  CHECK(to_string(A * (B * A)) == "A · (B · A)");
  CHECK(to_string((A + B) * A) == "(A + B) · A");
  CHECK(to_string(A + B * A) == "A + B · A");
  CHECK(to_string(A - (B - A)) == "A − (B − A)");
  CHECK(to_string(A - B - A) == "A − B − A");
  CHECK(to_string(A + (B - A)) == "A + B − A");
  CHECK(to_string(A / (B % A)) == "A / (B ⊙ A)");
  CHECK(to_string(A % B / A) == "A ⊙ B / A");
  CHECK(to_string(A % (B / A)) == "A ⊙ B / A");
  CHECK(to_string((A * B) % A) == "(A · B) ⊙ A");
  CHECK(to_string(A * (A % B)) == "A · (A ⊙ B)");
  CHECK(to_string(-(A + B)) == "−(A + B)");
  CHECK(to_string(-A % B) == "−A ⊙ B");
  CHECK(to_string(A % -B) == "A ⊙ (−B)");
  CHECK(to_string(square(-A)) == "(−A)²");
  CHECK(to_string(transpose(A + B)) == "(A + B)⊤");
  CHECK(to_string(transpose(A * (B + A))) == "(B + A)⊤ · A⊤");
  CHECK(to_string(transpose(A * B * A)) == "A⊤ · (B⊤ · A⊤)");
  CHECK(to_string(square(transpose(A))) == "(A⊤)²");
  CHECK(to_latex(square(transpose(A))) == "\\left(A^{\\top}\\right)^{\\odot 2}");  // no double superscript
  CHECK(to_string(transpose(square(A))) == "(A²)⊤");
}

TEST_CASE("numbers are written by their value, scalings with the number in front") {
  auto scaled = [](double factor) { return factor * A; };
  CHECK(to_string(scaled(0.1)) == "0.1 · A");
  CHECK(to_string(scaled(-2)) == "−2 · A");
  CHECK(to_string(0.1f * A) == "0.1 · A");
  CHECK(to_string(A * 2) == "2 · A");
  CHECK(to_string(2_c * A) == "2 · A");
  CHECK(to_string(2 * (A * B)) == "2 · A · B");
  CHECK(to_string((2 * A) * B) == "(2 · A) · B");
  CHECK(to_string(A % (2 * B)) == "A ⊙ (2 · B)");
  CHECK(to_string(A - -2) == "A − (−2)");
  CHECK(to_string(lr * A) == "lr · A");
  CHECK(to_string(1 / A) == "1 / A");
  CHECK(to_string(B + scaled(-2)) == "B + (−2 · A)");
  CHECK(to_string(B - scaled(-2)) == "B − (−2 · A)");
  CHECK(to_string(2 * (-A % B)) == "2 · (−A ⊙ B)");
  CHECK(to_string(vjp(acos(A), B, A)) == "B ⊙ (−1 / √(1 − A²))");
  CHECK(to_string(ctg::pow<-1>(A)) == "1 / A");  // A⁻¹ is the inverse
  CHECK(to_string(inverse(A)) == "A⁻¹");
}

TEST_CASE("numbers are written as people write them") {
  auto scaled = [](double factor) { return factor * lr; };
  CHECK(to_string(scaled(1e-9)) == "1e-9 · lr");
  CHECK(to_string(scaled(100000)) == "100000 · lr");
  CHECK(to_string(scaled(2.5e20)) == "2.5e20 · lr");
  CHECK(to_string(scaled(std::numeric_limits<double>::infinity())) == "∞ · lr");
  CHECK(to_latex(scaled(1e-9)) == R"(10^{-9} \, \mathrm{lr})");
  CHECK(to_latex(scaled(-2.5e20)) == R"(-2.5 \cdot 10^{20} \, \mathrm{lr})");
  CHECK(to_latex(square(1e-9 * A)) == R"(\left(10^{-9} \, A\right)^{\odot 2})");
  CHECK(to_latex(scaled(-std::numeric_limits<double>::infinity())) == R"(-\infty \, \mathrm{lr})");
  CHECK(to_latex(scaled(-2.0 / 9)) == R"(-\frac{2}{9} \, \mathrm{lr})");
  CHECK(to_latex(0.5_c * (2 * A)) == R"(0.5 \, \left(2 \, A\right))");
  std::string const numbers = to_latex(gradient(sum(gradient(sum(gelu(A)), A)), A));
  CHECK(numbers.find(R"(-0.5 \cdot 0.39)") != std::string::npos);  // not -0.5 0.39
}

TEST_CASE("functions, reductions, layout") {
  ctg::tensor<"T", double, 2, 3, 4> T;
  CHECK(to_string(sigmoid(A * B + r)) == "σ(A · B + r)");
  CHECK(to_string(ctg::pow<3>(A)) == "A³");
  CHECK(to_string(ctg::pow<-12>(A)) == "A⁻¹²");
  CHECK(to_string(abs(A) % sqrt(B)) == "|A| ⊙ √(B)");
  CHECK(to_string(sum(A)) == "sum(A)");
  CHECK(to_string(sum<1>(T)) == "sum₁(T)");
  CHECK(to_string(max<0>(A)) == "max₀(A)");
  CHECK(to_string(mean(A)) == "sum(A) / 9");
  CHECK(to_string(softmax(A)) == "softmax(A)");
  CHECK(to_string(softmax<0>(A)) == "softmax₀(A)");
  CHECK(to_string(logsumexp(A)) == "logsumexp(A)");
  CHECK(to_string(logsumexp<1>(A)) == "logsumexp₁(A)");
  CHECK(to_string(ctg::transpose<2, 0, 1>(T)) == "transpose₂₀₁(T)");
  CHECK(to_string(ctg::reshape<6, 4>(T)) == "reshape(T, 6×4)");
  CHECK(to_string(ctg::slice<1, 0, 2>(A)) == "slice₁(A, 0, 2)");
  CHECK(to_string(ctg::concat<0>(A, B)) == "concat₀(A, B)");
  CHECK(to_string(ctg::concat<0>(A, B, r)) == "concat₀(A, B, r)");
  CHECK(to_string(gradient(sum(ctg::slice<1, 0, 2>(A) % ctg::slice<1, 1, 3>(B)), B)) == "pad₁(slice₁(A, 0, 2), 1, 3)");
  CHECK(to_string(ctg::flip<1>(A)) == "flip₁(A)");
  CHECK(to_string(vjp(ctg::cumsum<1>(A), B, A)) == "cumsum_back₁(B)");
  CHECK(to_string(gradient(sum(prod<0>(A)), A)) == "products_of_others₀(A)");
  CHECK(to_string(vjp(digamma(A), B, A)) == "B ⊙ polygamma₁(A)");
  CHECK(to_string(2 * log_determinant(A)) == "2 · log(|det(A)|)");
  CHECK(to_string(gradient(log_determinant(A), A)) == "A⁻⊤");
  CHECK(to_string(norm(A)) == "√(sum(A²))");
  CHECK(to_latex(norm(A)) == "\\sqrt{\\operatorname{sum}\\left(A^{\\odot 2}\\right)}");
  CHECK(to_latex(cbrt(A)) == "\\sqrt[3]{A}");
  CHECK(to_latex(where(A <= B, A, B)) == "\\operatorname{where}\\left([A \\le B], A, B\\right)");
}

TEST_CASE("products of vectors, diagonals") {
  ctg::column<"x", double, 3> x;
  ctg::column<"z", double, 3> z;
  CHECK(to_string(dot(x, z) * A) == "x⊤ · z · A");
  CHECK(to_string(dot(r, A * z)) == "r · (A · z)");
  CHECK(to_string(outer(x, r)) == "x · r");
  CHECK(to_string(outer(x + z, z) * A) == "(x + z) · z⊤ · A");
  CHECK(to_string(x % r) == "x ⊙ r");
  CHECK(to_latex(x % r) == "x \\, r");
  CHECK(to_string(trace(A * B)) == "tr(A · B)");
  CHECK(to_string(diagonal(A)) == "diag(A)");
  CHECK(to_string(ctg::diagonal_matrix(x) * A) == "diag(x) · A");
}

TEST_CASE("stretching by NumPy's rules is not shown, any other is") {
  CHECK(to_string(A + r) == "A + r");
  CHECK(to_string(ctg::broadcast_to<3, 3>(r) + A) == "r + A");
  CHECK(to_string(sum(ctg::broadcast_to<3, 3>(r))) == "sum(broadcast(r, 3×3))");
  CHECK(to_string(gradient(sum(A), A)) == "ones(3×3)");
  CHECK(to_string(gradient(sum(A % r), r)) == "sum₀(A)");
}

TEST_CASE("named extents keep their names") {
  ctg::matrix<"X", float, ctg::dim<"N">, 64> X(7);
  CHECK(to_string(mean(X)) == "sum(X) / (N·64)");
  CHECK(to_string(mean<0>(X)) == "sum₀(X) / N");
  CHECK(to_string(gradient(sum(X), X)) == "ones(N×64)");
}

TEST_CASE("derivatives read like the lecture notes") {
  CHECK(to_string(gradient(sum(sigmoid(A)), A)) == "σ(A) ⊙ (1 − σ(A))");
  CHECK(to_string(vjp(sigmoid(A), B, A)) == "B ⊙ σ(A) ⊙ (1 − σ(A))");
  CHECK(to_string(gradient(sum(A * B), A)) == "ones(3×3) · B⊤");
  CHECK(to_string(A - lr * gradient(sum(square(A * B)), A)) == "A − lr · (2 · A · B) · B⊤");
  CHECK(to_string(gradient(sum(square(sigmoid(A * B + r))), B)) ==
        "A⊤ · (2 · Y ⊙ Y ⊙ (1 − Y))\n"
        "  where Y = σ(A · B + r)");
}

TEST_CASE("several formulas share their names") {
  auto const J = sum(square(sigmoid(A * B + r)));
  CHECK(to_string(gradient(J, B), gradient(J, r)) ==
        "dB = A⊤ · dZ\n"
        "dr = sum₀(dZ)\n"
        "  where Z = A · B + r\n"
        "        Y = σ(Z)\n"
        "        dZ = 2 · Y ⊙ Y ⊙ (1 − Y)");
}

TEST_CASE("a name that a leaf has is not given again") {
  ctg::matrix<"Y", double, 3, 3> Y;
  ctg::matrix<"dZ", double, 3, 3> dZ;
  auto const J = sum(square(sigmoid(A * Y) % dZ));
  auto const s = to_string(gradient(J, A), gradient(J, Y));
  CHECK(s.find("\n        Y = ") == std::string::npos);
  CHECK(s.find(" dZ = ") == std::string::npos);
  CHECK(s.find(" dZ′ = ") != std::string::npos);
}

TEST_CASE("the text of a gradient grows no faster than the network") {
  auto const small = to_string(gradient(sum(deep<6>(A)), A)).size();
  auto const large = to_string(gradient(sum(deep<12>(A)), A)).size();
  CHECK(large < 3 * small);
  CHECK(large > small);
}

TEST_CASE("LaTeX sets names as indices, Greek letters and text") {
  auto tex = [](auto const& x) { return to_latex(x); };
  CHECK(tex(ctg::scalar<"W_in", double>{}) == R"(W_{\mathrm{in}})");
  CHECK(tex(ctg::scalar<"W1_hat", double>{}) == R"(W_{1,\mathrm{hat}})");
  CHECK(tex(ctg::scalar<"x_12", double>{}) == R"(x_{12})");
  CHECK(tex(ctg::scalar<"beta1", double>{}) == R"(\beta_{1})");
  CHECK(tex(ctg::scalar<"dW_in", double>{}) == R"(\mathrm{d}W_{\mathrm{in}})");
  CHECK(tex(ctg::scalar<"ddA", double>{}) == R"(\mathrm{d}\mathrm{d}A)");
  CHECK(tex(ctg::scalar<"delay", double>{}) == R"(\mathrm{delay})");
  CHECK(tex(ctg::scalar<"ω_2", double>{}) == R"(ω_{2})");
  CHECK(tex(ctg::scalar<"_x", double>{}) == R"(\mathrm{\_x})");
  CHECK(tex(ctg::scalar<"a b^c{%}\\", double>{}) == R"(\text{a b\textasciicircum{}c\{\%\}\textbackslash{}})");
}

TEST_CASE("LaTeX has the same names and structure") {
  CHECK(to_latex(lr * A / 2) == "\\frac{\\mathrm{lr} \\, A}{2}");
  auto const J = sum(square(sigmoid(A * B + r)));
  CHECK(to_latex(gradient(J, B), gradient(J, r)) ==
        "\\begin{aligned}\n"
        "& \\mathrm{d}B = A^{\\top} \\, \\mathrm{d}Z \\\\\n"
        "& \\mathrm{d}r = \\mathbf{1}^{\\top} \\, \\mathrm{d}Z \\\\\n"
        "& \\text{where } Z = A \\, B + \\mathbf{1} \\, r \\\\\n"
        "& \\phantom{\\text{where }} Y = \\sigma\\left(Z\\right) \\\\\n"
        "& \\phantom{\\text{where }} \\mathrm{d}Z = 2 \\, Y \\odot Y \\odot \\left(1 - Y\\right)\n"
        "\\end{aligned}");
}

// Columns are samples where the notes have them so; every line is a line of the notes.
TEST_CASE("LaTeX writes derivatives as the lecture notes do") {
  auto tex = [](auto const& e) {
    std::string s = to_latex(e);
    for (auto const* gone : {"\\left", "\\right", "\\mathrm{d}"})
      for (std::size_t i; (i = s.find(gone)) != std::string::npos;)
        s.replace(i, std::string_view(gone).size(), gone[1] == 'm' ? "d" : "");
    return s;
  };
  SECTION("a layer whose rows are samples") {
    ctg::matrix<"X", double, ctg::dim<"N">, 4> X(5);
    ctg::matrix<"W", double, 4, 3> W;
    ctg::row<"b", double, 3> b;
    ctg::matrix<"dY", double, ctg::dim<"N">, 3> dY(5);
    auto const Y = X * W + b;
    CHECK(tex(Y) == R"(X \, W + \mathbf{1} \, b)");
    CHECK(tex(vjp(Y, dY, W)) == R"(X^{\top} \, dY)");
    CHECK(tex(vjp(Y, dY, X)) == R"(dY \, W^{\top})");
    CHECK(tex(vjp(Y, dY, b)) == R"(\mathbf{1}^{\top} \, dY)");
    ctg::matrix<"C", double, 3, 4> C;
    CHECK(tex(vjp(X * transpose(C) + b, dY, X)) == R"(dY \, C)");
    CHECK(tex(vjp(X * transpose(C) + b, dY, C)) == R"(dY^{\top} \, X)");
  }
  SECTION("a layer whose columns are samples") {
    ctg::matrix<"W", double, 3, 4> W;
    ctg::matrix<"X", double, 4, ctg::dim<"N">> X(5);
    ctg::column<"b", double, 3> b;
    ctg::matrix<"dZ", double, 3, ctg::dim<"N">> dZ(5);
    auto const Z = W * X + b;
    CHECK(tex(Z) == R"(W \, X + b \, \mathbf{1}^{\top})");
    CHECK(tex(vjp(Z, dZ, X)) == R"(W^{\top} \, dZ)");
    CHECK(tex(vjp(Z, dZ, W)) == R"(dZ \, X^{\top})");
    CHECK(tex(vjp(Z, dZ, b)) == R"(dZ \, \mathbf{1})");
  }
  SECTION("bilinear forms") {
    ctg::matrix<"M", double, 3, 4> M;
    ctg::column<"x", double, 3> x;
    ctg::column<"y", double, 4> y;
    auto const z = transpose(x) * M * y;
    CHECK(tex(z) == R"(x^{\top} \, M \, y)");
    CHECK(tex(gradient(z, x)) == R"(M \, y)");
    CHECK(tex(gradient(z, y)) == R"(M^{\top} \, x)");
    CHECK(tex(gradient(z, M)) == R"(x \, y^{\top})");
    ctg::matrix<"X", double, 3, 2> X;
    ctg::matrix<"Y", double, 4, 5> Y;
    ctg::matrix<"dZ", double, 2, 5> dZ;
    auto const Z = transpose(X) * M * Y;
    CHECK(tex(vjp(Z, dZ, X)) == R"(M \, Y \, dZ^{\top})");
    CHECK(tex(vjp(Z, dZ, Y)) == R"(M^{\top} \, X \, dZ)");
    CHECK(tex(vjp(Z, dZ, M)) == R"(X \, dZ \, Y^{\top})");
  }
  SECTION("element-wise functions and sums") {
    ctg::matrix<"dY", double, 3, 3> dY;
    CHECK(tex(vjp(exp(A), dY, A)) == R"(dY \odot \exp(A))");
    CHECK(tex(vjp(sigmoid(A), dY, A)) == R"(dY \odot \sigma(A) \odot (1 - \sigma(A)))");
    CHECK(tex(vjp(tanh(A), dY, A)) == R"(dY \odot (1 + \tanh(A)) \odot (1 - \tanh(A)))");
    CHECK(tex(vjp(relu(A), dY, A)) == R"(dY \odot [A \ge 0])");
    CHECK(tex(vjp(A % B, dY, A)) == R"(dY \odot B)");
    CHECK(tex(gradient(sum(A), A)) == R"(\mathbf{1}_{3\times 3})");
    CHECK(tex(gradient(mean(A), A)) == R"(\frac{1}{9} \, \mathbf{1}_{3\times 3})");
    CHECK(tex(square(A) * A) == R"(A^{\odot 2} \, A)");
    CHECK(tex(square(sum(A))) == R"(\operatorname{sum}(A)^{2})");
    CHECK(tex((A * B) % r) == R"((A \, B) \odot (\mathbf{1} \, r))");
    CHECK(tex(A % sum<1>(B)) == R"(A \odot (B \, \mathbf{1} \, \mathbf{1}^{\top}))");
    CHECK(tex(sum<0>(A + B)) == R"(\mathbf{1}^{\top} \, (A + B))");
  }
}

TEST_CASE("LaTeX is well-formed") {
  CHECK(flaw_of("\\left(a") == "left without right");  // what the others are held against finds flaws
  CHECK(flaw_of("a^{2}^{\\top}") == "twice ^");
  CHECK(flaw_of("\\fraq{a}{b}") == "unknown command fraq");
  CHECK(flaw_of("a + -b") == "+ -");
  ctg::matrix<"X_1", double, ctg::dim<"batch_size">, 3> X(4);
  ctg::scalar<"beta", double> beta;
  auto const check = [](auto const&... e) {
    std::string const tex = to_latex(e...);
    INFO(tex);
    CHECK(flaw_of(tex) == "");
  };
  auto const J = mse(log_softmax(relu(X * A + r) * transpose(B) - max<1>(X)), X / (beta + 1e-9));
  check(J, gradient(J, A), gradient(J, B), gradient(J, r), gradient(J, beta));
  check(gradient(sum(gradient(sum(gelu(X * A)), X)), A));
  check(hessian(sum(exp(A * transpose(r)) / -norm(r)), r));
  check(gradient(sum(square(solve(A - -2 * B, transpose(X)))), A), -log_determinant(A) * B - -3.0 * inverse(B));
  check(scan([](auto const& s, auto const& x) { return tanh(s) % x; }, r, X), argmax<1>(X), cumsum<0>(X));
}

TEST_CASE("explain has a row for each kernel, figures that add up, and a line for each assignment") {
  ctg::matrix<"X", float, ctg::dim<"N">, 8> X(5);
  ctg::matrix<"W", float, 8, 4> W;
  ctg::row<"b", float, 4> b;
  auto const J = mean(square(sigmoid(X * W + b)));
  auto const step =
      ctg::program(J, ctg::assign(W, W - 0.5f * gradient(J, W)), ctg::assign(b, b - 0.5f * gradient(J, b)));
  auto const names = ctg::extents<"N">(64);
  std::string const table = explain(step, names);
  INFO(table);
  CHECK(table.find("N = 64") != std::string::npos);
  CHECK(table.find("W ← W − 0.5 · X⊤ · dZ") != std::string::npos);
  CHECK(table.find("b ← b − 0.5 · ") != std::string::npos);
  CHECK(table.find("leaf W\n") != std::string::npos);
  CHECK(table.find("result, ") != std::string::npos);

  std::istringstream lines(table);
  std::string line;
  int kernels = 0;
  std::int64_t flops = 0, bytes = 0;
  while (std::getline(lines, line)) {
    if (line.find("  ") == std::string::npos || line[0] != static_cast<char>('1' + kernels)) continue;
    ++kernels;
    std::istringstream words(line);
    std::vector<std::string> numbers;
    for (std::string w; words >> w;) {
      std::erase(w, ',');
      numbers.push_back(w);
    }
    REQUIRE(numbers.size() >= 4);
    flops += std::stoll(numbers[numbers.size() - 3]);
    bytes += std::stoll(numbers[numbers.size() - 2]);
  }
  CHECK(kernels == step.kernels());
  CHECK(flops == step.flops(names));
  CHECK(bytes == step.bytes_moved(names));
  // without extents: those of the leaves bound now
  CHECK(explain(step) == explain(step, ctg::extents<"N">(5)));
  CHECK(explain(step) != table);
}

TEST_CASE("explain names a gradient after its leaf, however the plan computes it") {
  ctg::column<"w", float, 8> w;
  ctg::matrix<"Q", float, 8, 8> Q;
  auto const J = transpose(w) * Q * w;
  std::string const table = explain(ctg::program(J, gradient(J, w)));
  INFO(table);
  CHECK(table.find("dw = Z1⊤ + Z3") != std::string::npos);  // w⊤ Q is shared with J
}

TEST_CASE("to_dot draws a cluster for each kernel, and memory between them") {
  ctg::matrix<"X", float, ctg::dim<"N">, 8> X(5);
  ctg::matrix<"W", float, 8, 4> W;
  ctg::row<"a \"b\" \\N &lt;", float, 4> b;
  auto const J = mean(square(sigmoid(X * W + b)));
  auto step = ctg::program(J, ctg::assign(W, W - 0.5f * gradient(J, W)), ctg::assign(b, b - 0.5f * gradient(J, b)),
                           transpose(cumsum<0>(X)));
  auto const names = ctg::extents<"N">(64);
  std::string const dot = to_dot(step, names);
  INFO(dot);
  CHECK(dot == to_dot(step, names));
  CHECK(to_dot(step) == to_dot(step, ctg::extents<"N">(5)));
  CHECK(to_dot(step) != dot);

  // every edge joins what is declared, and leads from one kernel to another only through memory
  std::set<std::string> ids;
  std::vector<std::pair<std::string, std::string>> edges;
  std::istringstream lines(dot);
  int clusters = 0, depth = 0, written = 0;
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, second, third;
    words >> first >> second >> third;
    if (third.ends_with(';')) third.pop_back();
    clusters += first == "subgraph";
    if (line.ends_with('{')) ++depth;
    if (first == "}") --depth;
    if (second == "->")
      edges.push_back({first, third});
    else if (line.find("shape=") != std::string::npos)
      CHECK(ids.insert(first).second);
  }
  CHECK(depth == 0);
  CHECK(clusters == step.kernels());
  REQUIRE(edges.size() > 10);
  auto kernel_of = [](std::string const& id) { return id[0] == 'k' ? id.substr(0, id.find('n')) : std::string(); };
  for (auto const& [from, to] : edges) {
    CHECK(ids.contains(from));
    CHECK(ids.contains(to));
    if (!kernel_of(from).empty() && !kernel_of(to).empty()) CHECK(kernel_of(from) == kernel_of(to));
    written += to.starts_with("assigned");
  }
  CHECK(written == 2);
  // what is stored has a box, what is not has none
  CHECK(dot.find("label=\"dZ  N×4\\nworkspace, 1,024 bytes\"") != std::string::npos);
  CHECK(dot.find("label=\"Y  N×4") == std::string::npos);
  CHECK(dot.find("label=\"W ←\"") != std::string::npos);
  CHECK(dot.find("label=\"1 − x\"") != std::string::npos);
  CHECK(dot.find("label=\"a \\\"b\\\" \\\\N &amp;lt;\"") != std::string::npos);
}

TEST_CASE("to_dot draws the operands and results of a scan") {
  ctg::matrix<"X", double, ctg::dim<"N">, 3> X(4);
  ctg::row<"h", double, 3> h;
  auto step = ctg::program(sum(scan([&](auto const& s, auto const& x) { return tanh(s * A + x); }, h, X)));
  std::string const dot = to_dot(step);
  INFO(dot);
  CHECK(dot.find("label=\"scan\"") != std::string::npos);
  for (auto const* leaf : {"label=\"X\"", "label=\"h\"", "label=\"A\""}) CHECK(dot.find(leaf) != std::string::npos);
}
