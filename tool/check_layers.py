#!/usr/bin/env python3
"""Reads every #include below SRC against SRC/layers.txt: who may lean on whom.

A layer may list only layers written before it, so the file cannot hold a cycle. Folders inside a
layer are private to it; only server, which chooses what runs, may name them, and unit tests, which
make what they need.
The other half of this check is in src/meson.build: each layer linked whole and alone.
Use: tool/check_layers.py SRC
"""
import pathlib
import re
import sys

MAKES_THINGS = "server"


def read_layers(path):
    allowed = {}
    for line in filter(str.strip, path.read_text().splitlines()):
        name, deps = line.split(":")
        deps = set(deps.split())
        if deps - allowed.keys():
            sys.exit(f"{path}: {name} leans on {', '.join(deps - allowed.keys())}, not below it")
        allowed[name] = deps | {name}
    return allowed


def includes(path):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        if match := re.match(r'\s*#\s*include\s+"([^"]+)"', line):
            yield number, match[1]


def complaint(path, layer, included, allowed):
    target, _, rest = included.partition("/")
    if target == "gen":
        return None
    if target not in allowed:
        return f'write "layer/file.h", not "{included}"'
    if target not in allowed[layer]:
        return f"{layer} must not include {included}"
    is_test = path.name.endswith("_test.c") or path.name.startswith("test_")
    makes_things = layer == MAKES_THINGS or is_test
    if "/" in rest and layer != target and not makes_things:
        return f"{included} is private to {target}"
    return None


def main():
    src = pathlib.Path(sys.argv[1])
    allowed = read_layers(src / "layers.txt")
    bad = 0
    for path in sorted([*src.rglob("*.c"), *src.rglob("*.h")]):
        parts = path.relative_to(src).parts
        if len(parts) == 1:
            continue
        if parts[0] not in allowed:
            sys.exit(f"{path}: {parts[0]} is no layer; add it to {src}/layers.txt")
        for number, included in includes(path):
            if said := complaint(path, parts[0], included, allowed):
                print(f"{path}:{number}: {said}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
