#!/usr/bin/env python3
"""Compiles every header alone, with the flags of its layer's files in BUILD: each includes what
it needs. Use: tool/check_headers.py BUILD"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def flags(build):
    """Include paths and definitions: those of any file, all of src/ has the same, and the libraries of all."""
    entries = json.loads((build / "compile_commands.json").read_text())
    commands = {entry["file"]: shlex.split(entry["command"])[1:] for entry in entries}
    mine = [words for file, words in commands.items() if file.endswith("/src/core/str.c")]
    if not mine:
        sys.exit(f"{build}/compile_commands.json does not know src/core/str.c")
    libraries = {word for words in commands.values() for word in words if word.startswith("-isystem/")}
    return [w for w in mine[0] if w.startswith(("-I", "-D", "-W", "-std"))] + sorted(libraries)


def compile_alone(header, compiler, build, options):
    done = subprocess.run([compiler, *options, f"-isystem{ROOT}/build/deps/include",
                           "-fsyntax-only", "-x", "c", "-"], cwd=build, capture_output=True,
                          text=True, input=f'#include "{header}"\n')
    return header if done.returncode == 0 else f"{header}\n{done.stderr}"


def main():
    build = ROOT / sys.argv[1]
    options = flags(build)
    headers = [str(path) for path in sorted((ROOT / "src").rglob("*.h"))]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        said = list(pool.map(lambda h: compile_alone(h, "clang", build, options), headers))
    bad = [text for text in said if "\n" in text]
    print("\n".join(bad) or f"{len(headers)} headers")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
