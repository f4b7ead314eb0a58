# SPDX-License-Identifier: MIT
"""gdb with share/gdb/ctg.py prints what leaves.cpp holds: check.py PROGRAM. Exit code 77 where there is no gdb."""
import pathlib
import shutil
import subprocess
import sys

PRINTERS = pathlib.Path(__file__).resolve().parents[2] / "share/gdb/ctg.py"
EXPECTED = {
    "X": "X: float N×3 (N = 2) {{0, 0, 0}, {0, 0, 0.5}}",
    "W": "W 2: double 2×3 {{1, 2, 3}, {4, 5, 6}}",
    "T": "T: int N×2×N (N = 2) {{{0, 0}, {0, 0}}, {{0, 0}, {0, -7}}}",
    "lr": "lr: float 0.1",
    "V": "V: double M×2 (M = 2) {{2, 3}, {5, 6}}",
    "E": "E: float 0×3 {}",
    "A": "double 2×2 {{0, 0}, {0, 8}}",
    "R": "double 3×2 {{1, 4}, {2, 5}, {3, 6}}",
    "L": "W 2: double 2×3 {{1, 2, 3}, {4, 5, 6}}",
    "P": "{P: float 1×2 {{0, 0}}, P: float 1×2 {{0, 3}}}",
    "B": "B: float 100×400 {{0, 1, 0, 0, 0, ...}, ...}",
}


def main(program):
    if not shutil.which("gdb"):
        print("no gdb here: skipped")
        return 77
    if subprocess.run(["gdb", "-batch", "-ex", "python print(1)"], capture_output=True).stdout.strip() != b"1":
        print("a gdb without Python: skipped")
        return 77
    commands = [f"source {PRINTERS}", "set breakpoint pending off", "break stop", "run", "up"]
    for name in EXPECTED:
        commands += ["set print elements " + ("5" if name == "B" else "200"), f"output {name}", "echo \\n"]
    commands += ["break made", "continue", "finish"]
    arguments = ["gdb", "-nx", "-batch"]
    for command in commands:
        arguments += ["-ex", command]
    run = subprocess.run(arguments + [program], capture_output=True, text=True, timeout=120, encoding="utf-8")
    lines = run.stdout.split("\n")
    if "ptrace: Operation not permitted" in run.stderr + run.stdout:
        print("gdb may not trace processes here: skipped")
        return 77
    returned = "Value returned is $1 = F: double 1×2 {{2, 4}}"
    wanted = list(EXPECTED.values())
    if "Value returned is" in run.stdout:  # gdb does not know the way every compiler returns a value
        wanted.append(returned)
    missing = [text for text in wanted if text not in lines]
    for text in missing:
        print(f"gdb does not print: {text}")
    if missing:
        print(run.stdout[-4000:], run.stderr[-4000:], sep="\n")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
