# SPDX-License-Identifier: MIT
"""Measures what compiling costs: processor seconds, peak memory and template instantiations of programs.py's sources,
and seconds and memory of including other libraries, with each compiler that is installed.

    measure.py [--json FILE] [--runs N]

The flags are those of a user who wants speed: -O3 -march=native. All compilations take turns in random order, so that a
disturbance of the machine meets all; medians of three (or N) count, but those above half a minute run once.
Instantiations are those of classes and functions that clang's -ftime-trace lists, the same each time.
"""
import argparse
import json
import os
import pathlib
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile

import programs

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILERS = ["g++", "clang++-19"]
OPTIONS = ["-O3", "-march=native"]
LAYERS = [2, 5, 10, 20, 40, 80]
LONG = 30  # seconds

OWN = ["-std=c++20", f"-I{ROOT / 'include'}"]

# contestant, header, options: libtorch 1.13 with clang is not for C++20
LIBRARIES = [
    ("xsimd", "xsimd/xsimd.hpp", ["-std=c++20"]),
    ("eigen", "Eigen/Dense", ["-std=c++20", "-I/usr/include/eigen3"]),
    ("libtorch", "torch/torch.h", ["-std=c++17", "-I/usr/include/torch/csrc/api/include"]),
    ("adol-c", "adolc/adolc.h", ["-std=c++20"]),
    ("autodiff", "autodiff/reverse/var.hpp", ["-std=c++20", "-I/usr/include/eigen3"]),
    ("cppad", "cppad/cppad.hpp", ["-std=c++20"]),
    ("adept", "adept.h", ["-std=c++20"]),
    ("codipack", "codi.hpp", ["-std=c++20"]),
]


def run(command):
    """Returns processor seconds and megabytes of a command and its children; None where it fails."""
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        print(f"{' '.join(command)}\n{errors[:2000]}", file=sys.stderr)
        return None
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def version(compiler):
    first = subprocess.run([compiler, "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    return re.search(r"\d+\.\d+\.\d+", first).group()


def instantiations(compiler, arguments):
    """How many classes and functions are made of templates, by the compiler's front end alone."""
    with tempfile.TemporaryDirectory() as folder:
        trace = pathlib.Path(folder) / "trace.json"
        options = ["-fsyntax-only", "-Xclang", f"-ftime-trace={trace}", "-Xclang", "-ftime-trace-granularity=0"]
        subprocess.run([compiler, *options, *arguments], check=True)
        return len(re.findall(rb'"name":"Instantiate(?:Class|Function)"', trace.read_bytes()))


def found(compiler, header, options):
    command = [compiler, "-E", "-x", "c++", *options, "-"]
    question = f"#if !__has_include(<{header}>)\n#error\n#endif\n"
    return subprocess.run(command, input=question, capture_output=True, text=True).returncode == 0


class Case:
    """One source with one compiler."""

    def __init__(self, compiler, workload, contestant, text, options, folder):
        self.workload, self.contestant = f"{compiler}/{workload}", contestant
        source = pathlib.Path(folder) / f"{workload}_{contestant}.cpp".replace(" ", "_").replace(os.sep, "_")
        source.write_text(text)
        self.compiler, self.object = compiler, str(source.with_suffix(".o"))
        self.arguments = [*OPTIONS, *options, str(source)]
        self.runs = []

    def compile(self):
        figures = run([self.compiler, *self.arguments, "-w", "-c", "-o", self.object])
        if figures:
            self.runs.append(figures)
        return figures

    def rows(self, own):
        """`own` is the case of cotangent that this one is compared with."""
        for index, (quantity, unit) in enumerate([("compilation", "s"), ("compiler memory", "MB")]):
            values = sorted(figures[index] for figures in self.runs)
            median = statistics.median(values)
            ratio = median / statistics.median(figures[index] for figures in own.runs)
            yield row(self, quantity, unit, median, values[0], values[-1], len(values), ratio)


def row(case, quantity, unit, median, low, high, repetitions, ratio):
    return {"workload": case.workload, "contestant": case.contestant, "quantity": quantity, "unit": unit,
            "median": round(median, 3), "low": round(low, 3), "high": round(high, 3), "repetitions": repetitions,
            "ratio": round(ratio, 3)}


def cases(compilers, folder):
    for compiler in compilers:
        yield Case(compiler, "include", "cotangent", programs.include(programs.HEADER), OWN, folder)
        for contestant, header, options in LIBRARIES:
            if found(compiler, header, options):
                yield Case(compiler, "include", contestant, programs.include(header), options, folder)
            else:
                print(f"{compiler}: {contestant} is not installed")
        yield Case(compiler, "affine layer", "cotangent", programs.affine(), OWN, folder)
        yield Case(compiler, "W2", "cotangent", programs.w2(), OWN, folder)
        for n in LAYERS:
            yield Case(compiler, f"{n} layers", "cotangent", programs.mlp(n), OWN, folder)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", type=pathlib.Path)
    parser.add_argument("--runs", type=int, default=3)
    options = parser.parse_args()
    compilers = [c for c in COMPILERS if shutil.which(c)]
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        all_cases = list(cases(compilers, folder))
        for turn in range(options.runs):
            for case in random.sample(all_cases, len(all_cases)):
                if turn > 0 and (not case.runs or case.runs[0][0] > LONG):
                    continue
                figures = case.compile()
                said = f"{figures[0]:8.2f} s{figures[1]:8.0f} MB" if figures else "failed"
                print(f"{case.workload:<32}{case.contestant:<14}{said}", flush=True)
        for case in all_cases:
            own = next(c for c in all_cases if c.contestant == "cotangent" and c.workload == case.workload)
            if case.runs and own.runs:
                rows.extend(case.rows(own))
            if case.runs and case.contestant == "cotangent" and "clang" in case.compiler:
                count = instantiations(case.compiler, case.arguments)
                rows.append(row(case, "instantiations", "templates", count, count, count, 1, 1))
    if options.json:
        head = {"program": "compile_time", "compiler": ", ".join(f"{c} {version(c)}" for c in compilers),
                "options": " ".join(OPTIONS), "load": os.getloadavg()[0], "measurements": []}
        text = json.dumps(head)[:-2] + "\n  " + ",\n  ".join(json.dumps(r) for r in rows) + "\n]}\n"
        options.json.write_text(text)
    return 0 if all(case.runs for case in all_cases if case.contestant == "cotangent") else 1


if __name__ == "__main__":
    sys.exit(main())
