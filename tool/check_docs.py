#!/usr/bin/env python3
"""Checks the pages: every relative link leads to a file, every flag and limit that they name
exists, no backup is told to be made in a way that its program refuses, and the source tree holds no folder that
ARCHITECTURE.md keeps quiet about."""
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def pages():
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", "*.md"], cwd=ROOT,
                            capture_output=True, text=True, check=True).stdout.split("\n")
    return [ROOT / name for name in listed if name and (ROOT / name).exists()]


def dead_links(page, text):
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path = target.split("#")[0]
        if path and not re.match(r"[a-z]+:", path) and not (page.parent / path).exists():
            yield f"there is no {path}"


def unknown_flags(text, known):
    for command in re.findall(r"natternet serve([^`\n|]*)", text):
        for flag in re.findall(r"--([a-z-]+)", command):
            if flag not in known:
                yield f"natternet serve has no --{flag}"


def refused_backups(text):
    """mongodump takes --oplog of all databases only; one that the URI names is its --db."""
    for command in re.findall(r"\bmongo(?:dump|restore) [^`\n]*", text):
        one = re.search(r"mongodb(?:\+srv)?://[^/\s']+/[^?\s']|--db\b|--collection\b", command)
        if "--oplog" in command and one:
            yield f"refused, as it names a database: {command}"


def silent_folders():
    page = ROOT / "ARCHITECTURE.md"
    text = page.read_text() if page.exists() else ""
    for line in (ROOT / "src/layers.txt").read_text().splitlines():
        layer = line.split(":")[0]
        if (ROOT / "src" / layer).is_dir() and not re.search(rf"\b{layer}\b", text):
            yield f"ARCHITECTURE.md: says nothing of src/{layer}"


def main():
    settings = json.loads((ROOT / "schema/settings.json").read_text())
    known = {s["name"] for s in settings} | {"help"}
    bad = list(silent_folders())
    for page in pages():
        text = page.read_text()
        bad += [f"{page.relative_to(ROOT)}: {said}"
                for said in [*dead_links(page, text), *unknown_flags(text, known),
                             *refused_backups(text)]]
    print("\n".join(bad) or "all links lead somewhere")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
