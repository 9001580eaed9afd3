#!/usr/bin/env python3
"""Counts the instructions of the hot paths and compares them with bench/instructions.json.

Instructions are counted by callgrind, so the result is the same whatever else the machine does. A
path that takes more than MARGIN over what is written down fails; one that takes less says so. A
change that costs on purpose brings the file up to date, and its commit says why.
Use: tool/check_instructions.py BUILD [--update]
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
FILE = ROOT / "bench" / "instructions.json"
MARGIN = 0.05  # compilers and libraries of the same release differ by less


def count(program, path):
    """Instructions of hot_PATH and all that it calls, for each time that it did its work."""
    with tempfile.TemporaryDirectory(prefix="natternet-hot-") as folder:
        out = pathlib.Path(folder) / "out"
        command = ["valgrind", "--quiet", "--tool=callgrind", f"--callgrind-out-file={out}",
                   f"--toggle-collect=hot_{path}", program, path, f"{folder}/data"]
        run = subprocess.run(command, capture_output=True, text=True, timeout=300)
        if run.returncode != 0:
            sys.exit(f"{' '.join(map(str, command))}\n{run.stdout}{run.stderr}")
        total = int(re.search(r"^totals: (\d+)", out.read_text(), re.M)[1])
        return round(total / int(run.stdout))


def main():
    build = pathlib.Path(sys.argv[1])
    program = build / "bench" / "hot_paths"
    known = json.loads(FILE.read_text())
    now = {path: count(program, path) for path in known}
    if "--update" in sys.argv:
        FILE.write_text(json.dumps(now, indent=4) + "\n")
    failed = 0
    for path, before in known.items():
        change = now[path] / before - 1
        verdict = "FAILED: too many" if change > MARGIN else "ok"
        if change < -MARGIN:
            verdict = "ok, fewer: keep it so with --update"
        failed += change > MARGIN
        print(f"{path:12} {now[path]:8} instructions, {before} written down, {change:+.1%}  {verdict}")
    if failed and "--update" not in sys.argv:
        sys.exit("a hot path takes more instructions than bench/instructions.json says; if that is "
                 "meant, run tool/check_instructions.py BUILD --update and say why in the commit")


if __name__ == "__main__":
    main()
