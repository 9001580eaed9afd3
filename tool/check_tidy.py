#!/usr/bin/env python3
"""clang-tidy over src/ without its tests, one file a core at a time.
Use: tool/check_tidy.py BUILD [FILE...]"""
import concurrent.futures
import json
import os
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def sources(build):
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT / "src") and not path.name.endswith("_test.c"):
            yield str(path)


def tidy(build, path):
    done = subprocess.run(["clang-tidy", "-p", build, "--quiet", path], capture_output=True,
                          text=True)
    return done.returncode, done.stdout


def main():
    build = ROOT / sys.argv[1]
    files = sys.argv[2:] or sorted(set(sources(build)))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda path: tidy(build, path), files))
    print("".join(out for code, out in results if code != 0) or f"{len(files)} files")
    return max(code for code, _ in results)


if __name__ == "__main__":
    sys.exit(main())
