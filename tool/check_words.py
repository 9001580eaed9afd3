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
# Comments and literals may say any word.
QUIET = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)
CALL = re.compile(r"(?<![\w.>])(" + "|".join(BANNED) + r")\s*\(")


def blank(match):
    return re.sub(r"[^\n]", " ", match[0])


def main():
    bad = 0
    for folder in ("src", "fuzz"):
        for path in sorted((ROOT / folder).rglob("*.[ch]")):
            text = QUIET.sub(blank, path.read_text())
            for match in CALL.finditer(text):
                line = text.count("\n", 0, match.start()) + 1
                print(f"{path.relative_to(ROOT)}:{line}: {match[1]}(): use {BANNED[match[1]]}")
                bad += 1
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
