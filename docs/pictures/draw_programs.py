# SPDX-License-Identifier: MIT
"""Prints a C++ source that also draws: behind each `auto NAME = ctg::program(...);` (and value_and_gradient) it writes
to_dot(NAME) to FOLDER/NAME.dot. For `./dev picture NAME`.

    draw_programs.py SOURCE.cpp FOLDER > DRAWING.cpp
"""
import pathlib
import re
import sys

MADE = re.compile(r'\bauto (\w+) =\s+ctg::(?:program|value_and_gradient)\(')


def end_of_statement(source, at):
    """Behind the semicolon that ends the statement whose parenthesis opens before `at`."""
    depth = 1
    while depth or source[at] != ';':
        depth += {'(': 1, ')': -1}.get(source[at], 0)
        at += 1
    return at + 1


def drawing(source, folder):
    """The source that draws, and the names of its programs, by the line in which each is made."""
    made = list(MADE.finditer(source))
    for m in reversed(made):
        end = end_of_statement(source, m.end())
        source = source[:end] + f' std::ofstream("{folder}/{m[1]}.dot") << ctg::to_dot({m[1]});' + source[end:]
    return '#include <fstream>\n' + source, [m[1] for m in made]


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    text, names = drawing(pathlib.Path(sys.argv[1]).read_text(), sys.argv[2])
    if not names:
        sys.exit(f'{sys.argv[1]} makes no program: no `auto NAME = ctg::program(...)`')
    print(text)
