# SPDX-License-Identifier: MIT
"""Missing, truncated and wrong files: each example must say what is wrong in one sentence and end with exit code 1.

    check_bad_input.py digits|fashion_mnist PROGRAM DIGITS.CSV
"""
import gzip
import pathlib
import struct
import subprocess
import sys
import tempfile


def digits(folder, good):
    """Yields the name of a case, the argument of the program, what the message must say."""
    text = good.read_text()
    lines = text.splitlines(keepends=True)
    cases = {
        "half a file": (text[: len(text) // 2], "of 65"),
        "missing lines": ("".join(lines[:900]), "900 digits instead of 1797"),
        "empty": ("", "0 digits instead of 1797"),
        "a word": (text.replace(",", ",one,", 1), "line 1: number 2 of 65"),
        "a pixel above 16": ("99" + text[1:], "line 1: number 1 of 65"),
        "a label above 9": (lines[0].rstrip()[:-1] + "10\n" + "".join(lines[1:]), "line 1: number 65 of 65"),
        "a short line": (lines[0] + lines[1].partition(",")[2] + "".join(lines[2:]), "line 2: only 64 of 65"),
        "a long line": ("0," + text, "line 1: "),
    }
    yield "missing", folder / "nowhere.csv", "cannot open"
    yield "a folder", folder, "digits"
    for name, (content, says) in cases.items():
        file = folder / (name.replace(" ", "_") + ".csv")
        file.write_text(content)
        yield name, file, says


def fashion_mnist(folder, _):
    name = "train-images-idx3-ubyte.gz"
    header = struct.pack(">BBBBIII", 0, 0, 8, 3, 60000, 28, 28)
    cases = {
        "empty": (b"", "ends too early"),
        "not gzip": (b"<html>not found</html>", "is not an IDX file"),
        "wrong type": (gzip.compress(struct.pack(">BBBBIII", 0, 0, 13, 3, 60000, 28, 28)), "is not an IDX file"),
        "labels for images": (gzip.compress(struct.pack(">BBBBI", 0, 0, 8, 1, 60000)), "is not an IDX file"),
        "wrong size": (gzip.compress(struct.pack(">BBBBIII", 0, 0, 8, 3, 60000, 28, 27)), "extent 2 is 27 instead of 28"),
        "truncated data": (gzip.compress(header + bytes(1000)), "ends too early"),
        "truncated gzip": (gzip.compress(header + bytes(range(256)) * 400)[:200], "ends too early"),
        "too long": (gzip.compress(header + bytes(60000 * 784 + 1), 1), "longer than it says"),
        "no labels": (gzip.compress(header + bytes(60000 * 784), 1), "cannot open"),
    }
    yield "missing", folder / "nowhere", "cannot open"
    for case, (content, says) in cases.items():
        place = folder / case.replace(" ", "_")
        place.mkdir()
        (place / name).write_bytes(content)
        yield case, place, says


def main(example, program, good):
    failures = 0
    with tempfile.TemporaryDirectory() as folder:
        for name, argument, says in globals()[example](pathlib.Path(folder), pathlib.Path(good)):
            run = subprocess.run([program, str(argument)], capture_output=True, text=True, timeout=60)
            message = run.stderr.rstrip("\n")
            if run.returncode != 1 or says not in message or "\n" in message or run.stdout:
                failures += 1
                print(f"{name}: exit code {run.returncode}, expected 1 and {says!r}; it says {message!r}")
            else:
                print(f"{name}: {message}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
