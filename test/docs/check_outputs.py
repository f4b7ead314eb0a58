# SPDX-License-Identifier: MIT
"""What a page shows as ```text must be what its program prints.

    check_outputs.py PAGE PROGRAM

Each such block must stand in the output, line for line. The space at the ends of lines does not count, nor what a
program takes of workspace in all: the windows of its products are as the instruction set wants them.
"""
import pathlib
import re
import subprocess
import sys

WORKSPACE = re.compile(r"(moved, workspace )[\d,]+")
BLOCK = re.compile(r"^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def lines(text):
    text = WORKSPACE.sub(r"\1…", text)
    return "\n".join(line.rstrip() for line in text.strip("\n").split("\n"))


def missing(page, output):
    """Returns the blocks of the page that the output lacks, and how many blocks there are."""
    blocks = [lines(block) for block in BLOCK.findall(page)]
    return [block for block in blocks if f"\n{block}\n" not in f"\n{lines(output)}\n"], len(blocks)


def main(page, program):
    output = subprocess.run([program], check=True, capture_output=True, text=True, encoding="utf-8").stdout
    stale, count = missing(pathlib.Path(page).read_text(encoding="utf-8"), output)
    for block in stale:
        print(f"{page} shows what {pathlib.Path(program).name} does not print:\n\n{block}\n")
    print(f"{count} blocks of output in {page}, {len(stale)} complaints")
    return 1 if stale or not count else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
