#!/usr/bin/env python3
"""Makes what the program and its documents take from schema/, the one vocabulary.

  tool/generate.py --schema schema --out DIR     C tables, OpenAPI and AsyncAPI into DIR/gen
  tool/generate.py --schema schema --checked-in  the TypeScript types and docs/reference
  tool/generate.py --schema schema --verify      fails where a checked-in file is out of date

Needs Python's standard library only. Files whose content stays are left untouched, so that
nothing is compiled again for it.
"""
import argparse
import pathlib
import re
import sys

import gen_asyncapi
import gen_c
import gen_docs
import gen_openapi
import gen_ts
from schema_read import Schema

ROOT = pathlib.Path(__file__).resolve().parent.parent


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists() or path.read_text() != text:
        path.write_text(text)


def version():
    """The version has one home, meson.build."""
    return re.search(r"version: '([^']+)'", (ROOT / "meson.build").read_text())[1]


def program_files(schema, folder):
    texts = {"openapi": gen_openapi.render(schema, version()),
             "asyncapi": gen_asyncapi.render(schema, version())}
    files = gen_c.files(schema) | {"documents.c": gen_c.documents_c(folder, texts)}
    return files | {f"{name}.json": text for name, text in texts.items()}


def checked_in(schema):
    files = {"clients/sdk/src/schema.gen.ts": gen_ts.render(schema)}
    files |= {f"docs/reference/{name}": text for name, text in gen_docs.files(schema).items()}
    return {ROOT / path: text for path, text in files.items()}


def verify(files):
    stale = [path for path, text in files.items()
             if not path.exists() or path.read_text() != text]
    for path in stale:
        print(f"{path.relative_to(ROOT)} is not what schema/ says; run `make generate`")
    return 1 if stale else 0


def main():
    args = argparse.ArgumentParser(description=__doc__,
                                   formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("--schema", type=pathlib.Path, default=ROOT / "schema")
    args.add_argument("--out", type=pathlib.Path, help="folder that gets gen/")
    args.add_argument("--checked-in", action="store_true", help="write the checked-in files")
    args.add_argument("--verify", action="store_true", help="only compare the checked-in files")
    opts = args.parse_args()

    schema = Schema(opts.schema)
    if opts.out:
        for name, text in program_files(schema, opts.out.resolve() / "gen").items():
            write(opts.out / "gen" / name, text)
    if opts.checked_in:
        for path, text in checked_in(schema).items():
            write(path, text)
    if opts.verify:
        return verify(checked_in(schema))
    return 0


if __name__ == "__main__":
    sys.exit(main())
