#!/usr/bin/env python3
"""Runs the parts of `make check`, `make test`, `make lint` and `make fuzz`, one after another.

A part that fails stops nothing but those that need it. At the end: what each part took, and
`N passed, N failed` for the whole, and what was not run, as something that it needs is not there.
The exit status is 0 when nothing failed.
Use: tool/test.py check|test|all|lint|fuzz [--seconds N] [PART...]
"""
import argparse
import json
import os
import pathlib
import re
import subprocess
import sys
import time

from test_failures import LINES, failures
from test_parts import PARTS

ROOT = pathlib.Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "test-logs"


class Result:
    """`failures`: the names of tests that failed, each with the lines that say why."""

    def __init__(self, part, passed, failed, seconds, note="", failures=(), skipped=0):
        self.part, self.passed, self.failed, self.skipped = part, passed, failed, skipped
        self.seconds, self.note, self.failures = seconds, note, dict(failures)


def counted(text, patterns):
    return sum(int(n) for pattern in patterns for n in re.findall(pattern, text, re.M))


def count(text, ok):
    """Tests that the output speaks of, cmocka's or Node's; else it all is one test."""
    passed = counted(text, [r"\[  PASSED  \] (\d+) test", r"^(?:#|ℹ) pass (\d+)"])
    failed = counted(text, [r"\[  FAILED  \] (\d+) test", r"^(?:#|ℹ) fail (\d+)"])
    if passed + failed == 0 and not (ok and skips(text)):
        return (1, 0) if ok else (0, 1)
    return passed, max(failed, 0 if ok else 1)


def skips(text):
    """Tests that were left out, or 1 where a program says that all of it was."""
    return (counted(text, [r"\[  SKIPPED \] (\d+) test", r"^(?:#|ℹ) skipped (\d+)"])
            or len(re.findall(r"^skipped: ", text, re.M)))


def why_skipped(text):
    """The reasons, each once, as the programs give them."""
    return sorted(set(re.findall(r"^skipped: (.+)|# SKIP (.+)$", text, re.M)))


def count_meson(testlog, ok):
    """The same over all programs that Meson ran: one JSON object a line."""
    passed = failed = 0
    for line in testlog.read_text(errors="replace").splitlines():
        program = json.loads(line)
        fine = program["result"] == "OK"
        text = program.get("stdout", "") + program.get("stderr", "")
        more_passed, more_failed = count(text, fine)
        passed, failed = passed + more_passed, failed + more_failed
    return passed, max(failed, 0 if ok else 1)


def run(part, seconds):
    """Runs one part with its output going to a log; shows the end of it where it fails."""
    log = LOGS / (part.name.replace(" ", "-") + ".log")
    env = os.environ | {k: v.format(root=ROOT) for k, v in part.env.items()}
    env["FUZZ_SECONDS"] = str(seconds)
    testlog = ROOT / part.testlog if part.testlog else None
    if testlog:
        testlog.unlink(missing_ok=True)
    begin = time.monotonic()
    with open(log, "w") as out:
        try:
            code = subprocess.run(part.command, shell=True, cwd=ROOT, env=env, stdout=out,
                                  stderr=subprocess.STDOUT, timeout=part.timeout).returncode
        except subprocess.TimeoutExpired:
            out.write(f"\nno end after {part.timeout} s\n")
            code = 1
    took = time.monotonic() - begin
    text = log.read_text(errors="replace")
    if testlog and testlog.exists():
        passed, failed = count_meson(testlog, code == 0)
    else:
        passed, failed = count(text, code == 0)
    if code != 0:
        print("\n".join(text.splitlines()[-60:]))
        print(f"--- {part.name} failed; all of it: {log.relative_to(ROOT)}", flush=True)
    skipped = skips(text)
    note = "" if not skipped else ": " + "; ".join(a or b for a, b in why_skipped(text))
    why = failures(text) if code else {}
    if failed > len(why):
        why["of which no name was read"] = text.splitlines()[-LINES:]
    return Result(part, passed, failed, took, note if skipped and not passed else "", why, skipped)


def is_unrun(result):
    return result.skipped > 0 and result.passed + result.failed == 0


def report(results):
    width = max(len(r.part.name) for r in results)
    print()
    for r in results:
        state = "FAILED" if r.failed else "NOT RUN" if is_unrun(r) else "ok"
        if r.skipped and r.passed:
            state += f", {r.skipped} skipped"
        print(f"  {r.part.name:{width}}  {r.seconds:6.1f} s  {r.passed:5} passed "
              f"{r.failed:3} failed  {state}{r.note}")
    for r in results:
        for name, reason in r.failures.items():
            print(f"  failed in {r.part.name}: {name}")
            print("".join(f"      {line}\n" for line in reason), end="")
    print(f"  {'all':{width}}  {sum(r.seconds for r in results):6.1f} s")
    # Once more by name: reasons are long, and what is kept of a long output is its end.
    print("".join(f"failed: {name} ({r.part.name})\n" for r in results for name in r.failures), end="")
    unrun = [r.part.name for r in results if is_unrun(r)]
    if unrun:
        print(f"NOT RUN: {', '.join(unrun)}")
    print(f"{sum(r.passed for r in results)} passed, {sum(r.failed for r in results)} failed")


def main():
    args = argparse.ArgumentParser()
    args.add_argument("round", choices=["check", "test", "all", "lint", "fuzz"])
    args.add_argument("parts", nargs="*", help="only these, and what they need")
    args.add_argument("--seconds", type=int, default=10, help="fuzzing of each target")
    opts = args.parse_args()

    LOGS.mkdir(parents=True, exist_ok=True)
    rounds = {opts.round} | ({"test"} if opts.round == "all" else set())
    chosen = [p for p in PARTS if rounds & set(p.rounds.split())]
    if opts.parts:
        wanted = set(opts.parts)
        for part in reversed(chosen):  # what is needed is listed before those that need it
            if part.name in wanted:
                wanted.update(part.needs)
        chosen = [p for p in chosen if p.name in wanted]
    results, bad = [], set()
    for part in chosen:
        blocked = bad.intersection(part.needs)
        if blocked:
            results.append(Result(part, 0, 1, 0, f" (needs {', '.join(sorted(blocked))})"))
        else:
            print(f"{part.name} ...", flush=True)
            results.append(run(part, opts.seconds))
        if results[-1].failed:
            bad.add(part.name)
    report(results)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
