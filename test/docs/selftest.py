# SPDX-License-Identifier: MIT
"""Proves that check_snippets.py, check_rules.py and check_outputs.py can fail: a small tree that is right, then one change at a time.
And that `./dev picture NAME` finds all programs of all examples."""
import pathlib
import re
import sys
import tempfile

import check_outputs
import check_rules
import check_snippets

PROGRAM = """\
// SPDX-License-Identifier: MIT
// What it is for.
#include <cstdio>

int main() {
  // [say]
  std::puts("here");
  // [/say]
}
"""
README = """\
# Title
```cpp
std::puts("here");
```
"""
PAGE = """\
- In a list, the whole program:

    ```cpp
    #include <cstdio>

    int main() {
      std::puts("here");
    }
    ```

```text
not C++
```
"""

# name, file, what is replaced in it, by what, what the check must say (None: nothing, it is content)
TRIALS = [
    ("right", "README.md", "", "", None),
    ("changed region", "README.md", "here", "there", "README.md:2: this block is not what is compiled"),
    ("changed program", "docs/page.md", "here", "there", "docs/page.md:3: this block is not what is compiled"),
    ("changed source", "examples/a.cpp", "here", "there", "README.md:2: this block is not what is compiled"),
    ("unknown block", "README.md", 'std::puts("here");', "#", "README.md:2: no file of examples/"),
    ("open region", "examples/a.cpp", "  // [/say]\n", "", "// [say] is not closed"),
    ("wrong name", "examples/a.cpp", "[say]", "[tell]", "// [/say] closes nothing"),
]

HEADER = """\
namespace ctg::inline v0 {
namespace detail {
constexpr auto hidden(A&& a) {
}  // namespace detail
constexpr auto exp(A&& a) {
constexpr auto sum(A&& a) {
constexpr auto operator*(A&& a, B&& b) {
"""
RULE = "static_assert(equivalent(gradient(sum(exp(X * Y)), X), Y));\n"
# What is replaced in the rule, by what, and the functions that then have no rule
RULES = [("", "", []), ("exp(X * Y)", "X * Y", ["exp"]), ("X * Y", "X", ["operator*"]),
         ("gradient(sum(exp(X * Y)), X)", "sum(exp(X * Y))", ["exp", "operator*", "sum"]),
         ("equivalent", "same", ["exp", "operator*", "sum"])]


def rule_failures():
    failures = 0
    for old, new, expected in RULES:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (("include/ctg/expr/a.hpp", HEADER), ("test/static/a.cpp", RULE)):
                (root / path).parent.mkdir(parents=True)
                (root / path).write_text(text.replace(old, new) if old else text)
            functions, without = check_rules.missing(root)
            if len(functions) != 3 or without != expected:
                failures += 1
                print(f"{old!r} as {new!r}: {expected} of 3 should be without a rule, not {without} of {len(functions)}")
    return failures


# An output, and how many of PAGE's blocks of text it lacks
OUTPUTS = [("before\nnot C++ \nbehind", 0), ("not C++", 0), ("not C++ at all", 1), ("", 1)]


def output_failures():
    failures = 0
    for output, expected in OUTPUTS:
        stale, blocks = check_outputs.missing(PAGE, output)
        if blocks != 1 or len(stale) != expected:
            failures += 1
            print(f"of an output {output!r} {expected} of 1 blocks should be missing, not {len(stale)} of {blocks}")
    return failures


ROOT = pathlib.Path(__file__).resolve().parents[2]


def picture_failures():
    sys.path.insert(0, str(ROOT / "docs" / "pictures"))
    import draw_programs
    failures = 0
    for path in sorted((ROOT / "examples").glob("*.cpp")):
        source = path.read_text()
        text, names = draw_programs.drawing(source, "F")
        made = len(re.findall(r"ctg::(?:program|value_and_gradient)\(", source))
        drawn = re.findall(r'\); std::ofstream\("F/(\w+)\.dot"\) << ctg::to_dot\((\w+)\);\n', text)
        if len(names) != made or drawn != [(n, n) for n in names] or len(set(names)) != made:
            failures += 1
            print(f"{path.name}: {made} programs, drawn are {drawn}")
    return failures


def main():
    failures = rule_failures() + output_failures() + picture_failures()
    for name, file, old, new, expected in TRIALS:
        with tempfile.TemporaryDirectory() as folder:
            root = pathlib.Path(folder)
            for path, text in (("README.md", README), ("docs/page.md", PAGE), ("examples/a.cpp", PROGRAM)):
                (root / path).parent.mkdir(exist_ok=True)
                (root / path).write_text(text.replace(old, new) if old and path == file else text)
            complaints, blocks = check_snippets.check(root)
            said = "\n".join(complaints)
            if blocks != 2 or (expected is None and said) or (expected is not None and expected not in said):
                failures += 1
                print(f"{name}: the check should say {expected!r}, it says {said!r} of {blocks} blocks")
    trials = len(TRIALS) + len(RULES) + len(OUTPUTS) + len(list((ROOT / "examples").glob("*.cpp")))
    print(f"{trials - failures} of {trials} trials of the checks as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
