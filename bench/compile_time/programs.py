# SPDX-License-Identifier: MIT
"""The programs whose compilation is measured, as source text: what a user would write, nothing else in the file."""

HEADER = "ctg/ctg.hpp"


def include(header):
    """What including costs before anything is used."""
    return f"#include <{header}>\n"


def function(lines):
    return "\n".join([f"#include <{HEADER}>\n", "float train() {", *(f"  {line}" for line in lines), "}", ""])


def affine():
    """One layer: N×784 → N×128, mean squared error, two updates (W4 of the run-time benchmarks, smaller)."""
    return function([
        'ctg::matrix<"X", float, ctg::dim<"N">, 784> X(64);',
        'ctg::matrix<"T", float, ctg::dim<"N">, 128> T(64);',
        'ctg::matrix<"W", float, 784, 128> W;',
        'ctg::row<"b", float, 128> b;',
        'ctg::scalar<"lr", float> lr{0.1f};',
        "auto J = mse(sigmoid(X * W + b), T);",
        "auto step = ctg::program(J, ctg::assign(W, W - lr * gradient(J, W)),",
        "                         ctg::assign(b, b - lr * gradient(J, b)));",
        "step();",
        "return step[J];",
    ])


def network(widths, let=False):
    """The training step of a network with as many layers as `widths` has steps: sigmoid, softmax cross-entropy, an
    update of each weight and bias. With `let` each layer is behind a short type name."""
    layers = range(1, len(widths))
    lines = [
        f'ctg::matrix<"X", float, ctg::dim<"N">, {widths[0]}> X(64);',
        f'ctg::matrix<"T", float, ctg::dim<"N">, {widths[-1]}> T(64);',
    ]
    for i in layers:
        lines.append(f'ctg::matrix<"W{i}", float, {widths[i - 1]}, {widths[i]}> W{i};')
        lines.append(f'ctg::row<"b{i}", float, {widths[i]}> b{i};')
    lines.append('ctg::scalar<"lr", float> lr{0.1f};')
    before = "X"
    for i in layers:
        layer = f"{before} * W{i} + b{i}"
        if i != layers[-1]:
            layer = f"sigmoid({layer})"
        lines.append(f"auto Y{i} = " + (f"ctg::let([&] {{ return {layer}; }});" if let else f"{layer};"))
        before = f"Y{i}"
    lines.append(f"auto J = cross_entropy({before}, T);")
    lines.append("auto descend = [&](auto& p) { return ctg::assign(p, p - lr * gradient(J, p)); };")
    lines.append("auto step = ctg::program(J")
    lines += [f"                         , descend(W{i}), descend(b{i})" for i in layers]
    lines[-1] += ");"
    return function([*lines, "step();", "return step[J];"])


def w2():
    """W2 of the run-time benchmarks: 784→128→10."""
    return network([784, 128, 10])


def mlp(layers, let=False):
    """Layers of 32 units, the last of 10: what grows from one depth to the next is the depth alone."""
    return network([32] * layers + [10], let)


def nodes(count):
    """An expression of `count` operations that is no sequence of layers, and a step against its gradient: each takes the
    one before it and, every other time, one from far back; a fifth are matrix products."""
    forms = ["{a} * W", "tanh({a})", "{a} + {b}", "sigmoid({a})", "{a} % {b}"]
    lines = [
        'ctg::matrix<"X", float, ctg::dim<"N">, 32> Y0(64);',
        'ctg::matrix<"W", float, 32, 32> W;',
    ]
    for i in range(1, count + 1):
        lines.append(f"auto Y{i} = {forms[i % 5].format(a=f'Y{i - 1}', b=f'Y{i * 7 // 11}')};")
    lines += [
        f"auto J = sum(Y{count});",
        "auto step = ctg::program(J, ctg::assign(W, W - 0.1f * gradient(J, W)));",
        "step();",
        "return step[J];",
    ]
    return function(lines)
