# SPDX-License-Identifier: MIT
"""Holds what compiling costs, by figures that are the same in each run, unlike seconds.

    check.py COMPILER PROGRAM    compiles a program of bench/compile_time and compares with bounds.json
    check.py COMPILER deep       compiles 80 layers within the compiler's default limits; the same for `nodes` (an
                                 expression of 200 operations and its gradient) and `lstm` (examples/lstm.cpp)
    check.py --update COMPILER   measures all programs anew and writes bounds.json
    check.py --selftest COMPILER proves that the comparison can fail

Instantiations are the classes and functions that clang makes of templates (-ftime-trace lists each); steps are those of
the longest constant expression (clang's -fconstexpr-steps). More than SLACK above the bound fails. Both depend on
clang, the standard library and xsimd, so with other versions than those of bounds.json nothing is compared (exit code
77).
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[1]
sys.path.insert(0, str(ROOT / "bench" / "compile_time"))

import programs  # noqa: E402

BOUNDS = HERE / "bounds.json"
SLACK = 0.04
SKIPPED = 77
PROGRAMS = {
    "include": lambda: programs.include(programs.HEADER),
    "affine": programs.affine,
    "layers": lambda: programs.mlp(6),
}
WITHIN_LIMITS = {
    "deep": lambda: programs.mlp(80),
    "nodes": lambda: programs.nodes(200),
    "lstm": lambda: (ROOT / "examples" / "lstm.cpp").read_text(),
}
OPTIONS = ["-std=c++20", "-march=x86-64-v3", f"-I{ROOT / 'include'}"]


def versions(compiler):
    text = ("#include <cstddef>\n#include <xsimd/config/xsimd_config.hpp>\n"
            "__clang_version__ _GLIBCXX_RELEASE XSIMD_VERSION_MAJOR XSIMD_VERSION_MINOR\n")
    command = [compiler, "-E", "-P", "-x", "c++", "-"]
    last = subprocess.run(command, input=text, capture_output=True, text=True).stdout.strip().split("\n")[-1]
    found = re.fullmatch(r'"([\d.]+)[^"]*" (\d+) (\d+) (\d+)', last)
    return "clang {}, libstdc++ {}, xsimd {}.{}".format(*found.groups()) if found else f"something else: {last}"


def compile_limited(compiler, text, steps):
    """Returns the number of instantiations; None where a constant expression needs more steps."""
    with tempfile.TemporaryDirectory() as folder:
        source, trace = pathlib.Path(folder) / "program.cpp", pathlib.Path(folder) / "trace.json"
        source.write_text(text)
        tracing = ["-Xclang", f"-ftime-trace={trace}", "-Xclang", "-ftime-trace-granularity=0"]
        command = [compiler, "-fsyntax-only", *OPTIONS, f"-fconstexpr-steps={steps}", *tracing, str(source)]
        result = subprocess.run(command, capture_output=True, text=True)
        if result.returncode == 0:
            return len(re.findall(rb'"name":"Instantiate(?:Class|Function)"', trace.read_bytes()))
        # the limit makes a constexpr variable no constant, which is what clang then calls the error
        if "maximum step limit" in result.stderr:
            return None
        sys.exit(f"this does not compile:\n{text}\n{result.stderr[:3000]}")


def complaints(compiler, name, text, bound):
    allowed = {key: int(value * (1 + SLACK)) for key, value in bound.items()}
    count = compile_limited(compiler, text, allowed["steps"])
    if count is None:
        yield f"{name}: a constant expression takes more than {allowed['steps']} steps, before it took {bound['steps']}"
    elif count > allowed["instantiations"]:
        yield f"{name}: {count} template instantiations, {allowed['instantiations']} are allowed"
    elif count < bound["instantiations"] * (1 - 2 * SLACK):
        print(f"{name}: {count} instantiations instead of {bound['instantiations']}; --update would hold that")


def compile_within_limits(compiler, name):
    with tempfile.TemporaryDirectory() as folder:
        source = pathlib.Path(folder) / f"{name}.cpp"
        source.write_text(WITHIN_LIMITS[name]())
        example = [f"-I{ROOT / 'examples'}", '-DDATA_FOLDER=""']
        return subprocess.run([compiler, "-fsyntax-only", *OPTIONS, *example, str(source)]).returncode


def least_steps(compiler, text, guess=1 << 16):
    """To one per cent, by halving, since clang does not count aloud; a good guess saves most of the compilations."""
    enough = lambda steps: compile_limited(compiler, text, steps) is not None
    low, high = int(guess * 0.99), int(guess * 1.01) + 1
    while not enough(high):
        low, high = high, high * 2
    while low > 0 and enough(low):
        low, high = low // 2, low
    while high - low > high // 100 + 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def update(compiler):
    before = json.loads(BOUNDS.read_text()) if BOUNDS.exists() else {}
    content = {"versions": versions(compiler)}
    for name, text in PROGRAMS.items():
        steps = least_steps(compiler, text(), before.get(name, {}).get("steps", 1 << 16))
        content[name] = {"instantiations": compile_limited(compiler, text(), 1 << 20), "steps": steps}
        print(name, content[name], flush=True)
    BOUNDS.write_text(json.dumps(content, indent=1) + "\n")


SAMPLE = """\
template <int N> struct number { static constexpr int value = number<N - 1>::value + 1; };
template <> struct number<0> { static constexpr int value = 0; };
constexpr int count(int n) { int sum = 0; for (int i = 0; i < n; ++i) sum += i; return sum; }
constexpr int counted = count(1000) + number<100>::value;
"""


def selftest(compiler):
    right = {"instantiations": compile_limited(compiler, SAMPLE, 1 << 20), "steps": least_steps(compiler, SAMPLE)}
    trials = [(right, None),
              ({**right, "instantiations": int(right["instantiations"] * 0.9)}, "template instantiations"),
              ({**right, "steps": int(right["steps"] * 0.9)}, "steps")]
    failures = [f"with the bounds {bound} it says {said}" for bound, expected in trials
                for said in [list(complaints(compiler, "sample", SAMPLE, bound))]
                if (expected is None) != (not said) or (expected and expected not in said[0])]
    if right["instantiations"] < 100 or right["steps"] < 1000:
        failures.append(f"100 classes and a loop of 1000 are measured as {right}")
    print("\n".join(failures) or f"the check can fail; {right}")
    return 1 if failures else 0


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    if arguments[0] == "--update":
        return update(arguments[1])
    if arguments[0] == "--selftest":
        return selftest(arguments[1])
    compiler, name = arguments
    if name in WITHIN_LIMITS:
        return compile_within_limits(compiler, name)
    bounds = json.loads(BOUNDS.read_text())
    if versions(compiler) != bounds["versions"]:
        print(f"the bounds are for {bounds['versions']}, this is {versions(compiler)}: not compared")
        return SKIPPED
    said = list(complaints(compiler, name, PROGRAMS[name](), bounds[name]))
    print("\n".join(said) or f"{name}: within the bounds")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
