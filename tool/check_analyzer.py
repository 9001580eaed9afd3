#!/usr/bin/env python3
"""gcc's static analyzer over src/ without its tests. Use: tool/check_analyzer.py BUILD"""
import concurrent.futures
import json
import os
import pathlib
import shlex
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
TESTS = ("_test.c", "_fuzz.c")


def analyze(entry):
    words = shlex.split(entry["command"])
    # Optimized as built: inlining is what lets the analyzer see ownership across functions.
    words = [w for i, w in enumerate(words) if w not in ("-MD",) and words[i - 1] not in
             ("-MQ", "-MF", "-o") and w not in ("-MQ", "-MF", "-o")]
    done = subprocess.run([*words, "-fanalyzer", "-fno-diagnostics-show-caret", "-o", "/dev/null"],
                          cwd=entry["directory"], capture_output=True, text=True)
    return done.returncode, done.stderr


def main():
    build = ROOT / sys.argv[1]
    entries = {}
    for entry in json.loads((build / "compile_commands.json").read_text()):
        path = pathlib.Path(entry["directory"], entry["file"]).resolve()
        if path.is_relative_to(ROOT / "src") and not path.name.endswith(TESTS):
            entries[path] = entry
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(analyze, entries.values()))
    print("".join(out for code, out in results if code != 0) or f"{len(entries)} files")
    return max(code for code, _ in results)


if __name__ == "__main__":
    sys.exit(main())
