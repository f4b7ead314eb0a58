#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes random expressions as C++ programs, which check.hpp holds against the reference interpreter.

    generate.py FOLDER FILES GRAPHS [SEED]

The graph of a number and a seed is the same however many are written. Float and double take turns, and what has been
written least in a graph's precision is written next: from 150 graphs on each operation stands in both, or that is an
error. Operands of functions with a domain are brought into it; results stay near 1, so that rounding stays small beside
them.
"""
import collections
import pathlib
import random
import sys

# What {x} becomes; the functions that are not written here have a domain that is brought about.
UNARY = [
    'exp(tanh({x}))', 'exp2(tanh({x}))', 'expm1(tanh({x}))', 'log(square({x}) + 0.5_c)', 'log2(square({x}) + 0.5_c)',
    'log10(square({x}) + 0.5_c)', 'log1p(square({x}))', 'sqrt(square({x}) + 1_c)', 'cbrt(2_c + sigmoid({x}))',
    'rsqrt(1_c + square({x}))', 'reciprocal(1.5_c + sigmoid({x}))', 'square(tanh({x}))', 'pow<3>(tanh({x}))',
    'pow<-2>(1_c + sigmoid({x}))', 'abs({x})', 'sign({x})', 'sin({x})', 'cos({x})', 'tan(tanh({x}))',
    'asin(0.9_c * tanh({x}))', 'acos(0.9_c * tanh({x}))', 'atan({x})', 'sinh(tanh({x}))', 'cosh(tanh({x}))', 'tanh({x})',
    'asinh({x})', 'acosh(1.5_c + square({x}))', 'atanh(0.9_c * tanh({x}))', 'sigmoid({x})', 'logsigmoid({x})',
    'softplus({x})', 'relu({x})', 'leaky_relu({x}, 0.25_c)', 'elu({x}, 1.5_c)', 'celu({x}, 0.5_c)', 'selu({x})', 'gelu({x})',
    'gelu_tanh({x})', 'silu({x})', 'mish({x})', 'softsign({x})', 'hardtanh({x}, -1_c, 0.5_c)', 'clamp({x}, -0.5_c, 1_c)',
    'hardsigmoid({x})', 'erf({x})', 'erfc({x})', 'floor(3_c * {x})', 'round(3_c * {x})', 'lgamma(1.5_c + sigmoid({x}))',
    'digamma(1.5_c + sigmoid({x}))', '-{x}', '1_c - {x}', '0.5_c * {x}', '{x} / 3_c', 'stop_gradient({x})',
]
BINARY = [
    '{x} + {y}', '{x} - {y}', '{x} % {y}', '{x} % {y}', '{x} / (1.5_c + sigmoid({y}))', 'hadamard({x}, {y})',
    'maximum({x}, {y})', 'minimum({x}, {y})', 'atan2({x}, 2_c + sigmoid({y}))', 'hypot({x}, 1_c + square({y}))',
    'logaddexp({x}, {y})', 'xlogy({x}, 0.5_c + sigmoid({y}))', 'pow(0.5_c + sigmoid({x}), tanh({y}))',
    'where({x} > {y}, {x}, tanh({y}))', 'where({x} <= 0.25_c, {y}, 2_c * {x})', '({x} < {y}) % {x}',
]
AXIS = [
    'sum<{a}>(tanh({x}))', 'mean<{a}>({x})', 'max<{a}>({x})', 'min<{a}>({x})', 'prod<{a}>(1_c + 0.1_c * tanh({x}))',
    'logsumexp<{a}>({x})', 'norm<{a}>(1.5_c + sigmoid({x}))', 'variance<{a}>({x})', 'stddev<{a}>({x})',
]
WHOLE = [
    'mean({x})', 'max({x})', 'min({x})', 'logsumexp({x})', 'norm({x})', 'variance({x})', 'sum(tanh({x})) / {size}_c',
]
SAME = [
    'softmax({x})', 'log_softmax({x})', 'softmax<{a}>({x})', 'cumsum<{a}>(0.2_c * tanh({x}))', 'flip<{a}>({x})',
    'cumprod<{a}>(1_c + 0.1_c * tanh({x}))', '{x} - mean<{a}>({x})', '{x} / (1_c + sum<{a}>(square(tanh({x}))))',
]
LOSSES = [
    'mse({x}, {y})', 'mae({x}, {y})', 'huber({x}, {y}, 0.5_c)', 'binary_cross_entropy(sigmoid({x}), sigmoid({y}))',
    'binary_cross_entropy_with_logits({x}, sigmoid({y}))',
]

LAYOUTS = ['transpose', 'flatten', 'reshape', 'broadcast_to', 'slice', 'concat']
PRODUCTS = ['product', 'product with a transpose']
CONTRACTIONS = ['outer', 'einsum of a diagonal', 'bilinear', 'einsum of two axes']
SYSTEMS = ['solve', 'inverse', 'log_determinant', 'determinant']
ROWS = ['gather', 'one_hot']
LABELS = ['cross_entropy']
OPERATIONS = sorted({*UNARY, *BINARY, *AXIS, *WHOLE, *SAME, *LOSSES, *LAYOUTS, *PRODUCTS, *CONTRACTIONS, *SYSTEMS, *ROWS,
                     *LABELS})
COMPLETE = 150  # graphs in which each operation is found in float and double

EXTENTS = [2, 3, 4, 5, 7, 8, 13, 16, 17, 33]
MOST_ENTRIES = 1500


def spelled(extent):
    return f'dim<"{extent}">' if isinstance(extent, str) else str(extent)


class Node:
    def __init__(self, name, shape, leaves):
        self.name, self.shape, self.leaves = name, shape, leaves

    @property
    def rank(self):
        return len(self.shape)


class Graph:
    def __init__(self, number, seed, written, attempt=0):
        """`written`: how often each operation stands in the graphs before, by (operation, type)."""
        self.random = random.Random(f'{seed} {number} {attempt}')
        self.number, self.written = number, written
        self.type = 'float' if number % 2 else 'double'
        self.values = {'N': self.random.choice([1, 4, 9, 17]), 'M': self.random.choice([2, 5, 8, 11])}
        self.dims = self.random.sample(EXTENTS, 2) + [self.random.choice(EXTENTS + ['N', 'N', 'M'])]
        self.declarations, self.statements, self.nodes, self.leaves, self.shapes = [], [], [], [], {}
        for _ in range(self.random.choice([1, 2, 2])):
            self.leaf(self.some_shape())
        for _ in range(self.random.randint(4, 8)):
            self.grow()

    # shapes

    def size(self, shape):
        n = 1
        for e in shape:
            n *= self.values.get(e, e)
        return n

    def some_shape(self):
        while True:
            shape = [self.random.choice(self.dims) for _ in range(self.random.choice([0, 1, 2, 2, 2, 2, 3, 4]))]
            shape = [1 if self.random.random() < 0.1 else e for e in shape]
            if self.size(shape) <= 600:
                return shape

    def broadcast(self, a, b):
        result = []
        for i in range(max(len(a), len(b))):
            x = a[-1 - i] if i < len(a) else 1
            y = b[-1 - i] if i < len(b) else 1
            if x != y and x != 1 and y != 1:
                return None
            result.insert(0, y if x == 1 else x)
        return result if self.size(result) <= MOST_ENTRIES else None

    # what there is

    def leaf(self, shape, integer=False):
        name = 'ABCDEFGHIJKL'[len(self.leaves)]
        element = 'std::int32_t' if integer else 'T'
        numbers = [str(self.values[e]) for e in dict.fromkeys(shape) if isinstance(e, str)]
        arguments = f'({", ".join(numbers)})' if numbers else ''
        extents = ''.join(', ' + spelled(e) for e in shape)
        self.declarations.append(f'tensor<"{name}", {element}{extents}> {name}{arguments};')
        self.leaves.append(name)
        self.shapes[name] = shape
        node = Node(name, shape, set() if integer else {name})
        if not integer:
            self.nodes.append(node)
        return node

    def some_node(self):
        return self.nodes[-1] if self.random.random() < 0.7 else self.random.choice(self.nodes)

    def pick(self, operations):
        """One of those that have been written least."""
        planned = collections.Counter(operation for _, _, _, operation in self.statements)
        count = {o: self.written[o, self.type] + planned[o] for o in operations}
        return self.random.choice([o for o in operations if count[o] == min(count.values())])

    def node(self, operation, code, shape, *operands):
        if self.size(shape) > MOST_ENTRIES or len(shape) > 5:
            return
        name = f'v{len(self.statements)}'
        self.statements.append((name, code, [o.name for o in operands], operation))
        self.nodes.append(Node(name, shape, set().union(*(o.leaves for o in operands))))

    # operations

    def grow(self):
        kinds = [self.unary] * 5 + [self.binary] * 5 + [self.reduce] * 3 + [self.along] * 2 + [self.layout] * 3
        kinds += [self.product] * 3 + [self.contract, self.system] * 2 + [self.rows, self.loss]
        before = len(self.statements)
        for _ in range(20):
            self.random.choice(kinds)(self.some_node())
            if len(self.statements) > before:
                return

    def unary(self, x):
        operation = self.pick(UNARY)
        self.node(operation, operation.format(x=x.name), x.shape, x)

    def binary(self, x):
        fitting = [y for y in self.nodes if self.broadcast(x.shape, y.shape) is not None]
        y = self.random.choice(fitting)
        if y is x and x.rank and self.random.random() < 0.7:  # a row, a column or a tensor of its own
            shape = [e if self.random.random() < 0.6 else 1 for e in x.shape]
            y = self.leaf(shape[self.random.choice([0, 0, 1]):])
        if self.random.random() < 0.3:
            x, y = y, x
        operation = self.pick(BINARY)
        self.node(operation, operation.format(x=x.name, y=y.name), self.broadcast(x.shape, y.shape), x, y)

    def reduce(self, x):
        if x.rank == 0 or self.random.random() < 0.2:
            operation = self.pick(WHOLE)
            self.node(operation, operation.format(x=x.name, size=self.size(x.shape)), [], x)
            return
        axis = self.random.randrange(x.rank)
        shape = [1 if i == axis else e for i, e in enumerate(x.shape)]
        operation = self.pick(AXIS)
        self.node(operation, operation.format(x=x.name, a=axis), shape, x)

    def along(self, x):
        if x.rank:
            operation = self.pick(SAME)
            self.node(operation, operation.format(x=x.name, a=self.random.randrange(x.rank)), x.shape, x)

    def layout(self, x):
        s = x.shape
        axis = self.random.randrange(x.rank) if x.rank else 0
        part = x.rank > 0 and not isinstance(s[axis], str) and s[axis] >= 2
        fits = {'transpose': x.rank >= 2, 'flatten': x.rank >= 2 and not any(isinstance(e, str) for e in s[1:]),
                'reshape': x.rank > 0, 'broadcast_to': x.rank < 4, 'slice': part, 'concat': part}
        kind = self.pick([k for k in LAYOUTS if fits[k]])
        if kind == 'transpose':
            axes = self.random.sample(range(x.rank), x.rank)
            code = f'transpose({x.name})' if x.rank == 2 else f'transpose<{", ".join(map(str, axes))}>({x.name})'
            self.node(kind, code, s[::-1] if x.rank == 2 else [s[a] for a in axes], x)
        elif kind == 'flatten':
            self.node(kind, f'flatten({x.name})', [s[0], self.size(s[1:])], x)
        elif kind == 'reshape':
            shape = s[:1] + [1] + s[1:]
            self.node(kind, f'reshape<{", ".join(map(spelled, shape))}>({x.name})', shape, x)
        elif kind == 'broadcast_to':
            known = {e for leaf in x.leaves for e in self.shapes[leaf]}  # a leaf must say what a name stands for
            dims = [d for d in self.dims if not isinstance(d, str) or d in known]
            shape = [self.random.choice(dims)] + [self.random.choice(dims) if e == 1 else e for e in s]
            self.node(kind, f'broadcast_to<{", ".join(map(spelled, shape))}>({x.name})', shape, x)
        else:
            n = s[axis]
            begin = self.random.randrange(n - 1)
            end = self.random.randint(begin + 1, n)
            code = f'slice<{axis}, {begin}, {end}>({x.name})'
            shape = s[:axis] + [end - begin] + s[axis + 1:]
            if kind == 'concat':
                shape[axis] += n
                code = f'concat<{axis}>({x.name}, sigmoid({code}))'
            self.node(kind, code, shape, x)

    def product(self, x):
        if x.rank < 2:
            return
        k = x.shape[-1]
        operation = self.pick(PRODUCTS)
        turned = operation != 'product'
        ways = [y for y in self.nodes if y.rank == 2 and y.shape[turned] == k]
        if not ways or self.random.random() < 0.5:
            n = self.random.choice(self.dims + [1])
            ways = [self.leaf([n, k] if turned else [k, n])]
        y = self.random.choice(ways)
        code = f'transpose({y.name})' if turned else y.name
        self.node(operation, f'0.25_c * ({x.name} * {code})', x.shape[:-1] + [y.shape[not turned]], x, y)

    def contract(self, x):
        s = x.shape
        kind = {1: 'outer', 2: self.pick(['einsum of a diagonal', 'bilinear']), 3: 'einsum of two axes'}.get(x.rank)
        if kind == 'outer':
            y = self.leaf([self.random.choice(self.dims)])
            self.node(kind, f'outer({x.name}, {y.name})', s + y.shape, x, y)
        elif kind == 'einsum of a diagonal':
            y = self.leaf([s[1], self.random.choice([2, 3]), s[0]])
            self.node(kind, f'einsum<"ij,jki->k">(tanh({x.name}), 0.1_c * {y.name})', [y.shape[1]], x, y)
        elif kind == 'bilinear':
            y, z = self.leaf([3, s[1], 2]), self.leaf([s[0], 2])
            self.node(kind, f'0.2_c * bilinear({x.name}, {y.name}, {z.name})', [s[0], 3], x, y, z)
        elif kind == 'einsum of two axes':
            y = self.leaf([s[2], s[0]])
            self.node(kind, f'einsum<"ijk,ki->ji">(0.2_c * {x.name}, {y.name})', [s[1], s[0]], x, y)

    def system(self, x):
        if x.rank != 2 or isinstance(x.shape[1], str) or x.shape[1] > 8:
            return
        n = x.shape[1]
        t = f'tanh({x.name})'
        a = f'(identity<{n}> + 0.1_c * (transpose({t}) * {t}))'
        kind = self.pick(SYSTEMS)
        if kind == 'solve':
            self.node(kind, f'solve({a}, transpose({t}))', x.shape[::-1], x)
        elif kind == 'inverse':
            self.node(kind, f'inverse({a})', [n, n], x)
        else:
            self.node(kind, f'log_determinant({a})' if kind == 'log_determinant' else f'tanh(0.1_c * determinant({a}))', [], x)

    def rows(self, x):
        if not x.rank or self.size(x.shape[:1]) < 3:
            return
        count = self.random.choice(self.dims)
        y = self.leaf([count], integer=True)
        kind = self.pick(ROWS)
        if kind == 'one_hot':
            self.node(kind, f'{x.name} + sum(one_hot<4>({y.name}) * broadcast_to<4, 1>(0.1_c))', x.shape, x, y)
        else:
            self.node(kind, f'gather({x.name}, {y.name})', [count] + x.shape[1:], x, y)

    def loss(self, x):
        labels = x.rank == 2 and not isinstance(x.shape[1], str) and x.shape[1] >= 3  # classes are a number
        operation = self.pick(LOSSES + LABELS if labels else LOSSES)
        if operation in LABELS:
            y = self.leaf([x.shape[0], 1], integer=True)
            self.node(operation, f'cross_entropy({x.name}, {y.name})', [], x, y)
            return
        same = [y for y in self.nodes if y.shape == x.shape and y is not x]
        y = self.random.choice(same) if same else self.leaf(x.shape)
        self.node(operation, operation.format(x=x.name, y=y.name), [], x, y)

    def needed(self):
        """The names that the last value needs, and its operations."""
        names, operations = {self.nodes[-1].name}, set()
        for name, _, operands, operation in reversed(self.statements):
            if name in names:
                names.update(operands)
                operations.add((operation, self.type))
        return names, operations

    def text(self):
        y = self.nodes[-1]
        x = self.random.choice(sorted(y.leaves))
        needed, _ = self.needed()
        leaves = ', '.join(name for name in self.leaves if name in needed)
        lines = [f'TEST_CASE("graph {self.number}") {{', f'  using T = {self.type};']
        lines += ['  ' + text for name, text in zip(self.leaves, self.declarations) if name in needed]
        lines += [f'  test::fill({leaves});']
        lines += [f'  auto const {name} = {code};' for name, code, _, _ in self.statements if name in needed]
        lines += [f'  test::check({y.name}, {x}, {leaves});', '}', '']
        return '\n'.join(lines)


def missing(written):
    return {(o, t) for o in OPERATIONS for t in ('float', 'double') if not written[o, t]}


def next_graph(number, seed, written):
    """Towards the end what is still missing is looked for."""
    graph = Graph(number, seed, written)
    rest = {(o, t) for o, t in missing(written) if t == graph.type} if COMPLETE - 30 <= number < COMPLETE else set()
    for attempt in range(1, 1000):
        if not rest or graph.needed()[1] & rest:
            break
        graph = Graph(number, seed, written, attempt)
    return graph


def main():
    if len(sys.argv) not in (4, 5):
        sys.exit(__doc__)
    folder, files, graphs = pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    seed = sys.argv[4] if len(sys.argv) > 4 else '1'
    folder.mkdir(parents=True, exist_ok=True)
    written = collections.Counter()
    all_texts = []
    for number in range(graphs):
        graph = next_graph(number, seed, written)
        written.update(graph.needed()[1])
        all_texts.append(graph.text())
    if graphs >= COMPLETE and missing(written):
        sys.exit(f'{graphs} graphs leave out {missing(written)}')
    for file in range(files):
        texts = all_texts[file * graphs // files:(file + 1) * graphs // files]
        (folder / f'graphs_{file}.cpp').write_text(
            '// Written by generate.py.\n#include <check.hpp>\n\nusing namespace ctg;\nusing namespace ctg::literals;\n\n'
            + '\n'.join(texts))


if __name__ == '__main__':
    main()
