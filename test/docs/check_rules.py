#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Every function of expressions has a derivative rule that the compiler proves.

    check_rules.py PROJECT

Reads the public functions and operators from include/ctg/expr/, and from test/static/ the statements
static_assert(... equivalent(...)). A function counts where it stands in what is differentiated: within the first argument
of gradient, vjp or jvp.
"""
import pathlib
import re
import sys

# Not differentiated, or not functions of expressions' values; or written in terms of functions that have rules.
OTHERS = {
    'argmax': 'not differentiated',
    'one_hot': 'of integers',
    'cast': 'changes the element type only',
    'batched': 'lifts an expression', 'unroll': 'writes steps out', 'scan': 'repeats an expression',
    'fold': 'repeats an expression', 'states': 'makes a tuple',
    'constant': 'a number',
    'operator""_c': 'a number',
    'operator<<': 'prints', 'to_text': 'prints',
    'operator<': 'of slope 0, like all comparisons', 'operator<=': 'see <', 'operator>=': 'see <', 'operator!=': 'see <',
    'operator==': 'see <',
    'operator!': 'refused', 'operator&': 'refused', 'operator&&': 'refused', 'operator|': 'refused', 'operator||': 'refused',
    'operator^': 'refused',
}


def public_functions(text):
    text = re.sub(r'^namespace (?:ctg::inline v0::)?detail \{.*?^\}  // namespace (?:ctg::inline v0::)?detail', '', text,
                  flags=re.S | re.M)
    return re.findall(r'^constexpr auto (operator[^\s(]*|\w+)\(', text, flags=re.M)


def balanced(text, start):
    """The text from an opening parenthesis to the one that closes it."""
    depth = 0
    for i in range(start, len(text)):
        depth += {'(': 1, ')': -1}.get(text[i], 0)
        if depth == 0:
            return text[start + 1:i]
    return ''


def differentiated(text):
    for statement in re.findall(r'static_assert\(.*?\);\n', text, flags=re.S):
        if 'equivalent(' not in statement:
            continue
        for m in re.finditer(r'\b(?:gradient|vjp|jvp)\(', statement):
            yield balanced(statement, m.end() - 1)


def stands_in(name, text):
    if name.startswith('operator'):
        return name[8:] in re.sub(r'<[^<>()]*>(?=\()', '', text)
    return re.search(r'\b' + name + r'\s*[(<]', text) is not None


def missing(project):
    functions = set()
    for header in sorted((project / 'include/ctg/expr').glob('*.hpp')):
        functions.update(public_functions(header.read_text()))
    texts = [t for f in sorted((project / 'test/static').glob('*.cpp')) for t in differentiated(f.read_text())]
    return functions, [n for n in sorted(functions) if n not in OTHERS and not any(stands_in(n, t) for t in texts)]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    functions, without = missing(pathlib.Path(sys.argv[1]))
    for name in without:
        print(f'{name}: no static_assert(equivalent(...)) of its derivative in test/static')
    print(f'{len(functions)} functions, {len(without)} without a rule')
    sys.exit(1 if without or len(functions) < 100 else 0)


if __name__ == '__main__':
    main()
