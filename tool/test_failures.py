"""Reads out of the output of a run which tests failed, and why."""
import re

LINES = 12  # that are told of each
WIDTH = 300
FAILED = re.compile(r"\s*(not ok \d+ - |✖ |\[  FAILED  \] )(.+?)(?: \([\d.]+ms\))?$")
FIELD = re.compile(r"(\s*)(\w+): ?(.*)$")


def failures(text):
    """{name: lines that say why}, in the words of Node (TAP, or as it writes for people) and cmocka."""
    lines, found = text.splitlines(), {}
    for at, line in enumerate(lines):
        name = FAILED.match(line)
        if not name or re.match(r"\d+ test|failing tests:", name[2]):
            continue
        if name[1].startswith("not ok"):
            why = tap_reason(lines[at + 1:])
            if why[:1] == ["test failed"]:  # a whole file, which says why before
                why = crash_reason(lines[:at])
        elif name[1] == "✖ ":
            why = own(line for line in lines[at + 1:at + 1 + LINES] if line.startswith("  "))
        else:  # cmocka says it before
            why = [before for before in lines[max(0, at - LINES):at] if re.match(r"\[ +(ERROR|LINE) +\]", before)]
        if why or name[2] not in found:
            found[name[2]] = [one[:WIDTH] for one in why]
    return found


def tap_reason(lines):
    """What went wrong and where, out of the fields that follow a `not ok`."""
    fields = tap_fields(lines)
    error = fields.get("error", [])[:LINES - 4]
    differs = [f"{name}: {' '.join(fields[name])}" for name in ("expected", "actual") if name in fields and len(error) < 2]
    places = [line for line in own(fields.get("stack", [])) if "(" in line]
    return error + differs + [f"at {line}" for line in places[:2]]


def crash_reason(lines):
    """The last error that a file of tests wrote before it ended."""
    said = [line[2:] for line in lines if line.startswith("# ") and not line.startswith("# Subtest")]
    errors = [at for at, line in enumerate(said) if re.match(r"\s*[\w\[\]_ ]*Error\b", line)]
    return own(said[errors[-1]:][:LINES]) if errors else said[-LINES:]


def tap_fields(lines):
    """{field: its lines} of one block, which begins with --- and ends with ..."""
    fields, last, depth = {}, None, None
    for line in lines:
        if line.strip() == "...":
            break
        field = FIELD.match(line)
        depth = len(field[1]) if field and depth is None else depth
        if field and len(field[1]) == depth:
            last = fields.setdefault(field[2], [])
            if field[3] not in ("|-", "|", ">-", ""):
                last.append(field[3].strip("'"))
        elif last is not None and line.strip():
            last.append(line.strip())
    return fields


def own(lines):
    """Without blank lines, and those of a stack that are Node's own."""
    return [line.strip() for line in lines if line.strip() and not re.search(r"\bnode:", line)]
