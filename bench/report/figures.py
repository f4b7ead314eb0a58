# SPDX-License-Identifier: MIT
"""The files of results that bench/README.md describes, read and put into tables."""
import json
import math
import pathlib

OWN = "cotangent"


class Results:
    """All files NAME.json of a folder: `suites[NAME]` is the list of rows of one, `heads[NAME]` what stands above."""

    def __init__(self, folder):
        self.suites, self.heads = {}, {}
        for path in sorted(pathlib.Path(folder).glob("*.json")):
            content = json.loads(path.read_text())
            self.suites[path.stem] = content.pop("measurements", [])
            self.heads[path.stem] = content

    def rows(self, *names, quantity="time", prefix=""):
        return [r for name in names for r in self.suites.get(name, ())
                if r["quantity"] == quantity and r["workload"].startswith(prefix)]


def is_own(row):
    return row["contestant"].startswith(OWN)


def unique(values):
    return list(dict.fromkeys(values))


def significant(value, digits=3):
    """1234 → 1234, 12.34 → 12.3, 0.0123 → 0.0123: never fewer digits before the point than there are."""
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{decimals}f}"


SCALES = {"ns": [(1e9, "s"), (1e6, "ms"), (1e3, "µs"), (1, "ns")], "B": [(2**20, "MiB"), (2**10, "KiB"), (1, "B")]}


def amount(value, unit):
    for scale, name in SCALES.get(unit, ()):
        if abs(value) >= scale:
            return f"{significant(value / scale)} {name}"
    return f"{value:,.0f} {unit}" if value == int(value) else f"{significant(value)} {unit}"


def by_workload(rows):
    """workload → contestant → row; of two rows for one place (each program measures the library again) the first."""
    table = {}
    for r in rows:
        table.setdefault(r["workload"], {}).setdefault(r["contestant"], r)
    return table


def best(rows):
    return min(rows, key=lambda r: r["median"], default=None)


def markdown(header, lines):
    """A table; all columns but the first are numbers."""
    text = ["| " + " | ".join(header) + " |", "|---" + "|--:" * (len(header) - 1) + "|"]
    text += ["| " + " | ".join(line) + " |" for line in lines]
    return "\n".join(text)


def comparison(rows, show=None, shorten=lambda workload: workload):
    """A line for each workload, a column for each contestant: what `show` says of a row (by default its median), and
    how many times the fastest cotangent's the peer's is. Empty where nobody was measured."""
    show = show or (lambda r: amount(r["median"], r["unit"]))
    contestants = unique(r["contestant"] for r in rows)
    contestants.sort(key=lambda c: not c.startswith(OWN))
    lines = []
    for workload, found in by_workload(rows).items():
        line = [shorten(workload)]
        for contestant in contestants:
            r = found.get(contestant)
            if r is None:
                line.append("")
            elif is_own(r) or r["ratio"] is None:
                line.append(show(r))
            else:
                line.append(f"{show(r)} ({r['ratio']:.2f})")
        lines.append(line)
    return markdown(["", *contestants], lines)


def contests(rows):
    """(workload, best own row, best peer's row) of each workload that has both."""
    for workload, found in by_workload(rows).items():
        own, peer = best([r for r in found.values() if is_own(r)]), best([r for r in found.values() if not is_own(r)])
        if own and peer:
            yield workload, own, peer


def advantage(own, peer):
    """How many times faster than the peer; from the peer's own file, where cotangent ran beside it."""
    return peer["ratio"] or peer["median"] / own["median"]


def geometric_mean(values):
    values = list(values)
    return math.exp(sum(map(math.log, values)) / len(values)) if values else None
