"""Reference pages: docs/reference/*.md."""
from gen_openapi import EVERYWHERE, WITH_AUTH, WITH_BODY
from schema_read import split_field

HEAD = "<!-- Made by tool/generate.py from schema/: change those files, not this one. -->\n"


def cell(text):
    return str(text).replace("|", "\\|").replace("\n", " ")


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    lines += ["| " + " | ".join(cell(value) for value in row) + " |" for row in rows]
    return "\n".join(lines) + "\n"


def field_rows(fields):
    for key, (kind, about) in fields.items():
        name, optional = split_field(key)
        yield f"`{name}`", f"`{kind}`", "optional" if optional else "", about


def field_table(fields):
    return table(["field", "type", "", ""], field_rows(fields))


def codes(names):
    return ", ".join(f"[`{name}`](errors.md)" for name in names)


def errors(schema):
    rows = [(f"`{e['code']}`", e["status"], e["title"], e["detail"]) for e in schema.errors]
    return HEAD + "# Errors\n\nREST answers with `application/problem+json` (RFC 9457), sockets " \
        "with `error` in the reply; both carry the `code`, which stays.\n\n" \
        + table(["code", "status", "title", "what to do"], rows)


def limits(schema):
    out = HEAD + "# Limits\n\nChange any with `--limit NAME=VALUE`. `/metrics` shows them all " \
        "(`natternet_limit`), and how often each was hit that has something past it " \
        "(`natternet_limit_hits_total`; a rate counts by its burst). With a 429 or 503 comes " \
        "`Retry-After`, with an error on a socket `retry_after`, in seconds. Networks of `--trust` " \
        "are free of the rates.\n"
    for group in schema.limit_groups:
        rows = [(f"`{x['name']}`", x["default"], f"{x['min']} to {x['max']}", x["unit"],
                 x["reason"], x.get("past", "")) for x in group["limits"]]
        out += f"\n## {group['group']}\n\n"
        out += table(["name", "default", "range", "unit", "what it bounds", "past it"], rows)
    return out


def settings(schema):
    rows = []
    for s in schema.settings:
        env = "NATTERNET_" + s["name"].upper().replace("-", "_")
        default = f"`{s['default']}`" if s["default"] else ""
        more = "; may be repeated" if s.get("repeatable") else ""
        rows.append((f"`--{s['name']} {s['value']}`", f"`{env}`", default, s["help"] + more))
    return HEAD + "# Settings\n\nOf `natternet serve`: as a flag, in the environment, or as a " \
        "line `name = value` of the file given by `--config`. Flags win over the environment, " \
        "which wins over the file.\n\n" + table(["flag", "environment", "default", ""], rows)


def permissions(schema):
    roles = schema.types["Role"]["enum"]
    rows = []
    for p in schema.permissions:
        marks = ["yes" if roles.index(role) <= roles.index(p["default"]) else "" for role in roles]
        rows.append((f"`{p['name']}`", p["doc"], *marks, p["least"], "yes" if p["direct"] else ""))
    return HEAD + "# Permissions\n\nWho may do what in a room, unless it decides otherwise: " \
        "`PATCH /rooms/{id}` with `permissions`, an object of names and the lowest role that may, " \
        "sets some anew. None can be given to a role below the one in the column *down to*. Both " \
        "people of a direct room may do what its column says. What is done to a person also needs a " \
        "role above theirs.\n\n" \
        + table(["permission", "allows to", *roles, "down to", "direct rooms"], rows)


