#!/usr/bin/env python3
"""Runs every fuzz target of BUILD for FUZZ_SECONDS, two at a time.

Seeds come from fuzz/corpus/<target>/ and stay as they are; what is found on top is kept in
BUILD/corpus/<target>/, crashes in BUILD/crash-*. Use: tool/fuzz.py BUILD [TARGET...]
"""
import base64
import concurrent.futures
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
AT_ONCE = 2


def fuzz(build, target, seconds):
    name = target.name.removesuffix("_fuzz")
    found, seeds = build / "corpus" / name, ROOT / "fuzz/corpus" / name
    found.mkdir(parents=True, exist_ok=True)
    if not seeds.is_dir() or not any(seeds.iterdir()):
        return name, False, f"there are no seeds in {seeds}"
    words = [target, f"-max_total_time={seconds}", "-timeout=5", "-rss_limit_mb=2048",
             "-print_final_stats=1", f"-artifact_prefix={build}/crash-{name}-", found, seeds]
    words += [f"-dict={d}" for d in [ROOT / f"fuzz/{name}.dict"] if d.exists()]
    done = subprocess.run(words, capture_output=True, text=True, errors="replace")
    return name, done.returncode == 0, done.stderr


def runs(text):
    return next((line.rsplit(":", 1)[1].strip() for line in text.splitlines()
                 if "number_of_executed_units" in line), "0")


def complaint(text):
    """What a target complained of, where, and the input that did it (base64): enough to repeat it elsewhere."""
    lines = [line.strip() for line in text.splitlines()
             if re.search(r"broken promise|ERROR:|runtime error:|SUMMARY:|#\d+ .* in \w+ \S*/src/\S+\.c:", line)]
    written = re.search(r"Test unit written to (\S+)", text)
    if written and os.path.exists(written[1]):
        data = base64.b64encode(pathlib.Path(written[1]).read_bytes()).decode()
        lines = lines[:4] + [data[at:at + 250] for at in range(0, len(data), 250)]
    return lines or text.splitlines()[-4:]


def main():
    build, only = ROOT / sys.argv[1], sys.argv[2:]
    seconds = int(os.environ.get("FUZZ_SECONDS", "10"))
    targets = sorted(path for path in (build / "src").glob("*_fuzz") if path.is_file())
    if only:
        targets = [t for t in targets if t.name.removesuffix("_fuzz") in only]
    failed = 0
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        for name, ok, text in pool.map(lambda t: fuzz(build, t, seconds), targets):
            if ok:
                print(f"{name}: ok, {runs(text)} runs", flush=True)
                continue
            failed += 1
            print("\n".join(text.splitlines()[-40:]))
            error = "".join(f"    {line}\n" for line in complaint(text))
            print(f"not ok {failed} - {name}\n  ---\n  error: |-\n{error}  ...", flush=True)
    print(f"# pass {len(targets) - failed}\n# fail {failed}")
    return 1 if failed or not targets else 0


if __name__ == "__main__":
    sys.exit(main())
