# SPDX-License-Identifier: MIT
"""Line and bar charts as SVG, drawn by gnuplot."""
import math
import subprocess

# Okabe and Ito's colours, which the colour-blind can tell apart; a competitor has the same one in all plots.
COLOURS = {"cotangent": "#d55e00", "cotangent_static": "#8c3d00", "eigen": "#0072b2", "eigen_static": "#56b4e9",
           "openblas": "#009e73", "blis": "#e69f00", "onednn": "#cc79a7", "libxsmm": "#000000", "xsimd": "#999999",
           "g++": "#0072b2", "clang++-19": "#d55e00"}
OTHERS = ["#8c6bb1", "#b3a100", "#4d4d4d", "#7fbf7b", "#a6761d", "#fb8072", "#80b1d3", "#bc80bd"]
WIDTH, HEIGHT = 820, 440


def quoted(text):
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def colours(names):
    others = iter(OTHERS * (1 + len(names)))
    return {name: COLOURS.get(name) or next(others) for name in names}


def draw(path, commands, blocks):
    data = "".join(f"${name} << EOD\n" + "\n".join(lines) + "\nEOD\n" for name, lines in blocks)
    script = "\n".join([
        "set encoding utf8",
        f"set terminal svg size {WIDTH},{HEIGHT} font 'Helvetica,14' background '#ffffff' noenhanced",
        f"set output {quoted(path)}",
        "set border 3 lc '#666666'",
        "set tics nomirror textcolor '#333333'",
        "set grid ytics lc '#dddddd' lt 1",
        "set key outside right top reverse Left samplen 1.5 spacing 1.2",
        *commands,
    ])
    subprocess.run(["gnuplot"], input=data + script + "\n", text=True, check=True)


def lines(path, title, x, y, series, log_x=False, top=None):
    """series: name → [(x, y)]. `top` ends the y axis and is written there."""
    blocks, plots = [], []
    for (name, points), colour in zip(series.items(), colours(series).values()):
        block = f"S{len(blocks)}"
        blocks.append((block, [f"{a} {b}" for a, b in sorted(points)]))
        width = 3 if name.startswith("cotangent") else 1.6
        plots.append(f"${block} using 1:2 with linespoints lw {width} pt 7 ps 0.5 lc '{colour}' title {quoted(name)}")
    at = sorted({a for points in series.values() for a, _ in points})
    commands = [
        f"set title {quoted(title)}", f"set xlabel {quoted(x)}", f"set ylabel {quoted(y)}",
        *(["set logscale x 2"] if log_x else []),
        f"set xtics ({', '.join(str(t) for t in thinned(at, log_x))})",
        f"set xrange [{at[0] * 0.9 if log_x else 0}:{at[-1] * 1.06}]",
        f"set yrange [0:{top or '*'}]",
    ]
    if top:
        commands.append(f"set label 'peak {top:.0f}' at graph 0.01, graph 1 offset 0,0.7 textcolor '#333333'")
    draw(path, [*commands, "plot " + ", ".join(plots)], blocks)


def thinned(ticks, log):
    """Those with room for their text, from the right."""
    place = math.log if log else float
    room = 0.06 * (place(ticks[-1]) - place(ticks[0]))
    kept = []
    for t in reversed(ticks):
        if not kept or place(kept[-1]) - place(t) >= room:
            kept.append(t)
    return kept[::-1]


def log_ticks(low, high):
    """From below low to above high: the wider the range, the fewer of each decade."""
    decades = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    digits = (1, 1.2, 1.5, 2, 3, 4, 5, 6, 7, 8, 9) if high / low < 10 else (1, 2, 5) if high / low < 1000 else (1,)
    ticks = [digit * 10.0**d for d in decades for digit in digits]
    below, above = max(t for t in ticks if t <= low), min(t for t in ticks if t >= high)
    return [t for t in ticks if below <= t <= above]


def bars(path, title, y, groups, series, log_y=False):
    """series: name → {group: y}; a group holds the bars it has, side by side. On a logarithmic axis bars stand on 1,
    those of less hang from it."""
    present = [[name for name, points in series.items() if group in points] for group in groups]
    width = max(map(len, present)) + 1
    foot = 1 if log_y else 0
    blocks, plots = [], []
    for (name, points), colour in zip(series.items(), colours(series).values()):
        data = []
        for g, group in enumerate(groups):
            if group in points:
                x = (g + 0.5) * width + present[g].index(name) - (len(present[g]) - 1) / 2
                low, high = sorted((points[group], foot))
                data.append(f"{x} {points[group]} {x - 0.45} {x + 0.45} {low} {high}")
        block = f"S{len(blocks)}"
        blocks.append((block, data))
        plots.append(f"${block} using 1:2:3:4:5:6 with boxxyerror fs solid noborder lc '{colour}' "
                     f"title {quoted(name)}")
    centres = ", ".join(f"{quoted(group)} {(g + 0.5) * width}" for g, group in enumerate(groups))
    longest = max(len(g) for g in groups) * len(groups)
    commands = [
        f"set title {quoted(title)}", f"set ylabel {quoted(y)}",
        f"set xtics ({centres}) scale 0" + (" rotate by -35 left" if longest > 75 else ""),
        f"set xrange [0:{len(groups) * width}]", "set yrange [0:*]",
    ]
    if log_y:
        values = [v for points in series.values() for v in points.values()]
        marks = log_ticks(min(values + [1]), max(values + [1.1]))
        commands += ["set logscale y", f"set yrange [{marks[0]}:{marks[-1]}]",
                     "set ytics (" + ", ".join(f"'{m:g}' {m:g}" for m in marks) + ")",
                     "set arrow from graph 0, first 1 to graph 1, first 1 nohead lw 1.5 lc '#333333' front"]
    draw(path, [*commands, "plot " + ", ".join(plots)], blocks)
