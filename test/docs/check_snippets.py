# SPDX-License-Identifier: MIT
"""Every ```cpp block of README.md and docs/ must be a piece of a program that is compiled.

    check_snippets.py ROOT

A piece is a whole file of examples/ or docs/snippets/, without the comment at its top, or a region of one:
    // [name]
    ...
    // [/name]
Indentation common to all lines does not count.
"""
import difflib
import pathlib
import re
import sys
import textwrap

BLOCK = re.compile(r"^([ \t]*)```(?:cpp|c\+\+)\b[^\n]*\n(.*?)^\1```[ \t]*$", re.MULTILINE | re.DOTALL)
MARK = re.compile(r"^\s*// \[(/?)([\w.-]+)\]\s*$")


def normal(text):
    lines = [line.rstrip() for line in textwrap.dedent(text.expandtabs(4)).strip("\n").split("\n")]
    return "\n".join(lines).strip("\n")


def pieces(file):
    """Yields (name, text) for each region and the whole file, with and without its head; markers belong to none."""
    body, open_regions, closed_regions = [], {}, {}
    for line in file.read_text().splitlines():
        mark = MARK.match(line)
        if not mark:
            body.append(line)
            for lines in open_regions.values():
                lines.append(line)
            continue
        closes, name = mark.groups()
        if closes and name not in open_regions:
            raise ValueError(f"{file}: // [/{name}] closes nothing")
        if closes:
            closed_regions[name] = open_regions.pop(name)
        elif name in open_regions or name in closed_regions:
            raise ValueError(f"{file}: // [{name}] is there twice")
        else:
            open_regions[name] = []
    for name in open_regions:
        raise ValueError(f"{file}: // [{name}] is not closed")
    for name, lines in closed_regions.items():
        yield name, normal("\n".join(lines))
    whole = normal("\n".join(body))
    yield "", whole
    while whole.startswith("//"):
        whole = whole.partition("\n")[2]
    yield "", normal(whole)


def check(root):
    """Returns the complaints and the number of blocks."""
    complaints, blocks, known = [], 0, {}
    for folder in ("examples", "docs/snippets"):
        for file in sorted((root / folder).glob("*.cpp")):
            try:
                for name, text in pieces(file):
                    known[text] = f"{file.relative_to(root)} {name}".strip()
            except ValueError as error:
                complaints.append(str(error))
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    for page in (page for page in pages if page.exists()):
        source = page.read_text()
        for match in BLOCK.finditer(source):
            blocks += 1
            text = normal(match[2])
            if text in known:
                continue
            place = f"{page.relative_to(root)}:{source.count(chr(10), 0, match.start()) + 1}"
            near = difflib.get_close_matches(text, known, n=1, cutoff=0.3)
            if near:
                diff = "\n".join(difflib.unified_diff(text.split("\n"), near[0].split("\n"), str(place), known[near[0]], lineterm=""))
                complaints.append(f"{place}: this block is not what is compiled:\n{diff}")
            else:
                complaints.append(f"{place}: no file of examples/ or docs/snippets/ has this block:\n{text}")
    return complaints, blocks


def main(root):
    complaints, blocks = check(pathlib.Path(root))
    for complaint in complaints:
        print(complaint)
    print(f"{blocks} blocks of C++ in the documentation, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
