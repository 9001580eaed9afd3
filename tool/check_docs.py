#!/usr/bin/env python3
"""Checks the pages: every relative link leads to a file, every flag and limit that they name
exists, each collection of the store is told of with its indexes and each fuzz target by its name,
no backup is told to be made in a way that its program refuses, each file that a page or a header's
comment names is there, and the source tree holds no folder that ARCHITECTURE.md keeps quiet about."""
import functools
import json
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent


def files(*patterns):
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard", *patterns], cwd=ROOT,
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


def untold_targets():
    """The table of docs/design/fuzzing.md against the fuzz targets."""
    page = ROOT / "docs/design/fuzzing.md"
    text = page.read_text()
    for path in files("src/*_fuzz.c"):
        target = path.name.removesuffix("_fuzz.c")
        if f"`{target}`" not in text:
            yield f"{page.relative_to(ROOT)}: says nothing of {path.relative_to(ROOT)}"


def indexes_of_schema():
    """collection -> its indexes besides the key, as "unique (a, b)", in C."""
    folder = ROOT / "src/store/mongo"
    names = dict(re.findall(r'\[(\w+)\] = "(\w+)"', (folder / "mongo_conn.c").read_text()))
    found = {name: [] for name in names.values()}
    for collection, fields, unique in re.findall(r'^    \{(\w+), "\w+", \{([^}]+)\}, (true|false),',
                                                 (folder / "mongo_schema.c").read_text(), re.M):
        listed = ", ".join(re.findall(r'"(\w+)"', fields)).replace("_id", "id")
        found[names[collection]].append(("unique " if unique == "true" else "") + f"({listed})")
    return found


def untold_collections():
    """The table of docs/design/store-mongo.md against the collections and indexes that are made."""
    page = ROOT / "docs/design/store-mongo.md"
    table = page.read_text().split("| collection |")[1].split("\n\n")[0]
    told = {name: re.findall(r"(?:unique )?\([a-z_, ]+\)", cell)
            for name, cell in re.findall(r"^\| `(\w+)` \|[^|]*\|([^|]*)\|", table, re.M)}
    made = indexes_of_schema()
    for name in sorted(told.keys() | made.keys()):
        if sorted(told.get(name, ["no row"])) != sorted(made.get(name, ["no collection"])):
            yield f"{page.relative_to(ROOT)}: {name} has {made.get(name)}, told are {told.get(name)}"


EXAMPLE = r"(?:.*/)?x[._].*|layer/file\.h|echo\.mjs"


@functools.cache
def tails():
    paths = [path.relative_to(ROOT).parts for path in files()]
    return {"/".join(parts[at:]) for parts in paths for at in range(len(parts))}


def unknown_files(text):
    """Files that it names, alone or with folders, against those that there are."""
    named = r"(?<![\w*/…@<.-])([\w./-]+\.(?:[ch]|md|py|mjs|tsx?|sh)|schema/\w+\.json)\b(?![*(-])"
    for name in sorted(set(re.findall(named, text))):
        if name not in tails() and not re.fullmatch(EXAMPLE, name) and ".." not in name:
            yield f"there is no {name}"


def comments_of_headers():
    for header in files("src/*.h"):
        yield header, "\n".join(re.findall(r"/\*.*?\*/", header.read_text(), re.DOTALL))


def main():
    settings = json.loads((ROOT / "schema/settings.json").read_text())
    known = {s["name"] for s in settings} | {"help"}
    bad = [*silent_folders(), *untold_collections(), *untold_targets()]
    bad += [f"{header.relative_to(ROOT)}: {said}" for header, text in comments_of_headers()
            for said in unknown_files(text)]
    for page in files("*.md"):
        text = page.read_text()
        bad += [f"{page.relative_to(ROOT)}: {said}"
                for said in [*dead_links(page, text), *unknown_flags(text, known),
                             *refused_backups(text), *unknown_files(text)]]
    print("\n".join(bad) or "all links lead somewhere")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
