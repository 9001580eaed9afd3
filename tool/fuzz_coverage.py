#!/usr/bin/env python3
"""What the corpora of the fuzz targets reach: for each target the sources that it is for, with the
share of their lines and branches that its corpus runs.

Builds the targets with clang's coverage in BUILD (default build/coverage), plays fuzz/corpus/<target>/
once through each, and prints a table in Markdown. With --minimize FOUND, puts what fuzzing has found
in FOUND/<target>/ (as tool/fuzz.py leaves it in build/fuzz/corpus) into the corpora first, as few
inputs as reach the same. Use: tool/fuzz_coverage.py [--minimize FOUND] [TARGET...]
"""
import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
BUILD = ROOT / "build/coverage"
FUZZ = ROOT / "build/fuzz/src"

# What a target is for, where its name does not say it.
ABOUT = {
    "acme_answer": ["acme/answer.c"],
    "address": ["core/address.c", "core/ipnet.c"],
    "config": ["core/config.c", "core/config_value.c", "core/limits.c"],
    "fields": ["proto/fields.c"],
    "http1": ["net/http1.c", "net/http1_parse.c", "net/http_exchange.c", "net/http_respond.c",
              "net/static_files.c"],
    "jwt": ["auth/jwt.c", "auth/refresh_token.c"],
    "websocket": ["net/websocket.c", "net/ws_inbound.c", "net/ws_close_code.c"],
}
LARGEST = 8192  # bytes of an input that is kept


def run(words, **options):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True,
                          errors="replace", **options)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def build(targets):
    flags = "-fprofile-instr-generate -fcoverage-mapping"
    if not (BUILD / "build.ninja").exists():
        run(["meson", "setup", BUILD, "-Dweb=false", "-Dtests=disabled", f"-Dc_args={flags}",
             f"-Dc_link_args={flags}"], cwd=ROOT, env=os.environ | {"CC": "clang"})
    run(["ninja", "-C", BUILD, *(f"src/{t}_fuzz" for t in targets)])


def minimize(target, found):
    """The seeds that people wrote keep their names; of the rest, as few as reach what all reach."""
    corpus = ROOT / "fuzz/corpus" / target
    by_hand = [p for p in corpus.iterdir() if not p.name.startswith("found-")]
    with tempfile.TemporaryDirectory() as scratch:
        small, out = pathlib.Path(scratch, "small"), pathlib.Path(scratch, "out")
        small.mkdir()
        out.mkdir()
        for folder in (found / target, corpus):
            for path in folder.iterdir() if folder.is_dir() else []:
                if path.stat().st_size <= LARGEST:
                    shutil.copy(path, small / path.name)
        run([FUZZ / f"{target}_fuzz", "-set_cover_merge=1", "-use_counters=0",
             "-timeout=10", out, copied(by_hand, scratch), small])
        for path in corpus.glob("found-*"):
            path.unlink()
        known = {p.read_bytes() for p in by_hand}
        for path in out.iterdir():
            if path.read_bytes() not in known:
                shutil.copy(path, corpus / f"found-{path.name[:12]}")


def copied(paths, scratch):
    folder = pathlib.Path(scratch, "copied")
    folder.mkdir()
    for path in paths:
        shutil.copy(path, folder / path.name)
    return folder


def sources_of(target):
    if target in ABOUT:
        return [ROOT / "src" / name for name in ABOUT[target]]
    found = list((ROOT / "src").glob(f"*/{target}.c"))
    return found or sys.exit(f"which source is {target}_fuzz for? say it in {__file__}")


def measure(target):
    program = BUILD / f"src/{target}_fuzz"
    raw, merged = BUILD / f"{target}.profraw", BUILD / f"{target}.profdata"
    run([program, ROOT / "fuzz/corpus" / target], env=os.environ | {"LLVM_PROFILE_FILE": str(raw)})
    run(["llvm-profdata", "merge", "-sparse", raw, "-o", merged])
    text = run(["llvm-cov", "export", "--summary-only", f"--instr-profile={merged}", program])
    wanted = sources_of(target)
    for file in json.loads(text)["data"][0]["files"]:
        path = (BUILD / file["filename"]).resolve()
        if path in wanted:
            yield path.relative_to(ROOT / "src"), file["summary"]


def main():
    args = argparse.ArgumentParser()
    args.add_argument("targets", nargs="*")
    args.add_argument("--minimize", metavar="FOUND")
    opts = args.parse_args()
    targets = opts.targets or sorted(p.name for p in (ROOT / "fuzz/corpus").iterdir())
    if opts.minimize:
        for target in targets:
            minimize(target, pathlib.Path(opts.minimize))
    build(targets)
    print("| target | inputs | source | lines | branches |\n| --- | --- | --- | --- | --- |")
    for target in targets:
        inputs = len(list((ROOT / "fuzz/corpus" / target).iterdir()))
        for name, summary in measure(target):
            lines, branches = summary["lines"], summary["branches"]
            print(f"| {target} | {inputs} | `{name}` | {lines['percent']:.0f} % of {lines['count']} "
                  f"| {branches['percent']:.0f} % of {branches['count']} |")


if __name__ == "__main__":
    main()
