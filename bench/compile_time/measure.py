# SPDX-License-Identifier: MIT
"""Prints the seconds and the peak memory it takes to compile each source, with each compiler that is installed.

    measure.py SOURCE...

The flags are those of a user who only adds the include path. The least of three runs counts: others only add to it.
"""
import os
import pathlib
import shutil
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMPILERS = ["g++", "clang++-19"]
FLAGS = ["-std=c++20", "-O2", "-march=native", f"-I{ROOT / 'include'}", "-c"]
RUNS = 3


def run(command):
    """Returns seconds and megabytes of a command and its children."""
    start = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit(f"this failed: {' '.join(command)}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


def main(sources):
    print(f"{'source':<40}{'compiler':<14}{'seconds':>8}{'MB':>8}")
    with tempfile.TemporaryDirectory() as folder:
        for source in sources:
            for compiler in filter(shutil.which, COMPILERS):
                command = [compiler, *FLAGS, source, "-o", os.path.join(folder, "object.o")]
                runs = [run(command) for _ in range(RUNS)]
                seconds, megabytes = min(seconds for seconds, _ in runs), max(megabytes for _, megabytes in runs)
                print(f"{source:<40}{compiler:<14}{seconds:>8.2f}{megabytes:>8.0f}", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
