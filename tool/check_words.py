#!/usr/bin/env python3
"""Finds C functions that have a better one here, and says which."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BANNED = {
    "assert": "REQUIRE, which stays on",
    "atoi": "str_to_u64", "atol": "str_to_u64", "atoll": "str_to_u64",
    "strtol": "str_to_u64", "strtoul": "str_to_u64", "strtoull": "str_to_u64",
    "strcpy": "a struct str", "strcat": "a struct buf", "strncpy": "a struct str",
    "strncat": "a struct buf", "sprintf": "snprintf or buf_printf",
    "vsprintf": "vsnprintf", "gets": "fgets", "scanf": "a parser", "sscanf": "a parser",
    "strtok": "str_cut", "strtok_r": "str_cut",
    "rand": "core/random.h", "srand": "core/random.h", "random": "core/random.h",
    "drand48": "core/random.h",
    "alloca": "an arena", "system": "nothing", "popen": "nothing",
    "tmpnam": "mkstemp", "mktemp": "mkstemp",
    "gmtime": "gmtime_r", "localtime": "localtime_r", "strerror_l": "strerrordesc_np",
    "setjmp": "a return value", "longjmp": "a return value",
}
# Where secrets are compared a comparison must take as long however much of them is right.
SECRET = {"memcmp": "sodium_memcmp", "bcmp": "sodium_memcmp", "strcmp": "sodium_memcmp",
          "strncmp": "sodium_memcmp"}
# Comments and literals may say any word.
QUIET = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def calls_of(names):
    return re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")


def banned_in(path):
    """Tests and fuzz targets compare what they know."""
    keeps_secrets = path.parent.name == "auth" and not path.stem.endswith(("_test", "_fuzz"))
    return BANNED | SECRET if keeps_secrets else BANNED


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def main():
    bad = 0
    for folder in ("src", "fuzz"):
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            text = QUIET.sub(blank, path.read_text())
            banned = banned_in(path)
            for match in calls_of(banned).finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                print(f"{path.relative_to(ROOT)}:{line}: {match[1]}(): use {banned[match[1]]}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
