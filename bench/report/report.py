# SPDX-License-Identifier: MIT
"""Makes the page and its plots of the files of results beside it.

    report.py FOLDER PAGE          reads FOLDER/*.json, writes FOLDER/*.svg and PAGE
    report.py --check FOLDER PAGE  says whether PAGE is what would be written, and draws nothing

The text is page.md; a line {{name}} of it is what the function of that name here makes of the figures.
"""
import pathlib
import re
import sys

import plots
from figures import (Results, advantage, amount, by_workload, comparison, contests, geometric_mean, is_own,
                     markdown, significant, unique)

TEMPLATE = pathlib.Path(__file__).resolve().parent / "page.md"
MISSING = "*Not measured in this run.*"

STEPS = ["steps", "steps_torch"]
PRODUCTS = ["peers_gemm"]
BUSY = 2.0  # a load of 1 is the benchmark itself


class Page:
    def __init__(self, results, folder, draw):
        self.results, self.folder, self.draw = results, pathlib.Path(folder), draw

    def plot(self, kind, name, *arguments, **options):
        """Draws FOLDER/name.svg; returns the line of the page that shows it."""
        if self.draw:
            kind(self.folder / f"{name}.svg", *arguments, **options)
        return f"![{arguments[0]}]({self.folder.name}/{name}.svg)"

    def other_suites(self):
        known = {"machine", "math", "operations", "gradients", "parallel", *STEPS, *PRODUCTS}
        return [(name, self.results.rows(name)) for name in self.results.suites
                if name not in known and self.results.rows(name)]

    def contested(self):
        return [("training steps", self.results.rows(*STEPS)),
                ("matrix products", self.results.rows(*PRODUCTS)),
                ("functions", self.results.rows("math")), *self.other_suites()]

    # ── one method for each {{name}} ──

    def summary(self):
        lines = []
        for title, rows in self.contested():
            gains = [advantage(own, peer) for _, own, peer in contests(rows)]
            if gains:
                behind = sum(g < 1 for g in gains)
                lines.append([title, str(len(gains)), significant(geometric_mean(gains)), significant(min(gains)),
                              significant(max(gains)), str(behind)])
        header = ["against the best peer of each workload", "workloads", "geometric mean", "least", "most", "slower in"]
        return markdown(header, lines) if lines else MISSING

    def machine(self):
        context = dict(self.results.heads.get("context", {}))
        if not context:
            return MISSING
        versions = context.pop("versions", {})
        context["versions"] = ", ".join(f"{k} {v}" for k, v in versions.items())
        heads = [h for h in self.results.heads.values() if "options" in h]
        context["options of the benchmarks"] = "; ".join(unique(f"{h['compiler']} {h['options']}" for h in heads))
        if heads:
            loads = [h["load"] for h in heads]
            context["load of the machine"] = f"{min(loads):.1f} to {max(loads):.1f}"
        for r in self.results.rows("machine"):
            counter = next((f"{significant(r[c])} {c}" for c in ("GFLOP/s", "GB/s") if c in r), None)
            if counter:
                context[r["workload"].replace("/", ", ")] = counter
        text = "\n".join(["| | |", "|---|---|"] + [f"| {k} | {v} |" for k, v in context.items()])
        if any(h["load"] > BUSY for h in heads):
            text += ("\n\n**The machine was busy with other work during at least one suite: "
                     "take small differences for nothing.**")
        return text

    def steps(self):
        rows = self.results.rows(*STEPS)
        if not rows:
            return MISSING
        peers = unique(r["contestant"] for r in rows if not is_own(r) and r["ratio"])
        torch = [p for p in peers if p.startswith("libtorch")]
        experts = [p for p in peers if p not in torch]
        table, parts = by_workload(rows), []
        for name, title, chosen in (("steps_by_hand", "written by hand", experts),
                                    ("steps_libtorch", "libtorch", torch)):
            series = {p: {w: found[p]["ratio"] for w, found in table.items() if p in found} for p in chosen}
            if series:
                groups = [w for w in table if any(w in points for points in series.values())]
                parts.append(self.plot(plots.bars, name, f"Training steps, {title}: time / time of cotangent",
                                       "times cotangent's time", groups, series, log_y=True))
        own = [c for c in ("cotangent", "cotangent_static") if any(c in found for found in table.values())]
        lines, details = [], []
        for workload, found in table.items():
            hands = sorted((found[p] for p in experts if p in found), key=lambda r: r["median"])
            fastest = hands[0] if hands else None
            lines.append([workload, *[time(found.get(c)) for c in own],
                          f"{fastest['contestant']} {time(fastest)}" if fastest else "",
                          *[time(found.get(p)) for p in torch]])
            if hands:
                details.append(f"- {workload}: " + ", ".join(f"{r['contestant']} {time(r)}" for r in hands))
        parts.append(markdown(["", *own, "fastest by hand", *torch], lines))
        return "\n\n".join([*parts, "All that is written by hand:", "\n".join(details)])

    def threads(self):
        lines = []
        for workload, found in by_workload(self.results.rows("parallel")).items():
            one, two = found["one thread"], found["two threads"]
            lines.append([workload, time(one), time(two), f"{one['median'] / two['median']:.2f}"])
        return markdown(["", "one thread", "two threads", "times as fast"], lines) if lines else MISSING

    def products(self):
        rows = [r for r in self.results.rows(*PRODUCTS) if "GFLOP/s" in r]
        if not rows:
            return MISSING
        peak = {r["workload"].split("/")[0]: r["GFLOP/s"] for r in self.results.rows("machine") if "GFLOP/s" in r}
        parts = []
        for group in unique(r["workload"].split("/")[0] for r in rows):
            own_group = [r for r in rows if r["workload"].split("/")[0] == group]
            series = {}
            for r in own_group:
                size = square(r["workload"])
                if size:
                    series.setdefault(r["contestant"], []).append((size, r["GFLOP/s"]))
            series = dict(sorted(series.items(), key=lambda item: not item[0].startswith("cotangent")))
            base, _, kind = group.partition("_")
            name = f"{base}, sizes known to the compiler" if kind else base
            gains = [advantage(own, peer) for _, own, peer in contests(own_group)]
            parts.append(f"### {name}")
            if gains:
                parts.append(f"Best peer's time / cotangent's: geometric mean {geometric_mean(gains):.2f}, least "
                             f"{min(gains):.2f}, over {len(gains)} shapes.")
            if series:
                top = peak.get(base)
                if top:  # a clock that has gone up since then must not push a point out of the picture
                    top = max(top, *(speed for points in series.values() for _, speed in points))
                parts.append(self.plot(plots.lines, f"products_{group}", f"Square products, {name}, one thread", "n",
                                       "GFLOP/s", series, log_x=True, top=top))
                if top:
                    parts.append(f"The axis ends at what the core can do: {significant(top)} GFLOP/s.")
            parts.append("GFLOP/s (in brackets: time / cotangent's):\n\n"
                         + comparison(own_group, lambda r: significant(r["GFLOP/s"]), lambda w: w.split("/", 1)[1]))
        return "\n\n".join(parts)

    def functions(self):
        parts = []
        for group in ("float", "double"):
            rows = [r for r in self.results.rows("math", prefix=group + "/") if "items_per_second" in r]
            if not rows:
                continue
            series = {}
            for r in sorted(rows, key=lambda r: not is_own(r)):
                series.setdefault(r["contestant"], {})[r["workload"].split("/")[1]] = r["items_per_second"] / 1e9
            groups = unique(r["workload"].split("/")[1] for r in rows)
            parts.append(self.plot(plots.bars, f"functions_{group}", f"Functions in L1, {group}, one thread",
                                   "elements per ns", groups, series))
            speed = lambda r: significant(r["items_per_second"] / 1e9)
            parts.append("Elements per nanosecond (in brackets: time / cotangent's):\n\n"
                         + comparison(rows, speed, lambda w: w.split("/")[1]))
        return "\n\n".join(parts) or MISSING

    def gradients(self):
        lines = []
        for workload, found in by_workload(self.results.rows("gradients")).items():
            value, gradient = found.get("cotangent_value"), found.get("cotangent_gradient")
            if value and gradient:
                lines.append([workload, time(value), time(gradient), f"{gradient['median'] / value['median']:.2f}"])
        return markdown(["", "value", "value and gradient", "ratio"], lines) if lines else MISSING

    def beside(self):
        """What programs measure that is neither time nor compilation, a table for each quantity."""
        parts = []
        rows = [r for name, suite in self.results.suites.items() if name != "compile_time" for r in suite
                if r["quantity"] != "time"]
        for quantity in unique(r["quantity"] for r in rows):
            chosen = [r for r in rows if r["quantity"] == quantity]
            parts.append(f"**{quantity[0].upper() + quantity[1:]}**\n\n" + comparison(chosen))
        return "\n\n".join(parts) or MISSING

    def others(self):
        """Times of suites that have no section of their own: nothing that was measured is left out."""
        return "\n\n".join(f"### {name}\n\n{comparison(rows)}" for name, rows in self.other_suites()) or MISSING

    def compilation(self):
        rows = self.results.suites.get("compile_time", [])
        if not rows:
            return MISSING
        parts, programs, depth = [], [], {}
        figures = {(r["workload"], r["contestant"], r["quantity"]): r["median"] for r in rows}
        compilers = unique(r["workload"].split("/")[0] for r in rows)
        for compiler in compilers:
            for workload in unique(r["workload"] for r in rows if r["workload"].startswith(compiler + "/")):
                get = lambda quantity: figures.get((workload, "cotangent", quantity))
                if get("compilation") is None:
                    continue
                label, count = workload.split("/")[1], get("instantiations")
                programs.append([f"{label}, {compiler}", significant(get("compilation")),
                                 f"{get('compiler memory'):.0f}", f"{count:,.0f}" if count else ""])
                if label.endswith(" layers"):
                    depth.setdefault(compiler, []).append((int(label.split()[0]), get("compilation")))
        parts.append(markdown(["", "seconds", "MB", "template instantiations"], programs))
        deep = {c: points for c, points in depth.items() if len(points) > 1}
        if deep:
            parts.append(self.plot(plots.lines, "compile_time", "Compiling the training step of a network", "layers",
                                   "seconds", deep))
        for compiler, points in deep.items():
            seconds = dict(points)
            if 10 in seconds and 40 in seconds:
                parts.append(f"{compiler}: 40 layers take {seconds[40] / seconds[10]:.1f} times the seconds of 10.")
        parts.append("Including a library and nothing else:")
        for compiler in compilers:
            own, xsimd = (figures.get((f"{compiler}/include", c, "compilation")) for c in ("cotangent", "xsimd"))
            if own and xsimd:
                parts.append(f"{compiler}: cotangent takes {own / xsimd:.2f} times the seconds of xsimd, which it includes.")
        parts.append("Seconds (in brackets: / cotangent's):\n\n" + comparison(
            [r for r in rows if r["workload"].endswith("/include") and r["quantity"] == "compilation"],
            lambda r: significant(r["median"]), lambda w: w.split("/")[0]))
        parts.append("MB:\n\n" + comparison(
            [r for r in rows if r["workload"].endswith("/include") and r["quantity"] == "compiler memory"],
            lambda r: f"{r['median']:.0f}", lambda w: w.split("/")[0]))
        return "\n\n".join(parts)

    def losses(self):
        lines = []
        for _, rows in self.contested():
            for workload, own, peer in contests(rows):
                gain = advantage(own, peer)
                if gain < 1:
                    apart = "yes" if peer["high"] < own["low"] else "no"
                    lines.append((gain, [workload, peer["contestant"], amount(peer["median"], peer["unit"]),
                                         amount(own["median"], own["unit"]), f"{1 / gain:.2f}", apart]))
        if not lines:
            return "Nowhere: no competitor's median is below cotangent's."
        header = ["workload", "faster", "its median", "cotangent's", "cotangent / it", "beyond the spread"]
        return markdown(header, [line for _, line in sorted(lines, key=lambda item: item[0])])


def time(row):
    """Its median, and of a peer the ratio; nothing for what was not measured."""
    if row is None:
        return ""
    text = amount(row["median"], row["unit"])
    return text if is_own(row) or not row["ratio"] else f"{text} ({row['ratio']:.2f})"


def square(workload):
    """The n of float/64x64x64 or float_fixed/64; 0 for other shapes."""
    parts = workload.split("/")[-1].removesuffix("_static").split("x")
    if "_static" in workload or not all(p.isdigit() for p in parts):
        return 0
    return int(parts[0]) if len(set(parts)) == 1 else 0


def page(folder, draw=False):
    made = Page(Results(folder), folder, draw)
    return re.sub(r"^\{\{(\w+)\}\}$", lambda m: getattr(made, m.group(1))(), TEMPLATE.read_text(), flags=re.MULTILINE)


def main(arguments):
    check = arguments[:1] == ["--check"]
    folder, path = map(pathlib.Path, arguments[check:])
    text = page(folder, draw=not check)
    if not check:
        path.write_text(text)
        return 0
    if path.read_text() == text:
        return 0
    print(f"{path} is not what report.py makes of {folder}/*.json: run it again instead of editing the page")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
