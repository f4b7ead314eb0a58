# SPDX-License-Identifier: MIT
"""Proves that check.py can fail: each way in which a program may disappoint it is tried, beside one that satisfies it."""
import pathlib
import sys
import tempfile

import check

GOOD = """\
// EXPECT: rows of A
// EXPECT: 3
// EXPECT-ANY: static
// MAX-LINES: 20
template <int Columns, int Rows>
struct product {
  static_assert(Columns == Rows, "columns of B and rows of A differ");
};
#ifdef CTG_TWIN
product<3, 3> p;
#else
product<3, 4> p;
#endif
"""

# name, what is replaced in GOOD, by what, the check, what the harness must say (None: nothing, it is content)
TRIALS = [
    ("satisfied", "", "", check.check_wrong, None),
    ("twin_satisfied", "", "", check.check_twin, None),
    ("other_text", "rows of A\n", "rows of C\n", check.check_wrong, "the first error does not say 'rows of C'"),
    ("other_number", "EXPECT: 3", "EXPECT: 7", check.check_wrong, "the first error does not say '7'"),
    ("not_first", "template <int", "int before = undeclared;\ntemplate <int", check.check_wrong, "the first error does not say"),
    ("not_anywhere", "ANY: static", "ANY: dynamic", check.check_wrong, "the output does not say 'dynamic'"),
    ("too_long", "MAX-LINES: 20", "MAX-LINES: 1", check.check_wrong, "more than 1"),
    ("compiles", "product<3, 4>", "product<4, 4>", check.check_wrong, "the program compiles"),
    ("no_expectation", "EXPECT:", "EXPECTED:", check.check_wrong, "the file expects nothing"),
    ("wrong_twin", "product<3, 3>", "product<3, 5>", check.check_twin, "the twin does not compile"),
    ("no_twin", "CTG_TWIN", "OTHER", check.check_twin, "the file has no twin"),
]


def main(command):
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, old, new, function, expected in TRIALS:
            file = pathlib.Path(folder, name + ".cpp")
            file.write_text(GOOD.replace(old, new) if old else GOOD)
            try:
                function(file, command)
                said = None
            except check.Failure as failure:
                said = str(failure)
            right = said is None if expected is None else said is not None and expected in said
            if not right:
                failures += 1
                print(f"{name}: the harness should say {expected!r}, it says {said!r}")
    print(f"{len(TRIALS) - failures} of {len(TRIALS)} trials of the harness as expected")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
