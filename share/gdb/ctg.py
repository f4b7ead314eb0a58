# SPDX-License-Identifier: MIT
"""How gdb prints the leaves, arrays and results of cotangent: name, element type, extents, values.

    (gdb) source share/gdb/ctg.py
    (gdb) print X
    $1 = X: float N×3 (N = 2) {{0, 0, 0}, {0, 0, 5}}

As many values are shown as `set print elements` allows.
"""
import re

import gdb
import gdb.printing

STRING = r'symbol<\d+[uUlL]*>\{+"((?:[^"\\]|\\.)*)"\}+'
TOKEN = re.compile(STRING + r"|(?<![\w<])(-?\d+)[uUlL]*(?=[,>]|$)")


def unescaped(text):
    return re.sub(r"\\(.)", r"\1", text)


def elements_of_array(value):
    """The entries of a std::array as integers."""
    for name in ("_M_elems", "__elems_"):
        try:
            entries = value[name]
            first, last = entries.type.strip_typedefs().range()
            return [int(entries[i]) for i in range(first, last + 1)]
        except (gdb.error, RuntimeError):
            continue
    return []


def referred(value):
    """What a reference refers to, else the value itself."""
    is_reference = value.type.strip_typedefs().code in (gdb.TYPE_CODE_REF, gdb.TYPE_CODE_RVALUE_REF)
    return value.referenced_value() if is_reference else value


def type_name(value):
    return value.type.strip_typedefs().unqualified().name


class Entries:
    """The entries of an array that is in no memory, such as what `finish` shows, read as by a pointer to them."""

    def __init__(self, entries, at=0):
        self.entries, self.at = entries, at
        self.type = entries.type.strip_typedefs().target().pointer()

    def __add__(self, at):
        return Entries(self.entries, self.at + at)

    def dereference(self):
        return self.entries[self.at]


def first_element(storage):
    """Where a storage keeps its elements: in itself or on the heap."""
    names = [f.name for f in storage.type.strip_typedefs().fields()]
    if "data_" in names:
        return storage["data_"]
    inside = storage["elements_"]
    for name in ("_M_elems", "__elems_"):
        try:
            first = inside[name][0].address
            return Entries(inside[name]) if first is None else first
        except (gdb.error, RuntimeError):
            continue
    raise gdb.error("a storage of another layout")


def number(value):
    if value.type.strip_typedefs().code == gdb.TYPE_CODE_FLT:
        return format(float(value), ".6g")
    return str(int(value))


def values_text(pointer, extents, strides):
    """Nested braces, row by row; behind as many values as gdb may print stands an ellipsis."""
    limit = gdb.parameter("print elements")
    left = [limit if limit else 1 << 62]

    def walk(axis, at):
        if axis == len(extents):
            left[0] -= 1
            return number((pointer + at).dereference())
        parts = []
        for i in range(extents[axis]):
            if left[0] <= 0:
                parts.append("...")
                break
            parts.append(walk(axis + 1, at + i * strides[axis]))
        return "{" + ", ".join(parts) + "}"

    return walk(0, 0)


def contiguous(extents, pitch=None):
    strides = [1] * len(extents)
    for axis in range(len(extents) - 2, -1, -1):
        strides[axis] = pitch if pitch is not None and axis == len(extents) - 2 else strides[axis + 1] * extents[axis + 1]
    return strides


def text(name, pointer, extents, strides, names=()):
    """names: by axis the name of the extent or None."""
    element = str(pointer.type.strip_typedefs().target().unqualified().strip_typedefs())
    shown = [n or str(e) for n, e in zip(names or [None] * len(extents), extents)]
    known = {n: e for n, e in zip(names, extents) if n}
    where = " (" + ", ".join(f"{n} = {e}" for n, e in known.items()) + ")" if known else ""
    head = element + (" " + "×".join(shown) if shown else "") + where
    return (name + ": " if name else "") + head + " " + values_text(pointer, extents, strides)


class LeafPrinter:
    def __init__(self, value):
        self.value = referred(value)

    def to_string(self):
        tokens = list(TOKEN.finditer(type_name(self.value)))
        name, axes = unescaped(tokens[0].group(1)), tokens[1:]
        numbers = elements_of_array(self.value["extents_"]["numbers_"])
        extents, names, known = [], [], {}
        for axis in axes:
            if axis.group(2) is not None:
                extents.append(int(axis.group(2)))
                names.append(None)
                continue
            of = unescaped(axis.group(1))
            if of not in known:
                known[of] = numbers[len(known)]
            extents.append(known[of])
            names.append(of)
        fields = [f.name for f in self.value.type.strip_typedefs().fields()]
        if "elements_" in fields:
            pointer, strides = first_element(self.value["elements_"]), contiguous(extents)
        else:
            pointer, strides = self.value["data_"], contiguous(extents, int(self.value["ld_"]))
        return text(name, pointer, extents, strides, names)


class ArrayPrinter:
    def __init__(self, value):
        self.value = referred(value)

    def to_string(self):
        extents = elements_of_array(self.value["extents_"])
        return text("", first_element(self.value["elements_"]), extents, contiguous(extents))


class ResultPrinter:
    def __init__(self, value):
        self.value = referred(value)

    def to_string(self):
        rank = int(re.search(r",\s*(\d+)>$", type_name(self.value)).group(1))
        extents, strides = (elements_of_array(self.value[f])[:rank] for f in ("extents_", "strides_"))
        return text("", self.value["data_"], extents, strides)


def printers():
    found = gdb.printing.RegexpCollectionPrettyPrinter("cotangent")
    inside = r"^ctg::(v\d+::)?"
    found.add_printer("leaf", inside + "basic_(tensor|view)<", LeafPrinter)
    found.add_printer("array", inside + "array<", ArrayPrinter)
    found.add_printer("result", inside + "result_view<", ResultPrinter)
    return found


gdb.printing.register_pretty_printer(gdb.current_objfile(), printers(), replace=True)
