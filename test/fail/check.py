# SPDX-License-Identifier: MIT
"""Compiles a program that must not compile and reads what the compiler says.

    check.py wrong FILE COMPILER FLAGS...    it fails, with the texts that the file expects
    check.py twin FILE COMPILER FLAGS...     with -DCTG_TWIN it compiles

The file states, each on a line of its own:
    // EXPECT: text        in the first error's line or in the note directly under it
    // EXPECT-ANY: text    anywhere in the output
    // MAX-LINES: n        the output has at most n lines; clang's one line for each header on the way is not counted
"""
import os
import pathlib
import re
import subprocess
import sys


class Failure(Exception):
    pass


def compile_file(file, command):
    done = subprocess.run([*command, "-fsyntax-only", str(file)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, errors="replace", stdin=subprocess.DEVNULL, env={**os.environ, "LC_ALL": "C"})
    return done.returncode, done.stdout


def headline(output):
    """The message of the first error and that of the note under it, if the next diagnostic is a note."""
    messages = re.findall(r"^(?:.*?: )?(fatal error|error|note|warning): (.*)$", output, re.MULTILINE)
    for i, (kind, text) in enumerate(messages):
        if kind.endswith("error"):
            under = messages[i + 1:i + 2]
            return "\n".join([text] + [note for kind, note in under if kind == "note"])
    return ""


def check_twin(file, command):
    if "CTG_TWIN" not in file.read_text():
        raise Failure("the file has no twin: it does not mention CTG_TWIN")
    code, output = compile_file(file, [*command, "-DCTG_TWIN"])
    if code != 0:
        raise Failure(f"the twin does not compile:\n{output}")


def check_wrong(file, command):
    source = file.read_text()

    def stated(name):
        return [text.strip() for text in re.findall(rf"^\s*// {name}: (.*)$", source, re.MULTILINE)]

    expected = stated("EXPECT")
    if not expected:
        raise Failure("the file expects nothing: it has no '// EXPECT: text'")
    code, output = compile_file(file, command)
    if code == 0:
        raise Failure("the program compiles")
    first = headline(output)
    for text in expected:
        if text not in first:
            raise Failure(f"the first error does not say '{text}'. It says\n{first}\nin the output\n{output}")
    for text in stated("EXPECT-ANY"):
        if text not in output:
            raise Failure(f"the output does not say '{text}':\n{output}")
    lines = sum(not line.startswith("In file included from") for line in output.splitlines())
    for limit in stated("MAX-LINES"):
        if lines > int(limit):
            raise Failure(f"the output has {lines} lines, more than {limit}:\n{output}")


def main(arguments):
    check = {"wrong": check_wrong, "twin": check_twin}[arguments[0]]
    try:
        check(pathlib.Path(arguments[1]), arguments[2:])
    except Failure as failure:
        print(f"{arguments[1]}: {failure}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
