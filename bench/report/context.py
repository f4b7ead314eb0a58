# SPDX-License-Identifier: MIT
"""Prints, as JSON, the machine and the versions of everything that takes part; report.py puts it on the page.

    context.py > FOLDER/context.json
"""
import datetime
import json
import os
import pathlib
import re
import shutil
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILERS = ["g++", "clang++-19"]
PACKAGES = ["libxsimd-dev", "libbenchmark-dev", "libeigen3-dev", "libopenblas-dev", "libblis-dev", "libdnnl-dev",
            "libxsmm-dev", "libtorch-dev", "libadolc-dev"]


def said(*command):
    """What a command prints; nothing where it is missing or fails."""
    if not shutil.which(command[0]):
        return ""
    return subprocess.run(command, capture_output=True, text=True, env={**os.environ, "LC_ALL": "C"}).stdout.strip()


def processor():
    fields = dict(re.findall(r"^([^:\n]+):\s*(.*)$", said("lscpu"), re.MULTILINE))
    flags = fields.get("Flags", "").split()
    family = ", family {CPU family}, model {Model}".format(**fields) if "CPU family" in fields else ""
    return {
        "processor": fields.get("Model name", "unknown") + family,
        "architecture": fields.get("Architecture", "unknown"),
        "cores": fields.get("CPU(s)", str(os.cpu_count())),
        "virtual machine": fields.get("Hypervisor vendor", "no"),
        "caches": ", ".join(f"{level} {fields[name]}" for level, name in
                            (("L1d", "L1d cache"), ("L2", "L2 cache"), ("L3", "L3 cache")) if name in fields),
        "instruction sets": " ".join(f for f in ("sse2", "fma", "avx2", "avx512f", "asimd", "sve") if f in flags),
    }


def system():
    release = pathlib.Path("/etc/os-release")
    name = re.search(r'^PRETTY_NAME="?([^"\n]*)', release.read_text(), re.MULTILINE) if release.exists() else None
    memory = re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())
    return {
        "memory": f"{int(memory.group(1)) / 2**20:.0f} GiB" if memory else "unknown",
        "system": (name.group(1) if name else "unknown") + f", {os.uname().sysname} {os.uname().release}",
    }


def versions():
    found = {}
    for compiler in COMPILERS:
        first = said(compiler, "--version").splitlines()[:1]
        if first:
            found[compiler] = re.search(r"\d+\.\d+\.\d+", first[0]).group()
    for package in PACKAGES:
        version = said("dpkg-query", "-f", "${Version}", "-W", package)
        if version:
            found[package.removeprefix("lib").removesuffix("-dev")] = version
    return found


def main():
    commit = said("git", "-C", str(ROOT), "log", "-1", "--format=%h") or "unknown"
    if said("git", "-C", str(ROOT), "status", "--porcelain", "--", "include", "bench"):
        commit += " with changes"
    content = {"date": datetime.date.today().isoformat(), "commit": commit, **processor(), **system()}
    print(json.dumps({**content, "versions": versions()}, indent=1))


if __name__ == "__main__":
    main()
