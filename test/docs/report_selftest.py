# SPDX-License-Identifier: MIT
"""The report generator of bench/report on the small set of results beside this file: what the page must say, that a
figure that changes changes it, and (where gnuplot is installed) that the plots are drawings of these figures."""
import json
import pathlib
import shutil
import sys
import tempfile
import xml.etree.ElementTree

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "bench" / "report"))

import figures  # noqa: E402
import report  # noqa: E402

EXPECTED = [
    # the best peers' gains are 2, 0.8 and 0.99 of three workloads; libtorch is never the best
    "| training steps | 3 | 1.17 | 0.800 | 2.00 | 2 |",
    "| matrix products | 2 | 4.00 | 2.00 | 8.00 | 0 |",
    "| functions | 1 | 0.500 | 0.500 | 0.500 | 1 |",
    "| processor | a processor |",
    "| versions | g++ 12.2.0, eigen3 3.4.0 |",
    "| load of the machine | 1.0 to 1.2 |",
    "| float, multiply-add | 100 GFLOP/s |",
    "|  | cotangent | fastest by hand | libtorch_lean |",
    "| W1 | 2.00 µs | eigen 4.00 µs (2.00) | 42.0 µs (20.00) |",
    "| W2 | 100 µs | openblas 80.0 µs (0.80) |  |",
    "- W2: openblas 80.0 µs (0.80), eigen 90.0 µs (0.90)",
    "geometric mean 4.00, least 2.00, over 2 shapes.",
    "| 1x784x128 | 57.3 |  |",
    "| exp | 2.00 | 4.00 (0.50) |",
    "**Allocations**",
    "| W1 | 0 per step | 3 per step |",
    "| 10 layers, clang++-19 | 6.00 | 300 | 12,345 |",
    "g++: 40 layers take 4.5 times the seconds of 10.",
    "| g++ | 3.00 | 1.50 (0.50) |",
    "g++: cotangent takes 2.00 times the seconds of xsimd",
    "| log-sum-exp 1024 | 2.00 µs | 2.60 µs | 1.30 |",
    "### extra\n\n|  | cotangent | by hand |\n|---|--:|--:|\n| sum | 150 ns | 100 ns (0.67) |",
    # the worst loss first
    "| float/exp | xsimd | 1.02 µs | 2.05 µs | 2.00 | yes |\n| sum | by hand | 100 ns | 150 ns | 1.50 | yes |\n"
    "| W2 | openblas | 80.0 µs | 100 µs | 1.25 | yes |\n"
    "| W3 | eigen | 990 µs | 1.00 ms | 1.01 | no |",
]
PLOTS = {
    "steps_by_hand": ["eigen", "W1", "W3"],
    "steps_libtorch": ["libtorch_lean"],
    "products_float": ["cotangent", "eigen", "64", "peak 100"],
    "functions_float": ["xsimd", "exp"],
    "compile_time": ["g++", "40"],
}


def complaints_about_page():
    text = report.page(HERE / "results")
    for line in EXPECTED:
        if line not in text:
            yield f"the page lacks: {line}"
    if "busy" in text:
        yield "a load of 1.25 is called busy"
    if "{{" in text:
        yield "the page has a placeholder left"


def complaints_about_changes():
    """Each file of results, when it is gone or one of its medians is doubled, makes another page."""
    before = report.page(HERE / "results")
    for path in sorted((HERE / "results").glob("*.json")):
        with tempfile.TemporaryDirectory() as parent:
            folder = pathlib.Path(parent) / "results"
            shutil.copytree(HERE / "results", folder)
            (folder / path.name).unlink()
            if report.page(folder) == before:
                yield f"without {path.name} the page is the same"
            content = json.loads(path.read_text())
            if "load" in content:
                (folder / path.name).write_text(json.dumps({**content, "load": 3}))
                if "busy" not in report.page(folder):
                    yield f"with a load of 3 in {path.name} the page does not say so"
            for row in content.get("measurements", []):
                row["median"] *= 2
                for key in ("GFLOP/s", "GB/s", "items_per_second"):
                    if key in row:
                        row[key] /= 2
            if "measurements" in content:
                (folder / path.name).write_text(json.dumps(content))
                if report.page(folder) == before:
                    yield f"with all medians of {path.name} doubled the page is the same"


def complaints_about_check():
    with tempfile.TemporaryDirectory() as parent:
        folder, page = pathlib.Path(parent) / "results", pathlib.Path(parent) / "page.md"
        shutil.copytree(HERE / "results", folder)
        page.write_text(report.page(folder))
        if report.main(["--check", str(folder), str(page)]) != 0:
            yield "--check complains about a page that is right"
        page.write_text(page.read_text().replace("2.00 µs", "1.00 µs"))
        print("the next line is expected:")
        if report.main(["--check", str(folder), str(page)]) != 1:
            yield "--check says nothing of a page that was edited"


def complaints_about_nothing():
    with tempfile.TemporaryDirectory() as folder:
        text = report.page(folder)
        if text.count(report.MISSING) < 6:
            yield "a page without figures does not say so everywhere"


def complaints_about_plots():
    if not shutil.which("gnuplot"):
        print("gnuplot is not installed: the plots are not tested")
        return
    with tempfile.TemporaryDirectory() as parent:
        folder = pathlib.Path(parent) / "results"
        shutil.copytree(HERE / "results", folder)
        page = report.page(folder, draw=True)
        if {f"{name}.svg" for name in PLOTS} != {path.name for path in folder.glob("*.svg")}:
            yield f"these plots were drawn: {sorted(path.name for path in folder.glob('*.svg'))}"
            return
        for name, words in PLOTS.items():
            text = " ".join(xml.etree.ElementTree.parse(folder / f"{name}.svg").getroot().itertext())
            for word in words:
                if word not in text:
                    yield f"{name}.svg lacks {word}"
            if f"(results/{name}.svg)" not in page:
                yield f"the page does not show {name}.svg"


def complaints_about_numbers():
    for value, unit, expected in ((0, "ns", "0 ns"), (999.4, "ns", "999 ns"), (1234, "ns", "1.23 µs"),
                                  (12345, "x", "12,345 x"), (0.0123, "s", "0.0123 s"), (2.5e9, "ns", "2.50 s"),
                                  (3 << 19, "B", "1.50 MiB")):
        if figures.amount(value, unit) != expected:
            yield f"{value} {unit} becomes {figures.amount(value, unit)}, not {expected}"


def main():
    parts = [complaints_about_page, complaints_about_changes, complaints_about_check, complaints_about_nothing,
             complaints_about_plots, complaints_about_numbers]
    complaints = [c for part in parts for c in part()]
    print("\n".join(complaints) or "the report is as expected")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
