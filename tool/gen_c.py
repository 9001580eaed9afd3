"""C tables: one X-macro list for each vocabulary."""

import hashlib
import re

HEAD = "/* Made by tool/generate.py from schema/{}.json: change that file, not this one. */\n"


def quote(text):
    out = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{out}"'


def x_list(source, macro, fields, rows):
    lines = [HEAD.format(source), f"/* X({', '.join(fields)}) */\n", f"#define {macro}(X)"]
    for row in rows:
        lines.append(" \\\n    X(" + ", ".join(row) + ")")
    return "".join(lines) + "\n"


def errors_inc(schema):
    rows = [(error["code"].upper().replace(".", "_"), quote(error["code"]), str(error["status"]),
             quote(error["title"]), quote(error["detail"])) for error in schema.errors]
    return x_list("errors", "ERR_LIST", ("NAME", "code", "status", "title", "detail"), rows)


def limits_inc(schema):
    rows = [(limit["name"], f"{limit['default']}u", f"{limit['min']}u", f"{limit['max']}u",
             quote(limit["unit"]), quote(limit["reason"]), quote(limit.get("past", "")))
            for limit in schema.limits]
    return x_list("limits", "LIMIT_LIST",
                  ("name", "default", "min", "max", "unit", "reason", "past"), rows)


def settings_inc(schema):
    rows = [(s["name"].replace("-", "_"), quote(s["name"]),
             quote("NATTERNET_" + s["name"].upper().replace("-", "_")), s["type"],
             "true" if s.get("repeatable") else "false",
             quote(s["default"]), quote(s["value"]), quote(s["help"])) for s in schema.settings]
    fields = ("name", "flag", "env", "type", "repeatable", "default", "value", "help")
    return x_list("settings", "SETTING_LIST", fields, rows)


def closes_inc(schema):
    rows = [(close["name"], str(close["code"]), quote(close["doc"])) for close in schema.closes]
    return x_list("closes", "CLOSE_LIST", ("NAME", "code", "meaning"), rows)


def permissions_inc(schema):
    rows = [(p["name"].upper(), quote(p["name"]), p["default"].upper(), p["least"].upper(),
             "true" if p["direct"] else "false", quote(p["doc"])) for p in schema.permissions]
    return x_list("permissions", "PERMISSION_LIST",
                  ("NAME", "name", "default", "least", "direct", "doc"), rows)


def routes_inc(schema):
    """What the router needs of each route."""
    rows = [(route["name"], quote(route["method"]),
             quote("/api/v1" + re.sub(r"\{\w+\}", "{}", route["path"])),
             " | ".join(["SIGNED_IN"] * route["auth"] + ["IMAGE"] * ("binary_body" in route)) or "0")
            for route in schema.rest]
    return x_list("rest", "ROUTE_LIST", ("name", "method", "path", "flags"), rows)


def files(schema):
    return {
        "errors.inc": errors_inc(schema),
        "limits.inc": limits_inc(schema),
        "settings.inc": settings_inc(schema),
        "closes.inc": closes_inc(schema),
        "permissions.inc": permissions_inc(schema),
        "routes.inc": routes_inc(schema),
    }


DOCUMENTS = r"""/* Made by tool/generate.py: the API's descriptions, taken in by the assembler. */
#include "api/documents.h"

#define TAKE_IN(symbol, path)                                                                      \
    extern const char symbol[];                                                                    \
    __asm__(".section .rodata\n"                                                                   \
            ".global " #symbol "\n" #symbol ":\n"                                                  \
            ".incbin \"" path "\"\n"                                                               \
            ".byte 0\n"                                                                            \
            ".previous\n")

"""


def documents_c(folder, texts):
    """`texts` by name; each is a file of that name and .json in `folder`. The digest has the
    file compiled again whenever a text changes, since no compiler looks into .incbin."""
    out = DOCUMENTS
    for name, text in texts.items():
        data = text.encode()
        out += (f'TAKE_IN({name}_bytes, "{folder}/{name}.json"); '
                f"/* {hashlib.sha256(data).hexdigest()[:16]} */\n"
                f"const struct str natternet_{name} = {{{name}_bytes, {len(data)}}};\n")
    return out