def types(schema):
    out = "\n## Types\n\n`id` is an opaque string of at most 36 characters, `time` is RFC 3339 " \
        "in UTC with milliseconds, `nonce` is 1 to 64 characters of `[A-Za-z0-9_.:-]`, `T[]` a " \
        "list, `map<T>` an object with values of that type.\n"
    for name, spec in schema.types.items():
        out += f"\n### {name}\n\n{spec['doc']}"
        if "extends" in spec:
            out += f" All of [{spec['extends']}](#{spec['extends'].lower()}), and:"
        if "enum" in spec:
            out += " One of " + ", ".join(f"`{value}`" for value in spec["enum"]) + "."
        if "union" in spec:
            out += " One of " + ", ".join(f"[{n}](#{n.lower()})" for n in spec["union"]) + "."
        out += "\n" + ("\n" + field_table(spec["fields"]) if "fields" in spec else "")
    return out


def media(types):
    return ", ".join(f"`{name}`" for name in types[:-1]) + f" or `{types[-1]}`"


def route(r):
    out = f"\n## {r['method']} {r['path']}\n\n{r['summary']}\n"
    if not r["auth"]:
        out += "\nNeeds no sign-in.\n"
    for what in ("query", "body"):
        if r.get(what):
            out += f"\n{what.capitalize()}:\n\n" + field_table(r[what])
    if "binary_body" in r:
        out += f"\nBody: bytes of {media(r['binary_body'])}.\n"
    for status, body in r["answers"].items():
        if "binary" in r:
            out += f"\nAnswer {status}: bytes of {media(r['binary'])}\n"
        elif isinstance(body, dict):
            out += f"\nAnswer {status}:\n\n" + field_table(body)
        else:
            out += f"\nAnswer {status}" + (f": [{body}](#{body.lower()})" if body else "") + "\n"
    return out + (f"\nErrors: {codes(r['errors'])}\n" if r["errors"] else "")


def rest(schema):
    return HEAD + "# REST\n\nBelow `/api/v1`; bodies are JSON. The server describes the same at " \
        "`/api/v1/openapi.json`.\n\n" \
        f"Any route may answer {codes(EVERYWHERE)}; those that need a sign-in {codes(WITH_AUTH)}; " \
        f"those with a body {codes(WITH_BODY)}.\n" \
        + "".join(route(r) for r in schema.rest) + types(schema)


def command(c):
    out = f"\n### {c['type']}\n\n{c['summary']}\n"
    if c["fields"]:
        out += "\n" + field_table(c["fields"])
    if isinstance(c["reply"], str):
        out += f"\nReply: [{c['reply']}](rest.md#{c['reply'].lower()})\n"
    elif c["reply"]:
        out += "\nReply:\n\n" + field_table(c["reply"])
    return out + (f"\nErrors: {codes(c['errors'])}\n" if c["errors"] else "")


def event(e):
    kind = "Stored." if e["stored"] else "Not stored."
    return f"\n### {e['type']}\n\n{e['summary']} {kind}\n\n" + field_table(e["fields"])


def websocket(schema):
    closes = table(["code", "meaning"], [(c["code"], c["doc"]) for c in schema.closes])
    return HEAD + "# WebSocket\n\n`GET /api/v1/ws`, subprotocol `natternet.v1`: one JSON object " \
        "a text frame. Every command has an `id`, a number or a string, and gets exactly one " \
        "reply with that `reply_to`: `ok` true and what is below, or `ok` false and `error` " \
        "with `code` and `detail`. The server describes the same at `/api/v1/asyncapi.json`.\n\n" \
        "Whatever adds to the log of a room that one is in is a command and a [route](rest.md) alike. What has " \
        "no command here is a route alone: making a room, accounts and profiles, most of what administrators " \
        "do, and most of what only reads, such as searches.\n" \
        "\n## Commands\n" + "".join(command(c) for c in schema.commands) \
        + "\n## Events\n\nStored events, those of a room's log, also carry:\n\n" \
        + field_table(schema.stored_fields) + "".join(event(e) for e in schema.events) \
        + "\n## Close codes\n\n" + closes


def files(schema):
    return {"errors.md": errors(schema), "limits.md": limits(schema),
            "settings.md": settings(schema), "rest.md": rest(schema),
            "websocket.md": websocket(schema), "permissions.md": permissions(schema)}
